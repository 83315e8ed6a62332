"""Run as a limited process by the tests: behaves as its first argument says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def surroundings() -> str:
    return f"{dict(os.environ)} open files: {len(os.listdir('/proc/self/fd')) - 1} folder: {os.getcwd()}"


def write(path: Path, size: int) -> int:
    with path.open("wb", buffering=0) as file:
        return file.write(b"x" * size)


def spin() -> None:
    while True:
        pass


def talk() -> None:
    while True:
        sys.stdout.write("x" * 5000)


def sleep_silently() -> None:
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    time.sleep(60)


def fail() -> None:
    raise ValueError("fel")


BEHAVIOURS: dict[str, Callable[..., object]] = {
    "echo": lambda: sys.stdout.buffer.write(sys.stdin.buffer.read()),
    "say": lambda text: sys.stdout.write(text),
    "surroundings": lambda: sys.stdout.write(surroundings()),
    "allocate": lambda: bytearray(256 * 1024 * 1024),
    "spin": spin,
    "sleep": lambda: time.sleep(60),
    "sleep silently": sleep_silently,
    "sleep with a child": lambda: subprocess.run(["sleep", "60"], check=False),
    "talk": talk,
    "write": lambda path: write(Path(path), 10),
    "write into its folder": lambda: sys.stdout.write(str(write(Path(os.environ["TMPDIR"], "x"), 9000))),
    "be killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "raise": fail,
    "exit": lambda: sys.exit(3),
}

if __name__ == "__main__":
    BEHAVIOURS[sys.argv[1]](*sys.argv[2:])
