"""A limited process: what it may use, what it knows, and how its end is told."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

import pytest

from tests.support import behaving
from tracker.core import limited
from tracker.core.limited import Limits, OutOfMemory, OutOfTime, ProcessFailed

MEGABYTE = 1024 * 1024
LIMITS = Limits(seconds=20, cpu_seconds=5, memory_bytes=128 * MEGABYTE, answer_bytes=10_000)
# Modules of this folder are run by name, as those of the application are.
BEHAVIOUR = "tests.support.behaving"


def run(behaviour: str, *more: str, limits: Limits = LIMITS, data: bytes = b"", folder: Path | None = None) -> bytes:
    return limited.run(BEHAVIOUR, behaviour, *more, limits=limits, data=data, folder=folder)


def test_answers_what_it_is_given() -> None:
    data = bytes(range(256)) * 30
    assert run("echo", data=data) == data


def test_need_not_read_what_it_is_given() -> None:
    assert run("say", "nej", data=b"x" * MEGABYTE) == b"nej"


def test_knows_nothing_of_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "nobody-may-know")
    with open(os.devnull) as other:
        os.set_inheritable(other.fileno(), True)
        told = run("surroundings").decode()
    assert "nobody-may-know" not in told and "SECRET_KEY" not in told
    assert "open files: 3" in told and "folder: /" in told


@pytest.mark.parametrize("behaviour", ["allocate", "be killed"])
def test_memory_is_limited(behaviour: str) -> None:
    with pytest.raises(OutOfMemory):
        run(behaviour)


def test_processor_time_is_limited() -> None:
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        run("spin", limits=Limits(seconds=20, cpu_seconds=1, memory_bytes=128 * MEGABYTE))
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("behaviour", ["sleep", "sleep silently", "sleep with a child"])
def test_time_is_limited(behaviour: str) -> None:
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        run(behaviour, limits=Limits(seconds=1, cpu_seconds=5, memory_bytes=128 * MEGABYTE))
    assert time.monotonic() - started < 5


def test_answer_is_limited() -> None:
    with pytest.raises(ProcessFailed, match="10000 bytes"):
        run("talk")


def test_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match="File too large"):
        run("write", str(tmp_path / "x"))
    assert (tmp_path / "x").read_bytes() == b""


def test_writes_into_its_own_folder_as_much_as_it_may(tmp_path: Path) -> None:
    limits = Limits(seconds=20, cpu_seconds=5, memory_bytes=128 * MEGABYTE, file_bytes=5000)
    compiled = Path(importlib.util.cache_from_source(behaving.__file__))
    compiled.unlink(missing_ok=True)
    assert run("write into its folder", limits=limits, folder=tmp_path) == b"5000"
    assert not compiled.exists(), "half a module is left for the next process"


@pytest.mark.parametrize(
    ("behaviour", "said"), [("crash", "code -11"), ("raise", "ValueError: fel"), ("exit", "code 3")]
)
def test_every_bad_end_is_told(behaviour: str, said: str) -> None:
    with pytest.raises(ProcessFailed, match=said):
        run(behaviour)
