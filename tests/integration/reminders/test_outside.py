"""What an evaluator without an account gets on the morning: a question, three answers, and a link that opens them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations, organisations, people
from tests.factories.messages import sending_to
from tests.support import smtp
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.calendar import add_working_days
from tracker.core.db import db
from tracker.evaluations.models import Deliverable, EvaluatorLink, TeamMember
from tracker.evaluations.service import links
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageKind, MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders import service

DUE_ON = date(2027, 6, 1)


@pytest.fixture
def officer(app: Flask) -> Person:
    organisations.load_reference()
    return people.person(Role.MARKET, email="officer@example.org")


@pytest.fixture
def awaited(officer: Person) -> tuple[TeamMember, Deliverable]:
    _evaluation, member, deliverable = evaluations.ready(officer, people.person(Role.STEERING))
    db.session.commit()
    return member, deliverable


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)


def mails_of(app: Flask, day: date) -> dict[str, tuple[str, str]]:
    """Address -> subject and text of the reminders that were mailed on ``day``."""
    service.plan(now=at(day))
    db.session.commit()
    others = sa.update(OutboxMessage).where(OutboxMessage.kind != MessageKind.REMINDER)
    db.session.execute(others.values(state=MessageState.CANCELLED))
    db.session.commit()
    with smtp.server() as server, sending_to(app, server.port), clock.frozen_at(at(day) + timedelta(minutes=1)):
        drain()
    db.session.expire_all()
    found = {}
    for mail in server.messages:
        body = mail.get_body(("plain",))
        assert body is not None
        found[str(mail["To"])] = (str(mail["Subject"]), str(body.get_content()))
    return found


def addresses_in(text: str) -> list[str]:
    return re.findall(r"http\S+", text)


def test_the_contact_is_asked_and_every_answer_opens_without_an_account(
    app: Flask, client: Client, awaited: tuple[TeamMember, Deliverable]
) -> None:
    member, deliverable = awaited
    mails = mails_of(app, add_working_days(DUE_ON, -7))
    assert set(mails) == {member.person.email}
    _subject, text = mails[member.person.email]
    assert text.lstrip().startswith("Hinner ni?")
    paths = [urlsplit(address).path for address in addresses_in(text)]
    own = [path for path in paths if path.startswith("/commission/")]
    assert sum(path.endswith(f"/deliverables/{deliverable.id}/progress") for path in own) == 2
    for address in addresses_in(text):
        parts = urlsplit(address)
        if parts.path.startswith("/commission/"):
            answer = client.get(f"{parts.path}?{parts.query}")
            assert answer.status_code == 200, parts.path


def test_the_officer_hears_of_it_only_when_it_is_late(
    app: Flask, officer: Person, awaited: tuple[TeamMember, Deliverable]
) -> None:
    member, _deliverable = awaited
    assert set(mails_of(app, add_working_days(DUE_ON, -2))) == {member.person.email}
    late = mails_of(app, add_working_days(DUE_ON, 1))
    assert set(late) == {member.person.email, officer.email}
    assert "/commission/" not in late[officer.email][1]
    assert f"/evaluations/{member.evaluation_id}" in late[officer.email][1]
    assert "Lämna in nu" in late[member.person.email][1]


def test_the_text_with_the_link_is_not_kept(app: Flask, awaited: tuple[TeamMember, Deliverable]) -> None:
    member, _deliverable = awaited
    mails_of(app, add_working_days(DUE_ON, -14))
    kept = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.person_id == member.person_id)).all()
    assert [message.text for message in kept if message.kind == "reminder"] == [None]


def test_whoever_had_the_link_withdrawn_is_not_let_in_again_by_a_reminder(
    app: Flask, awaited: tuple[TeamMember, Deliverable]
) -> None:
    member, _deliverable = awaited
    first = links.live_link_for(member, at(DUE_ON - timedelta(days=60)))
    links.revoke(actor=SYSTEM, now=at(DUE_ON - timedelta(days=50)), link=first)
    db.session.commit()
    assert mails_of(app, add_working_days(DUE_ON, -2)) == {}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EvaluatorLink)) == 1
