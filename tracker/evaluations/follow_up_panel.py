"""The section of an evaluation's page about its recommendations: the figures, then a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission, has_permission
from tracker.cases.models import Case
from tracker.cases.panels import Panel
from tracker.cases.secrecy import Viewer
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.evaluations import labels
from tracker.evaluations.enums import ActionState, RecommendationState
from tracker.evaluations.models import Action, Evaluation, Recommendation
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.service.recommendations import is_issued
from tracker.evaluations.standing import Age, age_on, next_action, state_of
from tracker.evaluations.workflow import CLOSED_PHASES
from tracker.organisations.queries import name_on


@dataclass(frozen=True, slots=True)
class Line:
    """One recommendation of the section. ``next_on``: the response is due, or the first unfinished action is."""

    recommendation: Recommendation
    addressee: str
    state: RecommendationState
    age: Age | None
    next_on: date | None


def load(case: Case, viewer: Viewer) -> Panel | None:
    """The section, for evaluations; the caller has let the viewer in."""
    if not isinstance(case, Evaluation):
        return None
    today = clock.today()
    rows = [_line(item, today) for item in queries.list_for_evaluation(case.id)]
    unanswered = [line.age.days for line in rows if line.state is RecommendationState.UNANSWERED and line.age]
    actions = [action for line in rows for action in line.recommendation.actions]
    context = {
        "evaluation_id": case.id,
        "is_own": case.is_own,
        "is_issued": is_issued(case),
        "rows": rows,
        "unanswered": len(unanswered),
        "oldest_unanswered": max(unanswered, default=None),
        "closed": sum(line.state is RecommendationState.CLOSED for line in rows),
        "open_actions": _count(actions, ActionState.OPEN),
        "to_verify": _count(actions, ActionState.DONE),
        "may_edit": case.phase not in CLOSED_PHASES and has_permission(viewer, Permission.EVALUATION_EDIT),
        "may_export": has_permission(viewer, Permission.CASE_EXPORT),
        "labels": labels,
    }
    return Panel(_l("Recommendations"), "evaluations/_recommendations_panel.html", context)


def _line(recommendation: Recommendation, today: date) -> Line:
    state, action = state_of(recommendation), next_action(recommendation.actions)
    return Line(
        recommendation=recommendation,
        addressee=name_on(recommendation.addressee, today, locale_code()),
        state=state,
        age=age_on(today, recommendation.issued_on, state),
        next_on=recommendation.response_due_on
        if state is RecommendationState.UNANSWERED
        else action.due_on
        if action is not None
        else None,
    )


def _count(actions: Sequence[Action], state: ActionState) -> int:
    return sum(action.state is state for action in actions)
