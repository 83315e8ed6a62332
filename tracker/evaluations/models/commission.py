"""The commission, the team and its declarations, the deliverables, and the links that open a commission."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.core.db import Model
from tracker.core.types import JSONColumn, UTCDateTime, Versioned, enum_column
from tracker.documents.models import Document, DocumentVersion
from tracker.evaluations.enums import (
    Assessment,
    Counterpart,
    DeliverableKind,
    DeliverableState,
    DeliveredBy,
    EngagementKind,
    ReminderDays,
    Selection,
)
from tracker.organisations.models import Organisation

if TYPE_CHECKING:
    from tracker.evaluations.models.follow_up import CostAllocation, Recommendation
    from tracker.evaluations.models.review import Progress, Review


class Evaluation(Case):
    """An evaluation of the collaboration. ``is_own``: commissioned by the styrgrupp under clause 5 of the decision of
    15 May 2014; the others are noted only, in the phase ``noted``, and never counted as ours.

    ``criteria`` are codes of ``Criterion``. ``response_days`` are calendar days from the approval of the final
    report until every recommendation has its management response. ``is_sharing_responses``: the evaluator reads them.
    Amounts in öre without VAT.
    """

    __tablename__ = "evaluations"
    __table_args__: tuple[Any, ...] = (
        sa.CheckConstraint("is_own OR commissioner_name IS NOT NULL", name="noted_names_commissioner"),
        sa.CheckConstraint("NOT is_own OR commissioner_id IS NOT NULL", name="own_has_commissioner"),
        sa.CheckConstraint("contract_signed_on IS NULL OR provider_id IS NOT NULL", name="contract_has_provider"),
        sa.CheckConstraint("budget_ore IS NULL OR budget_ore >= 0", name="budget_not_negative"),
        sa.CheckConstraint("contract_ore IS NULL OR contract_ore >= 0", name="contract_not_negative"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    is_own: Mapped[bool] = mapped_column(default=True)
    commissioner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    commissioner_name: Mapped[str | None] = mapped_column(sa.String(200))
    commissioned_on: Mapped[date | None] = mapped_column()
    commission_decision: Mapped[str | None] = mapped_column(sa.String(200))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    questions: Mapped[str] = mapped_column(sa.Text, default="")
    criteria: Mapped[list[str]] = mapped_column(JSONColumn, default=list)
    scope: Mapped[str] = mapped_column(sa.Text, default="")
    budget_ore: Mapped[int | None] = mapped_column(sa.BigInteger)
    selection: Mapped[Selection | None] = mapped_column(enum_column(Selection, "selection"))
    selection_reason: Mapped[str | None] = mapped_column(sa.Text)
    procurement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    provider_name: Mapped[str | None] = mapped_column(sa.String(200))
    contract_signed_on: Mapped[date | None] = mapped_column()
    contract_ends_on: Mapped[date | None] = mapped_column()
    contract_reference: Mapped[str | None] = mapped_column(sa.String(200))
    contract_ore: Mapped[int | None] = mapped_column(sa.BigInteger)
    contract_document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    response_days: Mapped[int] = mapped_column(default=42)
    published_on: Mapped[date | None] = mapped_column()
    report_url: Mapped[str | None] = mapped_column(sa.String(500))
    is_sharing_responses: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = mapped_column(sa.String(500))
    cancel_reason: Mapped[str | None] = mapped_column(sa.String(500))

    commissioner: Mapped[Organisation | None] = relationship(foreign_keys=[commissioner_id])
    provider: Mapped[Organisation | None] = relationship(foreign_keys=[provider_id])
    procurement: Mapped[Case | None] = relationship(foreign_keys=[procurement_id])
    contract_document: Mapped[Document | None] = relationship(foreign_keys=[contract_document_id])
    team: Mapped[list[TeamMember]] = relationship(back_populates="evaluation", order_by="TeamMember.id")
    deliverables: Mapped[list[Deliverable]] = relationship(
        back_populates="evaluation", order_by="(Deliverable.due_on, Deliverable.id)"
    )
    recommendations: Mapped[list[Recommendation]] = relationship(
        back_populates="evaluation", order_by="Recommendation.number"
    )
    allocations: Mapped[list[CostAllocation]] = relationship(back_populates="evaluation", order_by="CostAllocation.id")
    ended_contracts: Mapped[list[EndedContract]] = relationship(
        back_populates="evaluation", order_by="EndedContract.id"
    )

    __mapper_args__ = {
        "polymorphic_identity": CaseKind.EVALUATION,
        "inherit_condition": id == Case.id,
    }


class EndedContract(Model):
    """A contract that ended before a final report was approved, as it stood then; never changed. The evaluation's own
    columns are free for the next evaluator's. Amounts in öre without VAT.

    The team and the deliverables of that time name it. What was written, uploaded and said hangs on them, and is hidden
    from whoever evaluates after.
    """

    __tablename__ = "ended_contracts"
    __table_args__ = (
        sa.CheckConstraint("ended_on >= signed_on", name="days_in_order"),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"), index=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    signed_on: Mapped[date] = mapped_column()
    ended_on: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(sa.String(500))
    reference: Mapped[str | None] = mapped_column(sa.String(200))
    contract_ore: Mapped[int | None] = mapped_column(sa.BigInteger)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"))
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by_name: Mapped[str] = mapped_column(sa.String(200))

    evaluation: Mapped[Evaluation] = relationship(back_populates="ended_contracts")
    provider: Mapped[Organisation] = relationship()


class TeamMember(Versioned, Model):
    """Somebody who evaluates. ``person`` is a contact without roles: mail reaches them, nothing signs them in.

    ``left_on`` ends the part; the declarations stay. ``left_reason`` is what a member wrote who declined or left by
    themself. One member at a time is the contact, who gets the reminders, on the days that ``reminder_days`` names.
    ``ended_contract`` is the one they evaluated under; for another evaluator the same person is a member anew.
    """

    __tablename__ = "team_members"
    __table_args__ = (
        sa.Index(
            "uq_team_members_person",
            "evaluation_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ended_contract_id IS NULL"),
            sqlite_where=sa.text("ended_contract_id IS NULL"),
        ),
        sa.CheckConstraint("ended_contract_id IS NULL OR left_on IS NOT NULL", name="ended_has_left"),
        sa.Index(
            "uq_team_members_contact",
            "evaluation_id",
            unique=True,
            postgresql_where=sa.text("is_contact AND left_on IS NULL"),
            sqlite_where=sa.text("is_contact AND left_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    part: Mapped[str | None] = mapped_column(sa.String(100))
    is_contact: Mapped[bool] = mapped_column(default=False)
    reminder_days: Mapped[ReminderDays] = mapped_column(
        enum_column(ReminderDays, "reminder_days"), default=ReminderDays.USUAL
    )
    joined_on: Mapped[date] = mapped_column()
    left_on: Mapped[date | None] = mapped_column()
    left_reason: Mapped[str | None] = mapped_column(sa.Text)
    ended_contract_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ended_contracts.id"), index=True)

    evaluation: Mapped[Evaluation] = relationship(back_populates="team")
    person: Mapped[Person] = relationship()
    ended_contract: Mapped[EndedContract | None] = relationship()
    declarations: Mapped[list[Declaration]] = relationship(
        back_populates="member", order_by="Declaration.id", cascade="all, delete-orphan"
    )


class Declaration(Versioned, Model):
    """A declaration of independence by one member; the latest counts. Written once by the member, assessed once.

    The texts are empty where the member declares that there is nothing to tell. ``signed_name`` is what was typed.
    """

    __tablename__ = "declarations"
    __table_args__ = (
        sa.CheckConstraint("(assessment IS NULL) = (assessed_at IS NULL)", name="assessed_whole"),
        sa.CheckConstraint("assessment <> 'manageable' OR length(measure) > 0", name="measure_given"),
        sa.CheckConstraint("assessment <> 'disqualifying' OR length(assessment_reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("team_members.id"), index=True)
    ownership: Mapped[str] = mapped_column(sa.Text, default="")
    family: Mapped[str] = mapped_column(sa.Text, default="")
    expectations: Mapped[str] = mapped_column(sa.Text, default="")
    other: Mapped[str] = mapped_column(sa.Text, default="")
    signed_name: Mapped[str] = mapped_column(sa.String(200))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    assessment: Mapped[Assessment | None] = mapped_column(enum_column(Assessment, "assessment"))
    measure: Mapped[str | None] = mapped_column(sa.Text)
    assessment_reason: Mapped[str | None] = mapped_column(sa.Text)
    assessed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    assessed_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    assessed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    member: Mapped[TeamMember] = relationship(back_populates="declarations")
    engagements: Mapped[list[Engagement]] = relationship(
        back_populates="declaration", order_by="Engagement.id", cascade="all, delete-orphan"
    )


class Engagement(Model):
    """An employment or assignment of the last five years that a member declares."""

    __tablename__ = "engagements"
    __table_args__ = (sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name="days_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(sa.ForeignKey("declarations.id"), index=True)
    counterpart: Mapped[Counterpart] = mapped_column(enum_column(Counterpart, "counterpart"))
    kind: Mapped[EngagementKind] = mapped_column(enum_column(EngagementKind, "kind"))
    organisation: Mapped[str] = mapped_column(sa.String(200))
    what: Mapped[str] = mapped_column(sa.Text, default="")
    from_on: Mapped[date] = mapped_column()
    to_on: Mapped[date | None] = mapped_column()

    declaration: Mapped[Declaration] = relationship(back_populates="engagements")


class Deliverable(Versioned, Model):
    """Something that is to be delivered by a day. ``document`` holds every version that was delivered.

    ``first_due_on`` is the day first agreed. ``next_step`` tells the evaluator what happens when it is in.
    ``submitted_at`` is when the version that stands was received. ``ended_contract`` is the one it was asked for under;
    what was not approved then is asked for anew, so that nothing of one evaluator's hangs on what another owes.
    """

    __tablename__ = "deliverables"
    __table_args__ = (
        sa.CheckConstraint("length(title) > 0", name="title_given"),
        sa.CheckConstraint("ended_contract_id IS NULL OR state IN ('approved', 'cancelled')", name="ended_is_finished"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"), index=True)
    kind: Mapped[DeliverableKind] = mapped_column(enum_column(DeliverableKind, "kind"))
    delivered_by: Mapped[DeliveredBy] = mapped_column(enum_column(DeliveredBy, "delivered_by"))
    title: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date] = mapped_column()
    first_due_on: Mapped[date] = mapped_column()
    format: Mapped[str | None] = mapped_column(sa.String(200))
    next_step: Mapped[str | None] = mapped_column(sa.String(500))
    state: Mapped[DeliverableState] = mapped_column(
        enum_column(DeliverableState, "state"), default=DeliverableState.OPEN
    )
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)
    ended_contract_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ended_contracts.id"), index=True)

    evaluation: Mapped[Evaluation] = relationship(back_populates="deliverables")
    ended_contract: Mapped[EndedContract | None] = relationship()
    document: Mapped[Document | None] = relationship()
    deliveries: Mapped[list[Delivery]] = relationship(back_populates="deliverable", order_by="Delivery.id")
    answers: Mapped[list[Progress]] = relationship(back_populates="deliverable", order_by="Progress.id")
    reviews: Mapped[list[Review]] = relationship(back_populates="deliverable", order_by="Review.id")


class Delivery(Model):
    """One delivered version and how it stood against the date in force; never changed."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    deliverable_id: Mapped[int] = mapped_column(sa.ForeignKey("deliverables.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_versions.id"), unique=True)
    due_on: Mapped[date] = mapped_column()
    days_late: Mapped[int] = mapped_column(default=0)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team_members.id"))

    deliverable: Mapped[Deliverable] = relationship(back_populates="deliveries")
    version: Mapped[DocumentVersion] = relationship()
    member: Mapped[TeamMember | None] = relationship()


class GivenDocument(Model):
    """A document of the case that the commissioner lets the evaluator have: the terms of reference, a template.

    Without a deliverable it is about the whole commission. Whether it is shown is asked of the secrecy table each time.
    """

    __tablename__ = "given_documents"
    __table_args__ = (sa.UniqueConstraint("evaluation_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"))
    deliverable_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deliverables.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    given_by_name: Mapped[str] = mapped_column(sa.String(200))

    evaluation: Mapped[Evaluation] = relationship()
    deliverable: Mapped[Deliverable | None] = relationship()
    document: Mapped[Document] = relationship()


class Question(Model):
    """A question from the evaluator to the commissioner, and its answer."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluations.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("team_members.id"))
    body: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    evaluation: Mapped[Evaluation] = relationship()
    member: Mapped[TeamMember] = relationship()


class EvaluatorLink(Model):
    """A link that opens one commission for one member of the team, without an account.

    The token in its address is an HMAC of ``seed`` under the secret key, so that every mail can carry it and the
    database alone opens nothing. ``renewed_from_id`` is the link that was replaced.
    """

    __tablename__ = "evaluator_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    seed: Mapped[str] = mapped_column(sa.String(64))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("team_members.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_name: Mapped[str] = mapped_column(sa.String(200))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    renewed_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evaluator_links.id"))

    member: Mapped[TeamMember] = relationship()


class UploadedDraft(Model):
    """What an evaluator has typed and uploaded for a deliverable without handing it in yet; kept over expired links."""

    __tablename__ = "uploaded_drafts"
    __table_args__ = (sa.UniqueConstraint("deliverable_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deliverable_id: Mapped[int] = mapped_column(sa.ForeignKey("deliverables.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("team_members.id"))
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("uploads.id", ondelete="SET NULL"))
    change_note: Mapped[str | None] = mapped_column(sa.Text)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
