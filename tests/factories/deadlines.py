"""Cases with deadlines, without the way through a whole procurement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from tests.factories.organisations import organisation
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.cases.models import Case
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.deadlines import service
from tracker.deadlines.enums import Basis, DeadlineKind
from tracker.deadlines.models import Deadline
from tracker.procurements.enums import Procedure
from tracker.procurements.models import Procurement

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_number = count(1)


def bare_case(
    responsible: Person, title: str = "Vaccin mot influensa", secrecy: SecrecyClass = SecrecyClass.OPEN
) -> Procurement:
    """A procurement as a row alone: nothing planned, no milestones. Flushed."""
    number = next(_number)
    made = Procurement(
        registry_number=f"TEST {number}",
        registry_year=2026,
        registry_sequence=900_000 + number,
        title=title,
        responsible_id=responsible.id,
        secrecy_class=secrecy,
        phase="planning",
        phase_since_on=TODAY,
        opened_on=TODAY,
        created_at=NOW,
        updated_at=NOW,
        substance="",
        procedure=Procedure.OPEN,
        executing_body_id=organisation().id,
        began_on=TODAY,
    )
    db.session.add(made)
    db.session.flush()
    return made


def deadline(
    case: Case,
    due_on: date,
    *,
    source_key: str | None = None,
    kind: DeadlineKind = DeadlineKind.CONTRACT_SIGNING,
    basis: Basis = Basis.INTERNAL,
    owner: Person | None = None,
) -> Deadline:
    """An open deadline of the case, through the service."""
    return service.set_deadline(
        actor=SYSTEM,
        now=NOW,
        case_id=case.id,
        source_key=source_key or f"test:{next(_number)}",
        kind=kind,
        due_on=due_on,
        basis=basis,
        owner_id=owner.id if owner else None,
    )
