"""The plan from a wished start of supply back to the first step."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import calendar
from tracker.deadlines import rules
from tracker.deadlines.backward_plan import Allowances, BackwardPlan, plan_back
from tracker.deadlines.enums import Basis
from tracker.deadlines.rules import Facts
from tracker.procurements.enums import Procedure

LOU = rules.rule_set_named("lou_2016_1145")
supply_days = st.dates(min_value=date(2024, 1, 1), max_value=date(2045, 12, 31))


def planned(supply_on: date, procedure: str, today: date, *, electronic_tenders: bool = False) -> BackwardPlan:
    facts = Facts(electronic_tenders=electronic_tenders)
    return plan_back(supply_on, procedure, today=today, rule_set=LOU, facts=facts)


def test_an_open_procedure_is_planned_back_step_by_step() -> None:
    plan = planned(date(2027, 9, 1), "open", date(2026, 11, 23), electronic_tenders=True)
    assert [(step.kind, step.latest_on.isoformat(), step.basis) for step in plan.milestones] == [
        ("publication", "2027-03-30", Basis.STATUTORY),
        ("tenders_due", "2027-04-29", Basis.INTERNAL),
        ("award_notified", "2027-06-11", Basis.STATUTORY),
        ("standstill_end", "2027-06-21", Basis.STATUTORY),
        ("contract_signed", "2027-07-02", Basis.INTERNAL),
        ("supply_start", "2027-09-01", Basis.INTERNAL),
    ]
    assert plan.shortfall_days == 0


def test_an_impossible_wish_says_how_many_days_it_needs() -> None:
    plan = planned(date(2027, 2, 1), "open", date(2026, 11, 23), electronic_tenders=True)
    assert plan.milestones[0].latest_on < date(2026, 11, 23)
    assert plan.shortfall_days == (plan.earliest_supply_on - date(2027, 2, 1)).days > 0


@pytest.mark.parametrize(
    ("procedure", "kinds"),
    [
        ("restricted", ["publication", "requests_due", "invitation", "tenders_due", "award_notified", "standstill_end",
                        "contract_signed", "supply_start"]),
        ("mini_competition", ["invitation", "tenders_due", "award_notified", "contract_signed", "supply_start"]),
        ("national_advertised", ["publication", "tenders_due", "award_notified", "standstill_end", "contract_signed",
                                 "supply_start"]),
        ("negotiated_without_notice", ["award_notified", "contract_signed", "supply_start"]),
        ("direct_award", ["award_notified", "contract_signed", "supply_start"]),
        ("dps_setup", ["publication", "requests_due", "supply_start"]),
    ],
)  # fmt: skip
def test_each_procedure_has_its_own_steps(procedure: str, kinds: list[str]) -> None:
    plan = planned(date(2028, 9, 1), procedure, date(2026, 11, 23))
    assert [step.kind for step in plan.milestones] == kinds


@given(supply_days, st.sampled_from(Procedure), st.booleans())
def test_steps_come_in_order_on_working_days(supply_on: date, procedure: str, electronic: bool) -> None:
    plan = planned(supply_on, procedure, date(2023, 1, 2), electronic_tenders=electronic)
    days = [step.latest_on for step in plan.milestones]
    assert days == sorted(days)
    assert days[-1] == supply_on
    assert all(calendar.is_working_day(day) for day in days[:-1])


@given(supply_days, st.sampled_from(Procedure))
def test_a_plan_kept_to_the_day_reaches_its_goal(supply_on: date, procedure: str) -> None:
    first = planned(supply_on, procedure, date(2023, 1, 2)).milestones[0].latest_on
    just_in_time = planned(supply_on, procedure, first)
    assert just_in_time.shortfall_days == 0
    assert just_in_time.earliest_supply_on <= supply_on
    too_late = planned(supply_on, procedure, calendar.next_working_day(first))
    assert too_late.earliest_supply_on >= just_in_time.earliest_supply_on
    assert too_late.shortfall_days == (too_late.earliest_supply_on - supply_on).days


def test_allowances_are_ours_to_change() -> None:
    usual = plan_back(date(2027, 9, 1), "open", today=date(2026, 11, 23), rule_set=LOU)
    longer = plan_back(date(2027, 9, 1), "open", today=date(2026, 11, 23), rule_set=LOU,
                       allowances=Allowances(evaluation_working_days=60))  # fmt: skip
    assert longer.milestones[0].latest_on < usual.milestones[0].latest_on
