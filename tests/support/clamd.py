"""Virus scanners for tests: one that only speaks the protocol, and the real clamd with one signature of its own."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.factories.files import EICAR
from tracker.documents.clamd import Away, Clamd


@dataclass
class FakeScanner:
    """Answers what ``answer`` says, or by the content. ``received`` are the files it was given, whole."""

    address: str
    answer: bytes | None = None
    is_silent: bool = False
    stops_after: int | None = None
    received: list[bytes] = field(default_factory=list)
    pings: int = 0

    def verdict(self, content: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        return b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        scanner: FakeScanner = self.server.scanner  # type: ignore[attr-defined]
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zPING\0":
            scanner.pings += 1
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM\0", command
        content = self._content(scanner)
        if content is None:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
            return
        scanner.received.append(content)
        if scanner.is_silent:
            time.sleep(30)
        self.wfile.write(scanner.verdict(content))

    def _content(self, scanner: FakeScanner) -> bytes | None:
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
            if scanner.stops_after is not None and len(content) > scanner.stops_after:
                return None
        return content


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False
    scanner: FakeScanner


@contextmanager
def fake_scanner() -> Iterator[FakeScanner]:
    """A scanner on a unix socket."""
    folder = tempfile.mkdtemp(prefix="samordna-scanner-", dir="/tmp")
    path = f"{folder}/scanner.sock"
    with _Server(path, _Conversation) as server:
        server.scanner = FakeScanner(f"unix:{path}")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.scanner
        server.shutdown()
    shutil.rmtree(folder)


def find_clamd() -> str | None:
    """The program of the real scanner."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


class RealScanner:
    """clamd with one signature, in a folder of its own; can be stopped and started again."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._settings = program, folder / "clamd.conf"
        self.address = f"unix:{folder}/clamd.sock"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "db").mkdir()
        # No signature of the makers comes with the package, and none is fetched.
        (folder / "db" / "own.ndb").write_text(f"Test.Own:0:*:{EICAR.hex()}\n")
        lines = {
            "Foreground": "yes",
            "DatabaseDirectory": folder / "db",
            "LocalSocket": f"{folder}/clamd.sock",
            "StreamMaxLength": "210M",
            "MaxFileSize": "210M",
            "MaxScanSize": "420M",
            "AlertExceedsMax": "yes",
        }
        self._settings.write_text("".join(f"{key} {value}\n" for key, value in lines.items()))

    def start(self) -> None:
        command = [self._program, "-c", str(self._settings)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                return Clamd(self.address).ping()
            except Away:
                assert time.monotonic() < end and self._process.poll() is None, "clamd does not start"
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def real_scanner(program: str) -> Iterator[RealScanner]:
    """The real clamd, running."""
    folder = Path(tempfile.mkdtemp(prefix="samordna-clamd-", dir="/tmp"))
    scanner = RealScanner(program, folder)
    try:
        scanner.start()
        yield scanner
    finally:
        scanner.stop()
        shutil.rmtree(folder)


def listening() -> socket.socket:
    """A TCP port that takes connections and says nothing of itself."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server
