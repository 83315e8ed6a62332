"""Which list of the start page a deadline stands in."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.web.dashboard import DueEntry, listing, sort_entries, week_after, week_of

ME = 7
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def entry(due_on: date, owner_id: int = 1, is_statutory: bool = False, number: str = "1") -> DueEntry:
    return DueEntry(due_on, "What", number, "Title", "/d", "/c", owner_id, "Somebody", is_statutory)


def test_weeks_run_from_monday_to_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert (week_of(sunday).starts_on, week_of(sunday).ends_on) == (date(2026, 11, 16), sunday)
    assert (week_after(sunday).starts_on, week_after(sunday).number) == (date(2026, 11, 23), 48)
    assert week_of(date(2027, 1, 1)).number == 53


def test_each_deadline_stands_in_its_list() -> None:
    today = date(2026, 11, 18)
    due = [entry(today + timedelta(days)) for days in (-1, 0, 4, 5, 11, 12)]
    found = sort_entries(due, today, ME)
    assert [found.overdue, found.this_week, found.next_week] == [due[:1], due[1:3], due[3:5]]
    assert found.waiting == []


def test_what_the_law_demands_comes_first_within_a_day() -> None:
    today = date(2026, 11, 18)
    plain, statutory = entry(today, number="1"), entry(today, is_statutory=True, number="2")
    assert sort_entries([plain, statutory], today, ME).this_week == [statutory, plain]


@given(st.lists(st.builds(entry, DAYS, st.sampled_from([ME, 1])), max_size=20), DAYS)
def test_no_deadline_is_lost_or_doubled(entries: list[DueEntry], today: date) -> None:
    found = sort_entries(entries, today, ME)
    near = [item for item in entries if item.due_on <= week_after(today).ends_on]
    assert len(found.overdue) + len(found.this_week) + len(found.next_week) == len(near)
    assert len(found.waiting) == sum(item.owner_id == ME for item in near)


def test_a_long_list_says_how_many_more_there_are() -> None:
    rows = [entry(date(2026, 1, day)) for day in range(1, 13)]
    shown = listing(rows, "/deadlines")
    assert (len(shown.rows), shown.more, shown.total) == (8, 4, 12)
    assert listing([]).more == 0
