"""Somebody who uploads by the tus protocol."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.support.client import Client
from tracker.core import clock
from tracker.core.db import db
from tracker.documents import incoming
from tracker.documents.models import Upload

CONTENT = b"%PDF-1.7 " + b"x" * 5000
TUS = {"Tus-Resumable": "1.0.0"}


def named(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()}"


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


class Sender:
    """Somebody who uploads to one case."""

    def __init__(self, browser: Client, case_id: int) -> None:
        self.browser = browser
        self.context = f"case:{case_id}"
        self.page = f"/cases/{case_id}/uploads"
        self.address = ""

    def create(self, size: int | str = len(CONTENT), name: str = "rapport.pdf", **headers: str) -> TestResponse:
        sent = {**TUS, "Upload-Length": str(size), "Upload-Metadata": named(name), **headers}
        response = self.browser.post(self.page, headers=sent)
        self.address = response.headers.get("Location", "")
        return response

    def patch(self, data: bytes, offset: int = 0, **headers: Any) -> TestResponse:
        sent = {**TUS, "Upload-Offset": str(offset), **headers}
        return self.browser.patch(self.address, data=data, headers=sent, content_type="application/offset+octet-stream")

    def head(self) -> TestResponse:
        return self.browser.head(self.address, headers=TUS)

    @property
    def offset(self) -> int:
        return int(self.head().headers["Upload-Offset"])

    @property
    def row(self) -> Upload:
        token_hash = incoming.hash_of(self.address.rpartition("/")[2])
        return db.session.scalars(sa.select(Upload).where(Upload.token_hash == token_hash)).one()

    def taken(self) -> incoming.IncomingFile:
        return incoming.from_upload(self.address, context=self.context, now=clock.now())
