"""The trail is a chain: a changed, removed or moved row is found, and named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker.audit import queries, service
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.actor import SYSTEM
from tracker.core.db import db

NOW = datetime(2026, 11, 22, 20, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def three_events(app: Flask) -> list[int]:
    events = [
        service.record(AuditAction.NOTE_ADDED, actor=SYSTEM, now=NOW, changes={"title": [None, f"Å {number}"]})
        for number in range(3)
    ]
    ids = [event.id for event in events]
    db.session.commit()
    db.session.expire_all()
    return ids


def test_an_untouched_chain_holds(three_events: list[int]) -> None:
    check = queries.check_chain()
    assert (check.checked, check.broken_id) == (3, None)


@pytest.mark.parametrize("values", [{"changes": {"title": [None, "other"]}}, {"actor_name": "X"}, {"action": "x:y"}])
def test_a_changed_row_is_named(three_events: list[int], values: dict[str, object]) -> None:
    db.session.execute(sa.update(AuditEvent).where(AuditEvent.id == three_events[1]).values(**values))
    db.session.commit()
    assert queries.check_chain().broken_id == three_events[1]


def test_a_removed_row_shows_at_the_next(three_events: list[int]) -> None:
    db.session.execute(sa.delete(AuditEvent).where(AuditEvent.id == three_events[1]))
    db.session.commit()
    assert queries.check_chain().broken_id == three_events[2]
