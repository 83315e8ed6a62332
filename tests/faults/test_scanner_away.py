"""The virus scanner is away (row 45): a file stays closed and says so, and is scanned when the scanner is back."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import files
from tests.factories.cases import bare_case
from tests.factories.people import person
from tests.support import clamd as scanners
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.documents import sweeping
from tracker.documents.enums import ScanState
from tracker.documents.labels import SCAN_STATES
from tracker.documents.models import DocumentVersion
from tracker.outbox.models import OutboxMessage


class Scanner(Protocol):
    address: str

    def start(self) -> None: ...
    def stop(self) -> None: ...


@pytest.fixture
def scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    """The real clamd, which the application is told to use."""
    program = scanners.find_clamd()
    if program is None:
        pytest.skip("clamd is not installed (package clamav-daemon); the unit tests speak with a scanner of their own")
    with scanners.real_scanner(program) as running:
        settings = dataclasses.replace(app.config["SETTINGS"], clamd=running.address)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        yield running


@pytest.fixture
def browser(app: Flask) -> Client:
    return signed_in(app, person(Role.MARKET, name="Ansvarig Handläggare"))


def handed_in(browser: Client, content: bytes, name: str) -> int:
    case = bare_case(person(Role.MARKET))
    db.session.commit()
    answers = {
        "kind": "letter",
        "title": name,
        "registered_on": "2026-01-15",
        "direction": "internal",
        "information_class": "general",
        "secrecy_class": "open",
        "retention": "",
        "file": (io.BytesIO(content), name),
    }
    sent = browser.post(f"/cases/{case.id}/documents/new", data=answers, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.text
    return int(db.session.scalars(sa.select(sa.func.max(DocumentVersion.id))).one())


def state(version_id: int) -> ScanState:
    db.session.rollback()
    return db.session.get_one(DocumentVersion, version_id, populate_existing=True).scan_state


def page(browser: Client, version_id: int) -> str:
    document_id = db.session.get_one(DocumentVersion, version_id).document_id
    shown = browser.get(f"/documents/{document_id}").text
    return " ".join(BeautifulSoup(shown, "html.parser").get_text(" ").split())


def download(browser: Client, version_id: int) -> Any:
    return browser.get(f"/documents/versions/{version_id}/file", buffered=True)


def test_file_waits_for_the_scanner(scanner: Scanner, browser: Client) -> None:
    scanner.stop()
    clean = handed_in(browser, files.pdf("Slutrapport"), "rapport.pdf")
    nasty = handed_in(browser, b"Bilaga\n" + files.EICAR, "bilaga.txt")
    packed = handed_in(browser, files.office(parts={"word/media/a.bin": files.EICAR}), "bilaga.docx")
    sweeping.sweep(clock.now)
    for version_id in (clean, nasty, packed):
        assert state(version_id) is ScanState.PENDING
        assert str(SCAN_STATES[ScanState.PENDING]) in page(browser, version_id)
        refused = download(browser, version_id)
        assert refused.status_code not in (200, 206)
        assert b"EICAR" not in refused.data and b"%PDF" not in refused.data

    scanner.start()
    sweeping.sweep(clock.now)
    assert state(clean) is ScanState.CLEAN
    assert download(browser, clean).status_code == 200
    for version_id in (nasty, packed):
        assert state(version_id) is ScanState.INFECTED
        assert download(browser, version_id).status_code not in (200, 206)
        assert str(SCAN_STATES[ScanState.INFECTED]) in page(browser, version_id)
    alerts = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "document_alert")).all()
    assert len(alerts) == 4, "the officer of the case and whom the file came from, for each of two files"


def test_scanner_that_goes_away_in_the_middle(scanner: Scanner, browser: Client) -> None:
    first = handed_in(browser, b"Ett", "ett.txt")
    sweeping.sweep(clock.now)
    assert state(first) is ScanState.CLEAN
    scanner.stop()
    second = handed_in(browser, "Två".encode(), "två.txt")
    for _ in range(3):
        sweeping.sweep(clock.now)
    assert state(second) is ScanState.PENDING
    # What is known to be clean stays open.
    assert download(browser, first).status_code == 200
    scanner.start()
    sweeping.sweep(clock.now)
    assert state(second) is ScanState.CLEAN
