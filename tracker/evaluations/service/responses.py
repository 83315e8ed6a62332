"""The management response to a recommendation: recorded once, changed with a trail, refused after closing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold, stale
from tracker.core.actor import Actor
from tracker.core.checks import not_in_future, required_text, short_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.enums import ActionState, ResponseKind
from tracker.evaluations.models import ManagementResponse, Recommendation
from tracker.evaluations.service.recommendations import LONGEST_NAME, LONGEST_TEXT, follow, refuse_ended


def record(
    *,
    actor: Actor,
    now: datetime,
    recommendation: Recommendation,
    kind: ResponseKind,
    responded_by: str,
    responded_on: date,
    reason: str | None = None,
    decision_reference: str | None = None,
) -> ManagementResponse:
    """Record the response. The same response again changes nothing.

    :param responded_by: the body or the person that responded; needs no account here.
    :param reason: needed where the recommendation is accepted only in part, or rejected.
    :raises DomainError: after the evaluation is closed, before the recommendation is issued, on ``reason`` or a day.
    :raises StaleVersion: when another response was recorded meanwhile.
    """
    hold(recommendation.evaluation)
    values = _checked(
        recommendation,
        now,
        kind=kind,
        responded_by=responded_by,
        responded_on=responded_on,
        reason=reason,
        decision_reference=decision_reference,
    )
    made = recommendation.response
    if made is not None:
        if all(getattr(made, name) == value for name, value in values.items()):
            return made
        raise stale(response_texts(made))
    response = ManagementResponse(
        recommendation_id=recommendation.id, recorded_at=now, recorded_by_name=actor.name, **values
    )
    recommendation.response = response
    db.session.flush()
    _record(actor, now, response, {name: value for name, value in values.items() if value is not None})
    follow(actor=actor, now=now, evaluation=recommendation.evaluation)
    return response


def change(
    *,
    actor: Actor,
    now: datetime,
    response: ManagementResponse,
    kind: ResponseKind,
    responded_by: str,
    responded_on: date,
    reason: str | None = None,
    decision_reference: str | None = None,
    version: int | None = None,
) -> ManagementResponse:
    """Change a response; the trail keeps what it was.

    :raises DomainError: as ``record``; and for a rejection while actions are still to be done or verified.
    :raises StaleVersion: when it was changed since the form was shown.
    """
    recommendation = response.recommendation
    hold(recommendation.evaluation)
    check_version(response.version, version, response_texts(response))
    values = _checked(
        recommendation,
        now,
        kind=kind,
        responded_by=responded_by,
        responded_on=responded_on,
        reason=reason,
        decision_reference=decision_reference,
    )
    for name, value in values.items():
        setattr(response, name, value)
    changes = audit.diff(response)
    if not changes:
        return response
    response.recorded_at, response.recorded_by_name = now, actor.name
    db.session.flush()
    _record(actor, now, response, changes)
    follow(actor=actor, now=now, evaluation=recommendation.evaluation)
    return response


def response_texts(response: ManagementResponse) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "kind": response.kind.value,
        "reason": response.reason or "",
        "responded_by": response.responded_by,
        "responded_on": response.responded_on.isoformat(),
        "decision_reference": response.decision_reference or "",
        "version": str(response.version),
    }


def _checked(
    recommendation: Recommendation,
    now: datetime,
    *,
    kind: ResponseKind,
    responded_by: str,
    responded_on: date,
    reason: str | None,
    decision_reference: str | None,
) -> dict[str, Any]:
    refuse_ended(recommendation.evaluation)
    if not recommendation.evaluation.is_own:
        raise DomainError(_l("The evaluation was commissioned by others, who answer its recommendations."))
    issued_on = recommendation.issued_on
    if issued_on is None:
        raise DomainError(_l("The recommendation is not issued yet: the final report has to be approved first."))
    not_in_future(responded_on, now, "responded_on")
    if responded_on < issued_on:
        raise DomainError(
            _l("The recommendation was issued on %(on)s; it cannot be answered before.", on=issued_on.isoformat()),
            "responded_on",
        )
    if kind is not ResponseKind.ACCEPTED:
        reason = required_text(
            reason, "reason", _l("Write why the recommendation is not accepted in full."), LONGEST_TEXT
        )
    if kind is ResponseKind.REJECTED and any(
        action.state in (ActionState.OPEN, ActionState.DONE) for action in recommendation.actions
    ):
        raise DomainError(
            _l("There are actions under way. Verify them, or decide that they no longer apply, before you reject."),
            "kind",
        )
    return {
        "kind": kind,
        "reason": short_text(reason, "reason", LONGEST_TEXT),
        "responded_by": required_text(responded_by, "responded_by", _l("Write who responded."), LONGEST_NAME),
        "responded_on": responded_on,
        "decision_reference": short_text(decision_reference, "decision_reference", LONGEST_NAME),
    }


def _record(actor: Actor, now: datetime, response: ManagementResponse, changes: dict[str, Any]) -> None:
    recommendation = response.recommendation
    audit.record(
        AuditAction.RESPONSE_RECORDED,
        actor=actor,
        now=now,
        case_id=recommendation.evaluation_id,
        subject=response,
        changes={
            "recommendation": recommendation.number,
            **{"response" if name == "kind" else name: value for name, value in changes.items()},
        },
    )
