"""Planned reminders, who gets them, and the one mail per person and morning."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.core.db import Model
from tracker.core.types import UTCDateTime, enum_column
from tracker.deadlines.models import Deadline
from tracker.reminders.enums import ItemState, Part, ReminderState, StopReason


class Reminder(Model):
    """One rung of the ladder for one version of a date; ``step`` counts working days: ``-30`` … ``0``, ``1``, ``6``."""

    __tablename__ = "reminders"
    __table_args__ = (
        sa.UniqueConstraint("deadline_id", "date_version", "step"),
        sa.Index(
            "ix_reminders_planned",
            "planned_on",
            postgresql_where=sa.text("state = 'planned'"),
            sqlite_where=sa.text("state = 'planned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadlines.id"))
    date_version: Mapped[int] = mapped_column()
    step: Mapped[int] = mapped_column()
    planned_on: Mapped[date] = mapped_column()
    state: Mapped[ReminderState] = mapped_column(enum_column(ReminderState, "state"), default=ReminderState.PLANNED)
    reason: Mapped[StopReason | None] = mapped_column(enum_column(StopReason, "reason"))

    deadline: Mapped[Deadline] = relationship()


class ReminderMail(Model):
    """The merged mail of one person on one morning; ``message_id`` is the message that carries it."""

    __tablename__ = "reminder_mails"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "morning_on"),
        sa.Index(
            "ix_reminder_mails_new",
            "id",
            postgresql_where=sa.text("message_id IS NULL"),
            sqlite_where=sa.text("message_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    morning_on: Mapped[date] = mapped_column()
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    message_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("outbox_messages.id"), unique=True)

    person: Mapped[Person] = relationship()


class ReminderItem(Model):
    """One reminder for one person. Without a mail while that person's mail of the morning has already gone."""

    __tablename__ = "reminder_items"
    __table_args__ = (sa.UniqueConstraint("reminder_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(sa.ForeignKey("reminders.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    part: Mapped[Part] = mapped_column(enum_column(Part, "part"))
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reminder_mails.id"), index=True)
    state: Mapped[ItemState] = mapped_column(enum_column(ItemState, "state"), default=ItemState.LIVE)
    reason: Mapped[StopReason | None] = mapped_column(enum_column(StopReason, "reason"))

    reminder: Mapped[Reminder] = relationship()
