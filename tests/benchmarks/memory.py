"""What everything that `make run` starts holds in memory while nobody uses it (proportional set size, Linux)."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path

import psutil

from tests.benchmarks.table import Row
from tests.support.running import Running, product

TARGET_MB = 400
TARGET_START_S = 5.0
SETTLE_S = 20.0
KINDS = ("redis-server", "gunicorn", "mail-catcher", "beat", "worker")


def measure(scale: float) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="samordna-") as parent:
        folder = Path(parent) / "instance"
        with product(folder) as first:
            first.stop()
        with product(folder) as second:
            took = second.took
            time.sleep(SETTLE_S * scale)
            parts = memory_of(second)
    total = sum(parts.values())
    detail = ", ".join(f"{name} {size:.0f}" for name, size in sorted(parts.items(), key=lambda item: -item[1]))
    return [
        Row("idle memory of make run (PSS)", f"{total:.0f} MB", detail, f"≤ {TARGET_MB} MB", total <= TARGET_MB),
        Row("second start to the first page", f"{took:.1f} s", "", f"≤ {TARGET_START_S:.0f} s", took <= TARGET_START_S),
    ]


def memory_of(running: Running) -> dict[str, float]:
    """Megabytes per kind of process, the supervisor's whole family."""
    root = psutil.Process(running.process.pid)
    parts: dict[str, float] = {}
    for member in [root, *root.children(recursive=True)]:
        name = _kind(" ".join(member.cmdline()))
        parts[name] = parts.get(name, 0.0) + _megabytes(member.pid)
    return parts


def family_megabytes(pid: int) -> float:
    """Megabytes (PSS) of a process and all that it has started, nothing once they have ended."""
    try:
        members = [pid, *(member.pid for member in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for member in members:
        with contextlib.suppress(OSError, StopIteration):
            total += _megabytes(member)
    return total


def _megabytes(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in rollup if line.startswith("Pss:"))


def _kind(line: str) -> str:
    return next((word for word in KINDS if word in line), "supervisor")
