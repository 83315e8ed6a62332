"""Whether the parts answer: database, broker, and the beat that proves beat, broker and worker together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import heartbeat
from tracker.core.db import db

BROKER_SECONDS = 1.0


@dataclass(frozen=True)
class Health:
    """``heartbeat_seconds``: age of the older of scheduler's and worker's newest beat; None where one never beat."""

    has_database: bool
    has_broker: bool
    heartbeat_seconds: int | None

    @property
    def is_ready(self) -> bool:
        """Pages can be answered: only the database is needed, the rest catches up later."""
        return self.has_database

    @property
    def is_working(self) -> bool:
        """Reminders and reports are being made as well."""
        beats = self.heartbeat_seconds is not None and self.heartbeat_seconds <= heartbeat.LATE_AFTER.total_seconds()
        return self.has_database and self.has_broker and beats


def check(redis_url: str, now: datetime) -> Health:
    """Ask each part once; none is waited for longer than a second or the database's own limit."""
    has_database, beat_at = _older_beat()
    seconds = max(0, int((now - beat_at).total_seconds())) if beat_at else None
    return Health(has_database, _has_broker(redis_url), seconds)


def _older_beat() -> tuple[bool, datetime | None]:
    try:
        beats = heartbeat.last_beats()
    except (SQLAlchemyError, OSError):
        db.session.rollback()
        return False, None
    parts = [beats.get(name) for name in (heartbeat.BEAT, heartbeat.WORKER)]
    known = [beat_at for beat_at in parts if beat_at is not None]
    return True, min(known) if len(known) == len(parts) else None


def _has_broker(redis_url: str) -> bool:
    try:
        with redis.Redis.from_url(
            redis_url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS, retry=Retry(NoBackoff(), 0)
        ) as broker:
            return bool(broker.ping())
    except (redis.RedisError, OSError, ValueError):
        return False
