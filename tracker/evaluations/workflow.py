"""The phases of an evaluation: where it stands by what is stored, and what a person makes of it by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.evaluations.enums import EvaluationPhase

_P = EvaluationPhase

# By hand a person only cancels and closes. Every other phase follows from what is recorded, back again when that is
# corrected: `standing`.
BY_HAND: Mapping[EvaluationPhase, EvaluationPhase] = {
    _P.PREPARATION: _P.CANCELLED,
    _P.SELECTION: _P.CANCELLED,
    _P.UNDER_WAY: _P.CANCELLED,
    _P.FOLLOW_UP: _P.CLOSED,
}

CLOSED_PHASES = frozenset({_P.CLOSED, _P.CANCELLED})
# Neither runs nor waits for anybody.
IDLE_PHASES = CLOSED_PHASES | {_P.NOTED}
RUNNING_PHASES = tuple(phase for phase in _P if phase not in IDLE_PHASES)
# The report is approved and what it recommends is answered and followed up.
RESPONDING = frozenset({_P.RESPONSE, _P.FOLLOW_UP})
BEFORE_CONTRACT = frozenset({_P.PREPARATION, _P.SELECTION})


@dataclass(frozen=True, slots=True)
class Answered:
    """A recommendation as far as the phase is concerned."""

    responded_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the phase follows from. ``reported_on``: the first final report was approved."""

    opened_on: date
    selection_on: date | None
    contract_signed_on: date | None
    reported_on: date | None
    recommendations: Sequence[Answered] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A phase, and since when."""

    phase: EvaluationPhase
    since_on: date


def standing(facts: Facts) -> Standing:
    """The phase of an evaluation of ours that is neither cancelled nor closed.

    A final report that is approved waits for responses until every recommendation has one; one without
    recommendations waits for nothing.
    """
    if facts.reported_on is not None:
        days = [item.responded_on for item in facts.recommendations]
        if any(day is None for day in days):
            return Standing(_P.RESPONSE, facts.reported_on)
        return Standing(_P.FOLLOW_UP, max([facts.reported_on, *(day for day in days if day is not None)]))
    if facts.contract_signed_on is not None:
        return Standing(_P.UNDER_WAY, facts.contract_signed_on)
    if facts.selection_on is not None:
        return Standing(_P.SELECTION, facts.selection_on)
    return Standing(_P.PREPARATION, facts.opened_on)


def may_become(phase: EvaluationPhase, other: EvaluationPhase) -> bool:
    """Whether a person may make `other` of `phase`."""
    return BY_HAND.get(phase) is other


def is_closable(phase: EvaluationPhase, facts: Facts) -> bool:
    """Whether every recommendation is closed, so that the evaluation can be."""
    return may_become(phase, _P.CLOSED) and all(item.closed_on is not None for item in facts.recommendations)
