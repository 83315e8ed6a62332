"""A real worker and scheduler on a real broker: started, killed and stopped as the product does it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.redis import Broker
from tests.support.site import until
from tests.workers.processes import Processes
from tracker.core.dispatch import Dispatcher
from tracker.core.task_names import TaskName


@pytest.fixture
def processes(tmp_path: Path, broker: Broker) -> Iterator[Processes]:
    running = Processes(tmp_path, broker)
    running.migrate()
    yield running
    running.end()


def test_worker_shows_life_at_once_and_stops_when_told(processes: Processes) -> None:
    worker = processes.start("worker")
    until(lambda: "worker" in processes.heartbeats(), "the worker's first heartbeat")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0


def test_killed_worker_is_replaced_and_the_message_survives(processes: Processes, broker: Broker) -> None:
    first = processes.start("worker")
    until(lambda: "worker" in processes.heartbeats(), "the first worker's heartbeat")
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    processes.forget_heartbeats()
    assert Dispatcher(broker.celery_url).publish(TaskName.HEARTBEAT, {"sender": "left behind"})
    processes.start("worker")
    until(lambda: "left behind" in processes.heartbeats(), "the message sent while no worker ran")


@pytest.mark.parametrize(
    "idle_seconds", [pytest.param(0.0, id="during a task", marks=pytest.mark.long), pytest.param(3.0, id="idle")]
)
def test_worker_takes_up_again_after_the_broker_was_killed(
    processes: Processes, broker: Broker, idle_seconds: float
) -> None:
    processes.start("worker")
    # The worker's first tasks are many: right after the first one another is running.
    until(lambda: "worker" in processes.heartbeats(), "the worker's heartbeat")
    time.sleep(idle_seconds)
    broker.kill()
    time.sleep(1)
    broker.restart()
    dispatcher = Dispatcher(broker.celery_url)
    until(lambda: dispatcher.publish(TaskName.HEARTBEAT, {"sender": "after"}), "a message to the new broker")
    until(lambda: "after" in processes.heartbeats(), "the message sent after the broker came back")


def test_two_schedulers_stop_when_told(processes: Processes) -> None:
    schedulers = [processes.start("beat"), processes.start("beat")]
    # Both write to one log; a signal before a scheduler listens would simply end it.
    until(lambda: (processes.folder / "beat.log").read_text().count("Starting") == 2, "the start of both schedulers")
    for scheduler in schedulers:
        assert scheduler.poll() is None
        scheduler.send_signal(signal.SIGTERM)
    assert [scheduler.wait(timeout=10) for scheduler in schedulers] == [0, 0]
