"""A mail server that does as it is told: answers by script, keeps what it took, counts copies by Message-ID."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

HANG_LIMIT_S = 120.0


@dataclass
class Script:
    """What to answer. A reply is bytes; ``DROP`` closes the line, ``HANG`` is silence, ``DRIP`` a byte a second.

    ``connect``, ``ehlo``, ``mail``, ``rcpt``, ``data``, ``dot``, ``quit`` are called with (argument, count of calls)
    and return None for the usual answer. ``before_answer`` runs after the mail was taken, before the server says so.
    """

    connect: Callable[[str, int], object] | None = None
    ehlo: Callable[[str, int], object] | None = None
    mail: Callable[[str, int], object] | None = None
    rcpt: Callable[[str, int], object] | None = None
    data: Callable[[str, int], object] | None = None
    dot: Callable[[str, int], object] | None = None
    quit: Callable[[str, int], object] | None = None
    before_answer: Callable[[bytes], None] | None = None
    pipelining: bool = False


DROP, HANG, DRIP, TAKE_AND_DROP = object(), object(), object(), object()


@dataclass
class Server:
    """A running server: where it is, what it took, how often each command came."""

    port: int
    script: Script
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(data, policy=email.policy.default) for _, data in self.taken]

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    @property
    def recipients(self) -> list[str]:
        return [address for address, _ in self.taken]


class _Handler(socketserver.StreamRequestHandler):
    server: _TcpServer
    is_accepted = True

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._talk(self.server.state)

    def _answer(self, name: str, argument: str, usual: bytes) -> bool:
        """False when the line is to be closed. ``is_accepted`` tells whether the usual answer was given."""
        state = self.server.state
        with state.lock:
            state.calls[name] += 1
            count = state.calls[name]
        scripted = getattr(state.script, name)
        answer = scripted(argument, count) if scripted else None
        if answer is DROP or answer is TAKE_AND_DROP:
            return False
        if answer is HANG:
            self._wait_for_close(HANG_LIMIT_S)
            return False
        if answer is DRIP:
            for byte in b"250-" + b"x" * 100:
                self.wfile.write(bytes([byte]))
                if self._wait_for_close(1.0):
                    return False
            return False
        self.is_accepted = not isinstance(answer, bytes)
        self.wfile.write((answer if isinstance(answer, bytes) else usual) + b"\r\n")
        return not (isinstance(answer, bytes) and answer.startswith(b"421"))

    def _wait_for_close(self, seconds: float) -> bool:
        self.connection.settimeout(seconds)
        try:
            return not self.connection.recv(1)
        except TimeoutError:
            return False

    def _talk(self, state: Server) -> None:
        if not self._answer("connect", "", b"220 test"):
            return
        recipient, has_sender = "", False
        while line := self.rfile.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words[:4].upper()
            if verb == "EHLO":
                last = b"250-PIPELINING\r\n250 SIZE 10000000" if state.script.pipelining else b"250 SIZE 10000000"
                goes_on = self._answer("ehlo", words, b"250-test\r\n" + last)
            elif verb == "MAIL":
                goes_on = self._answer("mail", words, b"250 ok")
                has_sender, recipient = self.is_accepted, ""
            elif verb == "RCPT":
                wanted = words[words.index("<") + 1 : words.index(">")]
                goes_on = self._answer("rcpt", wanted, b"250 ok")
                recipient = wanted if self.is_accepted and has_sender else ""
            elif verb == "DATA":
                goes_on = self._data(state, recipient)
            elif verb == "QUIT":
                self._answer("quit", "", b"221 bye")
                return
            else:
                self.wfile.write(b"250 ok\r\n")
                goes_on = True
            if not goes_on:
                return

    def _data(self, state: Server, recipient: str) -> bool:
        scripted = state.script.data
        answer = scripted(recipient, state.calls["data"] + 1) if scripted else None
        if not self._answer("data", recipient, b"354 go on"):
            return False
        if answer is not None:
            return True
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return False
        if not recipient:
            self.wfile.write(b"554 no recipient\r\n")
            return True
        scripted = state.script.dot
        answer = scripted(recipient, state.calls["dot"] + 1) if scripted else None
        refused = isinstance(answer, bytes) and not answer.startswith(b"250")
        if not refused and answer is not DROP:
            with state.lock:
                state.taken.append((recipient, b"".join(lines)))
        if state.script.before_answer and not refused:
            state.script.before_answer(b"".join(lines))
        return self._answer("dot", recipient, b"250 taken")


class _TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 100
    state: Server


@contextlib.contextmanager
def server(script: Script | None = None, port: int = 0) -> Iterator[Server]:
    """A mail server on a free port of this machine (or on ``port``), for as long as the block lasts."""
    with _TcpServer(("127.0.0.1", port), _Handler) as tcp:
        tcp.state = Server(tcp.server_address[1], script or Script())
        thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield tcp.state
        finally:
            tcp.shutdown()
            thread.join()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether ``condition`` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
