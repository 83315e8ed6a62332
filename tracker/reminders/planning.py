"""One morning, set-based: reminders that are due become items of one mail per person.

Due is what is planned for today or before and not yet given to anybody, so a morning that was missed is made good by
the next, and the unique keys make a second scheduler harmless. The time follows the rows that are due, by a partial
index, and not the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person, RoleGrant
from tracker.cases.enums import ParticipantRole
from tracker.cases.models import Case, Participant
from tracker.core import calendar
from tracker.core.db import db
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.ladders import Rung, overdue_rung
from tracker.deadlines.models import Deadline
from tracker.reminders.enums import ItemState, Part, ReminderState, StopReason
from tracker.reminders.models import Reminder, ReminderItem, ReminderMail

_case = Case.__table__


def insert_new(table: Any) -> Any:
    """An INSERT that leaves rows alone whose unique key is there."""
    insert: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def is_due(today: date) -> sa.ColumnElement[bool]:
    """Rows whose day has come, and that belong to a date as it stands."""
    return sa.and_(Reminder.state == ReminderState.PLANNED, Reminder.planned_on <= today)


def recipients(condition: sa.ColumnElement[bool], *, only_active: bool = True) -> sa.CompoundSelect[Any]:
    """(reminder_id, person_id, part) of the reminders that fit: the deadline's owner, else the officer; the contact;
    the officer, too, when somebody outside is late.

    Somebody who is both gets one row, as owner or officer.
    """
    part = sa.case((Deadline.owner_id.is_(None), Part.RESPONSIBLE.value), else_=Part.OWNER.value).label("part")
    first = aliased(Person)
    main_person = sa.func.coalesce(Deadline.owner_id, _case.c.responsible_id)
    stands = sa.and_(Deadline.state == DeadlineState.OPEN, Deadline.date_version == Reminder.date_version)
    main = (
        sa.select(Reminder.id.label("reminder_id"), first.id.label("person_id"), part)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(_case, _case.c.id == Deadline.case_id)
        .join(first, first.id == main_person)
        .where(condition, stands)
    )
    second = aliased(Person)
    contacts = (
        sa.select(Reminder.id, second.id, sa.literal(Part.MARKET_CONTACT.value))
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(_case, _case.c.id == Deadline.case_id)
        .join(
            Participant,
            sa.and_(Participant.case_id == Deadline.case_id, Participant.role == ParticipantRole.MARKET_CONTACT),
        )
        .join(second, second.id == Participant.person_id)
        .where(condition, stands, second.id != main_person)
    )
    officers, third = _officers(condition, stands)
    if only_active:
        main, contacts, officers = (
            main.where(first.is_active),
            contacts.where(second.is_active),
            officers.where(third.is_active),
        )
    return sa.union_all(main, contacts, officers)


def _officers(condition: sa.ColumnElement[bool], stands: sa.ColumnElement[bool]) -> tuple[Any, Any]:
    """From the day itself on, the officer hears of a date that somebody outside has let pass."""
    officer = aliased(Person)
    has_account = sa.exists().where(RoleGrant.person_id == Deadline.owner_id)
    is_contact = sa.exists().where(
        Participant.case_id == Deadline.case_id,
        Participant.role == ParticipantRole.MARKET_CONTACT,
        Participant.person_id == officer.id,
    )
    query = (
        sa.select(Reminder.id, officer.id, sa.literal(Part.RESPONSIBLE.value))
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(_case, _case.c.id == Deadline.case_id)
        .join(officer, officer.id == _case.c.responsible_id)
        .where(condition, stands, Reminder.step >= 0, Deadline.owner_id.is_not(None), ~has_account, ~is_contact)
        .where(Deadline.owner_id != officer.id)
    )
    return query, officer


def make_items(today: date) -> int:
    """Give every due reminder to its recipients; how many items were made."""
    _follow_the_due_rows()
    found = recipients(is_due(today)).subquery()
    source = sa.select(found.c.reminder_id, found.c.person_id, found.c.part, sa.literal(ItemState.LIVE.value))
    # Without a WHERE, SQLite takes the ON of ON CONFLICT for that of a join.
    source = source.where(sa.true())
    statement = insert_new(ReminderItem).from_select(["reminder_id", "person_id", "part", "state"], source)
    return _execute(statement.on_conflict_do_nothing())


def _follow_the_due_rows() -> None:
    """For this transaction. PostgreSQL would rather read all deadlines than look ten thousand of them up."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))


def mark_due(today: date) -> int:
    """Take the reminders that somebody got out of the plan. One that nobody gets stays in it, and is seen as such."""
    given = sa.exists().where(ReminderItem.reminder_id == Reminder.id)
    statement = sa.update(Reminder).where(is_due(today), given).values(state=ReminderState.DUE)
    return _execute(statement)


def void_outdated(today: date) -> int:
    """Reminders of a date that moved, or of a deadline that is no longer open. Usually none: see ``service``."""
    stands = sa.exists().where(
        Deadline.id == Reminder.deadline_id,
        Deadline.state == DeadlineState.OPEN,
        Deadline.date_version == Reminder.date_version,
    )
    values = {"state": ReminderState.VOID, "reason": StopReason.DATE_MOVED}
    return _execute(sa.update(Reminder).where(is_due(today), ~stands).values(values))


def make_overdue(today: date) -> None:
    """For each reminder on the day or later that is due, plan the next: nagging never depends on a mail arriving."""
    late = sa.and_(is_due(today), Reminder.step >= 0)
    dates = db.session.scalars(
        sa.select(Deadline.due_on).join(Reminder, Reminder.deadline_id == Deadline.id).where(late).distinct()
    )
    next_rungs = list(_next_rungs(dates, today))
    for first in range(0, len(next_rungs), 300):
        values = sa.values(
            sa.column("due_on", sa.Date), sa.column("step", sa.Integer), sa.column("planned_on", sa.Date), name="rungs"
        ).data([(due_on, rung.step, rung.planned_on) for due_on, rung in next_rungs[first : first + 300]])
        rung = values.cte("rung")
        source = (
            sa.select(
                Reminder.deadline_id,
                Reminder.date_version,
                rung.c.step,
                rung.c.planned_on,
                sa.literal(ReminderState.PLANNED.value),
            )
            .join(Deadline, Deadline.id == Reminder.deadline_id)
            .join(rung, rung.c.due_on == Deadline.due_on)
            .where(late, Deadline.state == DeadlineState.OPEN, Deadline.date_version == Reminder.date_version)
        )
        columns = ["deadline_id", "date_version", "step", "planned_on", "state"]
        db.session.execute(insert_new(Reminder).from_select(columns, source).on_conflict_do_nothing())


def _next_rungs(dates: Iterable[date], today: date) -> Iterable[tuple[date, Rung]]:
    for due_on in dates:
        try:
            yield due_on, overdue_rung(due_on, max(today, due_on))
        except calendar.CalendarError:
            continue


def make_mails(today: date, now: datetime) -> int:
    """One mail for everybody who has items without one, unless this morning's is made already."""
    homeless = sa.and_(ReminderItem.mail_id.is_(None), ReminderItem.state == ItemState.LIVE)
    moment = sa.literal(now, type_=ReminderMail.planned_at.type)
    source = sa.select(ReminderItem.person_id, sa.literal(today, sa.Date), moment).where(homeless).distinct()
    statement = insert_new(ReminderMail).from_select(["person_id", "morning_on", "planned_at"], source)
    made = _execute(statement.on_conflict_do_nothing())
    if made:
        mail = (
            sa.select(ReminderMail.id)
            .where(
                ReminderMail.person_id == ReminderItem.person_id,
                ReminderMail.morning_on == today,
                ReminderMail.message_id.is_(None),
            )
            .scalar_subquery()
        )
        _execute(sa.update(ReminderItem).where(homeless).values(mail_id=mail))
    return made


def _execute(statement: Any) -> int:
    return int(db.session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount)
