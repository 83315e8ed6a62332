"""A case is closed when its last contract has run out, once, by whichever round comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa

from tests.factories.procurements import contract, procurement
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements.enums import ProcurementPhase
from tracker.procurements.lapsed import end_lapsed
from tracker.procurements.models import Procurement

LAST_DAY = datetime(2028, 12, 31, 12, tzinfo=UTC)
DAY_AFTER = datetime(2029, 1, 1, 12, tzinfo=UTC)


def test_a_case_is_closed_on_the_day_after_its_last_contract_and_only_once(officer: Person) -> None:
    case = procurement(officer)
    contract(case, officer, option_months=())
    contract(case, officer, option_months=(), base_months=12)
    case_id = case.id
    db.session.commit()
    assert end_lapsed(now=LAST_DAY) == 0
    assert end_lapsed(now=DAY_AFTER) == 1
    closed = db.session.get_one(Procurement, case_id)
    assert (closed.phase, closed.closed_on) == (ProcurementPhase.ENDED, date(2028, 12, 31))
    events = db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))
    assert end_lapsed(now=DAY_AFTER) == 0
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == events
    still_open = sa.select(sa.func.count(Deadline.id)).where(Deadline.state == DeadlineState.OPEN)
    assert db.session.scalar(still_open) == 0
