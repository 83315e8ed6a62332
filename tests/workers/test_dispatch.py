"""Publishing to a broker that is up, down, frozen and back again: quick in every case, and never an error."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.redis import Broker
from tracker.core.dispatch import PAUSE_SECONDS, Dispatcher
from tracker.core.task_names import TaskName

# What a page may lose to the broker; the whole request has 3 s.
LIMIT_SECONDS = 2.0


def timed(publish: Callable[[], bool]) -> tuple[bool, float]:
    started = time.monotonic()
    return publish(), time.monotonic() - started


def ring(dispatcher: Dispatcher) -> tuple[bool, float]:
    return timed(lambda: dispatcher.publish(TaskName.HEARTBEAT, {"sender": "test"}))


def forget_pause(dispatcher: Dispatcher) -> None:
    dispatcher._paused_until = 0.0


def test_down_from_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dispatcher = Dispatcher(f"redis+socket://{tmp_path}/nobody.sock")
    with caplog.at_level(logging.ERROR):
        sent, seconds = ring(dispatcher)
    assert not sent
    assert seconds < LIMIT_SECONDS
    assert "core.heartbeat left to the sweeps" in caplog.text


def test_frozen_then_thawed(broker: Broker) -> None:
    dispatcher = Dispatcher(broker.celery_url)
    assert ring(dispatcher)[0]
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        sent, seconds = ring(dispatcher)
        assert not sent
        assert seconds < LIMIT_SECONDS
        # Within the pause nothing is tried, so a page with many messages, or many pages, do not add up.
        assert ring(dispatcher)[1] < 0.05
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)
    assert not ring(dispatcher)[0]
    forget_pause(dispatcher)
    assert ring(dispatcher)[0]


def test_frozen_before_the_first_message(broker: Broker) -> None:
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        sent, seconds = ring(Dispatcher(broker.celery_url))
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)
    assert not sent
    assert seconds < LIMIT_SECONDS


def test_killed_and_started_again(broker: Broker) -> None:
    dispatcher = Dispatcher(broker.celery_url)
    assert ring(dispatcher)[0]
    broker.kill()
    sent, seconds = ring(dispatcher)
    assert not sent
    assert seconds < LIMIT_SECONDS
    broker.restart()
    forget_pause(dispatcher)
    assert ring(dispatcher)[0]


def test_pause_is_shorter_than_a_sweep() -> None:
    assert PAUSE_SECONDS < 60
