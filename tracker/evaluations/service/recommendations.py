"""Recommendations: entered by the evaluator or the commissioner, issued with the final report, later with reasons."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.calendar import CalendarError
from tracker.core.checks import required_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations.deadlines import derive
from tracker.evaluations.enums import DeliverableKind, DeliverableState, EvaluationPhase, Priority
from tracker.evaluations.models import Evaluation, Recommendation
from tracker.evaluations.service.independence import refuse_unless_assessed
from tracker.evaluations.service.record import facts_of, settle
from tracker.evaluations.standing import closing_day, response_due
from tracker.evaluations.workflow import IDLE_PHASES, standing
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_organisation, name_on

LONGEST_TEXT = 4000
LONGEST_PAGE = 40
LONGEST_NAME = 200
LARGEST_NUMBER = 9999
# Those who can be asked to do something; suppliers and evaluators are not.
ADDRESSEE_KINDS = (
    OrganisationKind.BODY,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.CENTRAL_PURCHASING_BODY,
    OrganisationKind.REGION,
    OrganisationKind.OTHER,
)


def add(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    body: str,
    page: str,
    priority: Priority,
    addressee_id: int | None,
    suggested_owner: str | None = None,
    number: int | None = None,
    reason: str | None = None,
    is_by_evaluator: bool = False,
    submission_id: str | None = None,
) -> Recommendation:
    """Enter a recommendation; without a number it gets the next one.

    Before the final report is approved either side may. Afterwards only the commissioner, with a `reason`, and the
    recommendation counts as issued on that day. Those of an evaluation by others are kept for knowledge: its
    commissioner answers them, so here they are neither issued nor answered, and never counted as ours.

    :raises DomainError: on the field it belongs to; above all without a page or an addressee.
    """
    hold(evaluation)
    made = made_before(Recommendation, submission_id, evaluation_id=evaluation.id)
    if made is not None:
        return made
    reason = _permission(evaluation, reason, is_by_evaluator=is_by_evaluator)
    recommendation = Recommendation(
        evaluation_id=evaluation.id,
        number=_free_number(evaluation, number),
        entered_at=now,
        entered_by_name=actor.name,
        submission_id=submission_id,
    )
    _fill(recommendation, body, page, priority, addressee_id, suggested_owner)
    if is_issued(evaluation):
        _issue(recommendation, evaluation, local_date(now))
    evaluation.recommendations.append(recommendation)
    db.session.flush()
    told = {**_told(recommendation, local_date(now)), "reason": reason}
    _record(AuditAction.RECOMMENDATION_ADDED, actor, now, recommendation, told)
    follow(actor=actor, now=now, evaluation=evaluation)
    return recommendation


def change(
    *,
    actor: Actor,
    now: datetime,
    recommendation: Recommendation,
    body: str,
    page: str,
    priority: Priority,
    addressee_id: int | None,
    suggested_owner: str | None = None,
    number: int | None = None,
    reason: str | None = None,
    is_by_evaluator: bool = False,
    version: int | None = None,
) -> Recommendation:
    """Change a recommendation; once it is issued only the commissioner may, with a `reason` that the trail keeps.

    :raises StaleVersion: when it was changed since the form was shown.
    """
    evaluation = recommendation.evaluation
    hold(evaluation)
    check_version(recommendation.version, version, recommendation_texts(recommendation))
    # A reason is asked for only where something is changed.
    with db.session.no_autoflush:
        if number is not None and number != recommendation.number:
            recommendation.number = _free_number(evaluation, number)
        _fill(recommendation, body, page, priority, addressee_id, suggested_owner)
        changes: dict[str, Any] = audit.diff(recommendation)
        if not changes:
            return recommendation
        reason = _permission(evaluation, reason, is_by_evaluator=is_by_evaluator)
    db.session.flush()
    if "addressee_id" in changes:
        changes["addressee"] = name_on(recommendation.addressee, local_date(now))
    told = {"recommendation": recommendation.number, **changes, "reason": reason}
    _record(AuditAction.RECOMMENDATION_CHANGED, actor, now, recommendation, told)
    follow(actor=actor, now=now, evaluation=evaluation)
    return recommendation


def remove(
    *,
    actor: Actor,
    now: datetime,
    recommendation: Recommendation,
    reason: str | None = None,
    is_by_evaluator: bool = False,
    version: int | None = None,
) -> None:
    """Take away a recommendation that was entered by mistake. The trail keeps its text; its number is not given again
    while a later one stands.

    :raises DomainError: once it is answered, or acted upon.
    """
    evaluation = recommendation.evaluation
    hold(evaluation)
    check_version(recommendation.version, version, recommendation_texts(recommendation))
    if recommendation.response is not None or recommendation.actions:
        raise DomainError(_l("A recommendation that has been answered cannot be taken away."))
    reason = _permission(evaluation, reason, is_by_evaluator=is_by_evaluator)
    told = {**_told(recommendation, local_date(now)), "reason": reason}
    _record(AuditAction.RECOMMENDATION_REMOVED, actor, now, recommendation, told)
    evaluation.recommendations.remove(recommendation)
    db.session.delete(recommendation)
    db.session.flush()
    follow(actor=actor, now=now, evaluation=evaluation)


def issue(*, actor: Actor, now: datetime, evaluation: Evaluation, on: date) -> list[Recommendation]:
    """The final report is approved: every recommendation not issued yet is issued on that day, and the time for the
    management response begins. The same again issues nothing.

    :param on: the day of approval; the response is due ``response_days`` calendar days later.
    """
    if not evaluation.is_own:
        return []
    issued = [item for item in evaluation.recommendations if item.issued_on is None]
    for recommendation in issued:
        _issue(recommendation, evaluation, on)
    db.session.flush()
    if issued:
        told = {
            "recommendations": [item.number for item in issued],
            "issued_on": on,
            "response_due_on": issued[0].response_due_on,
        }
        audit.record(
            AuditAction.RECOMMENDATIONS_ISSUED,
            actor=actor,
            now=now,
            case_id=evaluation.id,
            subject=evaluation,
            changes=told,
        )
    follow(actor=actor, now=now, evaluation=evaluation)
    return issued


def is_issued(evaluation: Evaluation) -> bool:
    """Whether the final report of an evaluation of ours is approved, and with it what it recommends."""
    if not evaluation.is_own:
        return False
    return any(item.issued_on is not None for item in evaluation.recommendations) or any(
        item.kind is DeliverableKind.FINAL_REPORT and item.state is DeliverableState.APPROVED
        for item in evaluation.deliverables
    )


def follow(*, actor: Actor, now: datetime, evaluation: Evaluation) -> None:
    """Bring what follows from recommendations, responses and actions in step: closing, phase, deadlines."""
    today = local_date(now)
    db.session.flush()
    for recommendation in evaluation.recommendations:
        closed_on = closing_day(recommendation, today)
        if recommendation.closed_on != closed_on:
            recommendation.closed_on = closed_on
    # The evaluation's own row is left alone where its phase stands, so that nobody who edits it meets a conflict.
    if evaluation.phase not in IDLE_PHASES and standing(facts_of(evaluation, today)).phase != evaluation.phase:
        settle(evaluation, now)
    db.session.flush()
    derive(actor=actor, now=now, evaluation=evaluation)


def refuse_ended(evaluation: Evaluation) -> None:
    """:raises DomainError: when the evaluation is closed or cancelled: what it led to stands as it was then."""
    if evaluation.phase == EvaluationPhase.CANCELLED:
        raise DomainError(_l("The evaluation was cancelled. Nothing can be recorded in it any more."))
    if evaluation.phase == EvaluationPhase.CLOSED:
        on = evaluation.closed_on or evaluation.phase_since_on
        raise DomainError(
            _l(
                "The evaluation was closed on %(on)s. Its recommendations, responses and actions stand as they were "
                "then; write a note on the case instead.",
                on=on.isoformat(),
            )
        )


def checked_organisation(organisation_id: int | None, field: str, message: Any) -> Organisation:
    """The landsting or body with this id. Raises DomainError on `field` for none, a supplier or an evaluator."""
    found = find_organisation(organisation_id) if organisation_id is not None else None
    if found is None or found.kind not in ADDRESSEE_KINDS:
        raise DomainError(message, field)
    return found


def recommendation_texts(recommendation: Recommendation) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "number": str(recommendation.number),
        "body": recommendation.body,
        "page": recommendation.page,
        "priority": recommendation.priority.value,
        "addressee_id": str(recommendation.addressee_id),
        "suggested_owner": recommendation.suggested_owner or "",
        "version": str(recommendation.version),
    }


def _permission(evaluation: Evaluation, reason: str | None, *, is_by_evaluator: bool) -> str | None:
    """The reason for what is about to be written. Raises DomainError where nothing may be, or not without one."""
    refuse_ended(evaluation)
    is_final = is_issued(evaluation)
    if is_by_evaluator and is_final:
        raise DomainError(
            _l("The final report is approved. Ask the commissioner to change what it recommends, and say why.")
        )
    if is_by_evaluator:
        refuse_unless_assessed(evaluation)
    if not is_final:
        return short_text(reason, "reason", LONGEST_TEXT)
    return required_text(
        reason, "reason", _l("The final report is approved: write why its recommendations are changed."), LONGEST_TEXT
    )


def _fill(
    recommendation: Recommendation,
    body: str,
    page: str,
    priority: Priority,
    addressee_id: int | None,
    suggested_owner: str | None,
) -> None:
    recommendation.body = required_text(body, "body", _l("Write what is recommended."), LONGEST_TEXT)
    recommendation.page = required_text(
        page, "page", _l("Write on which page of the report the recommendation stands."), LONGEST_PAGE
    )
    recommendation.priority = priority
    addressee = checked_organisation(
        addressee_id, "addressee_id", _l("Choose the body or the county council that the recommendation is for.")
    )
    recommendation.addressee_id = addressee.id
    recommendation.addressee = addressee
    recommendation.suggested_owner = short_text(suggested_owner, "suggested_owner", LONGEST_NAME)


def _free_number(evaluation: Evaluation, number: int | None) -> int:
    query = sa.select(Recommendation.number).where(Recommendation.evaluation_id == evaluation.id)
    taken = set(db.session.scalars(query))
    if number is None:
        return max(taken, default=0) + 1
    if not 1 <= number <= LARGEST_NUMBER:
        raise DomainError(_l("Recommendations are numbered from 1 to %(last)d.", last=LARGEST_NUMBER), "number")
    if number in taken:
        raise DomainError(_l("There is already a recommendation %(number)d.", number=number), "number")
    return number


def _issue(recommendation: Recommendation, evaluation: Evaluation, on: date) -> None:
    recommendation.issued_on = on
    try:
        recommendation.response_due_on = response_due(on, evaluation.response_days)
    except CalendarError:
        raise DomainError(_l("The last day for the response lies outside the calendar.")) from None


def _told(recommendation: Recommendation, today: date) -> dict[str, Any]:
    return {
        "recommendation": recommendation.number,
        "body": recommendation.body,
        "page": recommendation.page,
        "priority": recommendation.priority,
        "addressee": name_on(recommendation.addressee, today),
        "suggested_owner": recommendation.suggested_owner,
        "issued_on": recommendation.issued_on,
        "response_due_on": recommendation.response_due_on,
    }


def _record(
    action: AuditAction, actor: Actor, now: datetime, recommendation: Recommendation, changes: dict[str, Any]
) -> None:
    told = {name: value for name, value in changes.items() if value is not None}
    audit.record(
        action, actor=actor, now=now, case_id=recommendation.evaluation_id, subject=recommendation, changes=told
    )
