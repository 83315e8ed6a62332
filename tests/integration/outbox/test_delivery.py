"""What becomes of a message for every way in which the mail server can behave."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import messages, people
from tests.support import smtp
from tests.support.smtp import DRIP, DROP, HANG, TAKE_AND_DROP, Script
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox import smtp as client_smtp
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import DeliveryAttempt, MailRoute, OutboxMessage
from tracker.outbox.renderers import Mail, Outgoing, Withdraw
from tracker.outbox.rescue import DOUBT, rescue

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
# One and the same server in every test: whether it is away is remembered by its name and port.
PORT = smtp.free_port()


@pytest.fixture(autouse=True)
def _written(app: Flask) -> Iterator[None]:
    with messages.written_by():
        yield


@pytest.fixture
def anna(app: Flask) -> Person:
    return people.person(email="anna@example.org")


def queue(person: Person, count: int = 1, **options: object) -> list[OutboxMessage]:
    made = [messages.message(person, NOW, f"test:{number}", **options) for number in range(count)]
    db.session.commit()
    return made


def send(app: Flask, script: Script | None = None, at: datetime = NOW, **options: float) -> smtp.Server:
    with smtp.server(script, PORT) as server, messages.sending_to(app, server.port), clock.frozen_at(at):
        drain(**options)  # type: ignore[arg-type]
    db.session.expire_all()
    return server


def attempts() -> list[tuple[SmtpPhase, int | None]]:
    return [(each.phase, each.code) for each in db.session.scalars(sa.select(DeliveryAttempt).order_by("id"))]


def test_a_message_is_sent_once_with_its_own_message_id(app: Flask, anna: Person) -> None:
    (message,) = queue(anna)
    server = send(app)
    again = send(app)

    assert (message.state, message.smtp_phase, message.sent_at) == (MessageState.SENT, SmtpPhase.ACCEPTED, NOW)
    assert message.subject == "Räksmörgås"
    assert server.copies == {f"<{message.id}@{app.config['SETTINGS'].mail_domain}>": 1}
    assert not again.taken
    assert attempts() == []


def test_many_messages_share_one_line(app: Flask, anna: Person) -> None:
    queue(anna, 250)
    server = send(app)
    assert server.calls["connect"] == 1
    assert len(server.copies) == 250 and set(server.copies.values()) == {1}


def test_urgent_messages_go_first(app: Flask, anna: Person) -> None:
    queue(anna, 3)
    bo = people.person(email="bo@example.org")
    from tracker.outbox import renderers

    before = renderers._renderers.get(MessageKind.SIGN_IN_LINK)
    renderers.register_renderer(MessageKind.SIGN_IN_LINK, messages.plain)
    try:
        messages.message(bo, NOW, "link", kind=MessageKind.SIGN_IN_LINK)
        db.session.commit()
        server = send(app)
    finally:
        if before:
            renderers._renderers[MessageKind.SIGN_IN_LINK] = before
    assert server.recipients == ["bo@example.org", *["anna@example.org"] * 3]


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize(
    ("script", "phase", "code"),
    [
        (Script(rcpt=lambda *_: b"450 4.2.0 greylisted"), SmtpPhase.ENVELOPE, 450),
        (Script(mail=lambda *_: b"451 4.3.0 try later"), SmtpPhase.ENVELOPE, 451),
        (Script(dot=lambda *_: b"451 4.3.0 no disk"), SmtpPhase.DATA_SENT, 451),
        (Script(dot=lambda *_: b"421 4.3.0 going down"), SmtpPhase.DATA_SENT, 421),
        (Script(data=lambda *_: b"451 not now"), SmtpPhase.ENVELOPE, 451),
        (Script(mail=lambda *_: DROP), SmtpPhase.ENVELOPE, None),
    ],
)
def test_a_passing_fault_is_tried_again_later(
    app: Flask, anna: Person, script: Script, phase: SmtpPhase, code: int | None, pipelining: bool
) -> None:
    (message,) = queue(anna)
    script = dataclasses.replace(script, pipelining=pipelining)
    server = send(app, script)

    assert not server.taken
    assert (message.state, message.attempts, message.smtp_phase) == (MessageState.PENDING, 1, phase)
    assert timedelta(seconds=60) <= message.next_attempt_at - NOW <= timedelta(seconds=66)
    assert attempts() == [(phase, code)]

    assert send(app, at=NOW + timedelta(minutes=2)).copies == {message.message_id: 1}
    assert message.state is MessageState.SENT


@pytest.mark.parametrize(
    "script",
    [
        Script(rcpt=lambda *_: b"550 5.1.1 no such user"),
        Script(dot=lambda *_: b"554 5.7.1 refused"),
        Script(dot=lambda *_: b"552 5.3.4 too big"),
    ],
)
def test_a_refusal_is_final_and_told(app: Flask, anna: Person, script: Script) -> None:
    (message,) = queue(anna)
    send(app, script)
    assert (message.state, message.reason) == (MessageState.FAILED, MessageReason.REFUSED_BY_SERVER)
    assert message.last_error and message.last_error[0] == "5"
    assert not send(app, at=NOW + timedelta(days=1)).taken


@pytest.mark.parametrize("pipelining", [False, True])
def test_one_bad_recipient_among_many(app: Flask, anna: Person, pipelining: bool) -> None:
    bad = people.person(email="bad@example.org")
    made = queue(anna, 20)
    messages.message(bad, NOW, "bad")
    made += [messages.message(anna, NOW, f"later:{number}") for number in range(20)]
    db.session.commit()
    script = Script(rcpt=lambda address, _: b"550 no" if address.startswith("bad") else None, pipelining=pipelining)
    server = send(app, script)
    assert all(message.state is MessageState.SENT for message in made)
    assert len(server.copies) == 40 and server.calls["connect"] == 1


@pytest.mark.parametrize("answer", [TAKE_AND_DROP, HANG])
def test_a_line_lost_after_the_dot_leaves_doubt_and_no_blind_repeat(app: Flask, anna: Person, answer: object) -> None:
    (message,) = queue(anna)
    with patch.object(client_smtp, "CONVERSATION_LIMIT_S", 0.5):
        server = send(app, Script(dot=lambda *_: answer))

    assert (message.state, message.reason) == (MessageState.UNKNOWN, MessageReason.LINE_LOST)
    assert not send(app, at=NOW + timedelta(minutes=10)).taken

    rescue(now=NOW + DOUBT + timedelta(minutes=1))
    db.session.commit()
    second = send(app, at=NOW + DOUBT + timedelta(minutes=1))
    assert server.copies == second.copies == {message.message_id: 1}, "the same Message-ID, once more"
    assert (message.state, message.is_resent) == (MessageState.SENT, True)


def test_a_message_in_doubt_is_repeated_only_once(app: Flask, anna: Person) -> None:
    (message,) = queue(anna)
    at = NOW
    for _ in range(4):
        send(app, Script(dot=lambda *_: TAKE_AND_DROP), at=at)
        at += DOUBT + timedelta(minutes=1)
        rescue(now=at)
        db.session.commit()
    db.session.refresh(message)
    assert (message.state, message.attempts) == (MessageState.UNKNOWN, 2)


def test_doubt_may_be_left_to_a_person(app: Flask, anna: Person) -> None:
    (message,) = queue(anna)
    send(app, Script(dot=lambda *_: TAKE_AND_DROP))
    with messages.sending_to(app, 1, mail_unknown="hold"):
        rescue(now=NOW + timedelta(days=1))
    db.session.commit()
    db.session.refresh(message)
    assert message.state is MessageState.UNKNOWN


@pytest.mark.parametrize("answer", [b"421 busy", DROP, HANG])
def test_trouble_after_250_is_no_trouble(app: Flask, anna: Person, answer: object) -> None:
    (message,) = queue(anna)
    server = send(app, Script(quit=lambda *_: answer))
    assert message.state is MessageState.SENT
    assert len(server.taken) == 1


def test_a_server_that_closes_after_some_messages_is_called_again(app: Flask, anna: Person) -> None:
    queue(anna, 9)
    server = send(app, Script(mail=lambda _, count: b"421 enough for now" if count % 4 == 0 else None))
    assert set(server.copies.values()) == {1} and len(server.copies) == 9


@pytest.mark.parametrize(
    "script",
    [
        Script(connect=lambda *_: b"421 away"),
        Script(connect=lambda *_: DROP),
        Script(mail=lambda *_: b"530 sign in first"),
    ],
)
def test_a_dead_server_costs_one_probe_and_not_a_thousand(app: Flask, anna: Person, script: Script) -> None:
    made = queue(anna, 50)
    server = send(app, script)
    assert server.calls["connect"] == 1
    assert sum(message.attempts for message in made) <= 1
    assert {message.state for message in made} == {MessageState.PENDING}
    assert db.session.scalars(sa.select(MailRoute.failures)).one() == 1

    assert send(app, at=NOW + timedelta(seconds=30)).calls["connect"] == 0, "closed: nobody calls"
    assert send(app, script, at=NOW + timedelta(seconds=61)).calls["connect"] == 1, "one probe"
    better = send(app, at=NOW + timedelta(minutes=4))
    assert len(better.copies) == 50 and set(better.copies.values()) == {1}


def test_a_server_that_is_away_over_a_weekend_loses_nothing(app: Flask, anna: Person) -> None:
    made = queue(anna, 5)
    with messages.sending_to(app, PORT):
        for hours in range(0, 72, 3):
            with clock.frozen_at(NOW + timedelta(hours=hours)):
                rescue(now=clock.now())
                db.session.commit()
                drain()
    server = send(app, at=NOW + timedelta(hours=73))
    assert len(server.copies) == 5 and set(server.copies.values()) == {1}
    assert sum(message.attempts for message in made) <= 24 + 5


def test_a_message_that_waited_too_long_says_so_and_is_not_sent(app: Flask, anna: Person) -> None:
    (message,) = queue(anna, stale_after=NOW + timedelta(hours=1))
    rescue(now=NOW + timedelta(hours=2))
    db.session.commit()
    assert not send(app, at=NOW + timedelta(hours=2)).taken
    assert (message.state, message.reason) == (MessageState.CANCELLED, MessageReason.TOO_OLD)


@pytest.mark.parametrize("place", ["ehlo", "mail", "rcpt"])
@pytest.mark.parametrize("answer", [HANG, DRIP])
def test_a_slow_server_is_left_in_time(app: Flask, anna: Person, place: str, answer: object) -> None:
    made, script = queue(anna, 3), Script()
    setattr(script, place, lambda *_: answer)
    with patch.object(client_smtp, "CONVERSATION_LIMIT_S", 1.3), patch.object(client_smtp, "OPEN_LIMIT_S", 1.3):
        server = send(app, script)
    assert server.calls["connect"] <= 2
    assert {message.state for message in made} == {MessageState.PENDING}
    assert send(app, at=NOW + timedelta(minutes=3)).copies.total() == 3


def test_one_slow_recipient_does_not_hold_the_others(app: Flask, anna: Person) -> None:
    slow = people.person(email="slow@example.org")
    first = messages.message(slow, NOW, "slow")
    made = queue(anna, 10)
    with patch.object(client_smtp, "CONVERSATION_LIMIT_S", 0.5):
        server = send(app, Script(rcpt=lambda address, _: HANG if address.startswith("slow") else None))
    assert all(message.state is MessageState.SENT for message in made)
    assert (first.state, len(server.copies)) == (MessageState.PENDING, 10)


def test_a_poisoned_message_is_parked_and_the_others_go(app: Flask, anna: Person) -> None:
    made = queue(anna, 5)

    def compose(message: Outgoing) -> Mail:
        if message.id == made[2].id:
            raise KeyError("missing")
        return messages.plain(message)

    with messages.written_by(compose):
        server = send(app)
    assert len(server.copies) == 4
    assert (made[2].state, made[2].reason) == (MessageState.FAILED, MessageReason.CANNOT_COMPOSE)
    assert "missing" in (made[2].last_error or "")


def test_a_header_that_would_break_out_is_parked(app: Flask, anna: Person) -> None:
    (message,) = queue(anna)
    with messages.written_by(lambda _: Mail(subject="x\r\nBcc: all@example.org", text="x")):
        assert not send(app).taken
    assert message.state is MessageState.FAILED


def test_a_renderer_may_find_nothing_left_to_say(app: Flask, anna: Person) -> None:
    def compose(_: Outgoing) -> Mail:
        raise Withdraw(MessageReason.PERSON_INACTIVE)

    (message,) = queue(anna)
    with messages.written_by(compose):
        assert not send(app).calls
    assert (message.state, message.reason) == (MessageState.CANCELLED, MessageReason.PERSON_INACTIVE)


def test_a_secret_mail_leaves_nothing_behind(app: Flask, anna: Person) -> None:
    (message,) = queue(anna)
    message.params = {"seed": "s"}
    db.session.commit()
    with messages.written_by(lambda _: Mail(subject="Sign in", text="the link", is_secret=True)):
        send(app)
    assert (message.state, message.text, message.params) == (MessageState.SENT, None, {})


def test_what_is_read_for_a_batch_is_read_again_when_it_is_old(app: Flask, anna: Person) -> None:
    queue(anna, 30)
    reads: list[int] = []

    def load(ahead: object) -> dict[object, int]:
        reads.append(len(ahead))  # type: ignore[arg-type]
        return {message.id: len(reads) for message in ahead}  # type: ignore[attr-defined]

    with messages.written_by(load=load), patch("tracker.outbox.delivery.FRESH_S", 0.02):
        server = send(app, Script(before_answer=lambda _: __import__("time").sleep(0.03)))
    assert len(server.copies) == 30
    assert len(reads) >= 30, "each was slow, so each was read for anew"
