"""The only place that reads the wall clock. Services are given ``now``; views and tasks ask here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar date in Sweden at ``instant``."""
    return instant.astimezone(STOCKHOLM).date()


def today() -> date:
    """Today's date in Sweden."""
    return local_date(now())


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Hold the clock still (tests, and previews of another day)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
