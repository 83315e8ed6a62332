"""The virus scanner clamd, spoken to by its INSTREAM command over a socket (clamd(8)).

``zINSTREAM`` and a zero, then pieces with their length in front as four bytes, a length of zero at the end; the answer
is one line that ends in a zero: ``stream: OK``, ``stream: NAME FOUND`` or ``... ERROR``.
"""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

CONNECT_SECONDS = 3.0
# Below the soft time limit of a background task, with time left to write down what was found.
SCAN_SECONDS = 45.0
_PIECE = 128 * 1024
_LONGEST_ANSWER = 4096
# Given with the setting AlertExceedsMax for what clamd did not look into: no answer, rather than a harmful file.
_UNSEEN = "Heuristics.Limits.Exceeded"


class Away(Exception):
    """The scanner does not answer. The message is for those who run the system."""


class NoAnswer(Exception):
    """The scanner is there and could not say. The message is what it told."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """``address``: ``unix:/path`` or ``tcp://host:port``."""

    address: str

    def ping(self) -> None:
        """:raises Away:"""
        end = time.monotonic() + CONNECT_SECONDS
        try:
            with self._connected(end) as line:
                line.sendall(b"zPING\0")
                said = _heard(line, end)
        except OSError as error:
            raise Away(f"{self.address}: {error}") from error
        if said != "PONG":
            raise Away(f"{self.address} answers {said[:80]!r}")

    def scan(self, file: BinaryIO) -> str | None:
        """The name of what was found in ``file``, None when it is clean.

        :raises Away: when it cannot be reached, or the line was lost before it answered.
        :raises NoAnswer: when it could not say: the file is larger than it takes, or it took too long.
        """
        end = time.monotonic() + SCAN_SECONDS
        try:
            with self._connected(end) as line:
                # It closes the line on a file that is too large for it, after saying so.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    _send(line, file, end)
                said = _heard(line, end)
        except TimeoutError as error:
            raise NoAnswer(f"no answer within {SCAN_SECONDS:.0f} s") from error
        except OSError as error:
            raise Away(f"{self.address}: {error}") from error
        return _verdict(said)

    def _connected(self, end: float) -> socket.socket:
        try:
            if self.address.startswith("unix:"):
                line = _connected_here(self.address.removeprefix("unix:"))
            else:
                parts = urlsplit(self.address)
                line = socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=CONNECT_SECONDS)
        except OSError as error:
            raise Away(f"{self.address}: {error}") from error
        line.settimeout(max(0.1, end - time.monotonic()))
        return line


def _connected_here(path: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, file: BinaryIO, end: float) -> None:
    line.sendall(b"zINSTREAM\0")
    while piece := file.read(_PIECE):
        _limit(line, end)
        line.sendall(len(piece).to_bytes(4, "big") + piece)
    line.sendall(bytes(4))


def _heard(line: socket.socket, end: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        _limit(line, end)
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    if not said:
        raise ConnectionResetError("the line was closed without an answer")
    return said.rstrip(b"\0\n").decode(errors="replace")


def _limit(line: socket.socket, end: float) -> None:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)


def _verdict(said: str) -> str | None:
    what = said.removeprefix("stream: ")
    if what == "OK":
        return None
    if what.endswith(" FOUND") and not what.startswith(_UNSEEN):
        return what.removesuffix(" FOUND")
    raise NoAnswer(what)
