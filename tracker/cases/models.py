"""The case (ärende) that everything tracked is, with its participants and notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.cases.enums import CaseKind, ParticipantRole, SecrecyClass
from tracker.core.counters import YearCounter
from tracker.core.db import Model
from tracker.core.types import UTCDateTime, enum_column


class Case(Model):
    """A case in the register (OSL 5:2): number, date, brief subject, who is responsible.

    ``phase`` is a code of the kind's own workflow. ``search_text`` is the lower-cased text that list searches read.
    """

    __tablename__ = "cases"
    __table_args__: tuple[Any, ...] = (
        sa.UniqueConstraint("registry_year", "registry_sequence"),
        sa.CheckConstraint("registry_sequence > 0", name="registry_sequence_positive"),
        # What a list needs to count a phase and to sort it, so that PostgreSQL leaves the table alone for both.
        sa.Index(
            "ix_cases_phase_registry",
            "phase",
            "registry_year",
            "registry_sequence",
            postgresql_include=["kind", "secrecy_class", "responsible_id", "id"],
        ),
        sa.CheckConstraint("length(title) > 0", name="title_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CaseKind] = mapped_column(enum_column(CaseKind, "kind"))
    registry_number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    registry_year: Mapped[int] = mapped_column()
    registry_sequence: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(sa.String(300))
    responsible_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    secrecy_class: Mapped[SecrecyClass] = mapped_column(
        enum_column(SecrecyClass, "secrecy_class"), default=SecrecyClass.OPEN
    )
    phase: Mapped[str] = mapped_column(sa.String(40))
    phase_since_on: Mapped[date] = mapped_column()
    is_example: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    opened_on: Mapped[date] = mapped_column()
    closed_on: Mapped[date | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    responsible: Mapped[Person] = relationship(foreign_keys=[responsible_id])
    participants: Mapped[list[Participant]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Participant.id"
    )
    notes: Mapped[list[Note]] = relationship(back_populates="case", order_by="Note.id.desc()")

    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version}


class RegistryCounter(YearCounter, Model):
    """The last registry number given in a year."""

    __tablename__ = "registry_counters"


class Participant(Model):
    """A person's part in a case, beside the responsible officer."""

    __tablename__ = "participants"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(enum_column(ParticipantRole, "role"))

    case: Mapped[Case] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()


class Note(Model):
    """A note on a case. Written once; a mistake is corrected by a further note."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    author_name: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    case: Mapped[Case] = relationship(back_populates="notes")
