"""Reading reminders: deadlines that nobody is told of, and what was said about a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.cases.enums import ParticipantRole
from tracker.cases.models import Case, Participant
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.deadlines import labels
from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.outbox.enums import MessageReason, MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders.enums import ItemState, Part, ReminderState, StopReason
from tracker.reminders.models import Reminder, ReminderItem, ReminderMail


@dataclass(frozen=True, slots=True)
class Unheard:
    """An open deadline whose reminders reach nobody: everybody is inactive, or refused by the mail server."""

    deadline_id: int
    kind: DeadlineKind
    subject: str | None
    due_on: date
    case_id: int
    case_number: str
    case_title: str
    person_name: str

    @property
    def title(self) -> str:
        """What has to be done, in the reader's language."""
        return labels.title(self.kind, self.subject)


@dataclass(frozen=True, slots=True)
class Told:
    """One rung of a deadline and what became of it for one person (no person: not given to anybody)."""

    deadline_id: int
    kind: DeadlineKind
    subject: str | None
    due_on: date
    is_present_date: bool
    step: int
    planned_on: date
    reminder_state: ReminderState
    reminder_reason: StopReason | None
    person_name: str | None
    part: Part | None
    item_state: ItemState | None
    item_reason: StopReason | None
    message_id: Any
    message_state: MessageState | None
    message_reason: MessageReason | None
    attempts: int | None
    code: int | None
    error: str | None
    sent_at: datetime | None
    next_attempt_at: datetime | None

    @property
    def title(self) -> str:
        """What has to be done, in the reader's language."""
        return labels.title(self.kind, self.subject)


def list_without_recipient(
    viewer: Viewer | None = None, *, until: date | None = None, case_id: int | None = None, limit: int = 50
) -> list[Unheard]:
    """Open deadlines (due up to and with ``until``, of one case) whose reminders reach nobody, the nearest first.

    With a ``viewer``, only of cases that the viewer may know of.
    """
    person, contact = aliased(Person, name="main"), aliased(Person, name="contact")
    somebody = (
        sa.exists()
        .where(Participant.case_id == Case.id, Participant.role == ParticipantRole.MARKET_CONTACT)
        .where(contact.id == Participant.person_id, *_is_reached(contact))
    )
    query = (
        sa.select(
            Deadline.id,
            Deadline.kind,
            Deadline.subject,
            Deadline.due_on,
            Case.id,
            Case.registry_number,
            Case.title,
            person.name,
        )
        .join(Case, Case.id == Deadline.case_id)
        .join(person, person.id == sa.func.coalesce(Deadline.owner_id, Case.responsible_id))
        .where(Deadline.state == DeadlineState.OPEN, ~sa.and_(*_is_reached(person)), ~somebody)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(limit)
    )
    if until is not None:
        query = query.where(Deadline.due_on <= until)
    if case_id is not None:
        query = query.where(Deadline.case_id == case_id)
    if viewer is not None:
        query = query.where(visible_cases(viewer))
    rows: list[Any] = list(db.session.execute(query))
    return [Unheard(*row) for row in rows]


def _is_reached(person: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Active, and the last thing known about the address is not that the mail server refuses it."""
    refused, later = aliased(OutboxMessage), aliased(OutboxMessage)
    taken_later = sa.exists().where(
        later.person_id == person.id, later.state == MessageState.SENT, later.sent_at >= refused.settled_at
    )
    is_refused = sa.exists().where(
        refused.person_id == person.id,
        refused.state == MessageState.FAILED,
        refused.reason.in_([MessageReason.REFUSED_BY_SERVER, MessageReason.BAD_ADDRESS]),
        ~taken_later,
    )
    return person.is_active, ~is_refused


def list_for_case(case_id: int, limit: int = 60) -> Sequence[Told]:
    """What was, is and will be said about the deadlines of a case, the latest planned day first."""
    query = (
        sa.select(
            Deadline.id,
            Deadline.kind,
            Deadline.subject,
            Deadline.due_on,
            Deadline.date_version == Reminder.date_version,
            Reminder.step,
            Reminder.planned_on,
            Reminder.state,
            Reminder.reason,
            Person.name,
            ReminderItem.part,
            ReminderItem.state,
            ReminderItem.reason,
            OutboxMessage.id,
            OutboxMessage.state,
            OutboxMessage.reason,
            OutboxMessage.attempts,
            OutboxMessage.last_code,
            OutboxMessage.last_error,
            OutboxMessage.sent_at,
            OutboxMessage.next_attempt_at,
        )
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .outerjoin(ReminderItem, ReminderItem.reminder_id == Reminder.id)
        .outerjoin(Person, Person.id == ReminderItem.person_id)
        .outerjoin(ReminderMail, ReminderMail.id == ReminderItem.mail_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == ReminderMail.message_id)
        .where(Deadline.case_id == case_id)
        # What was said comes before what is only planned, so that a long plan does not crowd out a mail in trouble.
        .order_by(ReminderItem.id.is_(None), Reminder.planned_on.desc(), Reminder.id.desc(), ReminderItem.id)
        .limit(limit)
    )
    told = [Told(*tuple(row)) for row in db.session.execute(query)]
    return sorted(told, key=lambda row: row.planned_on, reverse=True)
