"""A file's way through a form into the register and out again."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from gunicorn.http.wsgi import FileWrapper
from werkzeug.test import TestResponse

from tests.factories import people
from tests.factories.cases import bare_case
from tests.factories.documents import document, version
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.cases.models import Case
from tracker.core import bodies
from tracker.core.db import db
from tracker.core.storage import file_store
from tracker.documents import uploads
from tracker.documents.models import Document, DocumentVersion

TEXT = "Upphandlingen är utvärderad.\n".encode() * 200
TUS = {"Tus-Resumable": "1.0.0"}


@dataclasses.dataclass
class Page:
    """The page where a document is put into the register of one case."""

    browser: Client
    case_id: int

    @property
    def path(self) -> str:
        return f"/cases/{self.case_id}/documents/new"

    def values(self, **answers: Any) -> dict[str, Any]:
        shown = form_values(self.browser.get(self.path))
        wanted = {"kind": "letter", "title": "Brev", "direction": "incoming", "correspondent": "Bolaget Exempel AB"}
        wanted |= {"information_class": "general", "secrecy_class": "open", "retention": ""}
        return shown | wanted | answers

    def post(self, values: dict[str, Any], data: bytes | None = None, name: str = "brev.txt") -> TestResponse:
        sent = dict(values)
        sent.pop("file", None)
        if data is not None:
            sent["file"] = (io.BytesIO(data), name)
        return self.browser.post(self.path, data=sent, content_type="multipart/form-data")

    def upload(self, data: bytes, name: str = "brev.txt") -> str:
        encoded = base64.b64encode(name.encode()).decode()
        opened = self.browser.post(
            f"/cases/{self.case_id}/uploads",
            headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": f"filename {encoded}"},
        )
        address = opened.headers["Location"]
        sent = self.browser.patch(
            address, data=data, headers={**TUS, "Upload-Offset": "0"}, content_type="application/offset+octet-stream"
        )
        assert sent.status_code == 204
        return address


@pytest.fixture
def page(app: Flask) -> Iterator[Page]:
    officer = people.person(Role.MARKET)
    case = bare_case(officer)
    db.session.commit()
    yield Page(signed_in(app, officer), case.id)
    shutil.rmtree(file_store().root, ignore_errors=True)


def staged() -> list[Path]:
    return list(file_store().staging.iterdir())


def count(model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_with_the_form(page: Page) -> None:
    assert page.post(page.values(), TEXT).status_code in (302, 303)
    kept = db.session.scalars(sa.select(DocumentVersion)).one()
    assert kept.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert file_store().is_intact(kept.sha256)
    assert staged() == []


def test_before_the_form(page: Page) -> None:
    address = page.upload(TEXT)
    assert page.post(page.values(upload=address)).status_code in (302, 303)
    assert file_store().is_intact(db.session.scalars(sa.select(DocumentVersion)).one().sha256)
    assert staged() == []


def test_a_form_that_is_refused_keeps_the_upload(page: Page) -> None:
    address = page.upload(TEXT)
    refused = page.post(page.values(upload=address, registered_on="2026-99-99"))
    assert refused.status_code == 422
    assert form_values(refused)["upload"] == address
    assert "brev.txt" in refused.get_data(as_text=True)
    assert page.post(page.values(upload=form_values(refused)["upload"])).status_code in (302, 303)
    assert count(DocumentVersion) == 1


@pytest.mark.parametrize("fault", [{"registered_on": "2026-99-99"}, {"correspondent": ""}], ids=["shape", "matter"])
def test_a_form_that_is_refused_for_another_field_keeps_its_file(page: Page, fault: dict[str, str]) -> None:
    refused = page.post(page.values(**fault), TEXT)
    assert refused.status_code == 422
    assert "brev.txt, 6 kB, är mottagen" in refused.get_data(as_text=True).replace("\xa0", " ")
    kept = form_values(refused)["upload"]
    assert [path.read_bytes() for path in staged()] == [TEXT]
    again = page.post(page.values(upload=kept, registered_on="2026-98-98"))
    assert form_values(again)["upload"] == kept
    assert page.post(page.values(upload=kept)).status_code in (302, 303)
    assert db.session.scalars(sa.select(DocumentVersion)).one().sha256 == hashlib.sha256(TEXT).hexdigest()
    assert staged() == []


def test_another_file_takes_the_place_of_the_one_that_was_kept(page: Page) -> None:
    fault = {"registered_on": "2026-99-99"}
    kept = form_values(page.post(page.values(**fault), b"Fel fil"))["upload"]
    answer = page.post(page.values(upload=kept, **fault), TEXT, name="rätt.txt")
    assert "rätt.txt" in answer.get_data(as_text=True)
    assert [path.read_bytes() for path in staged()] == [TEXT]


def test_a_file_and_another_field_are_told_of_at_once(page: Page) -> None:
    refused = page.post(page.values(registered_on="2026-99-99"), b"MZ\x90\x00", name="program.exe")
    errors = BeautifulSoup(refused.text, "html.parser").select("#error-summary a")
    assert {link["href"] for link in errors} == {"#registered_on", "#file"}
    assert form_values(refused)["upload"] == ""
    assert staged() == []


def test_a_file_that_is_here_already_need_not_be_sent_again_to_be_wanted(page: Page) -> None:
    page.post(page.values(), TEXT)
    told = page.post(page.values(), TEXT)
    assert told.status_code == 422
    kept = form_values(told)["upload"]
    assert page.post(page.values(upload=kept, is_wanted_twice="y")).status_code in (302, 303)
    assert count(DocumentVersion) == 2


def test_an_upload_that_is_refused_is_not_offered_again(page: Page) -> None:
    address = page.upload(b"MZ\x90\x00", name="program.txt")
    refused = page.post(page.values(upload=address))
    assert refused.status_code == 422
    assert form_values(refused)["upload"] == ""
    assert "är mottagen" not in refused.get_data(as_text=True)


def test_no_more_is_kept_than_may_wait(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAITING_UPLOADS", 1)
    fault = {"registered_on": "2026-99-99"}
    assert form_values(page.post(page.values(**fault), TEXT))["upload"]
    more = page.post(page.values(**fault), TEXT)
    assert (more.status_code, form_values(more)["upload"]) == (422, "")
    assert len(staged()) == 1


def test_a_form_whose_file_is_refused_leaves_no_file(page: Page) -> None:
    assert page.post(page.values(), b"MZ\x90\x00", name="program.exe").status_code == 422
    assert page.post(page.values(), b"").status_code == 422
    assert page.post(page.values()).status_code == 422
    assert staged() == []


@pytest.mark.parametrize("way", ["with the form", "before the form"])
def test_the_same_form_twice(page: Page, way: str) -> None:
    values = page.values(submission=str(uuid.uuid4()))
    data: bytes | None = TEXT
    if way == "before the form":
        values["upload"], data = page.upload(TEXT), None
    first, second = page.post(values, data), page.post(values, data)
    assert first.status_code in (302, 303)
    assert (second.status_code, second.location) == (first.status_code, first.location)
    assert (count(Document), count(DocumentVersion)) == (1, 1)
    assert file_store().is_intact(db.session.scalars(sa.select(DocumentVersion)).one().sha256)
    assert staged() == []


def test_an_upload_of_another_case(page: Page) -> None:
    other = bare_case(people.person(Role.MARKET))
    db.session.commit()
    address = Page(page.browser, other.id).upload(TEXT)
    assert page.post(page.values(upload=address)).status_code == 422
    assert page.post(page.values(upload="/uploads/made-up")).status_code == 422
    assert count(Document) == 0


# --- and out again ----------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(page: Page) -> DocumentVersion:
    digest = file_store().put(TEXT)
    entry = document(db.session.get_one(Case, page.case_id))
    made = version(entry, sha256=digest, size_bytes=len(TEXT), file_name='Slutrapport "åäö".txt')
    db.session.commit()
    return made


def path_of(stored: DocumentVersion) -> str:
    return f"/documents/versions/{stored.id}/file"


def test_a_file_is_saved_and_never_shown(page: Page, stored: DocumentVersion) -> None:
    with page.browser.get(path_of(stored)) as response:
        assert response.get_data() == TEXT
        headers = response.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''Slutrapport%20%22%C3%A5%C3%A4%C3%B6%22.txt" in headers["Content-Disposition"]
    assert headers["Content-Type"].startswith("text/plain")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_in_ranges(page: Page, stored: DocumentVersion) -> None:
    def ask(ranges: str, **more: str) -> TestResponse:
        return page.browser.get(path_of(stored), headers={"Range": ranges, **more})

    with ask("bytes=10-19") as part:
        assert (part.status_code, part.get_data()) == (206, TEXT[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(TEXT)}"
        etag = part.headers["ETag"]
    with ask("bytes=-5", **{"If-Range": etag}) as end:
        assert (end.status_code, end.get_data()) == (206, TEXT[-5:])
    with ask("bytes=0-5", **{"If-Range": '"another"'}) as whole:
        assert (whole.status_code, whole.get_data()) == (200, TEXT)
    assert ask(f"bytes={len(TEXT)}-").status_code == 416
    with page.browser.head(path_of(stored)) as head:
        assert (head.status_code, head.headers["Content-Length"], head.get_data()) == (200, str(len(TEXT)), b"")


def test_what_stands_before_a_range_is_not_read(page: Page, stored: DocumentVersion) -> None:
    data = bytes(4_000_000) + TEXT
    stored.sha256, stored.size_bytes = file_store().put(data), len(data)
    db.session.commit()
    before = bytes_read()
    as_gunicorn = {"wsgi.file_wrapper": FileWrapper}
    with page.browser.get(
        path_of(stored), headers={"Range": f"bytes=-{len(TEXT)}"}, environ_overrides=as_gunicorn
    ) as end:
        assert (end.status_code, end.get_data()) == (206, TEXT)
    assert bytes_read() - before < len(data)


def bytes_read() -> int:
    """By this process until now."""
    return int(Path("/proc/self/io").read_text().split()[1])


def test_by_nginx(app: Flask, page: Page, stored: DocumentVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], file_server="x-accel"))
    response = page.browser.get(path_of(stored))
    assert response.headers["X-Accel-Redirect"] == f"/internal/files/{stored.sha256[:2]}/{stored.sha256}"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.get_data() == b""
    kept = file_store().path(file_store().put(b"readable for the group"))
    assert (kept.parent.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o750, 0o640)
    assert file_store().staging.stat().st_mode & 0o777 == 0o700


def test_a_reader_who_takes_nothing_holds_nobody_up_for_long(page: Page, stored: DocumentVersion) -> None:
    line = socket.socket()
    with line, page.browser.get(path_of(stored), environ_overrides={"gunicorn.socket": line}) as response:
        assert response.get_data() == TEXT
        assert line.gettimeout() == bodies.SILENCE_SECONDS


def test_a_file_that_is_gone(page: Page, stored: DocumentVersion) -> None:
    file_store().path(stored.sha256).unlink()
    assert page.browser.get(path_of(stored)).status_code == 404
