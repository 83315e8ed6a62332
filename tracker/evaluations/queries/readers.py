"""Who has read a declaration of independence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.evaluations.models import Declaration

# Every look is an event; on the page of the case they would bury what was done. They stand on the declaration's own.
NOT_A_READING = AuditEvent.action != AuditAction.DECLARATION_READ


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who opened the declaration on that day, once or more."""

    on: date
    person_id: int | None
    name: str


def list_readers(declaration: Declaration) -> Sequence[Reader]:
    """One for each person and day, the latest day first."""
    query = (
        sa.select(AuditEvent.occurred_at, AuditEvent.actor_id, AuditEvent.actor_name)
        .where(
            AuditEvent.case_id == declaration.member.evaluation_id,
            AuditEvent.subject_type == Declaration.__tablename__,
            AuditEvent.subject_id == str(declaration.id),
            AuditEvent.action == AuditAction.DECLARATION_READ,
        )
        .order_by(AuditEvent.id.desc())
    )
    return list(dict.fromkeys(Reader(local_date(at), number, name) for at, number, name in db.session.execute(query)))
