"""`samordna reminders` and `samordna outbox`: what they tell and what they change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tests.factories import deadlines, messages, people
from tests.support import smtp
from tests.support.client import signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import ParticipantRole
from tracker.cases.models import Participant
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.deadlines import service as deadline_service
from tracker.outbox.enums import MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders.models import Reminder, ReminderItem

# Monday 23 November 2026, 09:00 in Sweden.
NOW = deadlines.NOW


@pytest.fixture
def officer(app: Flask) -> Person:
    return people.person(Role.MARKET, email="officer@example.org", name="Olle Officer")


def run(app: Flask, *arguments: str, at: datetime = NOW) -> Result:
    db.session.commit()
    with clock.frozen_at(at):
        result = app.test_cli_runner().invoke(args=list(arguments))
    db.session.rollback()
    return result


def preview(app: Flask, on: date) -> dict[str, Any]:
    result = run(app, "reminders", "preview", "--on", on.isoformat(), "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def rows() -> list[Any]:
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Reminder, ReminderItem)]


def test_preview_tells_who_gets_what_and_why_others_do_not(app: Flask, officer: Person) -> None:
    contact, gone = people.person(Role.MARKET, name="Kim Kontakt"), people.person(Role.MARKET, name="Gunnar Gone")
    gone.is_active = False
    case = deadlines.bare_case(officer, title="TBE-vaccin")
    for person in (contact, gone):
        case.participants.append(Participant(person_id=person.id, role=ParticipantRole.MARKET_CONTACT))
    spoken = deadlines.deadline(case, date(2026, 11, 25))
    met = deadlines.deadline(deadlines.bare_case(officer), date(2026, 11, 25))
    deadline_service.mark_met(actor=SYSTEM, now=NOW, deadline=met, met_on=date(2026, 11, 23))
    unheard = deadlines.deadline(deadlines.bare_case(gone), date(2026, 11, 25))
    db.session.commit()
    before = rows()

    found = preview(app, date(2026, 11, 23))
    assert {mail["person"]: [one["deadline"] for one in mail["deadlines"]] for mail in found["mails"]} == {
        "Olle Officer": [spoken.id],
        "Kim Kontakt": [spoken.id],
    }
    assert found["mails"][0]["deadlines"][0] | {"title": ""} == {
        "case": case.registry_number,
        "case_title": "TBE-vaccin",
        "deadline": spoken.id,
        "kind": "contract_signing",
        "title": "",
        "basis": "internal",
        "due_on": "2026-11-25",
        "step": -2,
        "planned_on": "2026-11-23",
        "because": "market_contact",
    }
    not_sent = {(item["deadline"], item["reason"], item["person"]) for item in found["not_sent"]}
    assert (spoken.id, "person_inactive", "Gunnar Gone") in not_sent
    assert (met.id, "deadline_met", None) in not_sent
    assert (unheard.id, "no_recipient", None) in not_sent
    assert rows() == before, "a preview changes nothing"

    text = run(app, "reminders", "preview", "--on", "2026-11-23").stdout
    assert "Olle Officer <officer@example.org>" in text and "TEST" in text


def test_preview_of_the_next_morning_is_what_the_morning_brings(app: Flask, officer: Person) -> None:
    for days in range(1, 40):
        deadlines.deadline(deadlines.bare_case(officer), date(2026, 11, 23) + timedelta(days=days))
    told = preview(app, date(2026, 11, 23))
    planned = run(app, "reminders", "plan")
    assert planned.exit_code == 0
    given = set(db.session.scalars(sa.select(Reminder.deadline_id).join(ReminderItem)))
    assert {one["deadline"] for mail in told["mails"] for one in mail["deadlines"]} == given
    assert preview(app, date(2026, 11, 23))["mails"] == []


def test_preview_of_later_mornings_foresees_what_is_overdue_by_then(app: Flask, officer: Person) -> None:
    deadlines.deadline(deadlines.bare_case(officer), date(2026, 11, 25))
    steps = {}
    for day in range(23, 31):
        on = date(2026, 11, day)
        steps[day] = [one["step"] for mail in preview(app, on)["mails"] for one in mail["deadlines"]]
    steps[33] = [one["step"] for mail in preview(app, date(2026, 12, 3))["mails"] for one in mail["deadlines"]]
    assert steps == {23: [-2], 24: [], 25: [0], 26: [1], 27: [], 28: [], 29: [], 30: [], 33: [6]}


def test_preview_of_a_day_off_names_the_next_morning(app: Flask, officer: Person) -> None:
    found = preview(app, date(2026, 11, 28))
    assert (found["is_working_day"], found["next_morning_on"]) == (False, "2026-11-30")
    assert "not a working day" in run(app, "reminders", "preview", "--on", "2026-11-28").stdout


@pytest.mark.parametrize("day", ["2100-01-01", "tomorrow", "2026-02-30"])
def test_preview_of_a_day_that_cannot_be_told_fails_in_one_line(app: Flask, day: str) -> None:
    result = run(app, "reminders", "preview", "--on", day)
    assert result.exit_code != 0
    assert "Traceback" not in result.output


def test_the_outbox_by_hand(app: Flask, officer: Person) -> None:
    with messages.written_by(), smtp.server() as server, messages.sending_to(app, server.port):
        first = messages.message(officer, NOW, "first")
        second = messages.message(officer, NOW, "second")
        assert run(app, "outbox", "cancel", str(second.id)).exit_code == 0
        assert "kan inte avbrytas" in run(app, "outbox", "cancel", str(second.id)).output
        assert json.loads(run(app, "outbox", "status", "--format", "json").stdout)["pending"] == 1
        assert "sent: 1" in run(app, "outbox", "drain").stdout
        assert run(app, "outbox", "retry", str(second.id)).exit_code == 0
        assert run(app, "outbox", "retry", str(first.id)).exit_code == 1
        assert "sent: 1" in run(app, "outbox", "drain").stdout
        assert "pending" in run(app, "outbox", "status").stdout
        assert run(app, "outbox", "retry", "not-an-id").exit_code == 2
    assert set(db.session.scalars(sa.select(OutboxMessage.state))) == {MessageState.SENT}


def test_the_case_page_shows_what_was_said_and_what_will_be(app: Flask, officer: Person) -> None:
    case = deadlines.bare_case(officer)
    deadlines.deadline(case, date(2026, 11, 25))
    run(app, "reminders", "plan")
    script = smtp.Script(rcpt=lambda *_: b"550 5.1.1 no such user")
    with smtp.server(script) as server, messages.sending_to(app, server.port):
        run(app, "outbox", "drain")
    with clock.frozen_at(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)):
        page = signed_in(app, officer).get(f"/procurements/{case.id}")
    assert page.status_code == 200
    assert "no such user" in page.text
    assert "Ingen nås av påminnelserna" in page.text
    assert "2 arbetsdagar före" in page.text and "samma dag" in page.text
