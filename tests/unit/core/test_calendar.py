"""The library's calendar against the acts, year by year, and the arithmetic on it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import calendar
from tracker.core.calendar import DayOff

YEARS = range(calendar.FIRST_YEAR, calendar.LAST_YEAR + 1)
days = st.dates(min_value=date(1991, 1, 1), max_value=date(2059, 12, 31))


def gregorian_easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm, so that the library is not its own witness."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day0 = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day0 + 1)


def first_weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def days_off_by_the_acts(year: int) -> dict[date, DayOff]:
    """Lag (1989:253) and the three eves of 2 § lag (1930:173)."""
    easter = gregorian_easter(year)
    midsummer_day = first_weekday_from(date(year, 6, 20), 5)
    found = {
        date(year, 1, 1): DayOff.NEW_YEARS_DAY,
        date(year, 1, 6): DayOff.EPIPHANY,
        easter - timedelta(days=2): DayOff.GOOD_FRIDAY,
        easter: DayOff.EASTER_SUNDAY,
        easter + timedelta(days=1): DayOff.EASTER_MONDAY,
        easter + timedelta(days=39): DayOff.ASCENSION_DAY,
        easter + timedelta(days=49): DayOff.PENTECOST,
        midsummer_day - timedelta(days=1): DayOff.MIDSUMMER_EVE,
        midsummer_day: DayOff.MIDSUMMER_DAY,
        first_weekday_from(date(year, 10, 31), 5): DayOff.ALL_SAINTS_DAY,
        date(year, 12, 24): DayOff.CHRISTMAS_EVE,
        date(year, 12, 25): DayOff.CHRISTMAS_DAY,
        date(year, 12, 26): DayOff.BOXING_DAY,
        date(year, 12, 31): DayOff.NEW_YEARS_EVE,
    }
    found.setdefault(date(year, 5, 1), DayOff.MAY_DAY)
    if year >= 2005:
        found.setdefault(date(year, 6, 6), DayOff.NATIONAL_DAY)
    else:
        found.setdefault(easter + timedelta(days=50), DayOff.PENTECOST_MONDAY)
    return found


@pytest.mark.parametrize("year", YEARS)
def test_every_year_agrees_with_the_acts(year: int) -> None:
    expected = days_off_by_the_acts(year)
    known = calendar.holidays_in(year)
    assert set(known) == set(expected)
    both_on_one_day = {day for day in expected if known[day] is not expected[day]}
    # Two holidays can fall on one day (1 May and Ascension Day, 6 June and Pentecost); either name is right.
    assert all({known[day], expected[day]} <= {DayOff.MAY_DAY, DayOff.ASCENSION_DAY, DayOff.NATIONAL_DAY,
                                               DayOff.PENTECOST, DayOff.PENTECOST_MONDAY}
               for day in both_on_one_day)  # fmt: skip
    day = date(year, 1, 1)
    while day.year == year:
        assert calendar.is_working_day(day) == (day.weekday() < 5 and day not in expected), day
        day += timedelta(days=1)


@pytest.mark.parametrize(("year", "month", "day"), [(2026, 4, 5), (2027, 3, 28), (2028, 4, 16)])
def test_easter_of_the_next_years(year: int, month: int, day: int) -> None:
    assert calendar.easter_sunday(year) == date(year, month, day) == gregorian_easter(year)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 21), DayOff.SATURDAY),
        (date(2026, 11, 22), DayOff.SUNDAY),
        (date(2026, 6, 19), DayOff.MIDSUMMER_EVE),
        (date(2027, 6, 25), DayOff.MIDSUMMER_EVE),
        (date(2026, 6, 20), DayOff.MIDSUMMER_DAY),
        (date(2026, 12, 24), DayOff.CHRISTMAS_EVE),
        (date(2026, 12, 31), DayOff.NEW_YEARS_EVE),
        (date(2026, 4, 5), DayOff.EASTER_SUNDAY),
        (date(2004, 5, 31), DayOff.PENTECOST_MONDAY),
        (date(2005, 5, 16), None),
        (date(2019, 4, 18), None),  # Maundy Thursday is an ordinary day
        (date(2027, 4, 30), None),  # so is Walpurgis Night
        (date(2027, 5, 7), None),  # and the Friday after Ascension Day
    ],
)
def test_each_day_off_has_its_reason(day: date, reason: DayOff | None) -> None:
    assert calendar.day_off(day) is reason


def test_rolling_names_every_day_passed_over() -> None:
    rolled = calendar.roll_forward(date(2026, 12, 24))
    assert rolled.on == date(2026, 12, 28)
    assert [skipped.reason for skipped in rolled.skipped] == [
        DayOff.CHRISTMAS_EVE, DayOff.CHRISTMAS_DAY, DayOff.BOXING_DAY, DayOff.SUNDAY,
    ]  # fmt: skip
    assert calendar.roll_back(date(2026, 12, 27)).on == date(2026, 12, 23)


def test_agency_examples_of_rolling_in_2019() -> None:
    assert {calendar.roll_forward(date(2019, 12, day)).on for day in (24, 25, 26)} == {date(2019, 12, 27)}
    assert calendar.roll_forward(date(2019, 12, 31)).on == date(2020, 1, 2)


@pytest.mark.parametrize("year", [1989, 2061, 9999, 1])
def test_unknown_years_are_refused(year: int) -> None:
    with pytest.raises(calendar.CalendarError, match="1990 to 2060"):
        calendar.is_working_day(date(year, 3, 3))


def test_arithmetic_that_leaves_the_known_years_is_refused() -> None:
    with pytest.raises(calendar.CalendarError):
        calendar.roll_forward(date(2060, 12, 31))
    with pytest.raises(calendar.CalendarError):
        calendar.add_months(date(2060, 12, 31), 1)
    with pytest.raises(calendar.CalendarError):
        calendar.add_days(date(9999, 12, 31), 1)


def test_months_end_on_the_same_number_or_the_last_day() -> None:
    assert calendar.add_months(date(2015, 1, 1), 24) == date(2017, 1, 1)
    assert calendar.add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert calendar.add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert calendar.add_months(date(2016, 12, 31), -3) == date(2016, 9, 30)


@given(days)
def test_rolling_forward_is_the_nearest_working_day_and_settles(day: date) -> None:
    rolled = calendar.roll_forward(day)
    assert calendar.is_working_day(rolled.on)
    assert len(rolled.skipped) == (rolled.on - day).days <= 5
    assert not any(calendar.is_working_day(skipped.on) for skipped in rolled.skipped)
    assert calendar.roll_forward(rolled.on) == calendar.Rolled(rolled.on, ())


@given(days, st.integers(min_value=-40, max_value=40))
def test_working_days_added_can_be_counted_and_taken_back(day: date, count: int) -> None:
    start = calendar.roll_forward(day).on
    end = calendar.add_working_days(start, count)
    assert calendar.working_days_between(start, end) == count
    assert calendar.add_working_days(end, -count) == start


@given(days, days)
def test_rolling_keeps_order(one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert calendar.roll_forward(early).on <= calendar.roll_forward(late).on
    assert calendar.roll_back(early).on <= calendar.roll_back(late).on
