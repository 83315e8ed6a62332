"""Code that opens files of others runs in a process of its own, with little memory, time and knowledge.

The process gets an empty environment (no secret, no address), no open file but its three streams, and may write no
file. What it answers is bounded. When it crashes, is killed by a limit or takes too long, the caller is told, and never
mistakes that for an answer.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker.core.limited_process import OUT_OF_MEMORY

_LAUNCHER = Path(__file__).with_name("limited_process.py")
# The folder that holds the application's packages, whatever way it was installed.
_ROOT = Path(__file__).resolve().parents[2]
_CHUNK = 64 * 1024
# A pipe takes this much at once without making the writer wait.
_PIPE = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of the wall clock and of the processor; ``memory_bytes`` of address space; ``answer_bytes`` of
    standard output; ``file_bytes`` of any file that the process writes."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int
    answer_bytes: int = 1024 * 1024
    file_bytes: int = 0


class ProcessFailed(RuntimeError):
    """The process gave no answer. The message is for those who run the system."""


class OutOfTime(ProcessFailed):
    """It was stopped because it took too long."""


class OutOfMemory(ProcessFailed):
    """It wanted more memory than it may have, or than the machine has."""


def run(module: str, *arguments: str, limits: Limits, data: bytes = b"", folder: Path | None = None) -> bytes:
    """Run ``module`` (``tracker.x.y``, which imports nothing of the application) with ``data`` on its standard input.

    :param folder: where it may write files of ``limits.file_bytes`` each, named by ``TMPDIR``; empty and private.
    :returns: what it wrote to standard output, when it ended well.
    :raises OutOfTime: when it took longer than ``limits.seconds``, or more of the processor than it may.
    :raises OutOfMemory: when it wanted more than ``limits.memory_bytes``, or the machine had no more.
    :raises ProcessFailed: when it ended in any other way, or said more than ``limits.answer_bytes``.
    """
    numbers = {
        "RLIMIT_CPU": limits.cpu_seconds,
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_CORE": 0,
    }
    # -B: a compiled module would be cut off at the size that a file may have, and break whoever imports it next.
    command = [sys.executable, "-IB", str(_LAUNCHER), json.dumps(numbers), str(_ROOT), module, *arguments]
    place = {"TMPDIR": str(folder), "HOME": str(folder)} if folder else {}
    environment = place | {"LC_ALL": "C.UTF-8", "PATH": os.defpath, "MALLOC_ARENA_MAX": "2"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            answer, said = _converse(process, data, limits)
        except BaseException:
            _kill(process)
            raise
    if process.returncode == -signal.SIGXCPU:
        raise OutOfTime(f"{module} took more of the processor than it may")
    # Nobody else kills it: that is how the kernel gets back memory when the machine has none left.
    if process.returncode in (OUT_OF_MEMORY, -signal.SIGKILL):
        raise OutOfMemory(f"{module} had too little memory: code {process.returncode}")
    if process.returncode != 0:
        last = said.decode(errors="replace").strip().splitlines() or ["no message"]
        raise ProcessFailed(f"{module} ended with code {process.returncode}: {last[-1][:500]}")
    return answer


def _converse(process: subprocess.Popen[bytes], data: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Feed and listen until the process is silent. ``communicate`` would keep whatever a hostile process says."""
    assert process.stdin and process.stdout and process.stderr
    end = time.monotonic() + limits.seconds
    heard: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    rest = memoryview(data)
    with selectors.DefaultSelector() as streams:
        for stream in heard:
            streams.register(stream, selectors.EVENT_READ)
        streams.register(process.stdin, selectors.EVENT_WRITE)
        while streams.get_map():
            for key, _events in streams.select(_left(end)):
                if key.fileobj is process.stdin:
                    rest = _feed(process.stdin, rest)
                    if not rest:
                        streams.unregister(process.stdin)
                        process.stdin.close()
                elif not _listen(key.fd, heard[key.fileobj], limits.answer_bytes):  # type: ignore[index]
                    streams.unregister(key.fileobj)
    try:
        process.wait(timeout=_left(end))
    except subprocess.TimeoutExpired as error:
        raise OutOfTime("took more time than it may and was stopped") from error
    return bytes(heard[process.stdout]), bytes(heard[process.stderr])


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise OutOfTime("took more time than it may and was stopped")
    return left


def _feed(stream: IO[bytes], rest: memoryview) -> memoryview:
    if not rest:
        return rest
    try:
        return rest[os.write(stream.fileno(), rest[:_PIPE]) :]
    except BrokenPipeError:
        # It does not want to read more; what it answers counts.
        return rest[:0]


def _listen(descriptor: int, heard: bytearray, most: int) -> bool:
    """Take in what was said; False when nothing more will come."""
    chunk = os.read(descriptor, _CHUNK)
    heard += chunk
    if len(heard) > most:
        raise ProcessFailed(f"said more than {most} bytes")
    return bool(chunk)


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The whole group: what the process may have started ends with it.
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
