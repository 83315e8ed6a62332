"""Procurements with lots, milestones, contracts and their options."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.core.db import Model
from tracker.core.types import Versioned, enum_column
from tracker.organisations.models import CpvCode, Organisation
from tracker.procurements.enums import Capacity, LotState, Means, OptionState, Procedure, StandstillException, StepKind


class Procurement(Case):
    """A nationally coordinated procurement, assigned by landsting or a body of the model (decision clause 9).

    ``executing_body`` is SKL Kommentus unless ``executing_reason`` is given. ``began_on`` chooses the law.
    """

    __tablename__ = "procurements"
    __table_args__: tuple[Any, ...] = (
        sa.CheckConstraint(
            "NOT has_other_executing_body OR length(executing_reason) > 0", name="executing_reason_given"
        ),
        sa.CheckConstraint("atc_code IS NULL OR length(atc_code) BETWEEN 1 AND 7", name="atc_length"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    substance: Mapped[str] = mapped_column(sa.String(300), default="")
    atc_code: Mapped[str | None] = mapped_column(sa.String(7), index=True)
    cpv_code: Mapped[str | None] = mapped_column(sa.ForeignKey("cpv_codes.code"))
    procedure: Mapped[Procedure] = mapped_column(enum_column(Procedure, "procedure"))
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    assignment_decision: Mapped[str | None] = mapped_column(sa.String(200))
    assigned_on: Mapped[date | None] = mapped_column()
    executing_body_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    has_other_executing_body: Mapped[bool] = mapped_column(default=False)
    executing_reason: Mapped[str | None] = mapped_column(sa.String(500))
    capacity: Mapped[Capacity | None] = mapped_column(enum_column(Capacity, "capacity"))
    began_on: Mapped[date] = mapped_column()
    planned_publication_on: Mapped[date | None] = mapped_column()
    wished_supply_on: Mapped[date | None] = mapped_column()
    accepts_electronic_tenders: Mapped[bool] = mapped_column(default=True)
    has_full_electronic_documents: Mapped[bool] = mapped_column(default=True)
    prior_information_notice_on: Mapped[date | None] = mapped_column()
    is_accelerated: Mapped[bool] = mapped_column(default=False)
    notification_means: Mapped[Means] = mapped_column(
        enum_column(Means, "notification_means"), default=Means.ELECTRONIC
    )
    succeeds_contract_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contracts.id", use_alter=True), index=True)
    source: Mapped[str | None] = mapped_column(sa.String(500))
    import_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)

    cpv: Mapped[CpvCode | None] = relationship()
    assigned_by: Mapped[Organisation | None] = relationship(foreign_keys=[assigned_by_id])
    executing_body: Mapped[Organisation] = relationship(foreign_keys=[executing_body_id])
    succeeds_contract: Mapped[Contract | None] = relationship(foreign_keys=[succeeds_contract_id], post_update=True)
    lots: Mapped[list[Lot]] = relationship(back_populates="procurement", order_by="Lot.number")
    milestones: Mapped[list[Milestone]] = relationship(back_populates="procurement", order_by="Milestone.position")
    contracts: Mapped[list[Contract]] = relationship(
        back_populates="procurement", foreign_keys="Contract.procurement_id", order_by="Contract.starts_on"
    )

    __mapper_args__ = {"polymorphic_identity": CaseKind.PROCUREMENT}


class Lot(Versioned, Model):
    """A part (anbudsområde) of a procurement that is awarded on its own."""

    __tablename__ = "lots"
    __table_args__ = (
        sa.UniqueConstraint("procurement_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procurement_id: Mapped[int] = mapped_column(sa.ForeignKey("procurements.id"))
    number: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(sa.String(300))
    atc_code: Mapped[str | None] = mapped_column(sa.String(7))
    state: Mapped[LotState] = mapped_column(enum_column(LotState, "state"), default=LotState.OPEN)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    procurement: Mapped[Procurement] = relationship(back_populates="lots")


class Milestone(Versioned, Model):
    """A step with the date first planned, the date planned now, and the date it happened.

    ``exception`` and its reason stand on a contract that was signed before the standstill had run out.
    """

    __tablename__ = "milestones"
    __table_args__ = (
        sa.UniqueConstraint("procurement_id", "kind"),
        sa.CheckConstraint("exception IS NULL OR length(exception_reason) > 0", name="exception_reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procurement_id: Mapped[int] = mapped_column(sa.ForeignKey("procurements.id"))
    kind: Mapped[StepKind] = mapped_column(enum_column(StepKind, "kind"))
    position: Mapped[int] = mapped_column()
    first_planned_on: Mapped[date | None] = mapped_column()
    planned_on: Mapped[date | None] = mapped_column()
    actual_on: Mapped[date | None] = mapped_column()
    note: Mapped[str | None] = mapped_column(sa.Text)
    exception: Mapped[StandstillException | None] = mapped_column(enum_column(StandstillException, "exception"))
    exception_reason: Mapped[str | None] = mapped_column(sa.String(500))

    procurement: Mapped[Procurement] = relationship(back_populates="milestones")


class Contract(Versioned, Model):
    """A contract or framework agreement with one supplier. ``base_ends_on`` = start + base period − 1 day.

    ``ends_on`` is the end that holds now: the base end, or the end of the last option that was exercised.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        sa.CheckConstraint("base_ends_on >= starts_on", name="base_order"),
        sa.CheckConstraint("ends_on >= base_ends_on", name="end_order"),
        sa.CheckConstraint("notice_months BETWEEN 0 AND 36", name="notice_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    procurement_id: Mapped[int] = mapped_column(sa.ForeignKey("procurements.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lots.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    reference: Mapped[str | None] = mapped_column(sa.String(120))
    products: Mapped[str | None] = mapped_column(sa.String(500))
    signed_on: Mapped[date | None] = mapped_column()
    starts_on: Mapped[date] = mapped_column()
    base_months: Mapped[int] = mapped_column()
    base_ends_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column(index=True)
    notice_months: Mapped[int] = mapped_column(default=3)
    decision_lead_days: Mapped[int] = mapped_column(default=30)
    long_term_reason: Mapped[str | None] = mapped_column(sa.String(500))
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    procurement: Mapped[Procurement] = relationship(back_populates="contracts", foreign_keys=[procurement_id])
    lot: Mapped[Lot | None] = relationship()
    supplier: Mapped[Organisation] = relationship()
    successors: Mapped[list[Procurement]] = relationship(foreign_keys="Procurement.succeeds_contract_id", viewonly=True)
    options: Mapped[list[ContractOption]] = relationship(
        back_populates="contract", order_by="ContractOption.position", cascade="all, delete-orphan"
    )


class ContractOption(Versioned, Model):
    """An option to extend, with the dates by which it must be decided and the supplier told.

    ``notified_on``: the day an exercised option was notified to the supplier.
    """

    __tablename__ = "contract_options"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "position"),
        sa.CheckConstraint("ends_on >= starts_on", name="period_order"),
        sa.CheckConstraint("must_notify_by_on < starts_on", name="notify_before_start"),
        sa.CheckConstraint("decide_by_on <= must_notify_by_on", name="decide_before_notify"),
        sa.CheckConstraint("(state = 'undecided') = (decided_on IS NULL)", name="decided_on_when_decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contracts.id"))
    position: Mapped[int] = mapped_column()
    months: Mapped[int] = mapped_column()
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()
    must_notify_by_on: Mapped[date] = mapped_column()
    decide_by_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[OptionState] = mapped_column(enum_column(OptionState, "state"), default=OptionState.UNDECIDED)
    decided_on: Mapped[date | None] = mapped_column()
    notified_on: Mapped[date | None] = mapped_column()
    reason: Mapped[str | None] = mapped_column(sa.String(500))

    contract: Mapped[Contract] = relationship(back_populates="options")
