"""The doorbell rings after the commit, once per message, and not for what was rolled back."""

from __future__ import annotations

import pytest
from flask import Flask

from tracker.core import clock, heartbeat
from tracker.core.db import db
from tracker.core.dispatch import after_commit
from tracker.core.task_names import TaskName

Sent = list[tuple[TaskName, dict[str, int | str], bool]]


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was published, each with whether the row was visible to others by then."""
    published: Sent = []

    class Bell:
        def publish(self, name: TaskName, arguments: dict[str, int | str]) -> bool:
            with db.engine.connect() as other:
                rows = other.exec_driver_sql("SELECT count(*) FROM heartbeats").scalar()
            published.append((name, arguments, bool(rows)))
            return True

    monkeypatch.setitem(app.extensions, "dispatch", Bell())
    return published


def write_row() -> None:
    heartbeat.record("test", now=clock.now())


def test_rings_after_the_commit(sent: Sent) -> None:
    write_row()
    after_commit(TaskName.REPORTS_COMPILE, edition_id=7)
    assert sent == []
    db.session.commit()
    assert sent == [(TaskName.REPORTS_COMPILE, {"edition_id": 7}, True)]


def test_same_message_twice_rings_once(sent: Sent) -> None:
    write_row()
    after_commit(TaskName.OUTBOX_DRAIN)
    after_commit(TaskName.OUTBOX_DRAIN)
    db.session.commit()
    assert len(sent) == 1
    write_row()
    db.session.commit()
    assert len(sent) == 1


def test_released_savepoint_does_not_ring(sent: Sent) -> None:
    write_row()
    with db.session.begin_nested():
        after_commit(TaskName.OUTBOX_DRAIN)
    assert sent == []
    db.session.commit()
    assert sent == [(TaskName.OUTBOX_DRAIN, {}, True)]


def test_rolled_back_savepoint_keeps_what_the_rest_wants(sent: Sent) -> None:
    write_row()
    after_commit(TaskName.OUTBOX_DRAIN)
    with pytest.raises(ZeroDivisionError), db.session.begin_nested():
        _ = 1 / 0
    db.session.commit()
    assert sent == [(TaskName.OUTBOX_DRAIN, {}, True)]


def test_rollback_forgets(sent: Sent) -> None:
    write_row()
    after_commit(TaskName.OUTBOX_DRAIN)
    db.session.rollback()
    write_row()
    db.session.commit()
    assert sent == []
