"""`samordna audit verify` names the first event that does not fit, and says what that means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tracker.audit import queries, service
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cli.audit import CONTENT_CHANGED, END_MISSING, NOT_LINKED, group
from tracker.core.actor import SYSTEM
from tracker.core.db import db

NOW = datetime(2026, 11, 22, 20, 0, 0, 123456, tzinfo=UTC)


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    db.session.expunge_all()
    return app.test_cli_runner().invoke(group, ["verify", *arguments])


def verified(app: Flask, expected_exit: int, *arguments: str) -> dict[str, Any]:
    outcome = run(app, *arguments, "--format", "json")
    assert outcome.exit_code == expected_exit, outcome.output
    told: dict[str, Any] = json.loads(outcome.output)
    return told


@pytest.fixture
def events(app: Flask) -> list[tuple[int, str]]:
    made = [service.record(AuditAction.NOTE_ADDED, actor=SYSTEM, now=NOW, changes={"n": n}) for n in range(5)]
    return [(event.id, event.hash) for event in made]


def test_a_whole_trail_holds(app: Flask, events: list[tuple[int, str]]) -> None:
    told = verified(app, 0)
    assert told == {"checked": 5, "last_hash": events[-1][1], "broken": None, "problem": None}
    assert run(app).output == f"5 events hold, last hash {events[-1][1]}\n"


def test_an_empty_trail_holds(app: Flask) -> None:
    assert verified(app, 0)["checked"] == 0


def test_a_changed_event_is_named(app: Flask, events: list[tuple[int, str]]) -> None:
    number, _hash = events[2]
    db.session.execute(sa.update(AuditEvent).where(AuditEvent.id == number).values(actor_name="Någon annan"))
    told = verified(app, 1)
    assert (told["checked"], told["last_hash"], told["problem"]) == (2, events[1][1], CONTENT_CHANGED)
    assert told["broken"] == {"id": number, "occurred_at": NOW.isoformat(), "action": "note:added"}
    outcome = run(app)
    assert outcome.exit_code == 1
    assert outcome.stderr == f"broken: event {number}, {NOW.isoformat()} note:added: {CONTENT_CHANGED}\n"
    assert outcome.stdout.startswith("2 events hold, ")


def test_a_removed_event_shows_at_the_next(app: Flask, events: list[tuple[int, str]]) -> None:
    db.session.execute(sa.delete(AuditEvent).where(AuditEvent.id == events[2][0]))
    told = verified(app, 1)
    assert (told["broken"]["id"], told["problem"]) == (events[3][0], NOT_LINKED)


def test_a_cut_end_shows_against_a_hash_that_was_kept(app: Flask, events: list[tuple[int, str]]) -> None:
    kept = events[-1][1]
    assert verified(app, 0, "--known-hash", kept.upper())["problem"] is None
    db.session.execute(sa.delete(AuditEvent).where(AuditEvent.id == events[-1][0]))
    assert verified(app, 0)["checked"] == 4
    told = verified(app, 1, "--known-hash", kept)
    assert (told["checked"], told["broken"], told["problem"]) == (4, None, END_MISSING)


def test_no_more_than_a_batch_is_in_memory(
    app: Flask, events: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_BATCH", 2)
    held = []

    def watched(event: AuditEvent) -> str:
        held.append(len(db.session.identity_map))
        return event.hash

    monkeypatch.setattr(queries, "event_hash", watched)
    assert verified(app, 0)["checked"] == 5
    assert (len(held), max(held)) == (5, 2)
