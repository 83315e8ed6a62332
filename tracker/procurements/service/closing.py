"""Ending a case: cancelled before a contract, or over when its last contract is."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.core.actor import Actor
from tracker.core.checks import not_in_future, required_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines import service as deadlines
from tracker.procurements.deadlines import derive
from tracker.procurements.enums import ProcurementPhase
from tracker.procurements.models import Procurement
from tracker.procurements.service.standing import settle
from tracker.procurements.workflow import CLOSED_PHASES


def cancel_procurement(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    cancelled_on: date,
    reason: str,
    version: int | None = None,
) -> Procurement:
    """Record that the procurement was cancelled, and why (LOU 12:12 second paragraph). Open dates are dropped.

    :raises DomainError: without a reason, or when a contract is signed or the case is closed already.
    """
    cases.hold(procurement)
    cases.check_version(procurement.version, version, {})
    if procurement.phase in CLOSED_PHASES or procurement.contracts:
        raise DomainError(_l("Only a procurement without contracts that is still running can be cancelled."))
    not_in_future(cancelled_on, now, "cancelled_on")
    if cancelled_on < procurement.opened_on:
        raise DomainError(_l("The case was opened on %(on)s.", on=procurement.opened_on.isoformat()), "cancelled_on")
    reason = required_text(reason, "reason", _l("Write why the procurement is cancelled."))
    procurement.phase = ProcurementPhase.CANCELLED.value
    procurement.phase_since_on = procurement.closed_on = cancelled_on
    settle(procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.PROCUREMENT_CANCELLED,
        actor=actor,
        now=now,
        case_id=procurement.id,
        subject=procurement,
        changes={"closed_on": cancelled_on, "reason": reason},
    )
    derive(actor=actor, now=now, procurement=procurement)
    # What people had planned by hand falls with the procurement; the documentation of the decision remains.
    deadlines.cancel_missing(actor=actor, now=now, case_id=procurement.id, prefix=deadlines.MANUAL, keep=())
    return procurement


def end_procurement(
    *, actor: Actor, now: datetime, procurement: Procurement, ended_on: date, version: int | None = None
) -> Procurement:
    """Close a case whose contracts have all run out.

    :raises DomainError: while a contract still runs.
    """
    cases.hold(procurement)
    cases.check_version(procurement.version, version, {})
    not_in_future(ended_on, now, "ended_on")
    if procurement.phase not in (ProcurementPhase.IN_FORCE, ProcurementPhase.ENDED):
        raise DomainError(_l("Only a procurement whose contracts have been in force can be closed."))
    running = max((contract.ends_on for contract in procurement.contracts), default=ended_on)
    if running > ended_on:
        raise DomainError(
            _l("A contract runs until %(on)s: the case can be closed then.", on=running.isoformat()), "ended_on"
        )
    procurement.closed_on = ended_on
    changes = audit.diff(procurement)
    settle(procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.PROCUREMENT_CHANGED,
        actor=actor,
        now=now,
        case_id=procurement.id,
        subject=procurement,
        changes=changes,
    )
    derive(actor=actor, now=now, procurement=procurement)
    return procurement
