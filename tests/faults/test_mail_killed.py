"""kill -9 while mail is being sent: nothing is lost, and at most the one message in flight may come twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import messages, people
from tests.support import smtp
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox.claims import LEASE
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageState
from tracker.outbox.models import OutboxMessage
from tracker.outbox.rescue import DOUBT, rescue

ROOT = Path(__file__).resolve().parents[2]


def start(app: Flask, port: int, place: str) -> subprocess.Popen[bytes]:
    """A worker process on the test's database."""
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SETTINGS"].database_url.replace("+psycopg", ""),
        "SECRET_KEY": "a-key-of-random-letters-" + os.urandom(16).hex(),
        "BASE_URL": "http://127.0.0.1:8000",
        "REDIS_URL": "unix:///tmp/nobody-home.sock",
        "MAIL_FROM": "samordna@samordna.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.faults.mail_worker", place]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


@pytest.fixture
def queue(app: Flask) -> list[str]:
    """Ten messages, committed; their Message-IDs."""
    return fill(10)


def fill(count: int) -> list[str]:
    anna = people.person(email="anna@example.org")
    made = [messages.message(anna, clock.now(), f"test:{number}").message_id for number in range(count)]
    db.session.commit()
    return made


def make_good(app: Flask, port: int) -> None:
    """What the sweeps do in the half hour after a crash, with the clock moved instead of waited for."""
    for after in (LEASE, LEASE + DOUBT):
        moment = clock.now() + after + timedelta(minutes=1)
        with clock.frozen_at(moment), messages.written_by(), messages.sending_to(app, port):
            rescue(now=moment)
            db.session.commit()
            while drain():
                pass


@contextmanager
def killed_at(app: Flask, place: str) -> Iterator[smtp.Server]:
    with smtp.server() as server:
        assert start(app, server.port, place).wait(120) == -signal.SIGKILL
        yield server


@pytest.mark.parametrize("place", ["claimed", "envelope", "half"])
def test_killed_before_the_server_has_it(app: Flask, queue: list[str], place: str) -> None:
    with killed_at(app, place) as server:
        assert len(server.taken) == (0 if place == "claimed" else 2)
        make_good(app, server.port)
    assert server.copies == dict.fromkeys(queue, 1)


@pytest.mark.parametrize("place", ["dot", "accepted"])
def test_killed_after_the_server_has_it(app: Flask, queue: list[str], place: str) -> None:
    with killed_at(app, place) as server:
        make_good(app, server.port)
    assert set(server.copies) == set(queue), "none lost"
    assert sorted(server.copies.values()) == [1] * 9 + [2], "the one in flight twice, with the same Message-ID"
    assert set(db.session.scalars(sa.select(OutboxMessage.state))) == {MessageState.SENT}


@pytest.mark.slow
def test_killed_a_hundred_times_at_random(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = fill(1500)
    kills = 0
    with smtp.server(smtp.Script(before_answer=lambda _: time.sleep(0.004))) as server:
        while len(server.copies) < len(wanted) and kills < 100:
            worker = start(app, server.port, "none")
            before = len(server.taken)
            smtp.wait_until(lambda taken=before: len(server.taken) > taken)  # type: ignore[misc]
            time.sleep(random.uniform(0.02, 0.15))
            worker.kill()
            worker.wait()
            kills += 1
            rescue(now=clock.now() + LEASE + timedelta(minutes=1))
            db.session.commit()
        make_good(app, server.port)
    copies = server.copies
    doubled = sum(count - 1 for count in copies.values())
    with capsys.disabled():
        print(f"\n{kills} kills over {len(wanted)} mails: 0 lost, {doubled} doubled")
    assert set(copies) == set(wanted)
    assert doubled <= kills and max(copies.values()) <= 2
