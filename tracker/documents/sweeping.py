"""What the scheduler rings for each minute: files that wait to be scanned or read, whatever message was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from tracker.core.db import db, reading
from tracker.documents import extraction, scanning

# Nothing is begun after this long: one file may take most of a task's time, and mails wait for the same worker.
SECONDS = 10.0


def sweep(clock: Callable[[], datetime]) -> int:
    """Scan and read what is due, for a short time; how many files were looked at. What is left waits for the next."""
    with reading():
        db.session.rollback()
        unscanned, unread = scanning.list_due(clock()), extraction.list_due(clock())
        db.session.rollback()
    end = time.monotonic() + SECONDS
    done = 0
    if unscanned and not scanning.is_away():
        done += _each(unscanned, lambda version_id: scanning.scan_version(version_id, clock), end)
    return done + _each(unread, lambda version_id: extraction.read_version(version_id, clock), end)


def _each(version_ids: Iterable[int], do: Callable[[int], object], end: float) -> int:
    done = 0
    for version_id in version_ids:
        if time.monotonic() > end:
            break
        do(version_id)
        done += 1
    return done
