"""A listener that tells whether anything was fetched, and what people may type to have something fetched or read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and who has called there."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        is_over = threading.Event()

        def listen() -> None:
            while not is_over.is_set():
                try:
                    line, who = server.accept()
                except TimeoutError:
                    continue
                calls.append(str(who))
                line.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        finally:
            is_over.set()
            thread.join()


def markup(address: str) -> list[str]:
    """Texts that would call at `address`, read this machine's files or change the page if a typesetter obeyed them."""
    return [
        f"<img src={address}/x>",
        '#import "@preview/evil:1.0.0": *',
        '#read("/etc/passwd")',
        '#image("/etc/passwd")',
        "file:///etc/passwd",
        f'<svg><image href="{address}/y"/></svg>',
        f"background:url({address}/z)",
        "$ x^2 $ *fet* _kursiv_ @ref <label> \\ // /* */",
        "= Rubrik\n- punkt",
    ]
