"""Signing in when the broker, which also holds the counters of attempts, is away or frozen."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.factories import people
from tests.support import redis
from tests.support.client import Client
from tests.support.ports import free_port
from tracker.accounts import passwords
from tracker.accounts.enums import Role
from tracker.accounts.throttle import limiter
from tracker.app import create_app
from tracker.cli import redis_server
from tracker.core.db import db

PASSWORD = "en grön cykel vid bryggan"
PATIENCE_SECONDS = 3.0


@pytest.fixture
def broker() -> Iterator[redis.Broker]:
    try:
        redis_server.find()
    except redis_server.NoRedis as error:
        pytest.skip(str(error))
    with redis.broker() as running:
        yield running


@pytest.fixture
def own_limiter() -> Iterator[None]:
    """The limiter is one object of the process: what a test sets up is taken back."""
    before = dict(vars(limiter))
    yield
    vars(limiter).clear()
    vars(limiter).update(before)


def product(folder: Path, redis_url: str) -> Flask:
    """An application of its own, with one person who has a password."""
    app = create_app(settings_for(folder, REDIS_URL=redis_url))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    with app.app_context():
        db.create_all()
        made = people.person(Role.MARKET, email="officer@example.org")
        made.password_hash = passwords.hash_password(PASSWORD)
        db.session.commit()
        db.session.remove()
    limiter._storage_dead = False
    return app


def timed(client: Client, path: str, **data: str) -> tuple[int, float]:
    started = time.monotonic()
    status = client.post(path, data={"email": "officer@example.org", **data}).status_code
    return status, time.monotonic() - started


def check_all_ways(app: Flask) -> None:
    """Every way in answers in time, and guessing is slowed down all the same."""
    with app.app_context():
        client: Any = app.test_client()
        for path, data, expected in (
            ("/sign-in", {"password": "wrong"}, 422),
            ("/sign-in/link", {}, 303),
            ("/sign-in", {"password": PASSWORD}, 303),
        ):
            status, seconds = timed(client, path, **data)
            assert status == expected
            assert seconds < PATIENCE_SECONDS
        guesser: Any = app.test_client()
        answers = [timed(guesser, "/sign-in", password="wrong") for _ in range(4)]
        assert [status for status, _ in answers] == [422, 422, 422, 429]
        assert max(seconds for _, seconds in answers) < PATIENCE_SECONDS
        db.session.remove()
        db.engine.dispose()


def test_an_unreachable_broker(tmp_path: Path, own_limiter: None) -> None:
    check_all_ways(product(tmp_path, f"redis://127.0.0.1:{free_port()}/0"))


def test_a_frozen_broker(tmp_path: Path, own_limiter: None, broker: redis.Broker) -> None:
    app = product(tmp_path, broker.url)
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        check_all_ways(app)
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)


def test_counters_are_shared_by_the_broker_when_it_is_there(
    tmp_path: Path, own_limiter: None, broker: redis.Broker
) -> None:
    app = product(tmp_path, broker.url)
    check_all_ways(app)
    assert not limiter._storage_dead
    assert limiter.storage.check()
