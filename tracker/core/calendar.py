"""Swedish working days: pure, without network, loud about years it does not know.

A day that is not a working day is a Saturday, a Sunday, another public holiday (lag (1989:253) om allmänna
helgdagar), Midsummer Eve, Christmas Eve or New Year's Eve: the days of 2 § lag (1930:173) om beräkning av lagstadgad
tid. Maundy Thursday, Walpurgis Night and days squeezed between holidays are working days.

The holidays come from the `holidays` library; the tests compare it with the rules of the act for every known year.
"""

from __future__ import annotations

import calendar as month_lengths
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

FIRST_YEAR = 1990
LAST_YEAR = 2060
ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class CalendarError(ValueError):
    """The calendar cannot answer, so no date may be derived from it."""


class DayOff(StrEnum):
    """Why a day is not a working day."""

    SATURDAY = "saturday"
    SUNDAY = "sunday"
    NEW_YEARS_DAY = "new_years_day"
    EPIPHANY = "epiphany"
    GOOD_FRIDAY = "good_friday"
    EASTER_SUNDAY = "easter_sunday"
    EASTER_MONDAY = "easter_monday"
    MAY_DAY = "may_day"
    ASCENSION_DAY = "ascension_day"
    PENTECOST = "pentecost"
    PENTECOST_MONDAY = "pentecost_monday"
    NATIONAL_DAY = "national_day"
    MIDSUMMER_EVE = "midsummer_eve"
    MIDSUMMER_DAY = "midsummer_day"
    ALL_SAINTS_DAY = "all_saints_day"
    CHRISTMAS_EVE = "christmas_eve"
    CHRISTMAS_DAY = "christmas_day"
    BOXING_DAY = "boxing_day"
    NEW_YEARS_EVE = "new_years_eve"


_BY_SWEDISH_NAME = {
    "Nyårsdagen": DayOff.NEW_YEARS_DAY,
    "Trettondedag jul": DayOff.EPIPHANY,
    "Långfredagen": DayOff.GOOD_FRIDAY,
    "Påskdagen": DayOff.EASTER_SUNDAY,
    "Annandag påsk": DayOff.EASTER_MONDAY,
    "Första maj": DayOff.MAY_DAY,
    "Kristi himmelsfärdsdag": DayOff.ASCENSION_DAY,
    "Pingstdagen": DayOff.PENTECOST,
    "Annandag pingst": DayOff.PENTECOST_MONDAY,
    "Nationaldagen": DayOff.NATIONAL_DAY,
    "Midsommarafton": DayOff.MIDSUMMER_EVE,
    "Midsommardagen": DayOff.MIDSUMMER_DAY,
    "Alla helgons dag": DayOff.ALL_SAINTS_DAY,
    "Julafton": DayOff.CHRISTMAS_EVE,
    "Juldagen": DayOff.CHRISTMAS_DAY,
    "Annandag jul": DayOff.BOXING_DAY,
    "Nyårsafton": DayOff.NEW_YEARS_EVE,
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day passed over because it is not a working day."""

    on: date
    reason: DayOff


@dataclass(frozen=True, slots=True)
class Rolled:
    """Where a date came to rest, and the days passed over on the way (none if it did not move)."""

    on: date
    skipped: tuple[Skipped, ...]


def check_year(year: int) -> None:
    """Raise `CalendarError` unless the holidays of `year` are known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarError(f"working days are known for the years {FIRST_YEAR} to {LAST_YEAR}, not for {year}")


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def holidays_in(year: int) -> Mapping[date, DayOff]:
    """The named non-working days of a year. Saturdays and Sundays without a name of their own are not listed."""
    check_year(year)
    from holidays.constants import DE_FACTO, PUBLIC  # 0.3 s to import, so only when a date is asked for
    from holidays.countries.sweden import Sweden

    found = Sweden(years=year, categories=(PUBLIC, DE_FACTO), language="sv", include_sundays=False)
    named: dict[date, DayOff] = {}
    for day in found:
        name = found.get_list(day)[0]
        if name not in _BY_SWEDISH_NAME:
            raise CalendarError(f"the holiday calendar of {year} has a day that this application does not know: {name}")
        named[day] = _BY_SWEDISH_NAME[name]
    return dict(sorted(named.items()))


def day_off(day: date) -> DayOff | None:
    """Why `day` is not a working day, or None when it is one. A holiday's own name goes before "Sunday"."""
    named = holidays_in(day.year).get(day)
    if named is not None:
        return named
    if day.weekday() == _SATURDAY:
        return DayOff.SATURDAY
    return DayOff.SUNDAY if day.weekday() == _SUNDAY else None


def is_working_day(day: date) -> bool:
    return day_off(day) is None


def roll_forward(day: date) -> Rolled:
    """`day` itself if it is a working day, else the next one, with the reason for each day passed over."""
    return _roll(day, ONE_DAY)


def roll_back(day: date) -> Rolled:
    """`day` itself if it is a working day, else the one before, with the reason for each day passed over."""
    return _roll(day, -ONE_DAY)


def _roll(day: date, by: timedelta) -> Rolled:
    skipped: list[Skipped] = []
    while (reason := day_off(day)) is not None:
        skipped.append(Skipped(day, reason))
        day = add_days(day, by.days)
    return Rolled(day, tuple(skipped))


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    return roll_forward(add_days(day, 1)).on


def previous_working_day(day: date) -> date:
    """The last working day before `day`."""
    return roll_back(add_days(day, -1)).on


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after `day` (before it, if negative).

    `day` itself is day 0 and is not counted, also when it is a working day. Count 0 gives `day` back.
    """
    for _ in range(abs(count)):
        day = next_working_day(day) if count > 0 else previous_working_day(day)
    return day


def working_days_between(after: date, until: date) -> int:
    """How many working days there are after `after`, up to and with `until`; negative when `until` is earlier."""
    if until < after:
        return -working_days_between(until, after)
    return sum(is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def add_days(day: date, count: int) -> date:
    """`day` plus `count` calendar days; `CalendarError` outside the years that are known."""
    try:
        moved = day + timedelta(days=count)
    except OverflowError as error:
        raise CalendarError(f"{day.isoformat()} and {count} days lead outside the calendar") from error
    check_year(moved.year)
    return moved


def add_months(day: date, months: int) -> date:
    """The day with the same number `months` later; where the month is too short, its last day.

    Source: 1 § lag (1930:173).
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    check_year(year)
    return date(year, month0 + 1, min(day.day, month_lengths.monthrange(year, month0 + 1)[1]))


def easter_sunday(year: int) -> date:
    """Easter Sunday of a known year."""
    return next(day for day, name in holidays_in(year).items() if name is DayOff.EASTER_SUNDAY)
