"""Scanning: what is not known to be clean is not given out, and nothing stays unlooked at for good."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import documents, files
from tests.factories.people import person
from tests.support import clamd as scanners
from tests.support.clamd import FakeScanner
from tests.support.ports import free_port
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.storage import file_store
from tracker.documents import queries, scanning, sweeping
from tracker.documents.enums import ScanState, TextState
from tracker.documents.models import DocumentVersion
from tracker.outbox.models import OutboxMessage

NOW = documents.NOW
Configure = Callable[[str], None]


@pytest.fixture
def configure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """``configure(address)``: the setting CLAMD."""

    def changed(address: str) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], clamd=address))

    return changed


@pytest.fixture
def scanner(configure: Configure) -> Iterator[FakeScanner]:
    with scanners.fake_scanner() as running:
        configure(running.address)
        yield running


@pytest.fixture
def handed_in(case: Case) -> Callable[..., int]:
    """``handed_in(content)``: the id of a version that has just come in, committed."""

    def made(content: bytes = b"Slutrapport", **columns: Any) -> int:
        document = documents.document(case)
        values = {"scan_state": ScanState.PENDING, "text_state": TextState.PENDING, **columns}
        version = documents.version(document, sha256=file_store().put(content), **values)
        db.session.commit()
        return version.id

    return made


def at(now: datetime = NOW) -> Callable[[], datetime]:
    return lambda: now


def stored(version_id: int) -> DocumentVersion:
    db.session.rollback()
    return db.session.get_one(DocumentVersion, version_id, populate_existing=True)


def audited() -> list[dict[str, Any]]:
    query = sa.select(AuditEvent.changes).where(AuditEvent.action == "document:scanned").order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def test_state_of_a_new_file_says_whether_there_is_a_scanner(configure: Configure) -> None:
    assert scanning.initial_state() is ScanState.NOT_CONFIGURED
    configure("unix:/run/clamav/clamd.ctl")
    assert scanning.initial_state() is ScanState.PENDING


def test_clean_file(scanner: FakeScanner, handed_in: Callable[..., int]) -> None:
    version_id = handed_in(b"Slutrapport")
    assert not queries.is_downloadable(stored(version_id))
    assert scanning.scan_version(version_id, at()) is ScanState.CLEAN
    version = stored(version_id)
    assert (version.scan_state, version.scanned_at, version.scan_attempts) == (ScanState.CLEAN, NOW, 1)
    assert queries.is_downloadable(version)
    assert scanner.received == [b"Slutrapport"]
    assert [event["scan_state"] for event in audited()] == [["pending", "clean"]]
    # A message that comes twice finds nothing to do.
    assert scanning.scan_version(version_id, at()) is None
    assert len(audited()) == len(scanner.received) == 1


def test_infected_file_is_kept_closed_and_told(
    scanner: FakeScanner, handed_in: Callable[..., int], officer: Person
) -> None:
    uploader = person(Role.PURCHASING)
    version_id = handed_in(files.EICAR, uploaded_by_id=uploader.id)
    assert scanning.scan_version(version_id, at()) is ScanState.INFECTED
    version = stored(version_id)
    assert version.scan_detail == "Eicar-Test"
    assert not queries.is_downloadable(version)
    assert file_store().is_intact(version.sha256)
    told = db.session.scalars(sa.select(OutboxMessage)).all()
    assert {message.person_id for message in told} == {officer.id, uploader.id}
    assert {message.kind.value for message in told} == {"document_alert"}
    assert audited()[0]["detail"] == "Eicar-Test"


def test_officer_who_handed_it_in_gets_one_mail(
    scanner: FakeScanner, handed_in: Callable[..., int], officer: Person
) -> None:
    scanning.scan_version(handed_in(files.EICAR, uploaded_by_id=officer.id), at())
    assert len(db.session.scalars(sa.select(OutboxMessage)).all()) == 1


def test_scanner_that_is_away_leaves_the_file_pending(configure: Configure, handed_in: Callable[..., int]) -> None:
    configure(f"tcp://127.0.0.1:{free_port()}")
    version_id = handed_in()
    assert scanning.scan_version(version_id, at()) is ScanState.PENDING
    version = stored(version_id)
    assert (version.scan_state, version.scan_attempts) == (ScanState.PENDING, 0)
    assert version.scan_detail
    assert not queries.is_downloadable(version)
    assert audited() == []


def test_scanner_that_cannot_say_is_asked_again_later_and_later(
    scanner: FakeScanner, handed_in: Callable[..., int]
) -> None:
    scanner.answer = b"stream: Can't allocate memory ERROR\0"
    version_id = handed_in()
    now, asked = NOW, []
    for minutes in range(40):
        now = NOW + timedelta(minutes=minutes)
        if version_id in scanning.list_due(now):
            asked.append(minutes)
            scanning.scan_version(version_id, at(now))
    assert asked == [0, 1, 3, 7, 15, 31]
    version = stored(version_id)
    assert (version.scan_state, version.scan_attempts) == (ScanState.FAILED, 6)
    assert version.scan_detail == "Can't allocate memory ERROR"
    assert not queries.is_downloadable(version)
    assert [event["scan_state"] for event in audited()] == [["pending", "failed"]]

    scanner.answer = None
    assert scanning.scan_version(version_id, at(now)) is ScanState.CLEAN
    assert stored(version_id).scan_detail is None


def test_pause_has_an_end() -> None:
    pauses = [scanning.pause_after(attempts) for attempts in (0, 1, 2, 9, 10_000)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 1, 2, 256, 360)]


def test_scanner_away_does_not_undo_a_failure(
    scanner: FakeScanner, configure: Configure, handed_in: Callable[..., int]
) -> None:
    scanner.answer = b"stream: x ERROR\0"
    version_id = handed_in()
    scanning.scan_version(version_id, at())
    configure(f"tcp://127.0.0.1:{free_port()}")
    scanning.scan_version(version_id, at(NOW + timedelta(hours=1)))
    assert (stored(version_id).scan_state, stored(version_id).scan_detail) == (ScanState.FAILED, "x ERROR")


def test_file_that_is_gone(scanner: FakeScanner, handed_in: Callable[..., int]) -> None:
    version_id = handed_in()
    file_store().path(stored(version_id).sha256).unlink()
    assert scanning.scan_version(version_id, at()) is ScanState.FAILED
    assert not queries.is_downloadable(stored(version_id))


def test_without_a_scanner_nothing_pending_is_let_through(configure: Configure, handed_in: Callable[..., int]) -> None:
    version_id = handed_in()
    configure("")
    assert scanning.scan_version(version_id, at()) is None
    sweeping.sweep(at())
    assert stored(version_id).scan_state is ScanState.PENDING


def test_unknown_version_is_nothing(scanner: FakeScanner) -> None:
    assert scanning.scan_version(4711, at()) is None


def test_sweep_waits_for_the_scanner_and_then_scans_and_reads_all(
    scanner: FakeScanner, configure: Configure, handed_in: Callable[..., int]
) -> None:
    ids = [handed_in(f"Rapport {number}".encode()) for number in range(3)]
    infected = handed_in(files.EICAR)
    configure(f"tcp://127.0.0.1:{free_port()}")
    assert sweeping.sweep(at()) == 0
    assert {stored(version_id).scan_state for version_id in ids} == {ScanState.PENDING}
    # Nothing is opened before it is known to be clean.
    assert {stored(version_id).text_state for version_id in ids} == {TextState.PENDING}

    configure(scanner.address)
    assert sweeping.sweep(at()) == 4
    assert sweeping.sweep(at()) == 3
    assert {stored(version_id).scan_state for version_id in ids} == {ScanState.CLEAN}
    assert {stored(version_id).text_state for version_id in ids} == {TextState.DONE}
    assert (stored(infected).scan_state, stored(infected).text_state) == (ScanState.INFECTED, TextState.PENDING)
    assert sweeping.sweep(at()) == 0


def test_sweep_begins_nothing_after_its_time(
    scanner: FakeScanner, handed_in: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        handed_in(f"Rapport {number}".encode())
    monkeypatch.setattr(sweeping, "SECONDS", -1.0)
    assert sweeping.sweep(at()) == 0
    assert scanner.received == []
