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
