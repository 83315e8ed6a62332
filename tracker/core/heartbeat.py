"""Signs of life. A task writes them each minute, so a fresh one proves scheduler, broker, worker and database."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.core.db import db
from tracker.core.models import Heartbeat

BEAT = "beat"
WORKER = "worker"
# Three ticks missed.
LATE_AFTER = timedelta(minutes=4)


def record(*names: str, now: datetime) -> None:
    """Write that the parts called ``names`` were alive at ``now``."""
    for name in names:
        db.session.merge(Heartbeat(name=name, beat_at=now))
    db.session.flush()


def last_beats() -> dict[str, datetime]:
    """When each part was last alive, by name; a part that never was is missing."""
    return {row.name: row.beat_at for row in db.session.query(Heartbeat)}
