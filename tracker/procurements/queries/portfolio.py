"""All procurements together: the chart of the start page, contracts that end, counts by phase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.charts import Line, Span
from tracker.core.db import db
from tracker.organisations.models import OrganisationName
from tracker.procurements import labels
from tracker.procurements.enums import OptionState, ProcurementPhase, StepKind
from tracker.procurements.models import Contract, ContractOption, Milestone, Procurement
from tracker.procurements.workflow import CLOSED_PHASES

MOST_LINES = 40
REPLACE_WITHIN_DAYS = 731  # 24 months
CHART_YEARS_BACK = 1


@dataclass(frozen=True, slots=True)
class ContractEnding:
    """A contract whose present end falls in the window asked for."""

    contract_id: int
    procurement_id: int
    registry_number: str
    title: str
    supplier: str
    atc_code: str | None
    ends_on: date
    has_undecided_option: bool
    has_successor: bool


def list_contracts_ending(viewer: Viewer, from_on: date, to_on: date) -> Sequence[ContractEnding]:
    """Contracts that end from `from_on` up to and with `to_on`, the first one first. One statement."""
    successor = Procurement.__table__.alias("successor")
    undecided = sa.exists().where(
        ContractOption.contract_id == Contract.id, ContractOption.state == OptionState.UNDECIDED
    )
    supplier = (
        sa.select(OrganisationName.name)
        .where(OrganisationName.organisation_id == Contract.supplier_id)
        .order_by(OrganisationName.valid_from_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Contract.id,
            Procurement.id,
            Procurement.registry_number,
            Procurement.title,
            supplier,
            Procurement.atc_code,
            Contract.ends_on,
            undecided,
            sa.exists().where(successor.c.succeeds_contract_id == Contract.id),
        )
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .where(Contract.ends_on.between(from_on, to_on), visible_cases(viewer))
        .order_by(Contract.ends_on, Contract.id)
    )
    return [ContractEnding(*row) for row in db.session.execute(query)]


def count_contracts_ending(viewer: Viewer, from_on: date, to_on: date) -> int:
    """How many contracts end from `from_on` up to and with `to_on`."""
    query = sa.select(sa.func.count()).select_from(Contract).join(Case, Case.id == Contract.procurement_id)
    return db.session.scalar(query.where(Contract.ends_on.between(from_on, to_on), visible_cases(viewer))) or 0


def list_replaceable_contracts(viewer: Viewer, atc_code: str | None, today: date) -> Sequence[Contract]:
    """Contracts on the same substance, or on one below or above the code, that end within 24 months."""
    if not atc_code:
        return []
    on_procurement = sa.or_(
        Procurement.atc_code.like(f"{atc_code}%"), sa.literal(atc_code).like(Procurement.atc_code + "%")
    )
    query = (
        sa.select(Contract)
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .where(
            on_procurement,
            Contract.ends_on.between(
                today - timedelta(days=REPLACE_WITHIN_DAYS // 2), today + timedelta(days=REPLACE_WITHIN_DAYS)
            ),
            visible_cases(viewer),
        )
        .options(joinedload(Contract.procurement), joinedload(Contract.supplier))
        .order_by(Contract.ends_on, Contract.id)
        .limit(20)
    )
    return db.session.scalars(query).unique().all()


def count_by_phase(viewer: Viewer) -> list[tuple[ProcurementPhase, int]]:
    """How many procurements stand in each phase, in the order of the phases; empty phases are told too."""
    query = (
        sa.select(Case.phase, sa.func.count().label("number"))
        .where(Case.kind == "procurement", visible_cases(viewer))
        .group_by(Case.phase)
    )
    counted = {row.phase: row.number for row in db.session.execute(query)}
    return [(phase, counted.get(phase.value, 0)) for phase in ProcurementPhase]


def portfolio_timeline(viewer: Viewer, today: date, url_of: Callable[[int], str] | None = None) -> Sequence[Line]:
    """One line per procurement that runs or has a contract in force or lately ended: the procedure, its contracts and
    the options that can still be used. Those with the nearest end come first."""
    earliest = date(today.year - CHART_YEARS_BACK, 1, 1)
    ends = sa.exists().where(Contract.procurement_id == Case.id, Contract.ends_on >= earliest)
    # The numbers of the lines first, so that the newest are found by their index however many there are.
    newest = (
        sa.select(Case.id)
        .where(
            Case.kind == "procurement",
            visible_cases(viewer),
            sa.or_(Case.phase.not_in([phase.value for phase in CLOSED_PHASES]), ends),
        )
        .order_by(Case.registry_year.desc(), Case.registry_sequence.desc())
        .limit(MOST_LINES)
        .subquery()
    )
    query = (
        sa.select(Procurement)
        .join(newest, newest.c.id == Procurement.id)
        .options(
            selectinload(Procurement.milestones), selectinload(Procurement.contracts).selectinload(Contract.options)
        )
    )
    found = [(procurement, _spans(procurement, today)) for procurement in db.session.scalars(query).unique()]
    found.sort(key=lambda item: (max((span.ends_on for span in item[1]), default=date.max), item[0].id))
    return [
        Line(
            label=procurement.title,
            spans=spans,
            url=url_of(procurement.id) if url_of else None,
            note=procurement.registry_number,
        )
        for procurement, spans in found
        if spans
    ]


def _spans(procurement: Procurement, today: date) -> list[Span]:
    spans = []
    signed_on = _day_of(procurement.milestones, StepKind.CONTRACT_SIGNED)
    starts = [contract.starts_on for contract in procurement.contracts]
    until = min(starts) - timedelta(days=1) if starts else signed_on or procurement.wished_supply_on
    if until is None and procurement.phase not in CLOSED_PHASES:
        until = today
    if until is not None and until >= procurement.began_on:
        spans.append(Span("procurement", str(labels.CHART["procurement"]), procurement.began_on, until))
    for contract in procurement.contracts:
        spans.append(Span("contract", str(labels.CHART["contract"]), contract.starts_on, contract.ends_on))
        open_ends = [o for o in contract.options if o.state is OptionState.UNDECIDED and o.ends_on > contract.ends_on]
        if open_ends and not any(option.state is OptionState.DECLINED for option in contract.options):
            spans.append(
                Span(
                    "option",
                    str(labels.CHART["option"]),
                    contract.ends_on + timedelta(days=1),
                    max(option.ends_on for option in open_ends),
                )
            )
    return _merged(spans)


def _merged(spans: list[Span]) -> list[Span]:
    """Contracts of several lots with the same days are one bar."""
    return list(dict.fromkeys(spans))


def _day_of(milestones: Sequence[Milestone], kind: StepKind) -> date | None:
    for step in milestones:
        if step.kind is kind:
            return step.actual_on or step.planned_on
    return None


def list_lapsed_ids(today: date) -> Sequence[int]:
    """Procurements that stand as in force although their last contract has ended."""
    running = sa.exists().where(Contract.procurement_id == Case.id, Contract.ends_on >= today)
    any_contract = sa.exists().where(Contract.procurement_id == Case.id)
    query = sa.select(Case.id).where(Case.phase == ProcurementPhase.IN_FORCE.value, any_contract, ~running)
    return db.session.scalars(query.order_by(Case.id)).all()
