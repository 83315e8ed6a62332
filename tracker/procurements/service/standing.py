"""What every change to a procurement has in common: phase, search text, stamp."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import is_known_to_all_inside
from tracker.cases.service import search_text_of
from tracker.core.clock import local_date
from tracker.core.errors import DomainError
from tracker.procurements.enums import ProcurementPhase, StepKind
from tracker.procurements.models import Milestone, Procurement
from tracker.procurements.workflow import CLOSED_PHASES, next_step, standing, steps_of

LONGEST_TITLE = 300


def settle(procurement: Procurement, now: datetime) -> None:
    """Bring phase, search text and stamp in step with the rest of the record."""
    _settle_phase(procurement, local_date(now))
    procurement.search_text = _search_text(procurement)
    procurement.updated_at = now


def done_steps(procurement: Procurement) -> dict[StepKind, date]:
    """The logged steps and the days they happened."""
    return {step.kind: step.actual_on for step in procurement.milestones if step.actual_on is not None}


def next_step_of(procurement: Procurement) -> StepKind | None:
    """The step to log next. A contract that was recorded without its steps is in force: its past is not asked for."""
    done = done_steps(procurement)
    phase = procurement.phase
    if phase in CLOSED_PHASES:
        return None
    if phase == ProcurementPhase.IN_FORCE and procurement.contracts and StepKind.CONTRACT_SIGNED not in done:
        return None
    return next_step(procurement.procedure, done)


def milestone_of(procurement: Procurement, kind: StepKind) -> Milestone:
    """The row of a step; made when the procedure has the step and the row is missing.

    :raises DomainError: when the procedure has no such step.
    """
    for step in procurement.milestones:
        if step.kind is kind:
            return step
    order = steps_of(procurement.procedure)
    if kind not in order:
        raise DomainError(_l("The procedure has no such step."), "kind")
    step = Milestone(kind=kind, position=list(StepKind).index(kind))
    procurement.milestones.append(step)
    return step


def refuse_cancelled(procurement: Procurement) -> None:
    """:raises DomainError: when the procurement is cancelled, and with it everything that could still be agreed."""
    if procurement.phase == ProcurementPhase.CANCELLED:
        raise DomainError(_l("The procurement is cancelled; nothing can be added to it or changed."))


def _settle_phase(procurement: Procurement, today: date) -> None:
    if procurement.phase == ProcurementPhase.CANCELLED:
        return
    stands = standing(procurement.procedure, done_steps(procurement))
    phase, since_on = stands.phase, stands.since_on or procurement.opened_on
    closed_on = procurement.closed_on
    if procurement.contracts and phase is not ProcurementPhase.IN_FORCE:
        # A contract that is recorded is a contract that was signed, whichever steps were logged.
        phase, since_on = ProcurementPhase.IN_FORCE, _agreed_on(procurement, today)
    if phase is ProcurementPhase.IN_FORCE and procurement.contracts:
        last_end = max(contract.ends_on for contract in procurement.contracts)
        if last_end < today:
            phase, since_on = ProcurementPhase.ENDED, last_end
            closed_on = closed_on or last_end
        else:
            closed_on = None
    if closed_on is not None:
        phase, since_on = ProcurementPhase.ENDED, closed_on
    procurement.closed_on = closed_on
    procurement.phase = phase.value
    procurement.phase_since_on = since_on


def _agreed_on(procurement: Procurement, today: date) -> date:
    """Since when there is a contract. One whose signing is not told was signed when it was recorded, at the latest."""
    first_on = min(contract.signed_on or contract.starts_on for contract in procurement.contracts)
    if first_on <= today:
        return first_on
    return min(procurement.phase_since_on, today) if procurement.phase == ProcurementPhase.IN_FORCE else today


def _search_text(procurement: Procurement) -> str:
    parts: list[str | None] = [
        procurement.registry_number,
        procurement.title,
        procurement.substance,
        procurement.atc_code,
        *(part for lot in procurement.lots for part in (lot.title, lot.atc_code)),
    ]
    # A search tells by what it finds: suppliers are found by only where all who know the case may know them.
    is_told = is_known_to_all_inside(procurement, InformationClass.TENDER)
    for contract in procurement.contracts if is_told else ():
        parts += [contract.reference, contract.products]
        parts += [name.name for name in contract.supplier.names]
    return search_text_of(parts)
