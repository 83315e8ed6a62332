"""What an evaluation leads to: recommendations, management responses, actions, and who bears the cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.core.db import Model
from tracker.core.types import UTCDateTime, Versioned, enum_column
from tracker.documents.models import Document
from tracker.evaluations.enums import ActionState, Priority, ResponseKind
from tracker.organisations.models import Organisation

if TYPE_CHECKING:
    from tracker.evaluations.models.commission import Evaluation


class Recommendation(Versioned, Model):
    """What the evaluator recommends, to whom and where it stands in the report. ``addressee`` needs no account.

    ``issued_on`` and ``response_due_on`` are set when the final report is approved. ``closed_on``: every action is
    verified or no longer applies, or the recommendation was rejected with a reason. Those of an evaluation that is only
    noted are kept for knowledge: never issued, answered or closed here.
    """

    __tablename__ = "recommendations"
    __table_args__ = (
        sa.UniqueConstraint("evaluation_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("length(body) > 0", name="body_given"),
        sa.CheckConstraint("length(page) > 0", name="page_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    number: Mapped[int] = mapped_column()
    body: Mapped[str] = mapped_column(sa.Text)
    page: Mapped[str] = mapped_column(sa.String(40))
    priority: Mapped[Priority] = mapped_column(enum_column(Priority, "priority"))
    addressee_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    suggested_owner: Mapped[str | None] = mapped_column(sa.String(200))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_name: Mapped[str] = mapped_column(sa.String(200))
    issued_on: Mapped[date | None] = mapped_column()
    response_due_on: Mapped[date | None] = mapped_column()
    closed_on: Mapped[date | None] = mapped_column()
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    evaluation: Mapped[Evaluation] = relationship(back_populates="recommendations")
    addressee: Mapped[Organisation] = relationship()
    # Whoever reads a recommendation asks where it stands, and these tell: loaded with all of them at once.
    response: Mapped[ManagementResponse | None] = relationship(back_populates="recommendation", lazy="selectin")
    actions: Mapped[list[Action]] = relationship(back_populates="recommendation", order_by="Action.id", lazy="selectin")


class ManagementResponse(Versioned, Model):
    """The answer to one recommendation, by the addressee or recorded for it (``responded_by`` is a person's or a body's
    name, who needs no account)."""

    __tablename__ = "management_responses"
    __table_args__ = (sa.CheckConstraint("kind = 'accepted' OR length(reason) > 0", name="reason_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendations.id"), unique=True)
    kind: Mapped[ResponseKind] = mapped_column(enum_column(ResponseKind, "kind"))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    responded_by: Mapped[str] = mapped_column(sa.String(200))
    responded_on: Mapped[date] = mapped_column()
    decision_reference: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_name: Mapped[str] = mapped_column(sa.String(200))

    recommendation: Mapped[Recommendation] = relationship(back_populates="response")


class Action(Versioned, Model):
    """What is done about a recommendation. The owner is a person here, or named in an organisation without an account.

    ``verified_by`` is who verified it or decided that it no longer applies: never the owner, and never who said that
    it was done.
    """

    __tablename__ = "actions"
    __table_args__ = (
        sa.CheckConstraint("owner_id IS NOT NULL OR length(owner_name) > 0", name="owner_given"),
        sa.CheckConstraint("state <> 'done' AND state <> 'verified' OR done_on IS NOT NULL", name="done_day_given"),
        sa.CheckConstraint(
            "state NOT IN ('verified', 'no_longer_applicable') "
            "OR (verified_at IS NOT NULL AND verified_by_id IS NOT NULL)",
            name="verified_whole",
        ),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR owner_id IS NULL OR verified_by_id <> owner_id", name="verified_by_another"
        ),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR done_by_id IS NULL OR verified_by_id <> done_by_id", name="not_verified_by_doer"
        ),
        sa.CheckConstraint(
            "verified_by_name IS NULL OR owner_id IS NOT NULL OR verified_by_name <> owner_name",
            name="not_verified_by_namesake",
        ),
        sa.CheckConstraint(
            "state <> 'no_longer_applicable' OR length(dropped_reason) > 0", name="dropped_reason_given"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(sa.ForeignKey("recommendations.id"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    owner_name: Mapped[str] = mapped_column(sa.String(200))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    due_on: Mapped[date] = mapped_column()
    state: Mapped[ActionState] = mapped_column(enum_column(ActionState, "state"), default=ActionState.OPEN)
    done_on: Mapped[date | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    done_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    evidence: Mapped[str | None] = mapped_column(sa.Text)
    evidence_document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    verified_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verification_note: Mapped[str | None] = mapped_column(sa.Text)
    dropped_reason: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    recommendation: Mapped[Recommendation] = relationship(back_populates="actions")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    organisation: Mapped[Organisation | None] = relationship()
    evidence_document: Mapped[Document | None] = relationship()


class CostAllocation(Model):
    """A cost shared between the landsting by inhabitants on a frozen day. Never changed; a later one supersedes it.

    The shares add up to ``amount_ore`` to the öre (largest remainder).
    """

    __tablename__ = "cost_allocations"
    __table_args__ = (
        sa.CheckConstraint("amount_ore >= 0", name="amount_not_negative"),
        sa.Index(
            "uq_cost_allocations_standing",
            "evaluation_id",
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"), index=True)
    amount_ore: Mapped[int] = mapped_column(sa.BigInteger)
    populations_on: Mapped[date] = mapped_column()
    decided_on: Mapped[date] = mapped_column()
    decision: Mapped[str] = mapped_column(sa.String(200))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_name: Mapped[str] = mapped_column(sa.String(200))
    superseded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    evaluation: Mapped[Evaluation] = relationship(back_populates="allocations")
    shares: Mapped[list[CostShare]] = relationship(back_populates="allocation", order_by="CostShare.id")


class CostShare(Model):
    """One landsting's part: its inhabitants on the day, its share, and whether the öre left over went to it."""

    __tablename__ = "cost_shares"
    __table_args__ = (
        sa.UniqueConstraint("allocation_id", "organisation_id"),
        sa.CheckConstraint("share_ore >= 0", name="share_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    allocation_id: Mapped[int] = mapped_column(sa.ForeignKey("cost_allocations.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    inhabitants: Mapped[int] = mapped_column()
    share_ore: Mapped[int] = mapped_column(sa.BigInteger)
    is_rounded_up: Mapped[bool] = mapped_column(default=False)

    allocation: Mapped[CostAllocation] = relationship(back_populates="shares")
    organisation: Mapped[Organisation] = relationship()
