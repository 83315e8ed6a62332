"""The days of the usual deliverables: working days to come, one each, or a plain answer that the time is too short."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.calendar import add_working_days, is_working_day, working_days_between
from tracker.core.errors import DomainError
from tracker.evaluations.enums import DeliverableKind
from tracker.evaluations.plan import lacking, oddities, suggest

DAYS = st.dates(date(2014, 5, 15), date(2050, 1, 1))
BEFORE_THE_END = 5


@given(DAYS, st.integers(1, 900))
def test_each_has_a_working_day_of_its_own_or_it_is_said_that_the_time_is_too_short(today: date, days: int) -> None:
    report_on = today + timedelta(days=days)
    is_possible = is_working_day(report_on) and working_days_between(today, report_on) >= BEFORE_THE_END
    try:
        found = suggest(today, report_on)
    except DomainError as error:
        assert error.field == "report_on" and not is_possible
        return
    dates = [item.due_on for item in found]
    assert is_possible
    assert [item.kind for item in found] == list(DeliverableKind)[:6]
    assert dates == sorted(set(dates))
    assert dates[0] > today and dates[4] == report_on
    assert all(is_working_day(day) for day in dates)


@given(DAYS)
def test_the_first_day_that_fits_does_fit(today: date) -> None:
    first = add_working_days(today, BEFORE_THE_END)
    assert len(suggest(today, first)) == 6
    with pytest.raises(DomainError):
        suggest(today, first - timedelta(days=1))


def test_where_there_is_time_the_days_keep_their_shares() -> None:
    found = suggest(date(2026, 11, 23), date(2027, 6, 1))
    assert [item.due_on for item in found] == [
        date(2026, 12, 11), date(2027, 1, 19), date(2027, 4, 5), date(2027, 5, 3),
        date(2027, 6, 1), date(2027, 6, 15),
    ]  # fmt: skip


@pytest.mark.parametrize("report_on", [date(2026, 11, 23), date(2026, 11, 22), date(2061, 1, 3), date(9999, 12, 31)])
def test_a_day_that_cannot_be_is_refused_on_its_field(report_on: date) -> None:
    with pytest.raises(DomainError) as caught:
        suggest(date(2026, 11, 23), report_on)
    assert caught.value.field == "report_on"


def test_days_to_look_at_again_are_those_off_past_or_shared() -> None:
    kind = DeliverableKind
    days = {
        kind.INCEPTION_REPORT: date(2026, 11, 20), kind.DRAFT_REPORT: date(2026, 12, 24),
        kind.FACT_CHECK: date(2027, 1, 7), kind.FINAL_REPORT: date(2027, 1, 7), kind.PRESENTATION: date(2027, 1, 8),
    }  # fmt: skip
    off, shared = oddities(days, date(2026, 11, 23))
    assert (off, shared) == ([kind.INCEPTION_REPORT, kind.DRAFT_REPORT], [kind.FACT_CHECK, kind.FINAL_REPORT])


@given(st.sets(st.sampled_from(DeliverableKind)))
def test_what_is_asked_for_is_not_asked_for_again(there: set[DeliverableKind]) -> None:
    left = lacking(there)
    assert not set(left) & there
    assert set(left) | there >= set(list(DeliverableKind)[:6])
