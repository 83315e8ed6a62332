"""Evaluators in the shared register: who may know of one."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.evaluations.models import EndedContract, Evaluation
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation


def hidden_from(viewer: Viewer) -> frozenset[int]:
    """Evaluation providers that are or were chosen only in evaluations which `viewer` may not know of: their names in
    the register would tell that there are such."""
    chosen = sa.union(
        sa.select(Evaluation.__table__.c.provider_id, Evaluation.__table__.c.id.label("case_id")),
        sa.select(EndedContract.provider_id, EndedContract.evaluation_id),
    ).subquery()
    is_known = sa.func.max(sa.case((visible_cases(viewer), 1), else_=0))
    query = (
        sa.select(chosen.c.provider_id)
        .join(Case.__table__, Case.__table__.c.id == chosen.c.case_id)
        .join(Organisation, Organisation.id == chosen.c.provider_id)
        .where(Organisation.kind == OrganisationKind.EVALUATION_PROVIDER)
        .group_by(chosen.c.provider_id)
        .having(is_known == 0)
    )
    return frozenset(db.session.scalars(query))
