"""What the case page draws of a loaded procurement: its steps with their slip, its deadlines, gaps in cover. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements.enums import StepKind
from tracker.procurements.labels import STEPS
from tracker.procurements.models import Contract, Milestone, Procurement
from tracker.procurements.workflow import steps_of


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the table of steps. ``variance`` is in days against the day first planned; late is positive.
    ``state``: done, late, next, jumped or empty."""

    milestone: Milestone
    label: Any
    variance: int | None
    state: str

    @property
    def is_replanned(self) -> bool:
        first, now = self.milestone.first_planned_on, self.milestone.planned_on
        return first is not None and now is not None and first != now


@dataclass(frozen=True, slots=True)
class Gap:
    """A contract that nothing replaces yet, and the latest day to start."""

    contract: Contract
    start_by: date
    is_late: bool


def step_lines(procurement: Procurement, following: StepKind | None, today: date) -> list[StepLine]:
    """The steps of the procedure in order, then steps of another procedure that hold dates. `following` comes next."""
    order = steps_of(procurement.procedure)
    by_kind = {item.kind: item for item in procurement.milestones}
    own = [by_kind[kind] for kind in order if kind in by_kind]
    others = [item for item in procurement.milestones if item.kind not in order and (item.actual_on or item.note)]
    last_done = max((rank for rank, item in enumerate(own) if item.actual_on is not None), default=-1)
    lines = []
    for rank, item in enumerate([*own, *others]):
        state = _state(item, rank, last_done, today)
        if state in ("", "late") and item.kind is following:
            state = "late" if state == "late" else "next"
        lines.append(StepLine(item, STEPS[item.kind], _variance(item), state))
    return lines


def _state(item: Milestone, rank: int, last_done: int, today: date) -> str:
    if item.actual_on is not None:
        return "done"
    if rank < last_done:
        return "jumped"
    return "late" if item.planned_on is not None and item.planned_on < today else ""


def _variance(item: Milestone) -> int | None:
    first = item.first_planned_on
    at = item.actual_on or item.planned_on
    if first is None or at is None or (item.actual_on is None and at == first):
        return None
    return (at - first).days


def ordered(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """Open ones by date, then the others."""
    return sorted(deadlines, key=lambda item: (item.state is not DeadlineState.OPEN, item.due_on, item.id))


def gaps(procurement: Procurement, deadlines: Sequence[Deadline], today: date) -> list[Gap]:
    """Contracts without a successor whose replacement should have been started, or must be within half a year."""
    contracts = {f"contract:{contract.id}:successor": contract for contract in procurement.contracts}
    found = []
    for item in deadlines:
        contract = contracts.get(item.source_key)
        if contract is None or item.kind is not DeadlineKind.SUCCESSOR_START or item.state is not DeadlineState.OPEN:
            continue
        if (item.due_on - today).days <= HALF_A_YEAR:
            found.append(Gap(contract, item.due_on, item.due_on < today))
    return found


HALF_A_YEAR = 183
