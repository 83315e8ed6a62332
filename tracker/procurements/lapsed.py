"""Procurements whose last contract has run out: the case is closed without anybody having to come by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm.exc import StaleDataError

from tracker.cases import service as cases
from tracker.core.actor import SYSTEM
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.procurements import queries, service
from tracker.procurements.enums import ProcurementPhase
from tracker.procurements.models import Procurement


def end_lapsed(*, now: datetime) -> int:
    """Close them, each in a transaction of its own; how many were closed. Run twice it closes nothing more."""
    closed = 0
    for procurement_id in queries.list_lapsed_ids(local_date(now)):
        procurement = db.session.get(Procurement, procurement_id)
        if procurement is None:
            continue
        try:
            cases.hold(procurement)
            last_end = max(contract.ends_on for contract in procurement.contracts)
            if last_end >= local_date(now) or procurement.phase != ProcurementPhase.IN_FORCE:
                # Somebody extended a contract, or closed the case, meanwhile.
                db.session.rollback()
                continue
            service.end_procurement(actor=SYSTEM, now=now, procurement=procurement, ended_on=last_end)
            db.session.commit()
            closed += 1
        except StaleDataError:
            # Somebody is working on it just now; the next round looks again.
            db.session.rollback()
    return closed
