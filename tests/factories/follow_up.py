"""Recommendations, responses and actions for tests, through the services."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.factories import evaluations
from tests.factories.evaluations import NOW, TODAY
from tracker.accounts.models import Person
from tracker.evaluations.enums import DeliverableState, Priority, ResponseKind
from tracker.evaluations.models import Action, Evaluation, ManagementResponse, Recommendation
from tracker.evaluations.service import actions, recommendations, responses
from tracker.organisations.queries import get_by_code

APPROVED_ON = date(2026, 11, 2)


def addressee_id(code: str = "market-function") -> int:
    return get_by_code(code).id


def recommendation(
    evaluation: Evaluation, actor: Person, body: str = "Inför årlig uppföljning.", **values: Any
) -> Recommendation:
    """A recommendation on page 12 to the Market function, of high priority, unless told otherwise."""
    told: dict[str, Any] = {"now": NOW, "page": "12", "priority": Priority.HIGH, **values}
    told.setdefault("addressee_id", addressee_id())
    return recommendations.add(actor=actor, evaluation=evaluation, body=body, **told)


def reported(actor: Person, count: int = 1, on: date = APPROVED_ON, **answers: Any) -> Evaluation:
    """An evaluation whose final report was approved on a day, with `count` recommendations issued then."""
    made = evaluations.evaluation(actor, **answers)
    report = evaluations.deliverable(made, actor, due_on=on)
    for number in range(1, count + 1):
        recommendation(made, actor, f"Rekommendation nummer {number}.")
    report.state = DeliverableState.APPROVED
    report.approved_at = report.submitted_at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    recommendations.issue(actor=actor, now=report.approved_at, evaluation=made, on=on)
    return made


def response(
    recommendation: Recommendation, actor: Person, kind: ResponseKind = ResponseKind.ACCEPTED, **values: Any
) -> ManagementResponse:
    """The Market function's response, today."""
    told: dict[str, Any] = {"now": NOW, "responded_by": "Marknadsfunktionen", "responded_on": TODAY, **values}
    if kind is not ResponseKind.ACCEPTED:
        told.setdefault("reason", "Ryms inte i uppdraget.")
    return responses.record(actor=actor, recommendation=recommendation, kind=kind, **told)


def action(recommendation: Recommendation, actor: Person, body: str = "Ta fram en rutin.", **values: Any) -> Action:
    """An action of an owner without an account, due in the spring, unless told otherwise."""
    told: dict[str, Any] = {"now": NOW, "due_on": date(2027, 3, 31), **values}
    if "owner_id" not in told:
        told.setdefault("owner_name", "Enhetschefen i Exempelregionen")
    return actions.add(actor=actor, recommendation=recommendation, body=body, **told)


def done(action: Action, actor: Person, **values: Any) -> Action:
    """Marked as done today, with a text as evidence."""
    told: dict[str, Any] = {"now": NOW, "done_on": TODAY, "evidence": "Rutinen är beslutad.", **values}
    return actions.mark_done(actor=actor, action=action, **told)
