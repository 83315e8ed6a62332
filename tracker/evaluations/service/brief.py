"""Changing what an evaluation is about, one section of its page at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import SecrecyClass
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, short_text
from tracker.core.errors import DomainError
from tracker.evaluations.enums import Criterion
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service.commission import (
    LONGEST_LINE,
    LONGEST_TEXT,
    checked_amount,
    checked_commissioner,
    checked_criteria,
    checked_days,
    checked_officer,
    checked_title,
    fill_noted,
)
from tracker.evaluations.service.record import iso, kronor, refuse_idle, save
from tracker.evaluations.service.selection import check_direct_award
from tracker.evaluations.workflow import RESPONDING


def change_facts(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    title: str,
    responsible_id: int,
    secrecy_class: SecrecyClass,
    commissioner_id: int | None,
    commissioned_on: date | None,
    commission_decision: str | None,
    budget_ore: int | None,
    response_days: int,
    leaves: bool = False,
    is_sharing_responses: bool = False,
    version: int | None = None,
) -> Evaluation:
    """Who is responsible, who commissioned it by which decision, the budget, how widely it is known.

    :param leaves: the actor knows that they will no longer see the case.
    :param response_days: calendar days for the management responses, counted when the final report is approved; the
        clock is not turned back once it runs.
    :param is_sharing_responses: whether the evaluator reads them.
    :raises DomainError: on its field; on ``leaves`` when that has to be said first.
    """
    cases.check_version(evaluation.version, version, facts_texts(evaluation))
    refuse_idle(evaluation)
    checked_year(commissioned_on, "commissioned_on")
    if commissioned_on is not None:
        not_in_future(commissioned_on, now, "commissioned_on")
    if checked_days(response_days) != evaluation.response_days and evaluation.phase in RESPONDING:
        raise DomainError(
            _l("The report is approved and the time for responses runs. It is changed for each recommendation."),
            "response_days",
        )
    # Looked up before anything is changed: a query in between would write half of it, and the history lose that half.
    responsible_id, commissioner_id = _officer(evaluation, responsible_id), checked_commissioner(commissioner_id)
    evaluation.title = checked_title(title)
    evaluation.responsible_id, evaluation.commissioner_id = responsible_id, commissioner_id
    evaluation.secrecy_class = secrecy_class
    if not leaves:
        cases.refuse_lost_sight(actor, evaluation)
    evaluation.commissioned_on = commissioned_on
    evaluation.commission_decision = short_text(commission_decision, "commission_decision", LONGEST_LINE)
    evaluation.budget_ore = checked_amount(budget_ore, "budget_ore")
    evaluation.response_days = response_days
    evaluation.is_sharing_responses = is_sharing_responses
    check_direct_award(evaluation, "budget_ore")
    return save(actor, now, evaluation, AuditAction.EVALUATION_CHANGED)


def change_brief(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    purpose: str | None,
    questions: str | None,
    criteria: Collection[Criterion],
    scope: str | None,
    version: int | None = None,
) -> Evaluation:
    """Purpose, questions, criteria and limits of what is evaluated."""
    cases.check_version(evaluation.version, version, brief_texts(evaluation))
    refuse_idle(evaluation)
    evaluation.purpose = short_text(purpose, "purpose", LONGEST_TEXT) or ""
    evaluation.questions = short_text(questions, "questions", LONGEST_TEXT) or ""
    evaluation.criteria = checked_criteria(criteria)
    evaluation.scope = short_text(scope, "scope", LONGEST_TEXT) or ""
    return save(actor, now, evaluation, AuditAction.EVALUATION_CHANGED)


def change_noted(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    title: str,
    commissioner_name: str,
    provider_name: str | None,
    published_on: date | None,
    report_url: str | None,
    purpose: str | None,
    source: str | None,
    version: int | None = None,
) -> Evaluation:
    """What is known of an evaluation that others commissioned.

    :raises DomainError: for one of ours.
    """
    cases.check_version(evaluation.version, version, noted_texts(evaluation))
    if evaluation.is_own:
        raise DomainError(_l("This evaluation is ours; its sections are changed on its page."))
    evaluation.title = checked_title(title)
    fill_noted(
        evaluation,
        commissioner_name=commissioner_name,
        provider_name=provider_name,
        published_on=published_on,
        report_url=report_url,
        purpose=purpose,
        source=source,
    )
    return save(actor, now, evaluation, AuditAction.EVALUATION_CHANGED)


def facts_texts(evaluation: Evaluation) -> dict[str, str]:
    """What is stored, by the names of the form's fields, as the form would show it."""
    return {
        "title": evaluation.title,
        "responsible_id": str(evaluation.responsible_id),
        "secrecy_class": evaluation.secrecy_class.value,
        "commissioner_id": str(evaluation.commissioner_id or ""),
        "commissioned_on": iso(evaluation.commissioned_on),
        "commission_decision": evaluation.commission_decision or "",
        "budget_ore": kronor(evaluation.budget_ore),
        "response_days": str(evaluation.response_days),
        "is_sharing_responses": "y" if evaluation.is_sharing_responses else "",
        "version": str(evaluation.version),
    }


def brief_texts(evaluation: Evaluation) -> dict[str, str]:
    return {
        "purpose": evaluation.purpose,
        "questions": evaluation.questions,
        "criteria": "\n".join(evaluation.criteria),
        "scope": evaluation.scope,
        "version": str(evaluation.version),
    }


def noted_texts(evaluation: Evaluation) -> dict[str, str]:
    return {
        "title": evaluation.title,
        "commissioner_name": evaluation.commissioner_name or "",
        "provider_name": evaluation.provider_name or "",
        "published_on": iso(evaluation.published_on),
        "report_url": evaluation.report_url or "",
        "purpose": evaluation.purpose,
        "source": evaluation.source or "",
        "version": str(evaluation.version),
    }


def _officer(evaluation: Evaluation, person_id: int) -> int:
    """Whoever is responsible now may stay, also without a role that could be chosen."""
    return person_id if person_id == evaluation.responsible_id else checked_officer(person_id)
