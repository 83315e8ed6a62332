"""Ladders: every rung a working day, none missed, something always ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import calendar
from tracker.deadlines import ladders
from tracker.deadlines.enums import DeadlineKind
from tracker.deadlines.ladders import Rung

days = st.dates(date(1991, 6, 1), date(2057, 1, 1))
kinds = st.sampled_from(list(DeadlineKind))


def test_the_default_ladder_counts_working_days() -> None:
    # Friday 12 March 2027; no holiday in the thirty working days before it.
    assert ladders.ladder(DeadlineKind.CONTRACT_END, date(2027, 3, 12)) == [
        Rung(-30, date(2027, 1, 29)),
        Rung(-14, date(2027, 2, 22)),
        Rung(-7, date(2027, 3, 3)),
        Rung(-2, date(2027, 3, 10)),
        Rung(0, date(2027, 3, 12)),
    ]


def test_a_deadline_on_a_day_off_is_spoken_of_before_it() -> None:
    # Midsummer Eve 2027 is Friday 25 June; Sunday the 27th has its day on Thursday the 24th.
    assert ladders.ladder(DeadlineKind.STANDSTILL_END, date(2027, 6, 27)) == [
        Rung(-2, date(2027, 6, 23)),
        Rung(0, date(2027, 6, 24)),
    ]


@pytest.mark.parametrize(
    ("after", "rung"),
    [
        (date(2027, 3, 12), Rung(1, date(2027, 3, 15))),
        (date(2027, 3, 13), Rung(1, date(2027, 3, 15))),
        (date(2027, 3, 15), Rung(6, date(2027, 3, 22))),
        (date(2027, 3, 20), Rung(6, date(2027, 3, 22))),
        # Good Friday and Easter Monday are 26 and 29 March.
        (date(2027, 3, 22), Rung(11, date(2027, 3, 31))),
    ],
)
def test_overdue_is_the_first_and_every_fifth_working_day(after: date, rung: Rung) -> None:
    assert ladders.overdue_rung(date(2027, 3, 12), after) == rung


@given(kinds, days)
def test_every_rung_is_a_working_day_in_order_and_not_after_the_date(kind: DeadlineKind, due_on: date) -> None:
    rungs = ladders.ladder(kind, due_on)
    assert all(calendar.is_working_day(rung.planned_on) and rung.planned_on <= due_on for rung in rungs)
    assert [rung.step for rung in rungs] == [*(-step for step in sorted(ladders.steps_before(kind))[::-1]), 0]
    planned = [rung.planned_on for rung in rungs]
    assert planned == sorted(set(planned)), "no two reminders on one day"


@given(days, st.integers(0, 800))
def test_the_overdue_rung_is_the_next_of_the_series(due_on: date, late: int) -> None:
    after = due_on + timedelta(days=late)
    rung = ladders.overdue_rung(due_on, after)
    assert rung.step % 5 == 1
    assert rung.planned_on > after
    assert rung.planned_on == calendar.add_working_days(due_on, rung.step)
    assert rung.step == 1 or calendar.add_working_days(due_on, rung.step - 5) <= after


@given(kinds, days, st.integers(-400, 400))
def test_something_is_always_ahead(kind: DeadlineKind, due_on: date, distance: int) -> None:
    today = due_on + timedelta(days=distance)
    ahead, passed = ladders.rungs_from(kind, due_on, today)
    assert ahead and all(rung.planned_on >= today for rung in ahead)
    assert all(rung.planned_on < today for rung in passed)
    assert {rung.step for rung in [*ahead, *passed]} >= {rung.step for rung in ladders.ladder(kind, due_on)}


@given(kinds, days)
def test_a_simulated_life_is_never_silent_for_more_than_the_ladder_allows(kind: DeadlineKind, due_on: date) -> None:
    """Walk 60 days past the date, as the planning does: one rung in the plan at any time, five working days apart."""
    rung = ladders.ladder(kind, due_on)[-1]
    today = rung.planned_on
    seen = [rung.step]
    while today < due_on + timedelta(days=60):
        rung = ladders.overdue_rung(due_on, max(today, due_on))
        today = rung.planned_on
        seen.append(rung.step)
    assert seen == [0, *range(1, 1 + 5 * (len(seen) - 1), 5)]
