"""The whole product, started as a user starts it, on an instance folder and port of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SAMORDNA = str(Path(sys.executable).with_name("samordna"))


class Running:
    """A started product: its address, and commands run beside it."""

    def __init__(self, process: subprocess.Popen[str], environment: dict[str, str], took: float) -> None:
        self.process = process
        self.environment = environment
        self.took = took
        self.url = f"http://127.0.0.1:{environment['PORT']}"

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``samordna …`` on the same instance."""
        return subprocess.run(
            [SAMORDNA, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=check,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def json(self, *arguments: str) -> Any:
        return json.loads(self.command(*arguments, "--format", "json").stdout)

    def stop(self, seconds: float = 60) -> int:
        """Stop it as a service manager would; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)


@contextmanager
def product(folder: Path, **more: str) -> Iterator[Running]:
    """`samordna run` until its first page is answered; stopped afterwards."""
    environment = {"SAMORDNA_INSTANCE": str(folder), "PORT": str(free_port()), **more}
    log = (folder.parent / f"{folder.name}.log").open("w")
    started = time.monotonic()
    process = subprocess.Popen(
        [SAMORDNA, "run"], cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT, text=True
    )
    try:
        _wait_for_first_page(environment["PORT"], process, Path(log.name))
        yield Running(process, environment, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


def _wait_for_first_page(port: str, process: subprocess.Popen[str], log: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"samordna run ended with {process.returncode}:\n{log.read_text()}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no first page within {seconds} s:\n{log.read_text()}")
