"""Writing reminders: the rows that follow a date, and the morning's mails."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.core import calendar, clock
from tracker.core.db import db
from tracker.deadlines import ladders
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.models import Deadline
from tracker.evaluations.queries import reminding
from tracker.outbox import service as outbox
from tracker.outbox.enums import MessageKind, MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders import outside, planning
from tracker.reminders.enums import ItemState, ReminderState, StopReason
from tracker.reminders.models import Reminder, ReminderItem, ReminderMail

# Later in the day a reminder waits for the next morning.
LAST_TIME = time(18, 0)
# Two schedulers take turns.
_PLANNING_LOCK = 7_205_140_516


@dataclass(frozen=True, slots=True)
class Morning:
    """What one planning did: reminders that were due, rows given to people, mails put in the queue."""

    due: int
    items: int
    mails: int


def arm(*, now: datetime, deadline: Deadline) -> None:
    """Write the rungs of the deadline's present date. Those that have passed already are kept as skipped."""
    if deadline.state is not DeadlineState.OPEN:
        return
    today = clock.local_date(now)
    steps = reminding.chosen_steps(deadline)
    ahead, passed = ladders.rungs_from(deadline.kind, deadline.due_on, today, steps)
    common: dict[str, Any] = {"deadline_id": deadline.id, "date_version": deadline.date_version}
    rows = [
        common | {"step": rung.step, "planned_on": rung.planned_on, "state": state, "reason": reason}
        for rungs, state, reason in (
            (ahead, ReminderState.PLANNED, None),
            (passed, ReminderState.SKIPPED, StopReason.PASSED_WHEN_SET),
        )
        for rung in rungs
    ]
    key = [Reminder.deadline_id, Reminder.date_version, Reminder.step]
    statement = planning.insert_new(Reminder)
    # A deadline that is opened again takes up the rungs that were made void when it was closed.
    statement = statement.on_conflict_do_update(
        index_elements=key,
        set_={"state": statement.excluded.state, "reason": statement.excluded.reason},
        where=sa.and_(Reminder.state == ReminderState.VOID, statement.excluded.state == ReminderState.PLANNED.value),
    )
    db.session.execute(statement, rows)


def rearm(*, now: datetime, deadline: Deadline) -> None:
    """Other days before the same date. What was told of it already stands, and so does what follows the date."""
    ahead = sa.and_(Reminder.state == ReminderState.PLANNED, Reminder.step < 0)
    theirs = sa.and_(Reminder.deadline_id == deadline.id, Reminder.date_version == deadline.date_version)
    db.session.execute(sa.delete(Reminder).where(theirs, ahead).execution_options(synchronize_session=False))
    arm(now=now, deadline=deadline)


def disarm(*, deadline: Deadline, reason: StopReason) -> None:
    """Nothing more is said of the deadline's earlier dates, or of the deadline at all once it is closed."""
    theirs = Reminder.deadline_id == deadline.id
    if reason is StopReason.DATE_MOVED:
        theirs = sa.and_(theirs, Reminder.date_version < deadline.date_version)
    unsent = ~sa.exists().where(
        ReminderMail.id == ReminderItem.mail_id,
        OutboxMessage.id == ReminderMail.message_id,
        OutboxMessage.state == MessageState.SENT,
    )
    for statement in (
        sa.update(Reminder)
        .where(theirs, Reminder.state == ReminderState.PLANNED)
        .values(state=ReminderState.VOID, reason=reason),
        sa.update(ReminderItem)
        .where(
            ReminderItem.reminder_id.in_(sa.select(Reminder.id).where(theirs)),
            ReminderItem.state == ItemState.LIVE,
            unsent,
        )
        .values(state=ItemState.DROPPED, reason=reason),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


def is_morning(now: datetime, starts_at: time) -> bool:
    """Whether reminders are mailed at this moment: a working day in Sweden, from ``starts_at`` local time."""
    local = now.astimezone(clock.STOCKHOLM)
    return calendar.is_working_day(local.date()) and starts_at <= local.time() < LAST_TIME


def plan(*, now: datetime) -> Morning:
    """Plan today's mails, whatever the time of day. Again on the same day makes only what is new."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_PLANNING_LOCK)))
    today = clock.local_date(now)
    planning.void_outdated(today)
    items = planning.make_items(today)
    planning.make_overdue(today)
    due = planning.mark_due(today)
    planning.make_mails(today, now)
    return Morning(due=due, items=items, mails=_enqueue_mails(today, now))


def _enqueue_mails(today: date, now: datetime) -> int:
    new = db.session.execute(
        sa.select(ReminderMail.id, Person)
        .join(Person, Person.id == ReminderMail.person_id)
        .where(ReminderMail.message_id.is_(None))
        .order_by(ReminderMail.id)
    ).all()
    if not new:
        return 0
    cases: dict[int, list[int]] = defaultdict(list)
    spoken_of = (
        sa.select(ReminderItem.mail_id, Deadline.case_id)
        .join(ReminderMail, ReminderMail.id == ReminderItem.mail_id)
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(ReminderMail.message_id.is_(None))
        .distinct()
    )
    for of_mail, case_id in db.session.execute(spoken_of):
        if of_mail is not None:
            cases[of_mail].append(case_id)
    outside.prepare(((person, cases[mail_id]) for mail_id, person in new), now=now)
    requests = {
        mail_id: outbox.Request(person, f"reminder-mail:{mail_id}", {"mail_id": mail_id}, cases[mail_id])
        for mail_id, person in new
    }
    made = outbox.enqueue_many(kind=MessageKind.REMINDER, requests=list(requests.values()), now=now)
    rows = [{"id": mail_id, "message_id": made[request.dedupe_key]} for mail_id, request in requests.items()]
    db.session.execute(sa.update(ReminderMail), rows)
    return len(rows)
