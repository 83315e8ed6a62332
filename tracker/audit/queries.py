"""Reading the trail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.audit.chain import GENESIS_HASH, event_hash
from tracker.audit.models import AuditEvent
from tracker.core.db import db

HISTORY_LIMIT = 200
_BATCH = 500


def list_for_case(case_id: int, *told: sa.ColumnElement[bool], limit: int = HISTORY_LIMIT) -> Sequence[AuditEvent]:
    """The newest events of a case, newest first.

    :param told: conditions on ``AuditEvent``, which leave out what the reader may not know.
    """
    query = sa.select(AuditEvent).where(AuditEvent.case_id == case_id, *told)
    return db.session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit)).all()


def list_for_subjects(case_id: int, subjects: Collection[tuple[str, int]]) -> Sequence[AuditEvent]:
    """The events of a case that are about these rows, each named by its table and id, newest first."""
    ids: dict[str, list[str]] = {}
    for table, number in subjects:
        ids.setdefault(table, []).append(str(number))
    about = [
        sa.and_(AuditEvent.subject_type == table, AuditEvent.subject_id.in_(numbers)) for table, numbers in ids.items()
    ]
    query = sa.select(AuditEvent).where(AuditEvent.case_id == case_id, sa.or_(sa.false(), *about))
    return db.session.scalars(query.order_by(AuditEvent.id.desc()).limit(HISTORY_LIMIT)).all()


@dataclass(frozen=True)
class ChainCheck:
    """How far the chain holds. ``broken_id`` is the first event that does not fit, ``head`` the last good hash."""

    checked: int
    head: str
    broken_id: int | None


def check_chain() -> ChainCheck:
    """Recompute every hash in order. Finds changed, removed and reordered rows; not a cut tail: compare ``head``."""
    expected = GENESIS_HASH
    checked = 0
    for event in _events():
        if event.previous_hash != expected or event.hash != event_hash(event):
            return ChainCheck(checked, expected, event.id)
        expected = event.hash
        checked += 1
    return ChainCheck(checked, expected, None)


def _events() -> Iterator[AuditEvent]:
    last_id = 0
    while True:
        query = sa.select(AuditEvent).where(AuditEvent.id > last_id).order_by(AuditEvent.id).limit(_BATCH)
        batch = db.session.scalars(query).all()
        yield from batch
        if len(batch) < _BATCH:
            return
        last_id = batch[-1].id
        db.session.expunge_all()
