"""The whole product under its supervisor: a second start is quick, and nothing is ever left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.support.running import ROOT, SAMORDNA, product
from tracker.cli import supervisor

# A second start takes 5 s at most on a machine that does nothing else; the tests do much else at the same time.
SECOND_START_SECONDS = 15


def parts_of(pid: int) -> list[psutil.Process]:
    leader = psutil.Process(pid)
    return [leader, *leader.children(recursive=True)]


def await_parts(pid: int, count: int) -> list[psutil.Process]:
    """The processes of a running product, once there are ``count`` of them."""
    deadline = time.monotonic() + 60
    while len(parts := parts_of(pid)) < count:
        assert time.monotonic() < deadline, [process.cmdline() for process in parts]
        time.sleep(0.1)
    return parts


def test_stopped_by_a_signal_and_started_again(tmp_path: Path) -> None:
    with product(tmp_path / "instance") as running:
        # The supervisor, redis, the mail catcher, three of the web, two of the worker, the scheduler.
        parts = await_parts(running.process.pid, 9)
        assert running.stop() == 0
        assert not any(process.is_running() for process in parts)
        assert supervisor.is_free(int(running.environment["PORT"]))
    with product(tmp_path / "instance") as running:
        assert running.took < SECOND_START_SECONDS


@pytest.mark.long
def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with product(tmp_path / "instance") as running:
        parts = await_parts(running.process.pid, 9)
        running.process.kill()
        _, alive = psutil.wait_procs(parts[1:], timeout=40)
        assert [process.cmdline() for process in alive] == []


@pytest.mark.long
def test_killed_part_is_started_again(tmp_path: Path) -> None:
    with product(tmp_path / "instance") as running:
        parts = await_parts(running.process.pid, 9)
        broker = next(process for process in parts if "redis-server" in " ".join(process.cmdline()))
        broker.send_signal(signal.SIGKILL)
        broker.wait(timeout=10)
        await_parts(running.process.pid, 9)
        assert running.process.poll() is None


def test_busy_port_is_one_line_and_a_failure(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = run_with(tmp_path, str(port))
    assert told.returncode == 1
    assert told.stderr.strip().splitlines() == [
        f"samordna: port {port} on 127.0.0.1 is in use. Set another one, as PORT={port + 1} make run."
    ]


def test_faulty_setting_is_one_line_and_a_failure(tmp_path: Path) -> None:
    told = run_with(tmp_path, "eight")
    assert told.returncode == 1
    assert told.stderr.startswith("samordna: configuration: PORT: 'eight' is not a whole number")
    assert len(told.stderr.strip().splitlines()) == 1


def run_with(folder: Path, port: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SAMORDNA_INSTANCE": str(folder / "instance"), "PORT": port}
    return subprocess.run([SAMORDNA, "run"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
