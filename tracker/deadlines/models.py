"""Deadlines of cases, and how each date came about."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.db import Model
from tracker.core.types import JSONColumn, UTCDateTime, Versioned, enum_column
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState


class Deadline(Versioned, Model):
    """A date that must not be missed. Local to Europe/Stockholm.

    ``source_key`` names what made it within the case (``step:award``, ``option:3:decide_by``, ``manual:7``), so that
    recomputing finds it again. ``date_version`` grows each time ``due_on`` moves; reminders are planned per version.
    ``working`` holds the structured steps of the count; null for dates a person set by hand, which have ``reason``.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "source_key"),
        sa.CheckConstraint("(state = 'met') = (met_on IS NOT NULL)", name="met_on_when_met"),
        sa.CheckConstraint("basis <> 'statutory' OR rule IS NOT NULL", name="statutory_has_rule"),
        sa.Index(
            "ix_deadlines_open_due",
            "due_on",
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    source_key: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[DeadlineKind] = mapped_column(enum_column(DeadlineKind, "kind"))
    basis: Mapped[Basis] = mapped_column(enum_column(Basis, "basis"))
    subject: Mapped[str | None] = mapped_column(sa.String(200))
    due_on: Mapped[date] = mapped_column()
    due_time: Mapped[time | None] = mapped_column()
    raw_on: Mapped[date | None] = mapped_column()
    date_version: Mapped[int] = mapped_column(default=1)
    state: Mapped[DeadlineState] = mapped_column(enum_column(DeadlineState, "state"), default=DeadlineState.OPEN)
    met_on: Mapped[date | None] = mapped_column()
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    rule: Mapped[str | None] = mapped_column(sa.String(60))
    section: Mapped[str | None] = mapped_column(sa.String(60))
    rule_set: Mapped[str | None] = mapped_column(sa.String(40))
    rule_set_version: Mapped[str | None] = mapped_column(sa.String(40))
    working: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONColumn)
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    set_by_name: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)

    case: Mapped[Case] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])


class DeadlineMove(Model):
    """One earlier date of a deadline, and why it was left."""

    __tablename__ = "deadline_moves"
    __table_args__ = (sa.UniqueConstraint("deadline_id", "date_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deadline_id: Mapped[int] = mapped_column(sa.ForeignKey("deadlines.id"))
    date_version: Mapped[int] = mapped_column()
    due_on: Mapped[date] = mapped_column()
    moved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    moved_by_name: Mapped[str] = mapped_column(sa.String(200))
    reason: Mapped[str | None] = mapped_column(sa.String(500))
