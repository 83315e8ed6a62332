"""Speaking with the virus scanner: every answer, and every way in which none comes."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import files
from tests.support import clamd as scanners
from tests.support.clamd import FakeScanner
from tests.support.ports import free_port
from tracker.documents import clamd
from tracker.documents.clamd import Away, Clamd, NoAnswer


@pytest.fixture
def scanner() -> Iterator[FakeScanner]:
    with scanners.fake_scanner() as running:
        yield running


def scan(scanner: FakeScanner, content: bytes) -> str | None:
    return Clamd(scanner.address).scan(io.BytesIO(content))


def test_clean_and_infected(scanner: FakeScanner) -> None:
    content = bytes(range(256)) * 3000
    assert scan(scanner, content) is None
    assert scan(scanner, b"x" + files.EICAR) == "Eicar-Test"
    assert scan(scanner, b"") is None
    assert scanner.received == [content, b"x" + files.EICAR, b""]


def test_ping(scanner: FakeScanner) -> None:
    Clamd(scanner.address).ping()
    assert scanner.pings == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: Can't allocate memory ERROR\0",
        b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
        b"UNKNOWN COMMAND\0",
        b"stream: FOUND",
        b"x" * 9000,
    ],
)
def test_answer_that_says_nothing_of_the_file(scanner: FakeScanner, answer: bytes) -> None:
    scanner.answer = answer
    with pytest.raises(NoAnswer):
        scan(scanner, b"hej")


def test_file_that_is_too_large_for_it(scanner: FakeScanner) -> None:
    scanner.stops_after = 100_000
    with pytest.raises(NoAnswer, match="size limit"):
        scan(scanner, bytes(5_000_000))


def test_silence_is_no_answer(scanner: FakeScanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "SCAN_SECONDS", 0.5)
    scanner.is_silent = True
    started = time.monotonic()
    with pytest.raises(NoAnswer):
        scan(scanner, b"hej")
    assert time.monotonic() - started < 3


def test_line_that_is_closed(scanner: FakeScanner) -> None:
    scanner.answer = b""
    with pytest.raises(Away):
        scan(scanner, b"hej")


def test_nobody_there(tmp_path: Path) -> None:
    for address in (f"unix:{tmp_path}/none.sock", f"tcp://127.0.0.1:{free_port()}", "tcp://scanner.invalid:3310"):
        with pytest.raises(Away):
            Clamd(address).ping()
        with pytest.raises(Away):
            Clamd(address).scan(io.BytesIO(b"hej"))


def test_somebody_else_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "CONNECT_SECONDS", 0.3)
    with scanners.listening() as server, pytest.raises(Away):
        Clamd(f"tcp://127.0.0.1:{server.getsockname()[1]}").ping()


def test_over_tcp() -> None:
    with scanners.listening() as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            line = server.accept()[0]
            with line, line.makefile("rb") as heard:
                assert heard.read(10) == b"zINSTREAM\0"
                while size := int.from_bytes(heard.read(4), "big"):
                    heard.read(size)
                line.sendall(b"stream: OK\0")
                line.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=answer)
        thread.start()
        assert Clamd(address).scan(io.BytesIO(bytes(300_000))) is None
        thread.join()
