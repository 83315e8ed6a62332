"""Guessing is slowed down; the right person is not locked out."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import people
from tests.support.client import Client
from tracker.accounts import passwords, throttle
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.accounts.throttle import Attempt
from tracker.core.db import db
from tracker.outbox.models import OutboxMessage

PASSWORD = "en grön cykel vid bryggan"
HOME, STRANGER = "192.0.2.10", "198.51.100.20"


@pytest.fixture
def person(app: Flask) -> Person:
    made = people.person(Role.MARKET, email="officer@example.org")
    made.password_hash = passwords.hash_password(PASSWORD)
    return made


def attempt(
    client: FlaskClient, password: str, address: str = STRANGER, email: str = "officer@example.org"
) -> TestResponse:
    return client.post(
        "/sign-in", data={"email": email, "password": password}, environ_overrides={"REMOTE_ADDR": address}
    )


def test_after_three_misses_the_next_has_to_wait_and_is_told_how_long(client: Client, person: Person) -> None:
    assert [attempt(client, "wrong").status_code for _ in range(3)] == [422] * 3
    response = attempt(client, "wrong")
    page = response.get_data(as_text=True)
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 2
    assert "Försök igen om" in page
    assert "<time" in page
    assert attempt(client, PASSWORD).status_code == 429


def test_a_strangers_misses_do_not_lock_the_owner_out(client: Client, person: Person) -> None:
    for _ in range(5):
        attempt(client, "wrong")
    assert attempt(client, PASSWORD, HOME).status_code == 303


def test_an_unknown_account_is_slowed_down_just_the_same(client: Client, person: Person) -> None:
    statuses = [attempt(client, "wrong", email="nobody@example.org").status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_the_delay_ends_and_success_forgets_the_misses(client: Client, person: Person, app: Flask) -> None:
    for _ in range(3):
        attempt(client, "wrong")
    time.sleep(2.1)
    assert attempt(client, PASSWORD).status_code == 303
    fresh = app.test_client()
    assert [attempt(fresh, "wrong").status_code for _ in range(3)] == [422] * 3


def test_simultaneous_attempts_are_counted_before_they_are_judged(app: Flask) -> None:
    key = Attempt("together")
    key.begin()
    key.begin()
    key.begin()
    with pytest.raises(throttle.TooSoon):
        key.begin()


def test_one_address_cannot_try_many_accounts(client: Client) -> None:
    statuses = [attempt(client, "wrong", email=f"someone{n}@example.org").status_code for n in range(61)]
    assert statuses == [422] * 60 + [429]
    assert attempt(client, "wrong", HOME, "someone61@example.org").status_code == 422


def test_addresses_of_one_subscriber_count_as_one(app: Flask) -> None:
    def key(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return throttle.client_address()

    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") != key("2001:db8:1:3::1")
    assert key("192.0.2.1") != key("192.0.2.2")
    assert key("") == "unknown"


def test_past_a_hundred_wrong_passwords_the_link_still_works(client: Client, person: Person) -> None:
    for n in range(100):
        attempt(client, "wrong", f"203.0.113.{n}")
    assert attempt(client, PASSWORD, HOME).status_code == 429
    response = client.post("/sign-in/link", data={"email": person.email}, environ_overrides={"REMOTE_ADDR": HOME})
    assert response.status_code == 303


def test_nobody_can_fill_a_strangers_inbox(client: Client, person: Person) -> None:
    def ask(n: int, email: str) -> int:
        sent = client.post("/sign-in/link", data={"email": email}, environ_overrides={"REMOTE_ADDR": f"203.0.113.{n}"})
        return sent.status_code

    for email in (person.email, "nobody@example.org"):
        assert [ask(n, email) for n in range(6)] == [303] * 5 + [429]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 5
