"""A small load generator: a few keep-alive connections that ask for one page as fast as it is answered."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """Requests per second over all connections, and the 95th percentile of the answer time in milliseconds."""

    per_second: float
    p95_ms: float
    count: int


def ask(port: int, path: str, cookie: str, *, must_hold: str, connections: int = 4, seconds: float = 10.0) -> Load:
    """Load ``path`` on 127.0.0.1. Every answer must be 200 and hold ``must_hold``, else AssertionError."""
    _ask_until(port, path, cookie, must_hold, time.monotonic() + min(2.0, seconds / 4), [], [])
    times: list[float] = []
    faults: list[str] = []
    started = time.monotonic()
    workers = [
        threading.Thread(target=_ask_until, args=(port, path, cookie, must_hold, started + seconds, times, faults))
        for _ in range(connections)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.monotonic() - started
    assert not faults, faults[0]
    return Load(len(times) / took, statistics.quantiles(times, n=20)[-1] * 1000, len(times))


def _ask_until(
    port: int, path: str, cookie: str, must_hold: str, end: float, times: list[float], faults: list[str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wanted = must_hold.encode()
    while time.monotonic() < end:
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "sv"})
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - started)
        if answer.status != 200 or wanted not in body:
            faults.append(f"{path}: {answer.status}, {len(body)} bytes, without {must_hold!r}")
            return
    connection.close()
