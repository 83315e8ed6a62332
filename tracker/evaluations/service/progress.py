"""On track, or more time? What the evaluator answers before a deliverable is due, and what is decided about it."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import hold
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.checks import checked_year
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations import news
from tracker.evaluations.enums import DeliverableState, DeliveredBy, ProgressAnswer, RequestState
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Deliverable, Evaluation, Progress, TeamMember
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.service import deliverables
from tracker.evaluations.service.deliverables import LONGEST_REASON
from tracker.evaluations.service.record import refuse_idle, withdraw_wishes

AWAITED = frozenset({DeliverableState.OPEN, DeliverableState.RETURNED})


def answer(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    member: TeamMember | None,
    answer: ProgressAnswer,
    wished_on: date | None = None,
    reason: str | None = None,
    submission_id: str | None = None,
) -> Progress:
    """Record the answer and tell those who commission at once. An earlier wish that nobody decided on is withdrawn: the
    latest answer counts. An answer after the day has passed is as good as any.

    :param wished_on: the new day, for more time.
    :raises DomainError: for a deliverable that nobody waits for, on ``wished_on`` or ``reason``.
    """
    evaluation = deliverable.evaluation
    hold(evaluation)
    made = made_before(Progress, submission_id, deliverable_id=deliverable.id)
    if made is not None:
        return made
    _check_awaited(deliverable)
    is_wish = answer is ProgressAnswer.MORE_TIME
    if is_wish:
        _check_wish(deliverable, wished_on, reason, clock.local_date(now))
    withdraw_wishes(deliverable)
    progress = Progress(
        answer=answer,
        wished_on=wished_on if is_wish else None,
        reason=reason or None,
        due_on=deliverable.due_on,
        answered_at=now,
        answered_by_name=actor.name,
        member=member,
        state=RequestState.PENDING if is_wish else RequestState.NOT_NEEDED,
        submission_id=submission_id,
    )
    deliverable.answers.append(progress)
    db.session.flush()
    audit.record(
        AuditAction.PROGRESS_ANSWERED,
        actor=actor,
        now=now,
        case_id=evaluation.id,
        subject=progress,
        changes={"deliverable": deliverable.title, "answer": answer, "wished_on": progress.wished_on},
    )
    news.tell(
        now=now,
        evaluation=evaluation,
        event=NewsEvent.PROGRESS_ANSWERED,
        people=news.commissioners(evaluation),
        params={"progress_id": progress.id},
    )
    return progress


def decide(
    *,
    actor: Actor,
    now: datetime,
    progress: Progress,
    is_approved: bool,
    granted_on: date | None = None,
    note: str | None = None,
) -> Progress:
    """Approve more time, by `granted_on` or else the wished day, or refuse it with a reason. The deliverable's date
    moves with it, and the evaluator is told. Decided again in the same way it changes nothing.

    :raises DomainError: when it is decided otherwise or was replaced, on ``granted_on`` or ``note``.
    """
    deliverable, evaluation = progress.deliverable, progress.deliverable.evaluation
    hold(evaluation)
    granted_on = (granted_on or progress.wished_on) if is_approved else None
    checked_year(granted_on, "granted_on")
    wanted = RequestState.APPROVED if is_approved else RequestState.REFUSED
    if (progress.state, progress.granted_on) == (wanted, granted_on):
        return progress
    _check_open(progress)
    _check_awaited(deliverable)
    if granted_on is not None and granted_on <= deliverable.due_on:
        raise DomainError(
            _l("The new day has to be later than the day now agreed, %(day)s.", day=deliverable.due_on.isoformat()),
            "granted_on",
        )
    if granted_on is not None and granted_on < clock.local_date(now):
        raise DomainError(_l("This day has passed. Write a day to come."), "granted_on")
    if not is_approved and not note:
        raise DomainError(_l("Write why more time is refused; the evaluator reads it."), "note")
    progress.state, progress.granted_on, progress.decision_note = wanted, granted_on, note or None
    progress.decided_at, progress.decided_by_name = now, actor.name
    changes = {"deliverable": deliverable.title, "state": wanted, "granted_on": granted_on}
    audit.record(
        AuditAction.EXTENSION_DECIDED, actor=actor, now=now, case_id=evaluation.id, subject=progress, changes=changes
    )
    if granted_on is not None:
        why = (note or progress.reason or "")[:LONGEST_REASON]
        deliverables.move_due(actor=actor, now=now, deliverable=deliverable, due_on=granted_on, reason=why)
    news.tell(
        now=now,
        evaluation=evaluation,
        event=NewsEvent.EXTENSION_DECIDED,
        people=_asked_by(progress, evaluation),
        params={"progress_id": progress.id},
    )
    return progress


def _check_awaited(deliverable: Deliverable) -> None:
    refuse_idle(deliverable.evaluation)
    if deliverable.delivered_by is not DeliveredBy.EVALUATOR:
        raise DomainError(_l("This is not for the evaluator to deliver."))
    if deliverable.state is DeliverableState.CANCELLED:
        raise DomainError(_l("This is no longer to be delivered, so there is nothing to answer."))
    if deliverable.state not in AWAITED:
        raise DomainError(_l("This is delivered already, so there is nothing to answer."))


def _check_wish(deliverable: Deliverable, wished_on: date | None, reason: str | None, today: date) -> None:
    if wished_on is None:
        raise DomainError(_l("Write the day on which you can deliver."), "wished_on")
    checked_year(wished_on, "wished_on")
    if wished_on <= deliverable.due_on:
        raise DomainError(
            _l("The new day has to be later than the day now agreed, %(day)s.", day=deliverable.due_on.isoformat()),
            "wished_on",
        )
    if wished_on < today:
        raise DomainError(_l("This day has passed. Write a day to come."), "wished_on")
    if not reason:
        raise DomainError(_l("Write why you need more time."), "reason")


def _check_open(progress: Progress) -> None:
    if progress.state is RequestState.WITHDRAWN:
        raise DomainError(_l("This wish no longer stands: a later answer or another day has replaced it."))
    if progress.state is not RequestState.PENDING:
        raise DomainError(_l("%(name)s has decided about this already.", name=progress.decided_by_name or ""))


def _asked_by(progress: Progress, evaluation: Evaluation) -> list[Person]:
    """The member who asked, and the team's contact."""
    return [
        member.person for member in current_team(evaluation) if member.is_contact or member.id == progress.member_id
    ]
