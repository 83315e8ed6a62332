"""Who would be reminded of what on a day, and who would not and why. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import calendar
from tracker.core.db import db
from tracker.deadlines import labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.ladders import overdue_rung
from tracker.deadlines.models import Deadline
from tracker.reminders import planning
from tracker.reminders.enums import Part, ReminderState, StopReason
from tracker.reminders.models import Reminder

# Reminders that were dropped lately are told, too; older ones would only bury them.
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One deadline that would be spoken of, or not. ``step`` is in working days, negative before the date."""

    reminder_id: int
    deadline_id: int
    case_number: str
    case_title: str
    kind: DeadlineKind
    subject: str | None
    basis: Basis
    due_on: date
    step: int
    planned_on: date

    @property
    def title(self) -> str:
        """What has to be done, in the reader's language."""
        return labels.title(self.kind, self.subject)


@dataclass(frozen=True, slots=True)
class MailPreview:
    """One person's mail of that morning: what it speaks of, and the person's part in each."""

    person_id: int
    name: str
    address: str
    items: list[tuple[Spoken, Part]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NotSent:
    """A reminder that nobody (or not this person) would get, and why."""

    spoken: Spoken
    reason: StopReason
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """``next_morning_on`` is set when nothing is mailed that day, which is then not a working day."""

    on: date
    next_morning_on: date | None
    mails: list[MailPreview]
    not_sent: list[NotSent]


def preview(on: date, today: date) -> Preview:
    """What the morning of ``on`` brings, as things stand now; ``today`` is the present date.

    For the next morning everything that is due counts, also what was missed. For a later one the mornings before it
    are taken as done, with the overdue rungs that they would have led to.
    """
    if not calendar.is_working_day(on):
        return Preview(on, calendar.next_working_day(on), [], [])
    next_morning = calendar.roll_forward(today).on
    since = calendar.previous_working_day(on) if on > next_morning else None
    spoken = {one.reminder_id: one for one in _due(on, since)}
    mails, unreached = _recipients(spoken, on)
    return Preview(on, None, mails, [*unreached, *_dropped(on)])


def _due(on: date, since: date | None) -> Iterable[Spoken]:
    """The reminders of that morning; of several about one deadline, the last."""
    stands = sa.and_(Deadline.state == DeadlineState.OPEN, Deadline.date_version == Reminder.date_version)
    last: dict[int, Spoken] = {}
    rows = db.session.execute(_spoken().where(planning.is_due(on), stands).order_by(Reminder.planned_on, Reminder.id))
    for row in rows:
        one = Spoken(*tuple(row))
        last[one.deadline_id] = one
    for one in last.values():
        if since is None or one.planned_on > since:
            yield one
        elif one.step >= 0:
            rung = overdue_rung(one.due_on, max(since, one.due_on))
            if rung.planned_on <= on:
                yield replace(one, step=rung.step, planned_on=rung.planned_on)


def _recipients(spoken: dict[int, Spoken], on: date) -> tuple[list[MailPreview], list[NotSent]]:
    mails: dict[int, MailPreview] = {}
    inactive: dict[int, list[str]] = defaultdict(list)
    reached: set[int] = set()
    pairs = planning.recipients(planning.is_due(on), only_active=False).subquery()
    query = sa.select(pairs.c.reminder_id, pairs.c.part, Person).join(Person, Person.id == pairs.c.person_id)
    for reminder_id, part, person in db.session.execute(query.order_by(Person.name, Person.id)):
        one = spoken.get(reminder_id)
        if one is None:
            continue
        if not person.is_active:
            inactive[reminder_id].append(person.name)
            continue
        reached.add(reminder_id)
        mail = mails.setdefault(person.id, MailPreview(person.id, person.name, person.email))
        mail.items.append((one, Part(part)))
    unreached = [
        NotSent(spoken[reminder_id], StopReason.PERSON_INACTIVE, name)
        for reminder_id, names in inactive.items()
        for name in names
    ]
    unreached += [NotSent(one, StopReason.NO_RECIPIENT) for one in spoken.values() if one.reminder_id not in reached]
    for mail in mails.values():
        mail.items.sort(key=lambda item: (item[0].basis is not Basis.STATUTORY, item[0].due_on, item[0].deadline_id))
    return list(mails.values()), unreached


def _dropped(on: date) -> list[NotSent]:
    stopped = sa.and_(
        Reminder.state.in_([ReminderState.VOID, ReminderState.SKIPPED]),
        Reminder.planned_on > on - LOOK_BACK,
        Reminder.planned_on <= on,
    )
    query = _spoken().add_columns(Reminder.reason).where(stopped).order_by(Reminder.planned_on, Reminder.id)
    found = []
    for row in db.session.execute(query):
        *values, reason = tuple(row)
        found.append(NotSent(Spoken(*values), reason or StopReason.DATE_MOVED))
    return found


def _spoken() -> sa.Select[Any]:
    case = Case.__table__.c
    return (
        sa.select(
            Reminder.id,
            Deadline.id,
            case.registry_number,
            case.title,
            Deadline.kind,
            Deadline.subject,
            Deadline.basis,
            Deadline.due_on,
            Reminder.step,
            Reminder.planned_on,
        )
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Case.__table__, case.id == Deadline.case_id)
    )
