"""Writing deadlines: each verb records one event and tells who listens. What a person does begins by holding the case;
the other verbs belong to a change of the case, which is held already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.models import Case
from tracker.core import calendar, clock
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.deadlines import events
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline, DeadlineMove
from tracker.deadlines.rules import Result, Step

MANUAL = "manual:"
BY_HAND = "by_hand"
# Dates that follow a step of the case: whether they are done is told by logging the step, and by nothing else.
OF_STEPS = ("step:", "law:standstill", "law:award_notice", "law:documentation")
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How a date came about: the bare count, the steps, and the rule where one was applied."""

    raw_on: date | None = None
    steps: tuple[Step, ...] = ()
    rule: str | None = None
    section: str | None = None
    rule_set: str | None = None
    rule_set_version: str | None = None

    @staticmethod
    def of(result: Result) -> Working:
        """The working of a computed date; a rule of a plan that the law does not set keeps its source as section."""
        return Working(
            raw_on=result.raw_on,
            steps=result.steps,
            rule=result.rule,
            section=result.section,
            rule_set=result.rule_set,
            rule_set_version=result.rule_set_version,
        )


def set_deadline(
    *,
    actor: Actor,
    now: datetime,
    case_id: int,
    source_key: str,
    kind: DeadlineKind,
    due_on: date,
    basis: Basis,
    working: Working | None = None,
    owner_id: int | None = None,
    subject: str | None = None,
    reason: str | None = None,
    due_time: time | None = None,
) -> Deadline:
    """Make the deadline that `source_key` names in the case, or bring it up to date; the same again writes nothing.

    A moved date keeps the old one as a ``DeadlineMove`` and raises ``date_version``. A cancelled deadline opens again;
    one that is met stays met. `owner_id` None means whoever is responsible for the case.
    """
    _known_year(due_on, "due_on")
    deadline = find_by_key(case_id, source_key)
    values = _values(
        kind=kind,
        due_on=due_on,
        basis=basis,
        working=working or Working(),
        owner_id=owner_id,
        subject=subject,
        reason=reason,
        due_time=due_time,
    )
    if deadline is None:
        return _make(actor, now, case_id, source_key, values)
    return _bring_up_to_date(actor, now, deadline, values)


def add_manual(
    *,
    actor: Actor,
    now: datetime,
    case_id: int,
    kind: DeadlineKind,
    basis: Basis,
    due_on: date,
    reason: str,
    submission_id: str,
    source: str | None = None,
    owner_id: int | None = None,
    subject: str | None = None,
    due_time: time | None = None,
) -> Deadline:
    """Add a date that a person sets by hand. The same `submission_id` gives back the deadline made before.

    :param reason: where the date comes from, in the person's words.
    :param source: the section of the law; needed for a statutory date, whose rules are then not ours (before 2017).
    :raises DomainError: on ``reason``, ``source``, ``subject`` or ``due_on``.
    """
    cases.hold(db.session.get_one(Case, case_id))
    made = find_by_key(case_id, MANUAL + submission_id)
    if made is not None:
        return made
    reason = _text(reason, "reason", _l("Write where the date comes from."))
    if basis is Basis.STATUTORY and not (source or "").strip():
        raise DomainError(_l("Name the act and the section that set this date."), "source")
    if kind is DeadlineKind.OTHER and not (subject or "").strip():
        raise DomainError(_l("Write what has to be done."), "subject")
    return set_deadline(
        actor=actor,
        now=now,
        case_id=case_id,
        source_key=MANUAL + submission_id,
        kind=kind,
        due_on=due_on,
        basis=basis,
        working=Working(rule=BY_HAND if basis is Basis.STATUTORY else None, section=source),
        owner_id=owner_id,
        subject=subject,
        reason=reason,
        due_time=due_time,
    )


def move(
    *, actor: Actor, now: datetime, deadline: Deadline, due_on: date, reason: str, version: int | None = None
) -> Deadline:
    """Give a deadline that was set by hand another date.

    :raises DomainError: on ``due_on`` or ``reason``; a computed date follows from what it is counted from.
    :raises StaleVersion: when it was changed since `version`.
    """
    cases.hold(deadline.case)
    check_version(deadline, version)
    if not is_movable(deadline):
        raise DomainError(_l("This date follows from others. Change the date that it is counted from."), "due_on")
    if due_on == deadline.due_on:
        raise DomainError(_l("This is the date it already has."), "due_on")
    _known_year(due_on, "due_on")
    reason = _text(reason, "reason", _l("Write why the date is moved."))
    _move(actor, now, deadline, due_on, reason)
    changes = audit.diff(deadline)
    db.session.flush()
    _record(AuditAction.DEADLINE_MOVED, actor, now, deadline, changes)
    events.deadline_moved.send(deadline, now=now, old_due_on=date.fromisoformat(changes["due_on"][0]))
    return deadline


def mark_met(*, actor: Actor, now: datetime, deadline: Deadline, met_on: date, version: int | None = None) -> Deadline:
    """The thing was done on `met_on`. Marking it again corrects the day.

    :raises DomainError: on ``met_on`` for a day to come, for a cancelled deadline, or one that follows a step.
    """
    cases.hold(deadline.case)
    check_version(deadline, version)
    _refuse_of_step(deadline)
    if met_on > clock.local_date(now):
        raise DomainError(_l("This day has not come yet."), "met_on")
    if deadline.state is DeadlineState.CANCELLED:
        raise DomainError(_l("The deadline is cancelled."), "met_on")
    return meet(actor=actor, now=now, deadline=deadline, met_on=met_on)


def reopen(*, actor: Actor, now: datetime, deadline: Deadline, version: int | None = None) -> Deadline:
    """It was not done after all, or is wanted again. An open deadline stays as it is.

    :raises DomainError: for one that follows a step.
    :raises StaleVersion: when it was changed since `version`.
    """
    cases.hold(deadline.case)
    check_version(deadline, version)
    _refuse_of_step(deadline)
    return open_again(actor=actor, now=now, deadline=deadline)


def meet(*, actor: Actor, now: datetime, deadline: Deadline, met_on: date) -> Deadline:
    """A change of the case says that the thing was done on `met_on`."""
    if deadline.state is DeadlineState.MET and deadline.met_on == met_on:
        return deadline
    deadline.state = DeadlineState.MET
    deadline.met_on = met_on
    _save(AuditAction.DEADLINE_MET, actor, now, deadline)
    events.deadline_met.send(deadline, now=now)
    return deadline


def open_again(*, actor: Actor, now: datetime, deadline: Deadline) -> Deadline:
    """A change of the case says that it was not done after all, or is wanted again."""
    if deadline.state is DeadlineState.OPEN:
        return deadline
    deadline.state = DeadlineState.OPEN
    deadline.met_on = None
    _save(AuditAction.DEADLINE_REOPENED, actor, now, deadline)
    events.deadline_reopened.send(deadline, now=now)
    return deadline


def cancel(*, actor: Actor, now: datetime, deadline: Deadline, reason: str | None) -> Deadline:
    """The thing is not to be done any more. A deadline that is met stays met."""
    if deadline.state is not DeadlineState.OPEN:
        return deadline
    deadline.state = DeadlineState.CANCELLED
    if reason:
        deadline.reason = reason[:_LONGEST_REASON]
    _save(AuditAction.DEADLINE_CANCELLED, actor, now, deadline)
    events.deadline_cancelled.send(deadline, now=now)
    return deadline


def cancel_missing(
    *, actor: Actor, now: datetime, case_id: int, prefix: str, keep: Collection[str], reason: str | None = None
) -> None:
    """Cancel the open deadlines of a case whose source key starts with `prefix` and is not in `keep`."""
    query = sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.state == DeadlineState.OPEN)
    for deadline in db.session.scalars(query.order_by(Deadline.id)).all():
        if deadline.source_key.startswith(prefix) and deadline.source_key not in keep:
            cancel(actor=actor, now=now, deadline=deadline, reason=reason)


def is_movable(deadline: Deadline) -> bool:
    """Whether a person may move the date itself: it was set by hand and is still open."""
    return deadline.source_key.startswith(MANUAL) and deadline.state is DeadlineState.OPEN


def is_of_step(deadline: Deadline) -> bool:
    """Whether it is done when a step of the case is, and open again when that is taken back."""
    return deadline.source_key.startswith(OF_STEPS)


def find_by_key(case_id: int, source_key: str) -> Deadline | None:
    """The deadline that `source_key` names in the case, whatever its state."""
    return db.session.scalar(sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.source_key == source_key))


def check_version(deadline: Deadline, version: int | None) -> None:
    """:raises StaleVersion: when the deadline was changed since `version`."""
    if version is not None and version != deadline.version:
        current = {
            "due_on": deadline.due_on.isoformat(),
            "met_on": deadline.met_on.isoformat() if deadline.met_on else "",
            "version": str(deadline.version),
        }
        raise StaleVersion(_l("The text that is stored now is shown beside yours."), current)


def _values(
    *,
    kind: DeadlineKind,
    due_on: date,
    basis: Basis,
    working: Working,
    owner_id: int | None,
    subject: str | None,
    reason: str | None,
    due_time: time | None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "due_on": due_on,
        "basis": basis,
        "owner_id": owner_id,
        "subject": (subject or "").strip()[:200] or None,
        "reason": reason,
        "due_time": due_time,
        "raw_on": working.raw_on,
        "rule": working.rule,
        "section": working.section,
        "rule_set": working.rule_set,
        "rule_set_version": working.rule_set_version,
        "working": as_json(working.steps),
    }


def as_json(steps: Iterable[Step]) -> list[dict[str, Any]] | None:
    """Steps as they are stored; None where there are none."""
    return [step.as_json() for step in steps] or None


def _make(actor: Actor, now: datetime, case_id: int, source_key: str, values: dict[str, Any]) -> Deadline:
    deadline = Deadline(
        case_id=case_id,
        source_key=source_key,
        date_version=1,
        state=DeadlineState.OPEN,
        set_by_id=actor.id,
        set_by_name=actor.name,
        set_at=now,
        **values,
    )
    db.session.add(deadline)
    db.session.flush()
    told = {"kind": deadline.kind, "due_on": deadline.due_on, "basis": deadline.basis, "rule": deadline.rule}
    _record(AuditAction.DEADLINE_SET, actor, now, deadline, told)
    events.deadline_made.send(deadline, now=now)
    return deadline


def _bring_up_to_date(actor: Actor, now: datetime, deadline: Deadline, values: dict[str, Any]) -> Deadline:
    old_due_on, was_cancelled = deadline.due_on, deadline.state is DeadlineState.CANCELLED
    changed = {name: value for name, value in values.items() if getattr(deadline, name) != value}
    if not changed and not was_cancelled:
        return deadline
    if "due_on" in changed:
        _move(actor, now, deadline, changed.pop("due_on"), values["reason"])
    for name, value in changed.items():
        setattr(deadline, name, value)
    if was_cancelled:
        deadline.state = DeadlineState.OPEN
    changes = audit.diff(deadline)
    db.session.flush()
    is_moved = deadline.due_on != old_due_on
    _record(AuditAction.DEADLINE_MOVED if is_moved else AuditAction.DEADLINE_SET, actor, now, deadline, changes)
    if was_cancelled:
        events.deadline_reopened.send(deadline, now=now)
    elif is_moved:
        events.deadline_moved.send(deadline, now=now, old_due_on=old_due_on)
    return deadline


def _move(actor: Actor, now: datetime, deadline: Deadline, due_on: date, reason: str | None) -> None:
    left = DeadlineMove(
        deadline_id=deadline.id,
        date_version=deadline.date_version,
        due_on=deadline.due_on,
        moved_at=now,
        moved_by_name=actor.name,
        reason=reason,
    )
    db.session.add(left)
    deadline.due_on = due_on
    deadline.date_version += 1
    deadline.set_by_id, deadline.set_by_name, deadline.set_at = actor.id, actor.name, now


def _save(action: AuditAction, actor: Actor, now: datetime, deadline: Deadline) -> None:
    changes = audit.diff(deadline)
    db.session.flush()
    _record(action, actor, now, deadline, changes)


def _record(action: AuditAction, actor: Actor, now: datetime, deadline: Deadline, changes: dict[str, Any]) -> None:
    # The working can be recomputed from what is told; in the trail it would only be long.
    told = {name: value for name, value in changes.items() if name != "working"}
    audit.record(action, actor=actor, now=now, case_id=deadline.case_id, subject=deadline, changes=told)


def _refuse_of_step(deadline: Deadline) -> None:
    # It would be undone by the next change of the case, without anybody being told.
    if is_of_step(deadline):
        raise DomainError(_l("This date follows a step. Log the step, or take it back, on the case's page."))


def _text(text: str, field: str, message: Any) -> str:
    text = text.strip()
    if not text:
        raise DomainError(message, field)
    if len(text) > _LONGEST_REASON:
        raise DomainError(_l("Write at most %(longest)d characters.", longest=_LONGEST_REASON), field)
    return text


def _known_year(day: date, field: str) -> None:
    try:
        calendar.check_year(day.year)
    except calendar.CalendarError:
        message = _l("The year must be from %(first)d to %(last)d.", first=calendar.FIRST_YEAR, last=calendar.LAST_YEAR)
        raise DomainError(message, field) from None
