"""A real worker and scheduler on a real broker: started, killed and stopped as the product does it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.redis import Broker
from tracker.core.dispatch import Dispatcher
from tracker.core.task_names import TaskName

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40


class Processes:
    """Starts background processes of one instance and ends them all."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder = folder
        self.environment = {**os.environ, "SAMORDNA_INSTANCE": str(folder), "REDIS_URL": broker.url}
        self.environment.pop("DATABASE_URL", None)
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, part: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{part}.log").open("ab") as log:
            command = [sys.executable, "-m", "workers", part]
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.started.append(process)
        return process

    def migrate(self) -> None:
        command = [sys.executable, "-c", "from wsgi import cli; cli()", "prepare"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def heartbeats(self) -> dict[str, str]:
        with sqlite3.connect(self.folder / "samordna.sqlite3") as database:
            return dict(database.execute("SELECT name, beat_at FROM heartbeats"))

    def forget_heartbeats(self) -> None:
        with sqlite3.connect(self.folder / "samordna.sqlite3", timeout=10) as database:
            database.execute("DELETE FROM heartbeats")

    def end(self) -> None:
        for process in self.started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            finally:
                process.wait()


@pytest.fixture
def processes(tmp_path: Path, broker: Broker) -> Iterator[Processes]:
    running = Processes(tmp_path, broker)
    running.migrate()
    yield running
    running.end()


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.1)


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
