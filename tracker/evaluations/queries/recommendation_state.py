"""What the queries about recommendations share: their tables joined, and the state computed by the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.cases.models import Case
from tracker.evaluations.enums import ActionState, RecommendationState
from tracker.evaluations.models import Action, Evaluation, ManagementResponse, Recommendation

# Tables by their own columns: a line of a list needs no entity.
cases = Case.__table__
evaluations = Evaluation.__table__
recommendations = Recommendation.__table__
responses = ManagementResponse.__table__
actions = Action.__table__


def joined(query: sa.Select[Any]) -> sa.Select[Any]:
    return (
        query.select_from(recommendations)
        .join(evaluations, evaluations.c.id == recommendations.c.evaluation_id)
        .join(cases, cases.c.id == evaluations.c.id)
        .outerjoin(responses, responses.c.recommendation_id == recommendations.c.id)
    )


def state_column() -> sa.Case[Any]:
    """``standing.state_of`` in SQL."""
    return sa.case(
        (evaluations.c.is_own.is_(False), RecommendationState.NOTED.value),
        (recommendations.c.issued_on.is_(None), RecommendationState.DRAFT.value),
        (recommendations.c.closed_on.is_not(None), RecommendationState.CLOSED.value),
        (responses.c.id.is_(None), RecommendationState.UNANSWERED.value),
        (_has_action(ActionState.OPEN), RecommendationState.UNDER_WAY.value),
        (_has_action(ActionState.DONE), RecommendationState.TO_VERIFY.value),
        else_=RecommendationState.WITHOUT_ACTION.value,
    )


def waits_for_check_by(person_id: int) -> sa.ColumnElement[bool]:
    """Actions that are said to be done and are this person's to verify: never the owner's or the doer's own. They wait
    for the responsible officer, or for everybody else where the officer owns the action or marked it as done."""
    involved = (actions.c.owner_id, actions.c.done_by_id)
    return sa.and_(
        actions.c.state == ActionState.DONE,
        *(sa.or_(column.is_(None), column != person_id) for column in involved),
        sa.or_(cases.c.responsible_id == person_id, *(cases.c.responsible_id == column for column in involved)),
    )


def _has_action(state: ActionState) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(1)
        .select_from(actions)
        .where(actions.c.recommendation_id == recommendations.c.id, actions.c.state == state)
        .correlate(recommendations)
    )


class StateType(sa.types.TypeDecorator[RecommendationState]):
    """The computed state as its enum."""

    impl = sa.String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> RecommendationState | None:
        return None if value is None else RecommendationState(value)
