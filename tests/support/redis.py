"""A throw-away Redis on a unix socket, started as the embedded mode starts it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.cli import redis_server


@dataclass
class Broker:
    """A running server; ``process`` may be stopped, frozen and killed by a test."""

    process: subprocess.Popen[bytes]
    socket: Path
    folder: Path

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://{self.socket}"

    def restart(self) -> None:
        """Start the server again on the same socket and data."""
        self.process = _start(self.socket, self.folder)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def broker() -> Iterator[Broker]:
    """Start a server and kill it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="samordna-redis-", dir="/tmp"))
    path = folder / "redis.sock"
    running = Broker(_start(path, folder), path, folder)
    try:
        yield running
    finally:
        running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _start(path: Path, folder: Path) -> subprocess.Popen[bytes]:
    path.unlink(missing_ok=True)
    command = redis_server.command(redis_server.find(), socket=path, folder=folder)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
                client.sendall(b"PING\r\n")
                if client.recv(64).startswith(b"+PONG"):
                    return process
            except OSError:
                pass
        time.sleep(0.02)
    process.kill()
    raise TimeoutError("redis-server did not answer within 10 s")
