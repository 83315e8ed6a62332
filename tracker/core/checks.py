"""Checks that every service makes of what people write: texts and days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.calendar import FIRST_YEAR, LAST_YEAR
from tracker.core.clock import local_date
from tracker.core.errors import DomainError


def required_text(text: str | None, field: str, message: Any, longest: int | None = None) -> str:
    """`text` without outer blanks.

    :raises DomainError: on `field` when nothing is left, or more than `longest` characters are.
    """
    stripped = (text or "").strip()
    if not stripped:
        raise DomainError(message, field)
    return short_text(stripped, field, longest) or ""


def optional_text(text: str | None) -> str | None:
    return (text or "").strip() or None


def short_text(text: str | None, field: str, longest: int | None) -> str | None:
    """`text` without outer blanks, None when empty.

    :raises DomainError: on `field` when it has more than `longest` characters.
    """
    stripped = optional_text(text)
    if stripped is not None and longest is not None and len(stripped) > longest:
        raise DomainError(_l("Write at most %(longest)d characters.", longest=longest), field)
    return stripped


def not_in_future(on: date, now: datetime, field: str) -> None:
    """:raises DomainError: on `field`, for something that cannot have happened yet."""
    today = local_date(now)
    if on > today:
        raise DomainError(
            _l("%(given)s has not been yet: today is %(today)s.", given=on.isoformat(), today=today.isoformat()), field
        )


def checked_year(day: date | None, field: str) -> None:
    """:raises DomainError: on `field`, for a day in a year that the calendar does not know."""
    if day is not None and not FIRST_YEAR <= day.year < LAST_YEAR:
        raise DomainError(
            _l("Check the year: %(given)s.", given=day.isoformat()),
            field,
        )
