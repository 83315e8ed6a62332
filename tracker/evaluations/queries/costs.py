"""How an evaluation's cost is shared between the landsting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.evaluations.models import CostAllocation, CostShare, Evaluation
from tracker.organisations.queries import list_population_days


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One landsting's part. ``remainder`` is what was over when its exact part was rounded down, in ten thousandths of
    an öre, rounded down itself; by the largest of these the öre left over are given out."""

    share: CostShare
    remainder: int


def find_standing(evaluation: Evaluation) -> CostAllocation | None:
    """The sharing that holds now."""
    return db.session.scalar(
        sa.select(CostAllocation)
        .where(CostAllocation.evaluation_id == evaluation.id, CostAllocation.superseded_at.is_(None))
        .order_by(CostAllocation.id.desc())
        .limit(1)
    )


def list_allocations(evaluation: Evaluation) -> Sequence[CostAllocation]:
    """All of them, the newest first."""
    return db.session.scalars(
        sa.select(CostAllocation)
        .where(CostAllocation.evaluation_id == evaluation.id)
        .order_by(CostAllocation.id.desc())
    ).all()


def get_allocation(evaluation: Evaluation, allocation_id: int) -> CostAllocation:
    """One sharing of this evaluation with its 21 parts and their organisations loaded.

    :raises NotFound:
    """
    found = db.session.scalar(
        sa.select(CostAllocation)
        .where(CostAllocation.id == allocation_id, CostAllocation.evaluation_id == evaluation.id)
        .options(selectinload(CostAllocation.shares).joinedload(CostShare.organisation))
    )
    if found is None:
        raise NotFound(_l("There is no such sharing of costs."))
    return found


def share_lines(allocation: CostAllocation) -> list[ShareLine]:
    """The parts in the order of the county codes."""
    total = sum(share.inhabitants for share in allocation.shares)
    return [
        ShareLine(share, allocation.amount_ore * share.inhabitants % total * 10_000 // total)
        for share in allocation.shares
    ]


def sources_of(populations_on: date) -> tuple[str, ...]:
    """Where the figures of a day come from."""
    return next((day.sources for day in list_population_days() if day.as_of_on == populations_on), ())
