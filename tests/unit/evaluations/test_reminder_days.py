"""The days on which an evaluator is reminded, and those on which a calendar rings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.evaluations.enums import ReminderDays
from tracker.evaluations.reminder_days import mailed_on, rung_in_calendar

DUE_ON = date(2027, 6, 1)  # a Tuesday; nothing but weekends in the two weeks before
days = st.dates(date(1991, 6, 1), date(2057, 1, 1))


def test_the_usual_days() -> None:
    assert mailed_on(ReminderDays.USUAL, DUE_ON) == [
        date(2027, 5, 12), date(2027, 5, 21), date(2027, 5, 28), DUE_ON
    ]  # fmt: skip


def test_the_calendar_rings_where_the_mails_are_left_out() -> None:
    assert mailed_on(ReminderDays.CALENDAR, DUE_ON) == [date(2027, 5, 28), DUE_ON]
    assert rung_in_calendar(ReminderDays.CALENDAR, DUE_ON) == mailed_on(ReminderDays.USUAL, DUE_ON)[:-1]


@pytest.mark.parametrize("choice", list(ReminderDays))
@given(due_on=days)
def test_no_choice_leaves_out_the_last_day_before_or_the_day_itself(choice: ReminderDays, due_on: date) -> None:
    assert set(mailed_on(ReminderDays.CALENDAR, due_on)) <= set(mailed_on(choice, due_on))
    assert all(day < due_on for day in rung_in_calendar(choice, due_on))
