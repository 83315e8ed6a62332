"""One evaluation and its parts."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload

from tracker.cases.models import Participant
from tracker.cases.queries import as_registered
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.evaluations.models import Deliverable, EndedContract, Evaluation, TeamMember


def get_evaluation(viewer: Viewer, evaluation_id: int) -> Evaluation:
    """The evaluation with its team, declarations, deliverables and recommendations loaded.

    :raises NotFound: no such evaluation, or none that `viewer` may know of.
    """
    found = _find(viewer, Evaluation.id == evaluation_id)
    if found is None:
        raise NotFound(_l("There is no such evaluation."))
    return found


def find_by_number(viewer: Viewer, number: str) -> Evaluation | None:
    """The evaluation with this registry number, if `viewer` may know of it."""
    return _find(viewer, Evaluation.registry_number == as_registered(number))


def find_for_command(number: str) -> Evaluation | None:
    """The evaluation with this registry number, for whoever runs the installation."""
    return _find(None, Evaluation.registry_number == as_registered(number))


def get_member(evaluation: Evaluation, member_id: int) -> TeamMember:
    """:raises NotFound: when the evaluation's team has no such member."""
    for member in evaluation.team:
        if member.id == member_id:
            return member
    raise NotFound(_l("The evaluation team has no such member."))


def get_deliverable(evaluation: Evaluation, deliverable_id: int) -> Deliverable:
    """:raises NotFound: when the evaluation has no such deliverable."""
    for deliverable in evaluation.deliverables:
        if deliverable.id == deliverable_id:
            return deliverable
    raise NotFound(_l("The evaluation has no such deliverable."))


def _find(viewer: Viewer | None, condition: sa.ColumnElement[bool]) -> Evaluation | None:
    query = (
        sa.select(Evaluation)
        .where(condition, sa.true() if viewer is None else visible_cases(viewer))
        .options(
            joinedload(Evaluation.responsible),
            joinedload(Evaluation.commissioner),
            joinedload(Evaluation.provider),
            joinedload(Evaluation.procurement),
            joinedload(Evaluation.contract_document),
            selectinload(Evaluation.participants).joinedload(Participant.person),
            selectinload(Evaluation.team).options(joinedload(TeamMember.person), selectinload(TeamMember.declarations)),
            selectinload(Evaluation.deliverables),
            selectinload(Evaluation.recommendations),
            selectinload(Evaluation.ended_contracts).joinedload(EndedContract.provider),
        )
    )
    return db.session.scalars(query).unique().one_or_none()
