"""What the tests of the documents' pages share: forms sent with a file, and what is stored then."""

from __future__ import annotations

import io
from typing import Any

from tests.support.client import Client
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.documents.models import Document

LETTER = "Leveranserna av vaccin är försenade.".encode()


def send(browser: Client, path: str, answers: dict[str, Any], content: bytes = LETTER, name: str = "brev.txt") -> Any:
    return browser.post(path, data={**answers, "file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def only_document() -> Document:
    return db.session.scalars(db.select(Document)).one()


def downloads() -> list[AuditEvent]:
    query = db.select(AuditEvent).where(AuditEvent.action == AuditAction.DOCUMENT_DOWNLOADED).order_by(AuditEvent.id)
    return list(db.session.scalars(query))
