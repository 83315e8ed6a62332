"""Declarations of independence: signed by each member of the team, assessed by the styrgrupp.

No contract and no delivery before every member's latest declaration is assessed as none or manageable. A changed
situation is told by a new declaration, which closes the gate again until it is assessed. A contract that is signed
stands: it is ended by people, not by the product; its deadlines and reminders run on, and what waits can be given a
later day. Someone assessed as disqualified has to leave the team before the gate opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations import deadlines, news
from tracker.evaluations.enums import Assessment, Counterpart, EngagementKind
from tracker.evaluations.impartiality import Gap, current_team, gaps, latest
from tracker.evaluations.models import Declaration, Engagement, Evaluation, TeamMember
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.service.record import refuse_idle
from tracker.evaluations.workflow import IDLE_PHASES

__all__ = ["EngagementFacts", "Gap", "assess", "gaps", "record_reading", "refuse_unless_assessed", "sign"]


@dataclass(frozen=True, slots=True)
class EngagementFacts:
    """An employment or assignment as it is declared; ``to_on`` is None while it lasts."""

    counterpart: Counterpart
    kind: EngagementKind
    organisation: str
    from_on: date
    to_on: date | None = None
    what: str = ""


def sign(
    *,
    actor: Actor,
    now: datetime,
    member: TeamMember,
    engagements: Sequence[EngagementFacts],
    ownership: str | None,
    family: str | None,
    expectations: str | None,
    other: str | None,
    signed_name: str,
    submission_id: str | None = None,
) -> Declaration:
    """Declare. An empty text says that there is nothing to tell. The same `submission_id` gives back the first one.

    :raises DomainError: for somebody who has left the team, a commission that is over, a missing name, or an
        engagement whose days cannot be.
    """
    evaluation = member.evaluation
    hold(evaluation)
    made = made_before(Declaration, submission_id, member_id=member.id)
    if made is not None:
        return made
    _refuse_outsider(member)
    if not " ".join(signed_name.split()):
        raise DomainError(_l("Sign by writing your name."), "signed_name")
    declaration = Declaration(
        ownership=ownership or "",
        family=family or "",
        expectations=expectations or "",
        other=other or "",
        signed_name=" ".join(signed_name.split())[:200],
        signed_at=now,
        submission_id=submission_id,
        engagements=[_engagement(facts, now) for facts in engagements],
    )
    member.declarations.append(declaration)
    db.session.flush()
    # What is declared is personal: the trail tells that it was done, and by whom.
    changes = {"member": member.person.name}
    audit.record(
        AuditAction.DECLARATION_SIGNED,
        actor=actor,
        now=now,
        case_id=evaluation.id,
        subject=declaration,
        changes=changes,
    )
    deadlines.derive(actor=actor, now=now, evaluation=evaluation)
    news.tell(
        now=now,
        evaluation=evaluation,
        event=NewsEvent.DECLARATION_SIGNED,
        people=news.assessors(evaluation),
        params={"declaration_id": declaration.id},
    )
    return declaration


def assess(
    *,
    actor: Actor,
    now: datetime,
    declaration: Declaration,
    assessment: Assessment,
    measure: str | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> Declaration:
    """Say what the styrgrupp thinks of a declaration. Told again with the same words it changes nothing; an assessment
    is changed by another one with a reason, and the trail keeps both outcomes.

    :raises DomainError: for a member of the same team, a declaration that a later one replaced, a missing measure or
        reason.
    :raises StaleVersion: when it was assessed since the page was shown.
    """
    member, evaluation = declaration.member, declaration.member.evaluation
    hold(evaluation)
    measure = measure or None if assessment is Assessment.MANAGEABLE else None
    reason = reason or None
    if (declaration.assessment, declaration.measure, declaration.assessment_reason) == (assessment, measure, reason):
        return declaration
    refuse_idle(evaluation)
    check_version(declaration.version, version, assessment_texts(declaration))
    if actor.id is not None and actor.id in {item.person_id for item in evaluation.team}:
        raise DomainError(
            _l("You are in the evaluation team yourself. Somebody else in the steering group has to assess (FL 16 §).")
        )
    if latest(member) is not declaration:
        raise DomainError(_l("A later declaration has replaced this one. Assess the later one."))
    _check_words(declaration, assessment, measure, reason)
    old, was_closed = declaration.assessment, bool(gaps(evaluation))
    declaration.assessment, declaration.measure, declaration.assessment_reason = assessment, measure, reason
    declaration.assessed_by_id, declaration.assessed_by_name, declaration.assessed_at = actor.id, actor.name, now
    db.session.flush()
    audit.record(
        AuditAction.DECLARATION_ASSESSED,
        actor=actor,
        now=now,
        case_id=evaluation.id,
        subject=declaration,
        changes={"member": member.person.name, "assessment": [old, assessment]},
    )
    deadlines.derive(actor=actor, now=now, evaluation=evaluation)
    _tell_assessed(now, evaluation, declaration)
    if was_closed:
        tell_if_open(now, evaluation, but=member)
    return declaration


def tell_if_open(now: datetime, evaluation: Evaluation, but: TeamMember | None = None) -> None:
    """What kept every delivery back is gone: those who waited for it are told, each with their own draft.

    :param but: who hears of it in another mail.
    """
    if gaps(evaluation):
        return
    for member in current_team(evaluation):
        if member is not but:
            params = {"member_id": member.id, "since": now.isoformat()}
            news.tell(
                now=now, evaluation=evaluation, event=NewsEvent.DELIVERY_OPEN, people=[member.person], params=params
            )


def refuse_unless_assessed(evaluation: Evaluation) -> None:
    """:raises DomainError: while somebody's declaration is missing or not assessed; names who, never why."""
    missing = gaps(evaluation)
    if not missing:
        return
    names = ", ".join(gap.member.person.name for gap in missing if gap.member is not None)
    if not names:
        raise DomainError(missing[0].text)
    raise DomainError(
        _l(
            "This is not possible until everybody in the evaluation team has signed a declaration of independence that "
            "is assessed. Still to come: %(names)s.",
            names=names,
        )
    )


def record_reading(*, actor: Actor, now: datetime, declaration: Declaration) -> None:
    """Somebody of the commissioner's opened a declaration."""
    audit.record(
        AuditAction.DECLARATION_READ,
        actor=actor,
        now=now,
        case_id=declaration.member.evaluation_id,
        subject=declaration,
        changes={"member": declaration.member.person.name},
    )


def assessment_texts(declaration: Declaration) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "assessment": declaration.assessment.value if declaration.assessment else "",
        "measure": declaration.measure or "",
        "reason": declaration.assessment_reason or "",
        "version": str(declaration.version),
    }


def _refuse_outsider(member: TeamMember) -> None:
    if member.left_on is not None:
        raise DomainError(_l("You are no longer in the evaluation team, so there is nothing to declare."))
    if member.evaluation.phase in IDLE_PHASES:
        raise DomainError(_l("The evaluation is over, so there is nothing to declare."))


def _engagement(facts: EngagementFacts, now: datetime) -> Engagement:
    if facts.to_on is not None and facts.to_on < facts.from_on:
        raise DomainError(_l("An engagement cannot end before it begins: %(name)s.", name=facts.organisation))
    if facts.from_on > clock.local_date(now):
        raise DomainError(
            _l("The engagement with %(name)s has not begun yet. Write it under expectations.", name=facts.organisation)
        )
    return Engagement(
        counterpart=facts.counterpart,
        kind=facts.kind,
        organisation=facts.organisation,
        what=facts.what or "",
        from_on=facts.from_on,
        to_on=facts.to_on,
    )


def _check_words(declaration: Declaration, assessment: Assessment, measure: str | None, reason: str | None) -> None:
    if assessment is Assessment.MANAGEABLE and not measure:
        raise DomainError(_l("Write the measure that makes it manageable."), "measure")
    if assessment is Assessment.DISQUALIFYING and not reason:
        raise DomainError(_l("Write why it disqualifies."), "reason")
    if declaration.assessment is not None and not reason:
        raise DomainError(_l("Write why the assessment is changed."), "reason")


def _tell_assessed(now: datetime, evaluation: Evaluation, declaration: Declaration) -> None:
    params = {"declaration_id": declaration.id, "version": declaration.version}
    if declaration.member in current_team(evaluation):
        news.tell(
            now=now,
            evaluation=evaluation,
            event=NewsEvent.DECLARATION_ASSESSED,
            people=[declaration.member.person],
            params=params,
        )
    if not gaps(evaluation):
        news.tell(
            now=now,
            evaluation=evaluation,
            event=NewsEvent.TEAM_CLEARED,
            people=news.commissioners(evaluation),
            params=params,
        )
