"""What evaluations ask of a person beside their deadlines: wishes, deliveries, declarations, questions, proofs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.accounts.permissions import Permission, has_permission
from tracker.cases.models import Case
from tracker.cases.secrecy import visible_cases
from tracker.core.db import db
from tracker.evaluations.enums import DeliverableState, DeliveredBy, RecommendationState, RequestState
from tracker.evaluations.models import (
    Action,
    Declaration,
    Deliverable,
    Progress,
    Question,
    Recommendation,
    TeamMember,
)
from tracker.evaluations.queries.recommendation_state import joined, state_column, waits_for_check_by

_case = Case.__table__.c


class Ask(StrEnum):
    """What is asked."""

    DECIDE_EXTENSION = "decide_extension"
    REVIEW_DELIVERY = "review_delivery"
    ASSESS_DECLARATION = "assess_declaration"
    ANSWER_QUESTION = "answer_question"
    DECIDE_ACTION = "decide_action"
    VERIFY_ACTION = "verify_action"


class Attention(NamedTuple):
    """One thing that waits. ``subject_id`` is the deliverable, declaration, question or recommendation; ``about`` is
    the deliverable's title, or whose declaration or question it is."""

    ask: Ask
    evaluation_id: int
    registry_number: str
    title: str
    subject_id: int
    about: str


def list_attention(viewer: Person) -> list[Attention]:
    """What waits for `viewer`, in one statement; by case, then in the order in which it came.

    Declarations wait for whoever may assess them, everything else for the responsible officer of the case; an action
    to verify for another than the one who owns it or said that it was done.
    """
    parts = []
    if has_permission(viewer, Permission.EVALUATION_EDIT):
        parts += [_extensions(viewer), _deliveries(viewer), _questions(viewer)]
    if has_permission(viewer, Permission.EVALUATION_ASSESS):
        parts.append(_declarations(viewer))
    if has_permission(viewer, Permission.RECOMMENDATION_RESPOND):
        parts.append(_undecided(viewer))
    if has_permission(viewer, Permission.ACTION_VERIFY):
        parts.append(_proofs(viewer))
    if not parts:
        return []
    rows = db.session.execute(sa.union_all(*parts))
    return sorted((Attention(Ask(row[0]), *row[1:]) for row in rows), key=lambda item: (item.registry_number, item.ask))


def _extensions(viewer: Person) -> sa.Select[Any]:
    query = _asking(Ask.DECIDE_EXTENSION, Deliverable.id, Deliverable.title).select_from(Progress)
    query = query.join(Deliverable, Deliverable.id == Progress.deliverable_id)
    query = query.join(Case.__table__, _case.id == Deliverable.evaluation_id)
    is_awaited = Deliverable.state.in_((DeliverableState.OPEN, DeliverableState.RETURNED))
    return query.where(Progress.state == RequestState.PENDING, is_awaited, *_officers(viewer))


def _deliveries(viewer: Person) -> sa.Select[Any]:
    query = _asking(Ask.REVIEW_DELIVERY, Deliverable.id, Deliverable.title).select_from(Deliverable)
    query = query.join(Case.__table__, _case.id == Deliverable.evaluation_id)
    waits = (Deliverable.state == DeliverableState.SUBMITTED, Deliverable.delivered_by == DeliveredBy.EVALUATOR)
    return query.where(*waits, *_officers(viewer))


def _questions(viewer: Person) -> sa.Select[Any]:
    query = _asking(Ask.ANSWER_QUESTION, Question.id, Person.name).select_from(Question)
    query = query.join(TeamMember, TeamMember.id == Question.member_id)
    query = query.join(Person, Person.id == TeamMember.person_id)
    query = query.join(Case.__table__, _case.id == Question.evaluation_id)
    return query.where(Question.answered_at.is_(None), TeamMember.ended_contract_id.is_(None), *_officers(viewer))


def _declarations(viewer: Person) -> sa.Select[Any]:
    later = aliased(Declaration)
    query = _asking(Ask.ASSESS_DECLARATION, Declaration.id, Person.name).select_from(Declaration)
    query = query.join(TeamMember, TeamMember.id == Declaration.member_id)
    query = query.join(Person, Person.id == TeamMember.person_id)
    query = query.join(Case.__table__, _case.id == TeamMember.evaluation_id)
    is_replaced = sa.exists().where(later.member_id == Declaration.member_id, later.id > Declaration.id)
    waits = (Declaration.assessed_at.is_(None), TeamMember.left_on.is_(None), ~is_replaced)
    return query.where(*waits, *_running(), visible_cases(viewer))


def _proofs(viewer: Person) -> sa.Select[Any]:
    about = sa.func.substr(Action.body, 1, 120)
    query = _asking(Ask.VERIFY_ACTION, Recommendation.id, about).select_from(Action)
    query = query.join(Recommendation, Recommendation.id == Action.recommendation_id)
    query = query.join(Case.__table__, _case.id == Recommendation.evaluation_id)
    return query.where(waits_for_check_by(viewer.id), *_running(), visible_cases(viewer))


def _undecided(viewer: Person) -> sa.Select[Any]:
    """Recommendations that were accepted, and for which nothing is decided yet: no deadline reminds of them."""
    about = sa.func.substr(Recommendation.body, 1, 120)
    query = joined(_asking(Ask.DECIDE_ACTION, Recommendation.id, about))
    return query.where(state_column() == RecommendationState.WITHOUT_ACTION.value, *_officers(viewer))


def _asking(ask: Ask, subject: Any, about: Any) -> sa.Select[Any]:
    return sa.select(sa.literal(ask.value), _case.id, _case.registry_number, _case.title, subject, about)


def _running() -> tuple[sa.ColumnElement[bool], ...]:
    return (_case.closed_on.is_(None),)


def _officers(viewer: Person) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_running(), _case.responsible_id == viewer.id)
