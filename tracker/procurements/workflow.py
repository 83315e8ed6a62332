"""The steps of each procedure, their order, and the phase that each step leads to. One table, pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.procurements.enums import Procedure, ProcurementPhase, StepKind

_S = StepKind
_P = ProcurementPhase

# Steps in one group may come in any order among themselves; the groups come one after the other.
_AFTER_SIGNING = (_S.AWARD_NOTICE, _S.DOCUMENTATION, _S.SUPPLY_START)
_AWARD = ((_S.AWARD_DECISION,), (_S.AWARD_NOTIFIED,), (_S.STANDSTILL_END,), (_S.CONTRACT_SIGNED,), _AFTER_SIGNING)
_AWARD_WITHOUT_STANDSTILL = ((_S.AWARD_DECISION,), (_S.AWARD_NOTIFIED,), (_S.CONTRACT_SIGNED,), _AFTER_SIGNING)
_ONE_STAGE = ((_S.ASSIGNMENT,), (_S.PUBLICATION,), (_S.TENDERS_DUE,), (_S.TENDER_OPENING,), *_AWARD)
_TWO_STAGES = (
    (_S.ASSIGNMENT,),
    (_S.PUBLICATION,),
    (_S.REQUESTS_DUE,),
    (_S.INVITATION,),
    (_S.TENDERS_DUE,),
    (_S.TENDER_OPENING,),
    *_AWARD,
)
_INVITED = ((_S.ASSIGNMENT,), (_S.INVITATION,), (_S.TENDERS_DUE,), (_S.TENDER_OPENING,), *_AWARD_WITHOUT_STANDSTILL)
_WITHOUT_NOTICE = ((_S.ASSIGNMENT,), *_AWARD_WITHOUT_STANDSTILL)

Order = tuple[tuple[StepKind, ...], ...]

ORDERS: Mapping[Procedure, Order] = {
    Procedure.OPEN: _ONE_STAGE,
    Procedure.RESTRICTED: _TWO_STAGES,
    Procedure.NEGOTIATED_WITH_NOTICE: _TWO_STAGES,
    Procedure.NEGOTIATED_WITHOUT_NOTICE: _WITHOUT_NOTICE,
    Procedure.COMPETITIVE_DIALOGUE: _TWO_STAGES,
    Procedure.INNOVATION_PARTNERSHIP: _TWO_STAGES,
    # Setting up a system awards no contract (LOU 8:3-7): it is in force when it opens.
    Procedure.DPS_SETUP: (
        (_S.ASSIGNMENT,),
        (_S.PUBLICATION,),
        (_S.REQUESTS_DUE,),
        (_S.DOCUMENTATION, _S.SUPPLY_START),
    ),
    Procedure.DPS_PROCUREMENT: _INVITED,
    # 10:4 third paragraph: no award notice for a contract under a framework agreement.
    Procedure.MINI_COMPETITION: (*_INVITED[:-1], (_S.DOCUMENTATION, _S.SUPPLY_START)),
    Procedure.NATIONAL_ADVERTISED: _ONE_STAGE,
    Procedure.DIRECT_AWARD: _WITHOUT_NOTICE,
}

PHASE_AFTER: Mapping[StepKind, ProcurementPhase] = {
    _S.PUBLICATION: _P.ADVERTISED,
    _S.INVITATION: _P.ADVERTISED,
    _S.TENDERS_DUE: _P.EVALUATION,
    _S.AWARD_NOTIFIED: _P.STANDSTILL,
    _S.STANDSTILL_END: _P.SIGNING,
    _S.CONTRACT_SIGNED: _P.IN_FORCE,
    _S.SUPPLY_START: _P.IN_FORCE,
}

CLOSED_PHASES = frozenset({_P.ENDED, _P.CANCELLED})
RUNNING_PHASES = tuple(phase for phase in _P if phase not in CLOSED_PHASES | {_P.IN_FORCE})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a procurement stands, and since when (None before the first step that counts)."""

    phase: ProcurementPhase
    since_on: date | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A logged step whose date forbids the date given to another one."""

    kind: StepKind
    on: date
    is_before: bool


def steps_of(procedure: Procedure) -> tuple[StepKind, ...]:
    """Every step of the procedure, in the order they usually come."""
    return tuple(kind for group in ORDERS[procedure] for kind in group)


def has_standstill(procedure: Procedure) -> bool:
    """Whether the order has a standstill (LOU 20:1; exceptions in 20:2 and 19 a:10)."""
    return StepKind.STANDSTILL_END in steps_of(procedure)


def standing(procedure: Procedure, done: Mapping[StepKind, date]) -> Standing:
    """The phase after the furthest logged step. `done` maps steps to the days they happened."""
    reached = [kind for kind in steps_of(procedure) if kind in done and kind in PHASE_AFTER]
    if not reached:
        return Standing(_P.PLANNING, None)
    phase = _phase_after(procedure, reached[-1])
    first = next(kind for kind in reached if _phase_after(procedure, kind) is phase)
    return Standing(phase, done[first])


def next_step(procedure: Procedure, done: Collection[StepKind]) -> StepKind | None:
    """The first step not yet logged after the furthest logged one; None when all is done.

    Steps jumped over stay open for late logging and are not offered as the next one.
    """
    order = ORDERS[procedure]
    furthest = max((rank for rank, group in enumerate(order) if any(kind in done for kind in group)), default=-1)
    for group in order[max(furthest, 0) :]:
        for kind in group:
            if kind not in done:
                return kind
    return None


def order_conflict(procedure: Procedure, kind: StepKind, on: date, done: Mapping[StepKind, date]) -> Neighbour | None:
    """The logged step that makes `on` impossible for `kind`: an earlier one dated later, or a later one earlier."""
    ranks = {step: rank for rank, group in enumerate(ORDERS[procedure]) for step in group}
    for other, other_on in done.items():
        if other == kind or other not in ranks:
            continue
        if ranks[other] < ranks[kind] and other_on > on:
            return Neighbour(other, other_on, is_before=True)
        if ranks[other] > ranks[kind] and other_on < on:
            return Neighbour(other, other_on, is_before=False)
    return None


def _phase_after(procedure: Procedure, kind: StepKind) -> ProcurementPhase:
    if kind is StepKind.AWARD_NOTIFIED and not has_standstill(procedure):
        return ProcurementPhase.SIGNING
    return PHASE_AFTER[kind]
