"""A line that can be cut: passes TCP on, counts what goes towards the server, and breaks everything off at a point."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """``sent`` counts bytes on their way to the server; at ``cut_at`` all connections are reset, once."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.sent = 0
        self.cuts = 0
        self.cut_at: int | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            with self._lock:
                self._open |= {near, far}
            for source, sink, counts in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pass, args=(source, sink, counts), daemon=True).start()

    def close(self) -> None:
        # Wakes accept(), which closing alone does not.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._reset()

    def _pass(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if counts and self._is_over(len(data)):
                    self._reset()
                    return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def _is_over(self, count: int) -> bool:
        with self._lock:
            self.sent += count
            if self.cut_at is None or self.sent < self.cut_at:
                return False
            self.cut_at = None
            self.cuts += 1
            return True

    def _reset(self) -> None:
        with self._lock:
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._open.clear()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    """A line to the server at `port` of this machine."""
    line = Line(port)
    thread = threading.Thread(target=line.serve, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join(timeout=10)
