"""Asking for editions of the status report. Making them is `compiling`'s, in a worker."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core import calendar, clock, dispatch
from tracker.core.actor import SYSTEM, Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.task_names import TaskName
from tracker.reports import queries
from tracker.reports.enums import EditionState
from tracker.reports.models import ReportEdition

#: A reporting day may lie this far from today: it moves the counting of days, not the register's content.
MAX_DAYS_BACK = 366
MAX_DAYS_AHEAD = 92

#: A scheduled edition is opened on the quarter's first working day, or up to this many days later.
SCHEDULE_WINDOW = timedelta(days=14)

_NUMBER_ATTEMPTS = 5


def request_edition(
    *, actor: Actor, now: datetime, as_of_on: date, schedule_key: str | None = None, is_dispatched: bool = True
) -> ReportEdition:
    """A new edition for `as_of_on`, waiting for a worker, which is told after the commit.

    Asked for twice (a double click), the edition that is on its way is given again.
    `is_dispatched=False` leaves the edition to the caller, who compiles it at once. Raises DomainError on `as_of_on`
    when the day is too far from today.
    """
    today = clock.local_date(now)
    if not today - timedelta(days=MAX_DAYS_BACK) <= as_of_on <= today + timedelta(days=MAX_DAYS_AHEAD):
        raise DomainError(
            _l(
                "Choose a day from %(first)s to %(last)s.",
                first=(today - timedelta(days=MAX_DAYS_BACK)).isoformat(),
                last=(today + timedelta(days=MAX_DAYS_AHEAD)).isoformat(),
            ),
            field="as_of_on",
        )
    if is_dispatched and schedule_key is None:
        unfinished = queries.find_unfinished(actor.id, as_of_on)
        if unfinished is not None:
            return unfinished
    edition = _numbered(actor=actor, now=now, as_of_on=as_of_on, schedule_key=schedule_key)
    audit.record(
        AuditAction.REPORT_REQUESTED,
        actor=actor,
        now=now,
        subject=edition,
        changes={"number": edition.number, "as_of_on": as_of_on},
    )
    if is_dispatched:
        dispatch.after_commit(TaskName.REPORTS_COMPILE, edition_id=edition.id)
    return edition


def retry_edition(*, actor: Actor, now: datetime, edition: ReportEdition) -> None:
    """Let a failed edition be compiled once more, from its frozen figures if it got that far.

    Raises DomainError when it has not failed.
    """
    # Whoever pressed at the same time is first, and a worker may have it by now.
    db.session.refresh(edition, with_for_update=True)
    if edition.state is not EditionState.FAILED:
        raise DomainError(_l("This edition has not failed, so there is nothing to try again."))
    edition.state, edition.error, edition.attempts = EditionState.PENDING, None, 0
    edition.claim_token = edition.lease_until = edition.finished_at = None
    edition.step = "queued"
    db.session.flush()
    audit.record(
        AuditAction.REPORT_REQUESTED,
        actor=actor,
        now=now,
        subject=edition,
        changes={"number": edition.number, "again": True},
    )
    dispatch.after_commit(TaskName.REPORTS_COMPILE, edition_id=edition.id)


def open_scheduled_edition(*, now: datetime) -> ReportEdition | None:
    """The quarter's edition, opened when it is due and not there yet; else None. Any number of schedulers agree."""
    today = clock.local_date(now)
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    key = f"{first.year}-Q{(first.month + 2) // 3}"
    is_due = calendar.roll_forward(first).on <= today <= first + SCHEDULE_WINDOW
    if not is_due or queries.find_by_schedule_key(key) is not None:
        return None
    try:
        with db.session.begin_nested():
            return request_edition(actor=SYSTEM, now=now, as_of_on=today, schedule_key=key)
    except IntegrityError:
        if queries.find_by_schedule_key(key) is None:
            raise
        return None  # another scheduler was first


def ring_for_unfinished(*, now: datetime) -> int:
    """Ring again for editions that wait or whose worker was lost; how many there are. The doorbell may fail."""
    waiting = queries.list_unfinished(now)
    for edition_id in waiting:
        dispatch.after_commit(TaskName.REPORTS_COMPILE, edition_id=edition_id)
    return len(waiting)


def _numbered(*, actor: Actor, now: datetime, as_of_on: date, schedule_key: str | None) -> ReportEdition:
    """The next free number of the reporting day's year. Two at once: the second takes the number after."""
    for attempt in range(_NUMBER_ATTEMPTS):
        last = db.session.scalar(
            sa.select(sa.func.max(ReportEdition.sequence)).where(ReportEdition.year == as_of_on.year)
        )
        sequence = (last or 0) + 1
        edition = ReportEdition(
            year=as_of_on.year,
            sequence=sequence,
            number=f"{as_of_on.year}-{sequence:02d}",
            schedule_key=schedule_key,
            as_of_on=as_of_on,
            requested_by_id=actor.id,
            requested_by_name=actor.name,
            requested_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(edition)
            return edition
        except IntegrityError:
            is_key_taken = schedule_key is not None and queries.find_by_schedule_key(schedule_key) is not None
            if is_key_taken or attempt == _NUMBER_ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")
