"""What is to be delivered, by whom and when: any number, on any days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.calendar import CalendarError, check_year
from tracker.core.checks import required_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations import labels, news
from tracker.evaluations.deadlines import derive
from tracker.evaluations.enums import DeliverableKind, DeliverableState, DeliveredBy
from tracker.evaluations.models import Deliverable, Evaluation
from tracker.evaluations.plan import USUAL, lacking, oddities
from tracker.evaluations.service.record import refuse_idle, settle, withdraw_wishes

LONGEST_TITLE, LONGEST_FORMAT, LONGEST_NEXT_STEP, LONGEST_REASON = 200, 200, 500, 500

_K, _E, _C = DeliverableKind, DeliveredBy.EVALUATOR, DeliveredBy.COMMISSIONER
_NEXT_STEPS = {
    _K.INCEPTION_REPORT: _l("The commissioner reads it and approves it, or sends it back with comments."),
    _K.DRAFT_REPORT: _l("The commissioner checks the facts and sends you the comments."),
    _K.FINAL_REPORT: _l("Once it is approved, those who get recommendations answer them."),
    _K.PRESENTATION: _l("You present the report to the steering group."),
}


def add_deliverable(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    kind: DeliverableKind,
    due_on: date,
    title: str | None = None,
    delivered_by: DeliveredBy | None = None,
    format: str | None = None,
    next_step: str | None = None,
    submission_id: str | None = None,
) -> Deliverable:
    """Ask for something by a day, and tell the evaluator. The same `submission_id` gives back the one made before.

    `title` is the kind's name when it is left out; `delivered_by` whoever usually delivers the kind.

    :raises DomainError: on its field; when the evaluation is over or not ours.
    """
    hold(evaluation)
    refuse_idle(evaluation)
    made = made_before(Deliverable, submission_id, evaluation_id=evaluation.id)
    if made is not None:
        return made
    deliverable = Deliverable(
        kind=kind,
        delivered_by=_checked_deliverer(kind, delivered_by or usual_deliverer(kind)),
        first_due_on=due_on,
        state=DeliverableState.OPEN,
        submission_id=submission_id,
    )
    _fill(deliverable, title, due_on, format, next_step)
    evaluation.deliverables.append(deliverable)
    db.session.flush()
    changes = {"deliverable": deliverable.title, "due_on": due_on, "delivered_by": deliverable.delivered_by}
    _record(AuditAction.DELIVERABLE_ADDED, actor, now, deliverable, changes)
    _follow(actor, now, evaluation)
    if deliverable.delivered_by is _E:
        tell_changed(now, evaluation)
    return deliverable


def add_usual(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    days: Mapping[DeliverableKind, date],
    submission_id: str | None = None,
    is_meant: bool = False,
) -> list[Deliverable]:
    """Ask for several of the usual deliverables at once; sent twice, it makes nothing twice.

    :param is_meant: the actor knows of days that are past, days off, or shared.
    :raises DomainError: when nothing is asked for; on ``due_KIND``; on ``is_meant`` for days to look at again.
    """
    if not days:
        raise DomainError(_l("Tick what is to be delivered."))
    for kind, day in days.items():
        _known(day, f"due_{kind.value}")
    if not is_meant:
        _refuse_odd(days, local_date(now))
    return [
        add_deliverable(
            actor=actor,
            now=now,
            evaluation=evaluation,
            kind=kind,
            due_on=day,
            next_step=usual_next_step(kind),
            submission_id=str(uuid5(UUID(submission_id), kind.value)) if submission_id else None,
        )
        for kind, day in days.items()
    ]


def usual_left(evaluation: Evaluation) -> list[DeliverableKind]:
    """The usual kinds that the evaluation does not ask for, of the evaluator that is or will be."""
    asked = [item for item in evaluation.deliverables if item.ended_contract_id is None]
    return lacking({item.kind for item in asked if item.state is not DeliverableState.CANCELLED})


def change_deliverable(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    title: str,
    due_on: date,
    format: str | None = None,
    next_step: str | None = None,
    delivered_by: DeliveredBy | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> Deliverable:
    """Change what is asked for. Once the contract is signed another day for the evaluator needs its reason.

    :raises DomainError: on its field, or when it is approved or cancelled.
    :raises StaleVersion: when it was changed since the form was shown.
    """
    evaluation = deliverable.evaluation
    hold(evaluation)
    refuse_idle(evaluation)
    cases.check_version(deliverable.version, version, deliverable_texts(deliverable))
    _refuse_finished(deliverable)
    is_agreed, before = evaluation.contract_signed_on is not None, deliverable.delivered_by
    is_moved = due_on != deliverable.due_on
    if is_moved and is_agreed and deliverable.delivered_by is _E:
        required_text(reason, "reason", _l("The day is agreed in the contract. Write why it is moved."), LONGEST_REASON)
    if delivered_by not in (None, deliverable.delivered_by) and deliverable.deliveries:
        raise DomainError(_l("Something is delivered already, so who delivers it stands."), "delivered_by")
    deliverable.delivered_by = _checked_deliverer(deliverable.kind, delivered_by or deliverable.delivered_by)
    if not is_agreed:
        deliverable.first_due_on = due_on
    _fill(deliverable, title, due_on, format, next_step)
    _write(actor, now, deliverable, reason)
    if _E in (before, deliverable.delivered_by):
        tell_changed(now, evaluation)
    if is_moved:
        withdraw_wishes(deliverable, due_on)
    return deliverable


def move_due(*, actor: Actor, now: datetime, deliverable: Deliverable, due_on: date, reason: str) -> Deliverable:
    """Give a deliverable another day; ``first_due_on`` keeps the day first agreed.

    :raises DomainError: on ``due_on`` or ``reason``, or when it is approved or cancelled.
    """
    _refuse_finished(deliverable)
    reason = required_text(reason, "reason", _l("Write why the date is moved."), LONGEST_REASON)
    deliverable.due_on = _known(due_on)
    return _write(actor, now, deliverable, reason)


def mark_done(*, actor: Actor, now: datetime, deliverable: Deliverable, version: int | None = None) -> Deliverable:
    """What the commissioner was to deliver is done (the fact check is sent, the terms of reference are decided).

    :raises DomainError: for what the evaluator delivers: that is uploaded and reviewed.
    """
    hold(deliverable.evaluation)
    refuse_idle(deliverable.evaluation)
    cases.check_version(deliverable.version, version, {})
    if deliverable.state is DeliverableState.APPROVED:
        return deliverable
    if deliverable.delivered_by is not _C:
        raise DomainError(_l("What the evaluator delivers is uploaded, and then approved on its own page."))
    _refuse_finished(deliverable)
    deliverable.state = DeliverableState.APPROVED
    deliverable.submitted_at, deliverable.approved_at = deliverable.submitted_at or now, now
    return _write(actor, now, deliverable, None)


def cancel_deliverable(
    *, actor: Actor, now: datetime, deliverable: Deliverable, reason: str, version: int | None = None
) -> Deliverable:
    """It is no longer asked for, and the evaluator is told. What was delivered of it stays.

    :raises DomainError: on ``reason``, or when it is approved already.
    """
    hold(deliverable.evaluation)
    refuse_idle(deliverable.evaluation)
    cases.check_version(deliverable.version, version, {})
    if deliverable.state is DeliverableState.CANCELLED:
        return deliverable
    _refuse_finished(deliverable)
    reason = required_text(reason, "reason", _l("Write why it is no longer asked for."), LONGEST_REASON)
    deliverable.state = DeliverableState.CANCELLED
    withdraw_wishes(deliverable)
    db.session.flush()
    changes = {"deliverable": deliverable.title, "reason": reason}
    _record(AuditAction.DELIVERABLE_CANCELLED, actor, now, deliverable, changes)
    _follow(actor, now, deliverable.evaluation)
    if deliverable.delivered_by is _E:
        tell_changed(now, deliverable.evaluation)
    return deliverable


def usual_deliverer(kind: DeliverableKind) -> DeliveredBy:
    """Who usually delivers a kind."""
    return next((who for usual, who, _before in USUAL if usual is kind), _E)


def usual_title(kind: DeliverableKind) -> str:
    """What a kind is called in the case: in Swedish, whoever writes it, since everybody in the case reads it."""
    with force_locale("sv"):
        return str(labels.DELIVERABLES[kind])


def usual_next_step(kind: DeliverableKind) -> str | None:
    """What happens once a kind is in, as it is told to the evaluator."""
    text = _NEXT_STEPS.get(kind)
    if text is None:
        return None
    with force_locale("sv"):
        return str(text)


def deliverable_texts(deliverable: Deliverable) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "title": deliverable.title,
        "due_on": deliverable.due_on.isoformat(),
        "delivered_by": deliverable.delivered_by.value,
        "format": deliverable.format or "",
        "next_step": deliverable.next_step or "",
        "version": str(deliverable.version),
    }


def _fill(deliverable: Deliverable, title: str | None, due_on: date, format: str | None, next_step: str | None) -> None:
    title = short_text(title, "title", LONGEST_TITLE)
    if title is None and deliverable.kind is _K.OTHER:
        raise DomainError(_l("Write what is to be delivered."), "title")
    deliverable.title = title or usual_title(deliverable.kind)
    deliverable.due_on = _known(due_on)
    deliverable.format = short_text(format, "format", LONGEST_FORMAT)
    deliverable.next_step = short_text(next_step, "next_step", LONGEST_NEXT_STEP)


def _checked_deliverer(kind: DeliverableKind, who: DeliveredBy) -> DeliveredBy:
    """The final report is the independent party's own (clause 5): nobody else can say that it is done."""
    if kind is _K.FINAL_REPORT and who is not _E:
        raise DomainError(_l("The final report of an independent evaluation is the evaluator's."), "delivered_by")
    return who


def _refuse_odd(days: Mapping[DeliverableKind, date], today: date) -> None:
    off, shared = oddities(days, today)
    if not off and not shared:
        return
    told = [_l("Past, or no working day: %(what)s.", what=_names(off))] if off else []
    told += [_l("On the same day: %(what)s.", what=_names(shared))] if shared else []
    found = " ".join(str(part) for part in told)
    raise DomainError(_l("%(found)s Change the days, or tick this if they are meant so.", found=found), "is_meant")


def _names(kinds: list[DeliverableKind]) -> str:
    return ", ".join(str(labels.DELIVERABLES[kind]) for kind in kinds)


def _known(due_on: date, field: str = "due_on") -> date:
    try:
        check_year(due_on.year)
    except CalendarError:
        raise DomainError(_l("Check the year: %(given)s.", given=due_on.isoformat()), field) from None
    return due_on


def _refuse_finished(deliverable: Deliverable) -> None:
    if deliverable.state is DeliverableState.APPROVED:
        raise DomainError(_l("%(title)s is approved and is not changed any more.", title=deliverable.title))
    if deliverable.state is DeliverableState.CANCELLED:
        raise DomainError(_l("%(title)s is no longer asked for.", title=deliverable.title))


def _write(actor: Actor, now: datetime, deliverable: Deliverable, reason: str | None) -> Deliverable:
    changes: dict[str, Any] = audit.diff(deliverable)
    if not changes:
        return deliverable
    db.session.flush()
    told = {"deliverable": deliverable.title, **changes, **({"reason": reason} if reason else {})}
    _record(AuditAction.DELIVERABLE_CHANGED, actor, now, deliverable, told)
    _follow(actor, now, deliverable.evaluation)
    return deliverable


def tell_changed(now: datetime, evaluation: Evaluation) -> None:
    """What is asked of the evaluator, or given for it, has changed: one mail for all of it."""
    news.tell_gathered(
        now=now, evaluation=evaluation, event=news.NewsEvent.ASKED_CHANGED, people=news.let_in(evaluation, now)
    )


def _follow(actor: Actor, now: datetime, evaluation: Evaluation) -> None:
    settle(evaluation, now)
    db.session.flush()
    derive(actor=actor, now=now, evaluation=evaluation)


def _record(
    action: AuditAction, actor: Actor, now: datetime, deliverable: Deliverable, changes: dict[str, Any]
) -> None:
    audit.record(action, actor=actor, now=now, case_id=deliverable.evaluation_id, subject=deliverable, changes=changes)
