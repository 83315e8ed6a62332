"""Files are handed out to those who may have them, written down each time, and held back while nobody may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories.documents import NOW, document, version
from tests.factories.people import person
from tests.integration.documents.sending import LETTER, downloads, only_document, send
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.documents.enums import ScanState
from tracker.documents.models import DocumentVersion

Answers = Callable[..., dict[str, Any]]


def test_each_download_is_written_down_once(browser: Client, case: Case, officer: Person, fill_in: Answers) -> None:
    send(browser, f"/cases/{case.id}/documents/new", fill_in())
    (stored,) = only_document().versions
    path = f"/documents/versions/{stored.id}/file"
    assert browser.head(path, buffered=True).status_code == 200
    assert downloads() == []
    assert browser.get(path, headers={"Range": "bytes=5-"}, buffered=True).status_code == 206
    assert len(downloads()) == 1, "a part alone is a download, too"
    assert browser.get(path, headers={"Range": "bytes=9-"}, buffered=True).status_code == 206
    assert len(downloads()) == 1
    whole = browser.get(path, buffered=True)
    assert whole.data == LETTER
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert [(event.actor_id, event.changes["document_version"]) for event in downloads()] == [(officer.id, 1)] * 2
    with clock.frozen_at(NOW + timedelta(days=2)):
        client = signed_in(browser.application, officer)
        assert client.get(path, headers={"Range": "bytes=9-"}, buffered=True).status_code == 206
        assert client.get(path, headers={"Range": "bytes=900-"}, buffered=True).status_code == 416
    assert len(downloads()) == 3
    assert officer.name in browser.get(f"/documents/{stored.document_id}").text


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"scan_state": ScanState.PENDING}, "kontrolleras"),
        ({"scan_state": ScanState.FAILED}, "kontrolleras"),
        ({"scan_state": ScanState.INFECTED}, "Skadligt innehåll"),
        ({"is_set_aside": True, "findings": ["pdf_javascript"]}, "JavaScript"),
    ],
)
def test_a_file_that_is_held_back_says_why(
    app: Flask, browser: Client, case: Case, fill_in: Answers, state: dict[str, Any], word: str
) -> None:
    send(browser, f"/cases/{case.id}/documents/new", fill_in())
    (stored,) = only_document().versions
    for name, value in state.items():
        setattr(stored, name, value)
    path = f"/documents/versions/{stored.id}/file"
    reader = signed_in(app, person(Role.STEERING))
    page = reader.get(path)
    assert page.status_code == 409
    assert word in page.text
    assert LETTER.decode() not in page.text
    assert reader.get(path, headers={"Range": "bytes=0-3"}, buffered=True).status_code == 409
    assert downloads() == []
    assert "/file" not in reader.get(f"/documents/{stored.document_id}").text


def test_somebody_looks_at_a_file_that_is_set_aside_and_lets_it_out(
    app: Flask, browser: Client, case: Case, officer: Person, fill_in: Answers
) -> None:
    send(browser, f"/cases/{case.id}/documents/new", fill_in())
    (stored,) = only_document().versions
    stored.is_set_aside, stored.findings = True, ["pdf_attachment"]
    path = f"/documents/versions/{stored.id}/release"
    assert browser.get(f"/documents/versions/{stored.id}/file", buffered=True).status_code == 200, "to look at it"
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"reason": " "}).status_code == 422
    assert browser.post(path, data={"reason": "Bilagan är en ren tabell"}).status_code == 302
    reader = signed_in(app, person(Role.STEERING))
    assert reader.get(f"/documents/versions/{stored.id}/file", buffered=True).data == LETTER
    page = reader.get(f"/documents/{stored.document_id}").text
    assert "Bilagan är en ren tabell" in page
    assert officer.name in page
    assert browser.get(path).status_code == 302, "there is nothing to decide any more"


def test_what_is_infected_is_never_let_out(browser: Client, case: Case) -> None:
    made = document(case)
    stored = version(made, scan_state=ScanState.INFECTED, is_set_aside=True, findings=["pdf_attachment"])
    assert browser.post(f"/documents/versions/{stored.id}/release", data={"reason": "Den är bra"}).status_code == 422
    assert db.session.get_one(DocumentVersion, stored.id).is_set_aside
    assert browser.get(f"/documents/versions/{stored.id}/file", buffered=True).status_code == 409
