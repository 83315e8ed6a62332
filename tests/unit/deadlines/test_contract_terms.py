"""Contract periods: the printed ends of the national vaccine agreements, and what must hold of any contract."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import calendar
from tracker.deadlines.contract_terms import (
    ContractPlan,
    TermError,
    parse_term,
    plan_contract,
    term_end,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def plan(starts_on: str, term: str, notice_months: int = 3, lead_days: int = 30) -> ContractPlan:
    base, *options = parse_term(term)
    return plan_contract(day(starts_on), base, options, notice_months=notice_months, decision_lead_days=lead_days)


@pytest.mark.parametrize(
    ("agreement", "starts_on", "ends"),
    [
        ("Barnvacciner A", "2014-06-03", ["2016-06-02", "2017-06-02", "2018-06-02"]),
        ("Barnvacciner A, Tetravac", "2015-01-01", ["2016-12-31", "2017-12-31", "2018-12-31"]),
        ("Barnvacciner B", "2015-01-01", ["2016-12-31", "2017-12-31", "2018-12-31"]),
        ("Infanrix Hexa (B)", "2015-03-04", ["2017-03-03", "2018-03-03", "2019-03-03"]),
        ("HPV Gardasil", "2015-10-01", ["2017-09-30", "2018-09-30"]),
        ("dTp diTekiBooster", "2016-04-22", ["2018-04-21", "2019-04-21"]),
        ("Barnvaccinprogrammet 2018", "2019-09-01", ["2021-08-31", "2022-08-31", "2023-08-31"]),
    ],
)
def test_printed_ends_of_the_vaccine_agreements(agreement: str, starts_on: str, ends: list[str]) -> None:
    found = plan(starts_on, "2+1+1")
    computed = [found.base_ends_on, *(option.ends_on for option in found.options)]
    assert computed[: len(ends)] == [day(end) for end in ends], agreement
    assert not found.needs_long_term_reason


@pytest.mark.parametrize(("starts_on", "ends_on"), [("2021-09-01", "2025-08-31"), ("2023-09-01", "2027-08-31")])
def test_printed_ends_of_the_four_year_agreements(starts_on: str, ends_on: str) -> None:
    assert term_end(day(starts_on), 48) == day(ends_on)


def test_notice_and_decision_come_on_working_days_before() -> None:
    option = plan("2015-01-01", "2+1+1").options[0]
    assert (option.starts_on, option.ends_on) == (day("2017-01-01"), day("2017-12-31"))
    assert option.must_notify_by_on == day("2016-09-30")
    assert option.decide_by_on == day("2016-08-31")
    second = plan("2015-01-01", "2+1+1").options[1]
    assert second.must_notify_by_on == day("2017-09-29")  # 30 September 2017 is a Saturday


def test_more_than_four_years_needs_a_reason() -> None:
    # Kammarrätten i Stockholm 5609-5629-10: 2 + 2 years and 6 months more.
    assert plan("2010-03-01", "24m+24m+6m").needs_long_term_reason
    assert not plan("2010-03-01", "24m+24m").needs_long_term_reason


def test_a_printed_base_end_carries_the_options() -> None:
    found = plan_contract(day("2020-10-10"), 10, [12], notice_months=0, base_ends_on=day("2021-07-30"))
    assert found.base_ends_on == day("2021-07-30")
    assert (found.options[0].starts_on, found.options[0].ends_on) == (day("2021-07-31"), day("2022-07-30"))
    assert found.options[0].must_notify_by_on == day("2021-07-30")


@pytest.mark.parametrize(
    ("text", "months"), [("2+1+1", (24, 12, 12)), (" 4 ", (48,)), ("18m+6m", (18, 6)), ("2 + 6M", (24, 6))]
)
def test_terms_are_read(text: str, months: tuple[int, ...]) -> None:
    assert parse_term(text) == months


@pytest.mark.parametrize("text", ["", "two", "2+", "+1", "2+0", "0", "2,5", "-1", "DIS", "max 4 år"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(TermError):
        parse_term(text)


def test_impossible_contracts_are_refused() -> None:
    start = day("2026-01-01")
    for attempt in (
        lambda: plan_contract(start, 0, [], notice_months=3),
        lambda: plan_contract(start, 24, [0], notice_months=3),
        lambda: plan_contract(start, 24, [12], notice_months=-1),
        lambda: plan_contract(start, 24, [12], notice_months=3, decision_lead_days=-1),
        lambda: plan_contract(start, 24, [12], notice_months=3, base_ends_on=day("2025-12-31")),
    ):
        with pytest.raises(TermError):
            attempt()


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 12, 31)),
    st.integers(min_value=1, max_value=60),
    st.lists(st.integers(min_value=1, max_value=24), max_size=4),
    st.integers(min_value=0, max_value=12),
    st.integers(min_value=0, max_value=90),
)
def test_periods_join_and_duties_come_before_them(
    start: date, base: int, options: list[int], notice: int, lead: int
) -> None:
    found = plan_contract(start, base, options, notice_months=notice, decision_lead_days=lead)
    assert found.base_ends_on >= start
    ends = found.base_ends_on
    for option in found.options:
        assert option.starts_on == ends + timedelta(days=1) <= option.ends_on
        assert option.decide_by_on <= option.must_notify_by_on <= calendar.add_months(ends, -notice) <= ends
        assert calendar.is_working_day(option.must_notify_by_on)
        assert calendar.is_working_day(option.decide_by_on)
        ends = option.ends_on
    assert found.max_ends_on == ends == term_end(start, base + sum(options))
    assert found.needs_long_term_reason == (base + sum(options) > 48)
