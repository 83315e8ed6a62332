"""Shared costs of evaluations for tests, through the service."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.evaluations import NOW
from tracker.accounts.models import Person
from tracker.evaluations.models import CostAllocation, Evaluation
from tracker.evaluations.service import costs

DAY = date(2013, 12, 31)
AMOUNT = 48_750_001


def share(evaluation: Evaluation, officer: Person, **answers: Any) -> CostAllocation:
    """What the styrgrupp decided in November, by the inhabitants of 2013, unless told otherwise."""
    told: dict[str, Any] = {
        "now": NOW,
        "amount_ore": AMOUNT,
        "populations_day": DAY,
        "decided_on": date(2026, 11, 20),
        "decision": "Styrgruppens protokoll § 12",
        **answers,
    }
    return costs.allocate(actor=officer, evaluation=evaluation, **told)
