"""An edition from request to files, and what happens when something gives way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.reports.conftest import NOW, TODAY, Register, days
from tests.support.meanwhile import meanwhile
from tracker.audit.models import AuditEvent
from tracker.core import canonical_json, dispatch
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.storage import FileStore
from tracker.core.typeset import TypesettingFailed
from tracker.reports import compiling, queries, service
from tracker.reports.enums import EditionState
from tracker.reports.models import ReportEdition
from tracker.reports.presentation import TEMPLATE_VERSION


def clock_at(instant: datetime = NOW) -> Callable[[], datetime]:
    return lambda: instant


def requested(**values: object) -> ReportEdition:
    edition = service.request_edition(actor=SYSTEM, now=NOW, as_of_on=TODAY, is_dispatched=False, **values)  # type: ignore[arg-type]
    db.session.commit()
    return edition


@pytest.fixture(autouse=True)
def _quick_drawing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing has its own tests; here it is short, but for the test that goes the whole way."""
    if "really" in request.node.name:
        return
    monkeypatch.setattr(compiling, "render_pdf", lambda frozen: b"%PDF " + frozen)
    monkeypatch.setattr(compiling, "render_xlsx", lambda frozen: b"PK " + frozen)


def test_an_edition_is_really_compiled(register: Register, files: Path) -> None:
    register.procurement("Nationell upphandling av adalimumab")
    edition = requested()
    assert compiling.compile_edition(edition.id, clock_at()) is EditionState.DONE
    db.session.refresh(edition)
    assert edition.snapshot is not None
    assert edition.snapshot_sha256 == canonical_json.sha256_hex(edition.snapshot.encode())
    assert (edition.template_version, edition.finished_at, edition.lease_until) == (TEMPLATE_VERSION, NOW, None)
    store = FileStore(files)
    assert store.read(edition.pdf_sha256 or "").startswith(b"%PDF")
    assert store.read(edition.xlsx_sha256 or "").startswith(b"PK")
    actions = db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [action for action in actions if action.startswith("report:")] == ["report:requested", "report:frozen"]


def test_numbers_follow_the_year_of_the_reporting_day(register: Register) -> None:
    assert [requested().number, requested().number] == ["2026-01", "2026-02"]
    other = service.request_edition(actor=SYSTEM, now=NOW, as_of_on=date(2025, 12, 1), is_dispatched=False)
    assert other.number == "2025-01"


def test_a_second_ring_changes_nothing(register: Register, files: Path) -> None:
    edition = requested()
    compiling.compile_edition(edition.id, clock_at())
    before = (edition.snapshot, edition.pdf_sha256, edition.attempts)
    assert compiling.compile_edition(edition.id, clock_at(NOW + timedelta(days=1))) is None
    db.session.refresh(edition)
    assert (edition.snapshot, edition.pdf_sha256, edition.attempts) == before
    assert compiling.compile_edition(10_000, clock_at()) is None


def test_an_edition_in_other_hands_is_left_alone_until_its_lease_runs_out(register: Register, files: Path) -> None:
    edition = requested()
    edition.state, edition.claim_token = EditionState.BUILDING, "another worker"
    edition.lease_until = NOW + timedelta(seconds=60)
    db.session.commit()
    assert compiling.compile_edition(edition.id, clock_at()) is None
    assert queries.list_unfinished(NOW) == []
    later = NOW + timedelta(seconds=61)
    assert queries.list_unfinished(later) == [edition.id]
    assert compiling.compile_edition(edition.id, clock_at(later)) is EditionState.DONE


def test_a_worker_that_lost_its_claim_writes_nothing(
    register: Register, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = requested()
    edition_id = edition.id

    def taken_over(frozen: bytes) -> bytes:
        db.session.execute(sa.update(ReportEdition).values(claim_token="another worker"))
        db.session.commit()
        return b"%PDF late"

    monkeypatch.setattr(compiling, "render_pdf", taken_over)
    assert compiling.compile_edition(edition_id, clock_at()) is None
    db.session.expire_all()
    edition = queries.get_edition(edition_id)
    assert (edition.claim_token, edition.pdf_sha256) == ("another worker", None)


def test_frozen_figures_are_not_read_anew(register: Register, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register.procurement("före")
    edition = requested()
    with monkeypatch.context() as patch:
        patch.setattr(compiling, "render_pdf", _raising(TypesettingFailed("no glyph")))
        assert compiling.compile_edition(edition.id, clock_at()) is EditionState.FAILED
    db.session.refresh(edition)
    frozen = edition.snapshot
    assert frozen is not None
    assert (edition.error or "").startswith("rendering: no glyph")
    register.procurement("efter")
    service.retry_edition(actor=SYSTEM, now=NOW, edition=edition)
    db.session.commit()
    assert compiling.compile_edition(edition.id, clock_at()) is EditionState.DONE
    db.session.refresh(edition)
    assert edition.snapshot == frozen
    assert edition.error is None


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    register: Register, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = requested()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _raising(OSError(errno.ENOSPC, "No space left on device")))
        assert compiling.compile_edition(edition.id, clock_at()) is EditionState.FAILED
    db.session.refresh(edition)
    assert (edition.error or "").startswith("disk_full")
    assert (edition.pdf_sha256, edition.xlsx_sha256) == (None, None)
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_fault_nobody_thought_of_is_told(register: Register, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = requested()
    monkeypatch.setattr(compiling, "render_xlsx", _raising(KeyError("x")))
    assert compiling.compile_edition(edition.id, clock_at()) is EditionState.FAILED
    db.session.refresh(edition)
    assert (edition.error or "").startswith("unexpected: KeyError")


def test_an_edition_that_loses_its_workers_is_given_up(register: Register, files: Path) -> None:
    edition = requested()
    edition.state, edition.attempts = EditionState.RENDERING_PDF, compiling.MAX_ATTEMPTS
    edition.claim_token, edition.lease_until = "lost", NOW - timedelta(seconds=1)
    db.session.commit()
    assert compiling.compile_edition(edition.id, clock_at()) is EditionState.FAILED
    db.session.refresh(edition)
    assert (edition.error or "").startswith("interrupted")


def test_only_a_failed_edition_is_tried_again(register: Register) -> None:
    with pytest.raises(DomainError):
        service.retry_edition(actor=SYSTEM, now=NOW, edition=requested())


def test_what_a_worker_has_taken_up_again_meanwhile_is_left_to_it(register: Register) -> None:
    edition = requested()
    edition.state = EditionState.FAILED
    db.session.flush()
    taken = sa.update(ReportEdition).where(ReportEdition.id == edition.id)
    meanwhile(taken.values(state=EditionState.RENDERING_PDF, claim_token="a worker"))
    with pytest.raises(DomainError):
        service.retry_edition(actor=SYSTEM, now=NOW, edition=edition)
    assert edition.claim_token == "a worker"


@pytest.mark.parametrize("number", [-367, 93, 40_000])
def test_a_reporting_day_far_away_is_refused(register: Register, number: int) -> None:
    with pytest.raises(DomainError) as caught:
        service.request_edition(actor=SYSTEM, now=NOW, as_of_on=days(number))
    assert caught.value.field == "as_of_on"


def test_a_double_click_gives_one_edition(register: Register) -> None:
    first = service.request_edition(actor=register.officer, now=NOW, as_of_on=TODAY)
    assert service.request_edition(actor=register.officer, now=NOW, as_of_on=TODAY).id == first.id
    assert service.request_edition(actor=register.officer, now=NOW, as_of_on=days(-1)).id != first.id


@pytest.mark.parametrize(
    ("on", "key"),
    [
        ((2026, 10, 1), "2026-Q4"),
        ((2026, 10, 15), "2026-Q4"),
        ((2026, 10, 16), None),
        ((2027, 1, 1), None),  # New Year's Day
        ((2027, 1, 4), "2027-Q1"),
        ((2026, 11, 23), None),
    ],
)
def test_the_quarters_edition_is_opened_once(register: Register, on: tuple[int, int, int], key: str | None) -> None:
    now = datetime(*on, 6, 0, tzinfo=UTC)
    edition = service.open_scheduled_edition(now=now)
    assert (edition.schedule_key if edition else None) == key
    assert service.open_scheduled_edition(now=now) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportEdition)) == (1 if key else 0)


def test_a_scheduler_that_comes_second_does_no_harm(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
    assert service.open_scheduled_edition(now=now) is not None
    real = queries.find_by_schedule_key
    answers = iter([None])
    # The second one looked before the first one had committed.
    monkeypatch.setattr(queries, "find_by_schedule_key", lambda key: next(answers, real(key)))
    assert service.open_scheduled_edition(now=now) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportEdition)) == 1


def test_waiting_editions_are_rung_for_again(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = requested()
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(dispatch, "after_commit", lambda name, edition_id: rung.append((name, edition_id)))
    assert service.ring_for_unfinished(now=NOW) == 1
    assert rung == [("reports.compile", edition.id)]


def test_what_is_committed_while_the_register_is_read_stays_out(
    register: Register, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.procurement("före")
    edition = requested()
    real = queries.list_cases

    def read_late(session: Session) -> Sequence[Any]:
        with db.engine.begin() as other:
            other.execute(sa.text("UPDATE cases SET title = 'under tiden'"))
        return real(session)

    monkeypatch.setattr(queries, "list_cases", read_late)
    assert compiling.compile_edition(edition.id, clock_at()) is EditionState.DONE
    db.session.refresh(edition)
    assert edition.snapshot is not None
    assert '"title":"före"' in edition.snapshot
    assert db.session.scalar(sa.text("SELECT title FROM cases")) == "under tiden"


def _raising(error: Exception) -> Callable[..., bytes]:
    def refuse(*_arguments: object) -> bytes:
        raise error

    return refuse
