"""Into the queue once, out of it once, and what people may do about a message that got stuck."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import deadlines, messages, people
from tests.support import smtp
from tests.support.client import signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound
from tracker.outbox import claims, queries, service
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import OutboxMessage
from tracker.outbox.rescue import rescue

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _written(app: Flask) -> Iterator[None]:
    with messages.written_by():
        yield


@pytest.fixture
def anna(app: Flask) -> Person:
    return people.person(email="anna@example.org")


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) or 0


def test_the_same_key_is_enqueued_once(app: Flask, anna: Person) -> None:
    first = messages.message(anna, NOW, "key")
    again = service.enqueue(kind=MessageKind.REMINDER, person=anna, dedupe_key="key", params={}, now=NOW)
    assert again is None and count() == 1
    assert (first.state, first.stale_after_at) == (MessageState.PENDING, NOW + service.DEFAULT_STALE_AFTER)


def test_a_message_goes_the_way_of_its_cause(app: Flask, anna: Person) -> None:
    db.session.commit()
    messages.message(anna, NOW, "key")
    db.session.rollback()
    assert count() == 0


def test_a_message_knows_each_case_it_speaks_of_once(app: Flask, anna: Person) -> None:
    case = deadlines.bare_case(anna)
    message = messages.message(anna, NOW, "key", cases=[case.id, case.id])
    assert [spoken_of.case_id for spoken_of in message.cases] == [case.id]


def test_an_address_that_cannot_work_is_kept_for_people_to_see(app: Flask, anna: Person) -> None:
    anna.email = "anna@localhost"
    message = messages.message(anna, NOW, "key")
    db.session.commit()
    assert (message.state, message.reason) == (MessageState.FAILED, MessageReason.BAD_ADDRESS)
    with pytest.raises(DomainError):
        service.retry(actor=SYSTEM, now=NOW, message_id=message.id)


def test_not_before_is_waited_for(app: Flask, anna: Person) -> None:
    messages.message(anna, NOW, "key", not_before=NOW + timedelta(hours=1))
    db.session.commit()
    assert claims.claim("a", NOW, 10) == []
    assert len(claims.claim("a", NOW + timedelta(hours=1), 10)) == 1


def test_fifty_workers_at_once_send_each_message_once(app: Flask, anna: Person) -> None:
    for number in range(60):
        messages.message(anna, NOW, f"key:{number}")
    db.session.commit()
    start = threading.Barrier(50)
    faults: list[BaseException] = []

    def work() -> None:
        with app.app_context(), clock.frozen_at(NOW):
            start.wait()
            try:
                drain(batch=7)
            except BaseException as error:
                faults.append(error)

    with smtp.server() as server, messages.sending_to(app, server.port):
        threads = [threading.Thread(target=work) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert faults == []
    assert len(server.copies) == 60 and set(server.copies.values()) == {1}


def test_a_worker_paused_past_its_lease_sends_nothing_more(app: Flask, anna: Person) -> None:
    """It is in the middle of the first message; its others are taken over meanwhile."""
    made = [messages.message(anna, NOW, f"key:{number}") for number in range(4)]
    db.session.commit()
    later = NOW + claims.LEASE + timedelta(seconds=1)
    overtaken = threading.Event()

    def pause(_: bytes) -> None:
        if overtaken.is_set():
            return
        overtaken.set()
        thread = threading.Thread(target=take_over)
        thread.start()
        thread.join(30)

    def take_over() -> None:
        with app.app_context(), clock.frozen_at(later):
            rescue(now=later)
            db.session.commit()
            drain()

    with (
        smtp.server(smtp.Script(before_answer=pause)) as server,
        messages.sending_to(app, server.port),
        clock.frozen_at(NOW),
    ):
        drain()
    db.session.expire_all()
    assert len(server.copies) == 4 and set(server.copies.values()) == {1}
    assert {message.state for message in made} == {MessageState.SENT}, (
        "the paused one could still say that it was taken"
    )


def test_what_a_dead_worker_held_waits_again_and_what_it_was_sending_is_in_doubt(app: Flask, anna: Person) -> None:
    held, begun = messages.message(anna, NOW, "held"), messages.message(anna, NOW, "begun")
    db.session.commit()
    assert len(claims.claim("dead", NOW, 10)) == 2
    claims.pass_on(db.session.connection(), "dead", NOW, following=begun.id, subject="s", text="t")
    db.session.commit()

    rescue(now=NOW + timedelta(seconds=60))
    db.session.commit()
    db.session.expire_all()
    assert (held.state, begun.state) == (MessageState.SENDING, MessageState.SENDING), "the lease runs"

    rescue(now=NOW + claims.LEASE + timedelta(seconds=1))
    db.session.commit()
    db.session.expire_all()
    assert (held.state, held.attempts, held.smtp_phase) == (MessageState.PENDING, 0, SmtpPhase.NONE)
    assert (begun.state, begun.reason) == (MessageState.UNKNOWN, MessageReason.WORKER_LOST)


def test_a_sign_in_link_in_doubt_simply_expires(app: Flask, anna: Person) -> None:
    message = messages.message(anna, NOW, "link", kind=MessageKind.SIGN_IN_LINK)
    message.state, message.settled_at = MessageState.UNKNOWN, NOW
    db.session.commit()
    rescue(now=NOW + timedelta(minutes=20))
    db.session.commit()
    db.session.refresh(message)
    assert message.state is MessageState.UNKNOWN
    rescue(now=NOW + timedelta(minutes=31))
    db.session.commit()
    db.session.refresh(message)
    assert (message.state, message.reason) == (MessageState.CANCELLED, MessageReason.TOO_OLD)


def test_a_failed_message_is_sent_again_by_hand(app: Flask, anna: Person) -> None:
    market = people.person(Role.MARKET)
    message = messages.message(anna, NOW, "key")
    message.state, message.reason, message.settled_at = MessageState.FAILED, MessageReason.REFUSED_BY_SERVER, NOW
    browser = signed_in(app, market)
    page = browser.get("/outbox")
    assert page.status_code == 200 and "anna@example.org" in page.text
    assert browser.post(f"/outbox/{message.id}/retry", follow_redirects=True).status_code == 200
    assert message.state is MessageState.PENDING
    assert browser.get("/outbox?show=waiting").text.count("anna@example.org") == 1


def test_a_message_is_cancelled_by_hand_once(app: Flask, anna: Person) -> None:
    market = people.person(Role.MARKET)
    message = messages.message(anna, NOW, "key")
    browser = signed_in(app, market)
    browser.post(f"/outbox/{message.id}/cancel")
    assert (message.state, message.reason) == (MessageState.CANCELLED, MessageReason.CANCELLED_BY_HAND)
    refused = browser.post(f"/outbox/{message.id}/cancel", follow_redirects=True)
    assert "kan inte avbrytas" in refused.text
    assert browser.post(f"/outbox/{uuid.uuid4()}/cancel").status_code == 404
    for show in ("trouble", "waiting", "sent", "dropped"):
        assert browser.get(f"/outbox?show={show}").status_code == 200


def test_a_sent_message_is_not_sent_again(app: Flask, anna: Person) -> None:
    message = messages.message(anna, NOW, "key")
    message.state = MessageState.SENT
    db.session.flush()
    for verb in (service.retry, service.cancel):
        with pytest.raises(DomainError):
            verb(actor=SYSTEM, now=NOW, message_id=message.id)
    with pytest.raises(NotFound):
        service.retry(actor=SYSTEM, now=NOW, message_id=uuid.uuid4())


def test_the_queue_tells_how_it_stands(app: Flask, anna: Person) -> None:
    messages.message(anna, NOW, "due")
    messages.message(anna, NOW, "later", not_before=NOW + timedelta(hours=1))
    status = queries.get_status(NOW)
    assert (status.due, status.counts[MessageState.PENDING], status.oldest_due_at) == (1, 2, NOW)
