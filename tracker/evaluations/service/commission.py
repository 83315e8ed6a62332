"""The commission: opened with few answers, filled in as it becomes known, cancelled or closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission, permissions_of
from tracker.accounts.queries import find_person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import CaseKind, SecrecyClass
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, required_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.deadlines import service as deadline_service
from tracker.evaluations import news, plan
from tracker.evaluations.deadlines import derive
from tracker.evaluations.enums import Criterion, EvaluationPhase
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import deliverables
from tracker.evaluations.service.record import (
    facts_of,
    open_recommendations,
    refuse_unreviewed,
    settle,
    undelivered,
)
from tracker.evaluations.workflow import is_closable, may_become
from tracker.organisations.enums import STEERING_GROUP
from tracker.organisations.queries import find_organisation, get_by_code

LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 300, 200, 20_000
SHORTEST_RESPONSE_DAYS, LONGEST_RESPONSE_DAYS = 1, 365


class Answers(TypedDict, total=False):
    """What may be told beside the title; each has a default.

    ``responsible_id`` is the actor; ``commissioner_id`` the styrgrupp (clause 5). ``report_on``: when the final report
    is wanted, gives the usual deliverables with days that fit. ``budget_ore`` in öre without VAT.
    """

    purpose: str | None
    report_on: date | None
    responsible_id: int | None
    commissioner_id: int | None
    commissioned_on: date | None
    commission_decision: str | None
    questions: str | None
    criteria: Collection[Criterion]
    scope: str | None
    budget_ore: int | None
    secrecy_class: SecrecyClass
    is_example: bool
    submission_id: str | None


def open_evaluation(*, actor: Actor, now: datetime, title: str, **answers: Unpack[Answers]) -> Evaluation:
    """Open a case for an evaluation that the styrgrupp commissions under clause 5 of the decision of 15 May 2014.

    The same `submission_id` again gives back the evaluation made before, unchanged.

    :raises DomainError: on the field it belongs to.
    """
    today = local_date(now)
    # Before the look-up: the second of a doubled submission then finds the first one.
    cases.hold_register(today.year)
    made = made_before(Evaluation, answers.get("submission_id"))
    if made is not None:
        return made
    report_on = answers.get("report_on")
    suggested = plan.suggest(today, report_on) if report_on is not None else []
    evaluation = _new(actor, now, title, is_own=True, phase=EvaluationPhase.PREPARATION, answers=answers)
    _fill_brief(evaluation, answers)
    evaluation.commissioner_id = checked_commissioner(answers.get("commissioner_id"))
    evaluation.commissioned_on = _checked_past(answers.get("commissioned_on"), now, "commissioned_on")
    evaluation.commission_decision = short_text(answers.get("commission_decision"), "commission_decision", LONGEST_LINE)
    evaluation.budget_ore = checked_amount(answers.get("budget_ore"), "budget_ore")
    _store(actor, now, evaluation, AuditAction.EVALUATION_OPENED)
    for item in suggested:
        deliverables.add_deliverable(
            actor=actor,
            now=now,
            evaluation=evaluation,
            kind=item.kind,
            delivered_by=item.delivered_by,
            due_on=item.due_on,
            next_step=deliverables.usual_next_step(item.kind),
        )
    return evaluation


def note_evaluation(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    commissioner_name: str,
    provider_name: str | None = None,
    published_on: date | None = None,
    report_url: str | None = None,
    purpose: str | None = None,
    source: str | None = None,
    is_example: bool = False,
    submission_id: str | None = None,
) -> Evaluation:
    """Note an evaluation that others commissioned, for knowledge only: it is never counted as ours.

    :raises DomainError: on ``title``, ``commissioner_name`` or ``report_url``.
    """
    cases.hold_register(local_date(now).year)
    made = made_before(Evaluation, submission_id)
    if made is not None:
        return made
    answers = Answers(purpose=purpose, is_example=is_example, submission_id=submission_id)
    evaluation = _new(actor, now, title, is_own=False, phase=EvaluationPhase.NOTED, answers=answers)
    fill_noted(
        evaluation,
        commissioner_name=commissioner_name,
        provider_name=provider_name,
        published_on=published_on,
        report_url=report_url,
        purpose=purpose,
        source=source,
    )
    _store(actor, now, evaluation, AuditAction.EVALUATION_NOTED)
    return evaluation


def cancel(
    *, actor: Actor, now: datetime, evaluation: Evaluation, reason: str, version: int | None = None
) -> Evaluation:
    """End an evaluation before its report is approved, and say why. Open dates are dropped, and the team
    is told.

    :raises DomainError: on ``reason``, or when the report is approved or the evaluation is over.
    """
    hold(evaluation)
    cases.check_version(evaluation.version, version, {})
    if not may_become(EvaluationPhase(evaluation.phase), EvaluationPhase.CANCELLED):
        raise DomainError(_l("Only an evaluation whose report is not approved yet can be cancelled."))
    evaluation.cancel_reason = required_text(
        reason, "reason", _l("Write why the evaluation is cancelled."), longest=500
    )
    _end(actor, now, evaluation, EvaluationPhase.CANCELLED, AuditAction.EVALUATION_CANCELLED)
    people = news.let_in(evaluation, now)
    news.tell(now=now, evaluation=evaluation, event=news.NewsEvent.CANCELLED, people=people, params={})
    return evaluation


def close(
    *, actor: Actor, now: datetime, evaluation: Evaluation, reason: str | None = None, version: int | None = None
) -> Evaluation:
    """End an evaluation whose every recommendation is closed.

    :param reason: why it ends without what is still asked for, where something is: it is then no longer asked for.
    :raises DomainError: while a recommendation is open or a delivery is not reviewed (it says which), or before the
        report is approved; on ``reason``.
    """
    hold(evaluation)
    cases.check_version(evaluation.version, version, {})
    open_ones = open_recommendations(evaluation)
    if open_ones:
        numbers = ", ".join(str(item.number) for item in open_ones)
        raise DomainError(
            _l("These recommendations are still open: %(numbers)s. Each is closed first.", numbers=numbers)
        )
    if not is_closable(EvaluationPhase(evaluation.phase), facts_of(evaluation, local_date(now))):
        raise DomainError(_l("An evaluation is closed when its final report is approved and its follow-up is over."))
    refuse_unreviewed(evaluation)
    missing = undelivered(evaluation)
    if missing:
        titles = ", ".join(item.title for item in missing)
        message = _l("Write why it is closed without what is still asked for: %(titles)s.", titles=titles)
        reason = required_text(reason, "reason", message, deliverables.LONGEST_REASON)
        for item in missing:
            deliverables.cancel_deliverable(actor=actor, now=now, deliverable=item, reason=reason)
    return _end(actor, now, evaluation, EvaluationPhase.CLOSED, AuditAction.EVALUATION_CLOSED)


def checked_officer(person_id: int | None, field: str = "responsible_id") -> int:
    """:raises DomainError: for somebody who is not active, or whose roles do not let them work with evaluations."""
    person = find_person(person_id) if person_id is not None else None
    if person is None or not person.is_active or person.is_contact:
        raise DomainError(_l("Choose a person who is active in Samordna."), field)
    if Permission.EVALUATION_EDIT not in permissions_of(person.roles):
        raise DomainError(
            _l("%(name)s has no role that works with evaluations. Choose somebody who has.", name=person.name), field
        )
    return person.id


def checked_commissioner(organisation_id: int | None) -> int:
    """The styrgrupp unless another body is named (clause 5)."""
    if organisation_id is None:
        return get_by_code(STEERING_GROUP).id
    if find_organisation(organisation_id) is None:
        raise DomainError(_l("There is no such organisation."), "commissioner_id")
    return organisation_id


def checked_amount(ore: int | None, field: str) -> int | None:
    if ore is not None and ore < 0:
        raise DomainError(_l("An amount cannot be less than nothing."), field)
    return ore


def checked_criteria(criteria: Collection[Criterion]) -> list[str]:
    """Their codes, in the order of the OECD-DAC list."""
    return [item.value for item in Criterion if item in criteria]


def checked_days(days: int | None) -> int:
    if days is None or not SHORTEST_RESPONSE_DAYS <= days <= LONGEST_RESPONSE_DAYS:
        raise DomainError(
            _l(
                "A number of days from %(first)d to %(last)d.", first=SHORTEST_RESPONSE_DAYS, last=LONGEST_RESPONSE_DAYS
            ),
            "response_days",
        )
    return days


def fill_noted(
    evaluation: Evaluation,
    *,
    commissioner_name: str | None,
    provider_name: str | None,
    published_on: date | None,
    report_url: str | None,
    purpose: str | None,
    source: str | None,
) -> None:
    """What is known of an evaluation that others commissioned, checked."""
    evaluation.commissioner_name = required_text(
        commissioner_name, "commissioner_name", _l("Write who commissioned it."), LONGEST_LINE
    )
    evaluation.provider_name = short_text(provider_name, "provider_name", LONGEST_LINE)
    checked_year(published_on, "published_on")
    evaluation.published_on = published_on
    report_url = short_text(report_url, "report_url", 500)
    if report_url is not None and not report_url.startswith(("https://", "http://")):
        raise DomainError(_l("Write the whole address, beginning with https://."), "report_url")
    evaluation.report_url = report_url
    evaluation.purpose = short_text(purpose, "purpose", LONGEST_TEXT) or ""
    evaluation.source = short_text(source, "source", 500)


def checked_title(title: str | None) -> str:
    return required_text(title, "title", _l("Write what is to be evaluated."), LONGEST_TITLE)


def _new(
    actor: Actor, now: datetime, title: str, *, is_own: bool, phase: EvaluationPhase, answers: Answers
) -> Evaluation:
    """A row with what every evaluation has; the registry number is drawn last, when all else is well."""
    today = local_date(now)
    title = checked_title(title)
    responsible_id = checked_officer(answers.get("responsible_id") or actor.id)
    number = cases.next_registry_number(today.year)
    return Evaluation(
        kind=CaseKind.EVALUATION,
        is_own=is_own,
        title=title,
        phase=phase.value,
        phase_since_on=today,
        opened_on=today,
        responsible_id=responsible_id,
        secrecy_class=answers.get("secrecy_class", SecrecyClass.OPEN),
        is_example=answers.get("is_example", False),
        submission_id=answers.get("submission_id"),
        registry_number=number.text,
        registry_year=number.year,
        registry_sequence=number.sequence,
        created_at=now,
        created_by_id=actor.id,
        updated_at=now,
    )


def _fill_brief(evaluation: Evaluation, answers: Answers) -> None:
    evaluation.purpose = short_text(answers.get("purpose"), "purpose", LONGEST_TEXT) or ""
    evaluation.questions = short_text(answers.get("questions"), "questions", LONGEST_TEXT) or ""
    evaluation.scope = short_text(answers.get("scope"), "scope", LONGEST_TEXT) or ""
    evaluation.criteria = checked_criteria(answers.get("criteria") or ())


def _store(actor: Actor, now: datetime, evaluation: Evaluation, action: AuditAction) -> None:
    db.session.add(evaluation)
    with db.session.no_autoflush:
        settle(evaluation, now)
    db.session.flush()
    told: dict[str, Any] = {
        "registry_number": evaluation.registry_number,
        "title": evaluation.title,
        "commissioner_name": evaluation.commissioner_name,
        "budget_ore": evaluation.budget_ore,
    }
    changes = {name: value for name, value in told.items() if value is not None}
    audit.record(action, actor=actor, now=now, case_id=evaluation.id, subject=evaluation, changes=changes)


def _end(
    actor: Actor, now: datetime, evaluation: Evaluation, phase: EvaluationPhase, action: AuditAction
) -> Evaluation:
    today = local_date(now)
    evaluation.phase, evaluation.phase_since_on, evaluation.closed_on = phase.value, today, today
    changes = audit.diff(evaluation)
    settle(evaluation, now)
    db.session.flush()
    audit.record(action, actor=actor, now=now, case_id=evaluation.id, subject=evaluation, changes=changes)
    derive(actor=actor, now=now, evaluation=evaluation)
    # What people had planned by hand falls with it.
    deadline_service.cancel_missing(
        actor=actor, now=now, case_id=evaluation.id, prefix=deadline_service.MANUAL, keep=()
    )
    return evaluation


def _checked_past(day: date | None, now: datetime, field: str) -> date | None:
    checked_year(day, field)
    if day is not None:
        not_in_future(day, now, field)
    return day
