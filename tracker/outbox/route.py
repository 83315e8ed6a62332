"""The circuit breaker of the mail server: while it is away, one probe at a time, and no message burns its attempts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

from tracker.core.db import db
from tracker.outbox.backoff import probe_delay
from tracker.outbox.models import MailRoute

_PROBE_LEASE = timedelta(seconds=60)


def admits(name: str, now: datetime) -> int | None:
    """How many messages may be tried now: None for any number, 1 for a probe that is ours, 0 while closed."""
    route = db.session.execute(
        sa.select(MailRoute.failures, MailRoute.closed_until).where(MailRoute.name == name)
    ).one_or_none()
    if route is None or route.closed_until is None:
        return None
    if route.closed_until > now:
        return 0
    # Of all who see that the time has come, the one who moves it on makes the probe.
    won = cast(
        "CursorResult[Any]",
        db.session.execute(
            sa.update(MailRoute)
            .where(MailRoute.name == name, MailRoute.closed_until == route.closed_until)
            .values(closed_until=now + _PROBE_LEASE)
            .execution_options(synchronize_session=False)
        ),
    )
    return 1 if won.rowcount == 1 else 0


def close(name: str, now: datetime, error: str) -> datetime:
    """The server is away. Returns until when nobody calls it."""
    failures = 1 + (db.session.scalar(sa.select(MailRoute.failures).where(MailRoute.name == name)) or 0)
    until = now + probe_delay(failures)
    values = {"failures": failures, "closed_until": until, "last_error": error[:500], "failed_at": now}
    insert: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(MailRoute).values(name=name, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=[MailRoute.name], set_=values))
    return until


def reopen(name: str) -> None:
    """The server has taken a message again."""
    db.session.execute(
        sa.update(MailRoute)
        .where(MailRoute.name == name, MailRoute.closed_until.is_not(None))
        .values(failures=0, closed_until=None, last_error=None)
        .execution_options(synchronize_session=False)
    )
