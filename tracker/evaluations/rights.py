"""What somebody may do with a recommendation and its actions as they stand. Pages offer it, and services hold it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.accounts.models import Person
from tracker.accounts.permissions import Permission, has_permission
from tracker.evaluations.enums import ActionState, ResponseKind
from tracker.evaluations.models import Action, Recommendation
from tracker.evaluations.service.actions import may_verify
from tracker.evaluations.workflow import CLOSED_PHASES


@dataclass(frozen=True, slots=True)
class RecommendationRights:
    """``act``: decide on an action."""

    edit: bool
    remove: bool
    respond: bool
    act: bool


@dataclass(frozen=True, slots=True)
class ActionRights:
    """``is_own``: somebody else has to verify it."""

    change: bool
    mark_done: bool
    check: bool
    take_back: bool
    drop: bool
    is_own: bool


def of_recommendation(viewer: Person, recommendation: Recommendation) -> RecommendationRights:
    runs = recommendation.evaluation.phase not in CLOSED_PHASES
    may_edit = runs and has_permission(viewer, Permission.EVALUATION_EDIT)
    may_respond = runs and has_permission(viewer, Permission.RECOMMENDATION_RESPOND)
    response = recommendation.response
    return RecommendationRights(
        edit=may_edit,
        remove=may_edit and response is None and not recommendation.actions,
        respond=may_respond and recommendation.issued_on is not None,
        act=may_respond and response is not None and response.kind is not ResponseKind.REJECTED,
    )


def of_action(viewer: Person, action: Action) -> ActionRights:
    runs = action.recommendation.evaluation.phase not in CLOSED_PHASES
    is_open, is_done = runs and action.state is ActionState.OPEN, runs and action.state is ActionState.DONE
    may_decide = has_permission(viewer, Permission.ACTION_VERIFY)
    is_independent = may_verify(viewer, action)
    return ActionRights(
        change=is_open and has_permission(viewer, Permission.RECOMMENDATION_RESPOND),
        mark_done=is_open and may_report(viewer, action),
        check=is_done and may_decide,
        take_back=runs and action.state is ActionState.VERIFIED and may_decide,
        drop=(is_open or is_done) and may_decide and is_independent,
        is_own=not is_independent,
    )


def may_report(viewer: Person, action: Action) -> bool:
    """Whether somebody says that the action is done: its owner, or those who record it for an owner without account."""
    return action.owner_id == viewer.id or has_permission(viewer, Permission.RECOMMENDATION_RESPOND)
