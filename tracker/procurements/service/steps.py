"""Logging, planning and undoing steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, optional_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.procurements.deadlines import derive
from tracker.procurements.enums import Means, StandstillException, StepKind
from tracker.procurements.labels import STEPS
from tracker.procurements.models import Milestone, Procurement
from tracker.procurements.planning import earliest_signing_on, tender_period_warnings
from tracker.procurements.service.standing import done_steps, milestone_of, next_step_of, refuse_cancelled, settle
from tracker.procurements.workflow import order_conflict


@dataclass(frozen=True, slots=True)
class StepLogged:
    """What came of logging a step: its row, sentences of warning, and the step that comes next."""

    milestone: Milestone
    warnings: list[Any]
    next_step: StepKind | None


def log_step(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    kind: StepKind,
    on: date,
    note: str | None = None,
    means: Means | None = None,
    exception: StandstillException | None = None,
    exception_reason: str | None = None,
    version: int | None = None,
) -> StepLogged:
    """Say that a step happened on a day, today or before. Logged again with the same answers it changes nothing.

    :param means: how the award decision was sent (LOU 20:1); only for the notification.
    :param exception: the ground for signing although the standstill has not run out.
    :raises DomainError: for a step the procedure lacks, a day that contradicts other steps, or a contract signed
        within the standstill without a named ground.
    :raises StaleVersion: when the step was changed since the form was shown.
    """
    hold(procurement)
    _refuse_over(procurement, kind)
    milestone = milestone_of(procurement, kind)
    note = optional_text(note)
    if _is_logged_so(procurement, milestone, on, note, means):
        return _outcome(procurement, milestone)
    check_version(milestone.version or 1, version, step_texts(milestone))
    not_in_future(on, now, "on")
    checked_year(on, "on")
    _check_order(procurement, kind, on)
    ground = (exception, optional_text(exception_reason)) if exception else (None, None)
    _check_standstill(procurement, kind, on, means, *ground)
    milestone.actual_on, milestone.note = on, note
    means_change = None
    if kind is StepKind.AWARD_NOTIFIED and means is not None and means is not procurement.notification_means:
        means_change = [procurement.notification_means, means]
        procurement.notification_means = means
    if kind is StepKind.CONTRACT_SIGNED:
        milestone.exception, milestone.exception_reason = ground
    if kind is StepKind.ASSIGNMENT and procurement.assigned_on is None:
        procurement.assigned_on = on
    changes: dict[str, Any] = {"step": kind, **audit.diff(milestone)}
    if means_change:
        changes["notification_means"] = means_change
    _write(actor, now, procurement, milestone, AuditAction.STEP_LOGGED, changes)
    return _outcome(procurement, milestone)


def plan_step(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    kind: StepKind,
    planned_on: date | None,
    reason: str | None = None,
    version: int | None = None,
) -> Milestone:
    """Set or move the planned day of a step. The day first planned is kept, so the slip can be seen.

    :raises StaleVersion: when the step was changed since the form was shown.
    """
    hold(procurement)
    refuse_cancelled(procurement)
    milestone = milestone_of(procurement, kind)
    if milestone.planned_on == planned_on:
        return milestone
    check_version(milestone.version or 1, version, step_texts(milestone))
    checked_year(planned_on, "planned_on")
    milestone.planned_on = planned_on
    if milestone.first_planned_on is None:
        milestone.first_planned_on = planned_on
    if kind is StepKind.PUBLICATION:
        procurement.planned_publication_on = planned_on
    changes: dict[str, Any] = {"step": kind, **audit.diff(milestone)}
    if optional_text(reason):
        changes["reason"] = optional_text(reason)
    _write(actor, now, procurement, milestone, AuditAction.STEP_PLANNED, changes)
    return milestone


def undo_step(
    *, actor: Actor, now: datetime, procurement: Procurement, kind: StepKind, version: int | None = None
) -> Milestone:
    """Take a logged step back: its day and note are cleared, and what followed from them is recomputed.

    :raises StaleVersion: when the step was changed since the page was shown.
    """
    hold(procurement)
    _refuse_over(procurement, kind)
    milestone = milestone_of(procurement, kind)
    if milestone.actual_on is None:
        return milestone
    check_version(milestone.version or 1, version, step_texts(milestone))
    if kind is StepKind.ASSIGNMENT and procurement.assigned_on == milestone.actual_on:
        procurement.assigned_on = None
    milestone.actual_on = milestone.note = milestone.exception = milestone.exception_reason = None
    changes: dict[str, Any] = {"step": kind, **audit.diff(milestone)}
    _write(actor, now, procurement, milestone, AuditAction.STEP_UNDONE, changes)
    return milestone


def step_texts(milestone: Milestone) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "on": milestone.actual_on.isoformat() if milestone.actual_on else "",
        "planned_on": milestone.planned_on.isoformat() if milestone.planned_on else "",
        "note": milestone.note or "",
        "version": str(milestone.version),
    }


def _write(
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    milestone: Milestone,
    action: AuditAction,
    changes: dict[str, Any],
) -> None:
    settle(procurement, now)
    db.session.flush()
    audit.record(action, actor=actor, now=now, case_id=procurement.id, subject=milestone, changes=changes)
    derive(actor=actor, now=now, procurement=procurement)


def _outcome(procurement: Procurement, milestone: Milestone) -> StepLogged:
    return StepLogged(milestone, tender_period_warnings(procurement), next_step_of(procurement))


def _is_logged_so(
    procurement: Procurement, milestone: Milestone, on: date, note: str | None, means: Means | None
) -> bool:
    same_means = means is None or means is procurement.notification_means
    return milestone.actual_on == on and milestone.note == note and same_means


def _refuse_over(procurement: Procurement, kind: StepKind) -> None:
    # The decision to cancel is documented, too (LOU 12:14, 19:22): that is done when all else is over.
    if kind is not StepKind.DOCUMENTATION:
        refuse_cancelled(procurement)


def _check_order(procurement: Procurement, kind: StepKind, on: date) -> None:
    other = order_conflict(procurement.procedure, kind, on, done_steps(procurement))
    if other is None:
        return
    if other.is_before:
        message = _l(
            "This cannot come before the step %(step)s, which is logged on %(on)s.",
            step=STEPS[other.kind],
            on=other.on.isoformat(),
        )
    else:
        message = _l(
            "This cannot come after the step %(step)s, which is logged on %(on)s.",
            step=STEPS[other.kind],
            on=other.on.isoformat(),
        )
    raise DomainError(message, "on")


def _check_standstill(
    procurement: Procurement,
    kind: StepKind,
    on: date,
    means: Means | None,
    exception: StandstillException | None,
    exception_reason: str | None,
) -> None:
    """No contract before the standstill has run out, whichever of the two days is logged last (LOU 20:1)."""
    if kind is StepKind.AWARD_NOTIFIED:
        check_signings(procurement, earliest_signing_on(procurement, on, means), "on")
        return
    earliest_on = earliest_signing_on(procurement)
    if earliest_on is None or on >= earliest_on:
        return
    if kind is StepKind.STANDSTILL_END:
        raise DomainError(
            _l("The standstill lasts until the day before %(earliest)s.", earliest=earliest_on.isoformat()), "on"
        )
    if kind is StepKind.CONTRACT_SIGNED:
        check_exception(earliest_on, exception, exception_reason)


def check_signings(procurement: Procurement, earliest_on: date | None, field: str) -> None:
    """What is signed already stands the test of a standstill that is told, or told otherwise, afterwards.

    :raises DomainError: when something was signed before `earliest_on` without a named ground.
    """
    step = next((item for item in procurement.milestones if item.kind is StepKind.CONTRACT_SIGNED), None)
    signings = [contract.signed_on for contract in procurement.contracts]
    if step is not None:
        signings.append(step.actual_on)
    if earliest_on is not None and any(on is not None and on < earliest_on for on in signings):
        ground = (step.exception, step.exception_reason) if step is not None else (None, None)
        check_exception(earliest_on, *ground, field=field)


def check_exception(
    earliest_on: date, exception: StandstillException | None, reason: str | None, field: str | None = None
) -> None:
    """A contract signed before `earliest_on` has a named ground, and the ground a reason.

    :param field: what the fault stands beside where the form has no ground to name; without, it is the step's own.
    :raises DomainError: when one of them is missing.
    """
    if exception is None and field is None:
        raise DomainError(
            _l(
                "No contract may be signed before %(earliest)s, when the standstill has run out (LOU 20 kap. 1 §). "
                "If there is a ground to sign earlier, name it below.",
                earliest=earliest_on.isoformat(),
            ),
            "on",
        )
    if exception is None:
        raise DomainError(
            _l(
                "No contract may be signed before %(earliest)s, when the standstill has run out (LOU 20 kap. 1 §). "
                "If there is a ground to sign earlier, name it first under the step %(step)s.",
                earliest=earliest_on.isoformat(),
                step=STEPS[StepKind.CONTRACT_SIGNED],
            ),
            field,
        )
    if not reason:
        raise DomainError(_l("Write what the exception rests on."), field or "exception_reason")
