"""How dates, numbers and money are written on pages and in mails. Swedish and English; the locale is the reader's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, gettext, ngettext

from tracker.core import calendar, clock

NO_BREAK_SPACE = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"


def locale_code() -> str:
    """The reader's language, ``sv`` or ``en``."""
    return str(get_locale() or "sv")


def date_short(value: date | datetime | None) -> str:
    """2026-11-22. Instants are shown as the date in Sweden."""
    if value is None:
        return ""
    return _as_date(value).isoformat()


def date_long(value: date | datetime | None) -> str:
    """Weekday, day, month and year: "fre 12 mars 2027", "Fri 12 March 2027"."""
    if value is None:
        return ""
    return format_date(_as_date(value), "EEE d MMMM y", locale=locale_code())


def date_compact(value: date | datetime | None) -> str:
    """Weekday, day and month, for lists within a few weeks: "fre 12 mars"."""
    if value is None:
        return ""
    return format_date(_as_date(value), "EEE d MMM", locale=locale_code())


def instant(value: datetime | None) -> str:
    """An instant in Swedish time: "2026-11-22 07:30"."""
    if value is None:
        return ""
    return format_datetime(value.astimezone(clock.STOCKHOLM), "yyyy-MM-dd HH:mm", locale=locale_code())


def instant_long(value: datetime | None) -> str:
    """An instant in Swedish time with weekday: "sön 22 november 2026 kl. 07:30"."""
    if value is None:
        return ""
    local = value.astimezone(clock.STOCKHOLM)
    return str(gettext("%(date)s at %(time)s", date=date_long(local), time=f"{local:%H:%M}"))


def relative_days(value: date | None, today: date) -> str:
    """The distance from ``today`` in working days while it is near, else in calendar days.

    "i dag", "om 3 arbetsdagar", "försenad 2 arbetsdagar", "om 120 dagar". Where no working day
    lies between, calendar days are counted.
    """
    if value is None:
        return ""
    distance = (value - today).days
    if distance == 0:
        return str(gettext("today"))
    if distance == 1:
        return str(gettext("tomorrow"))
    working = _working_distance(today, value)
    if distance > 0:
        if working:
            return str(ngettext("in %(num)d working day", "in %(num)d working days", working))
        return str(ngettext("in %(num)d day", "in %(num)d days", distance))
    if working:
        return str(ngettext("%(num)d working day late", "%(num)d working days late", working))
    return str(ngettext("%(num)d day late", "%(num)d days late", -distance))


def _working_distance(today: date, value: date) -> int:
    """Working days between the two, 0 where calendar days tell it better (far away, or none between)."""
    if abs((value - today).days) > 60:
        return 0
    try:
        return calendar.working_days_between(min(today, value), max(today, value))
    except calendar.CalendarError:
        return 0


def number(value: int | float | None) -> str:
    """1 234 with the reader's separators."""
    return "" if value is None else format_decimal(value, locale=locale_code())


def money(ore: int | None, *, with_ore: bool = False) -> str:
    """An amount in öre as kronor: 123450 → "1 234,50 kr"; whole kronor without decimals, unless ``with_ore``."""
    if ore is None:
        return ""
    pattern = "#,##0" if ore % 100 == 0 and not with_ore else "#,##0.00"
    amount = format_decimal(ore / 100, pattern, locale=locale_code())
    return f"{amount}{NO_BREAK_SPACE}kr" if locale_code() == "sv" else f"SEK{NO_BREAK_SPACE}{amount}"


def registry(value: str | None) -> str:
    """A registry number that does not break over two lines."""
    return (value or "").replace(" ", NO_BREAK_SPACE).replace("-", NO_BREAK_HYPHEN)


def fault_lines(form: Iterable[Any]) -> list[tuple[str | None, str, str]]:
    """What is wrong with a form, one message a line, as (id of the control, what it is called, message).

    A control in one of several rows is called by its row, too. Hidden ones have neither id nor name.
    """
    return [line for field in form if field.errors for line in _fault_lines(field, ())]


def _fault_lines(field: Any, rows: tuple[str, ...]) -> Iterator[tuple[str | None, str, str]]:
    if field.widget is not None and getattr(field.widget, "input_type", "") == "hidden":
        yield from ((None, "", str(error)) for error in field.errors)
        return
    if hasattr(field, "form"):
        for inner in field.form:
            yield from _fault_lines(inner, rows)
        return
    for number, entry in enumerate(getattr(field, "entries", ()), start=1):
        yield from _fault_lines(entry, (*rows, f"{entry.label.text} {number}"))
    # Beside its own, a field of fields holds the messages of each of them, in a list or a mapping.
    own = [str(error) for error in field.errors if not isinstance(error, list | tuple | dict)]
    name = str(field.label.text).removesuffix(".")
    yield from ((field.id, ", ".join((*rows, name)), error) for error in own)


def page_numbers(current: int, last: int) -> list[int | None]:
    """The pages to link: first, last and those around the present one; None stands for a gap."""
    wanted = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    numbers: list[int | None] = []
    for previous, this in zip([0, *wanted], wanted, strict=False):
        if this - previous == 2:
            numbers.append(this - 1)
        elif this - previous > 2:
            numbers.append(None)
        numbers.append(this)
    return numbers


def unique_id(prefix: str = "id") -> str:
    """A new element id for a part that may stand several times on a page."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def _as_date(value: date | datetime) -> date:
    return clock.local_date(value) if isinstance(value, datetime) else value


def init_app(app: Flask) -> None:
    """Make the filters and helpers known to every template."""
    for function in (
        date_short,
        date_long,
        date_compact,
        instant,
        instant_long,
        relative_days,
        number,
        money,
        registry,
        fault_lines,
    ):
        app.add_template_filter(function)
    app.add_template_global(page_numbers)
    app.add_template_global(unique_id)
    app.add_template_global(clock.today, "today")
