"""Background processes of an instance, without a web process."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.support.redis import Broker
from tests.support.running import ROOT


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
