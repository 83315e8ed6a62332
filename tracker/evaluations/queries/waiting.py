"""What waits for a person in the follow-up, with its last day: responses to record, actions to decide on, to do and to
verify. The start page shows what has a last day among the deadlines, and asks `queries.attention` for the rest."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.evaluations.enums import ActionState, RecommendationState
from tracker.evaluations.queries.recommendation_state import (
    actions,
    cases,
    joined,
    recommendations,
    state_column,
    waits_for_check_by,
)


class Waiting(NamedTuple):
    """Something that waits for a person. ``what``: answer, decide, do or verify."""

    what: str
    recommendation_id: int
    action_id: int | None
    evaluation_id: int
    registry_number: str
    title: str
    number: int
    text: str
    due_on: date | None


def list_waiting_for(viewer: Viewer, person_id: int) -> list[Waiting]:
    """What waits for a person in cases that `viewer` may know of, the earliest day first.

    Responses to record and actions to decide on wait for the responsible officer of our own evaluations; an action
    to do for its owner; one to verify for the responsible officer, or for everybody else where the officer owns it or
    marked it as done.
    """
    found = [*_recommendations_waiting(viewer, person_id), *_actions_waiting(viewer, person_id)]
    return sorted(found, key=lambda item: (item.due_on or date.max, item.recommendation_id, item.action_id or 0))


def _recommendations_waiting(viewer: Viewer, person_id: int) -> list[Waiting]:
    wanted = {RecommendationState.UNANSWERED: "answer", RecommendationState.WITHOUT_ACTION: "decide"}
    state = state_column()
    query = joined(
        sa.select(
            state,
            recommendations.c.id,
            recommendations.c.evaluation_id,
            cases.c.registry_number,
            cases.c.title,
            recommendations.c.number,
            recommendations.c.body,
            recommendations.c.response_due_on,
        )
    ).where(
        visible_cases(viewer),
        cases.c.closed_on.is_(None),
        cases.c.responsible_id == person_id,
        state.in_(tuple(wanted)),
    )
    return [
        Waiting(
            what=wanted[RecommendationState(row[0])],
            recommendation_id=row.id,
            action_id=None,
            evaluation_id=row.evaluation_id,
            registry_number=row.registry_number,
            title=row.title,
            number=row.number,
            text=row.body,
            due_on=row.response_due_on if row[0] == RecommendationState.UNANSWERED else None,
        )
        for row in db.session.execute(query)
    ]


def _actions_waiting(viewer: Viewer, person_id: int) -> list[Waiting]:
    is_theirs_to_do = sa.and_(actions.c.state == ActionState.OPEN, actions.c.owner_id == person_id)
    query = (
        sa.select(
            actions.c.state,
            recommendations.c.id,
            actions.c.id,
            recommendations.c.evaluation_id,
            cases.c.registry_number,
            cases.c.title,
            recommendations.c.number,
            actions.c.body,
            actions.c.due_on,
        )
        .select_from(actions)
        .join(recommendations, recommendations.c.id == actions.c.recommendation_id)
        .join(cases, cases.c.id == recommendations.c.evaluation_id)
        .where(
            visible_cases(viewer),
            cases.c.closed_on.is_(None),
            sa.or_(is_theirs_to_do, waits_for_check_by(person_id)),
        )
    )
    return [Waiting("do" if row[0] is ActionState.OPEN else "verify", *row[1:]) for row in db.session.execute(query)]
