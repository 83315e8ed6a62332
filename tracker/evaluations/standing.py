"""How a recommendation stands, how old it is, and when it is closed. Pure, over rows that are loaded.

Ages run from the day a recommendation was issued, whatever due dates were set or moved since: a date that is moved on
and on never makes an old recommendation look young.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core import calendar
from tracker.evaluations.enums import ActionState, RecommendationState, ResponseKind
from tracker.evaluations.models.follow_up import Action, Recommendation

# Days after issue from which the age of a recommendation is a warning, and from which it is red.
UNANSWERED_WARNS, UNANSWERED_IS_RED = 30, 60
OPEN_WARNS, OPEN_IS_RED = 180, 365

OPEN_STATES = (
    RecommendationState.UNANSWERED,
    RecommendationState.WITHOUT_ACTION,
    RecommendationState.UNDER_WAY,
    RecommendationState.TO_VERIFY,
)
_FINISHED = (ActionState.VERIFIED, ActionState.NO_LONGER_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Age:
    """Calendar days since a recommendation was issued. ``color``: neutral, warning or danger, as badges name them."""

    days: int
    color: str

    @property
    def is_red(self) -> bool:
        return self.color == "danger"


def age_on(today: date, issued_on: date | None, state: RecommendationState) -> Age | None:
    """The age of an open recommendation; None for one that is not issued, not ours to answer, or closed."""
    if issued_on is None or state not in OPEN_STATES:
        return None
    warns, is_red = (OPEN_WARNS, OPEN_IS_RED)
    if state is RecommendationState.UNANSWERED:
        warns, is_red = (UNANSWERED_WARNS, UNANSWERED_IS_RED)
    days = max((today - issued_on).days, 0)
    return Age(days, "danger" if days >= is_red else "warning" if days >= warns else "neutral")


def state_of(recommendation: Recommendation) -> RecommendationState:
    """Where a recommendation stands; what the database computes in ``queries.follow_up`` in the same way."""
    response = recommendation.response
    if not recommendation.evaluation.is_own:
        return RecommendationState.NOTED
    if recommendation.issued_on is None:
        return RecommendationState.DRAFT
    if recommendation.closed_on is not None:
        return RecommendationState.CLOSED
    if response is None:
        return RecommendationState.UNANSWERED
    states = [action.state for action in recommendation.actions]
    if ActionState.OPEN in states:
        return RecommendationState.UNDER_WAY
    return RecommendationState.TO_VERIFY if ActionState.DONE in states else RecommendationState.WITHOUT_ACTION


def closing_day(recommendation: Recommendation, today: date) -> date | None:
    """The day on which the recommendation closed, or None while it is open.

    One that was rejected is closed by its response. One that was accepted, wholly or in part, needs at least one
    action, and is closed once each action is verified or no longer applicable; a further action opens it again.
    """
    response, actions = recommendation.response, recommendation.actions
    if response is None:
        return None
    if response.kind is ResponseKind.REJECTED:
        return response.responded_on
    if actions and all(action.state in _FINISHED for action in actions):
        return recommendation.closed_on or today
    return None


def response_due(issued_on: date, response_days: int) -> date:
    """The last day for the management response: calendar days after the issue, and where that day is a Saturday, a
    Sunday or a holiday the next working day, as 2 § lag (1930:173) has it for time limits of law."""
    return calendar.roll_forward(issued_on + timedelta(days=response_days)).on


def next_action(actions: Sequence[Action]) -> Action | None:
    """The unfinished action that is due first."""
    waiting = [action for action in actions if action.state not in _FINISHED]
    return min(waiting, key=lambda action: (action.due_on, action.id), default=None)


def number_of(action: Action) -> int:
    """The action's number within its recommendation: actions are never taken away, so that numbers stay."""
    return action.recommendation.actions.index(action) + 1
