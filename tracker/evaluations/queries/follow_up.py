"""Recommendations: one with its parts, lists over all evaluations, figures, and what waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.accounts.models import Person
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp
from tracker.evaluations.enums import ActionState, Priority, RecommendationState, ResponseKind
from tracker.evaluations.models import Action, Evaluation, Recommendation
from tracker.evaluations.queries.recommendation_state import (
    StateType,
    actions,
    cases,
    evaluations,
    joined,
    recommendations,
    responses,
    state_column,
)
from tracker.evaluations.queries.waiting import Waiting, list_waiting_for
from tracker.evaluations.standing import OPEN_STATES
from tracker.organisations.models import Organisation
from tracker.organisations.queries import name_on

__all__ = [
    "Figures",
    "FollowUpFilters",
    "FollowUpRow",
    "Waiting",
    "count_open",
    "get_action",
    "get_recommendation",
    "iterate_open",
    "list_actions",
    "list_addressee_ids",
    "list_for_evaluation",
    "list_open",
    "list_open_of_all",
    "list_waiting_for",
    "organisation_names",
]

EXPORT_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFilters:
    """What the list is narrowed to. Without `states` those that are open. Those of evaluations by others are in the
    state ``noted``."""

    addressee_id: int | None = None
    states: tuple[RecommendationState, ...] = OPEN_STATES
    priority: Priority | None = None
    evaluation_id: int | None = None


class FollowUpRow(NamedTuple):
    """One recommendation in a list, with its response and the unfinished action that is due first."""

    id: int
    evaluation_id: int
    registry_number: str
    title: str
    is_own: bool
    is_example: bool
    responsible: str
    number: int
    body: str
    page: str
    priority: Priority
    addressee_id: int
    suggested_owner: str | None
    issued_on: date | None
    response_due_on: date | None
    closed_on: date | None
    state: RecommendationState
    response: ResponseKind | None
    response_reason: str | None
    responded_by: str | None
    responded_on: date | None
    decision_reference: str | None
    action_id: int | None
    action: str | None
    action_owner: str | None
    action_body_id: int | None
    action_due_on: date | None
    action_state: ActionState | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The headline figures. ``oldest_unanswered_on`` and ``oldest_open_on`` are days of issue."""

    open: int
    unanswered: int
    to_verify: int
    closed: int
    oldest_unanswered_on: date | None
    oldest_open_on: date | None


def get_recommendation(evaluation: Evaluation, recommendation_id: int) -> Recommendation:
    """The recommendation with its response and actions loaded.

    :raises NotFound: when the evaluation, which the caller has been let into, has no such recommendation.
    """
    found = db.session.scalar(
        sa.select(Recommendation)
        .where(Recommendation.id == recommendation_id, Recommendation.evaluation_id == evaluation.id)
        .options(*_parts())
    )
    if found is None:
        raise NotFound(_l("The evaluation has no such recommendation."))
    return found


def get_action(recommendation: Recommendation, action_id: int) -> Action:
    """:raises NotFound: when the recommendation has no such action."""
    for action in recommendation.actions:
        if action.id == action_id:
            return action
    raise NotFound(_l("The recommendation has no such action."))


def list_for_evaluation(evaluation_id: int) -> Sequence[Recommendation]:
    """Every recommendation of an evaluation with its parts, by number. The caller has been let into the case."""
    return db.session.scalars(
        sa.select(Recommendation)
        .where(Recommendation.evaluation_id == evaluation_id)
        .options(*_parts())
        .order_by(Recommendation.number)
    ).all()


def list_open(
    viewer: Viewer, filters: FollowUpFilters | None = None, page: int | None = None, per_page: int | None = None
) -> Page[FollowUpRow]:
    """One page of recommendations in cases that `viewer` may know of, the oldest first: a count and the rows."""
    number, size = clamp(page, per_page)
    conditions = _conditions(viewer, filters or FollowUpFilters())
    total = db.session.scalar(joined(sa.select(sa.func.count())).where(*conditions)) or 0
    number = min(number, max(1, -(-total // size)))
    rows = db.session.execute(_rows(conditions).limit(size).offset((number - 1) * size)) if total else ()
    return Page([FollowUpRow(*row) for row in rows], total, number, size)


def iterate_open(viewer: Viewer, filters: FollowUpFilters) -> Iterator[FollowUpRow]:
    """Every row of the list in its order, a chunk at a time, for files."""
    query, offset = _rows(_conditions(viewer, filters)), 0
    while True:
        rows = db.session.execute(query.limit(EXPORT_CHUNK).offset(offset)).all()
        yield from (FollowUpRow(*row) for row in rows)
        if len(rows) < EXPORT_CHUNK:
            return
        offset += EXPORT_CHUNK


def list_actions(recommendation_ids: Collection[int]) -> dict[int, list[Any]]:
    """The actions of these recommendations, by recommendation and in their order, as plain rows for files."""
    found: dict[int, list[Any]] = {number: [] for number in recommendation_ids}
    rows = db.session.execute(sa.select(actions).where(actions.c.recommendation_id.in_(found)).order_by(actions.c.id))
    for row in rows:
        found[row.recommendation_id].append(row)
    return found


def list_open_of_all(session: Session) -> Sequence[FollowUpRow]:
    """Every open recommendation of our own evaluations, and those that are noted, the oldest first, whoever may know
    them; for reports, which ask for secrecy themselves."""
    conditions = [state_column().in_((*OPEN_STATES, RecommendationState.NOTED))]
    return [FollowUpRow(*row) for row in session.execute(_rows(conditions))]


def count_open(viewer: Viewer, evaluation_id: int | None = None) -> Figures:
    """The figures of our own evaluations that `viewer` may know of, or of one of them."""
    states = joined(sa.select(state_column().label("state"), recommendations.c.issued_on)).where(visible_cases(viewer))
    if evaluation_id is not None:
        states = states.where(evaluations.c.id == evaluation_id)
    found = states.subquery()
    is_open = found.c.state.in_(OPEN_STATES)
    is_unanswered = found.c.state == RecommendationState.UNANSWERED
    row = db.session.execute(
        sa.select(
            _count_where(is_open),
            _count_where(is_unanswered),
            _count_where(found.c.state == RecommendationState.TO_VERIFY),
            _count_where(found.c.state == RecommendationState.CLOSED),
            sa.func.min(sa.case((is_unanswered, found.c.issued_on))),
            sa.func.min(sa.case((is_open, found.c.issued_on))),
        )
    ).one()
    return Figures(*row)


def organisation_names(ids: Collection[int | None], on: date, locale: str = "sv") -> dict[int, str]:
    """What these organisations were called on a day: two statements, however many."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    found = db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(wanted)))
    return {organisation.id: name_on(organisation, on, locale) for organisation in found}


def list_addressee_ids(viewer: Viewer) -> Sequence[int]:
    """The bodies that recommendations which `viewer` may know of are for."""
    query = joined(sa.select(recommendations.c.addressee_id)).where(visible_cases(viewer))
    return db.session.scalars(query.distinct()).all()


def _parts() -> tuple[Any, ...]:
    return (
        joinedload(Recommendation.evaluation),
        joinedload(Recommendation.addressee),
        joinedload(Recommendation.response),
        selectinload(Recommendation.actions).options(
            joinedload(Action.owner), joinedload(Action.organisation), joinedload(Action.evidence_document)
        ),
    )


def _conditions(viewer: Viewer, filters: FollowUpFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [visible_cases(viewer), state_column().in_(filters.states)]
    for column, value in (
        (recommendations.c.addressee_id, filters.addressee_id),
        (recommendations.c.priority, filters.priority),
        (recommendations.c.evaluation_id, filters.evaluation_id),
    ):
        if value is not None:
            found.append(column == value)
    return found


def _rows(conditions: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    following = (
        sa.select(actions.c.id)
        .where(
            actions.c.recommendation_id == recommendations.c.id,
            actions.c.state.in_((ActionState.OPEN, ActionState.DONE)),
        )
        .order_by(actions.c.due_on, actions.c.id)
        .limit(1)
        .correlate(recommendations)
        .scalar_subquery()
    )
    columns = (
        recommendations.c.id, recommendations.c.evaluation_id, cases.c.registry_number, cases.c.title,
        evaluations.c.is_own, cases.c.is_example, Person.name, recommendations.c.number, recommendations.c.body,
        recommendations.c.page, recommendations.c.priority, recommendations.c.addressee_id,
        recommendations.c.suggested_owner, recommendations.c.issued_on, recommendations.c.response_due_on,
        recommendations.c.closed_on, sa.type_coerce(state_column(), StateType()), responses.c.kind, responses.c.reason,
        responses.c.responded_by, responses.c.responded_on, responses.c.decision_reference, actions.c.id,
        actions.c.body, actions.c.owner_name, actions.c.organisation_id, actions.c.due_on, actions.c.state,
    )  # fmt: skip
    return (
        joined(sa.select(*columns))
        .join(Person.__table__, Person.id == cases.c.responsible_id)
        .outerjoin(actions, actions.c.id == following)
        .where(*conditions)
        .order_by(
            # Those that are not issued come last on either engine.
            recommendations.c.issued_on.is_(None),
            recommendations.c.issued_on,
            cases.c.registry_year,
            cases.c.registry_sequence,
            recommendations.c.number,
        )
    )


def _count_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))
