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
    """How far the chain holds. ``broken_id`` is the first event that does not fit, ``head`` the last good hash.

    ``is_linked`` is False where that event does not follow upon the one before it: one was removed, put in or moved, or
    the one before was rewritten with a new hash. True: its own content was changed.
    """

    checked: int
    head: str
    broken_id: int | None = None
    is_linked: bool = True


def check_chain() -> ChainCheck:
    """Recompute every hash in order. Finds changed, removed and reordered rows; not a cut tail: see `is_in_chain`."""
    expected = GENESIS_HASH
    checked = 0
    for event in _events():
        is_linked = event.previous_hash == expected
        if not is_linked or event.hash != event_hash(event):
            return ChainCheck(checked, expected, event.id, is_linked)
        expected = event.hash
        checked += 1
    return ChainCheck(checked, expected)


def is_in_chain(head: str) -> bool:
    """Whether the event that once was the last, with this hash, is still there: a trail whose end was cut off, or that
    was written anew as a whole, holds in itself, but no longer knows it."""
    return head == GENESIS_HASH or db.session.scalar(sa.select(sa.exists().where(AuditEvent.hash == head))) is True


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
