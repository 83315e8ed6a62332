"""What must hold of every rule on every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import calendar
from tracker.deadlines import explain, procedures, rules
from tracker.deadlines.rules import Facts, Means
from tracker.deadlines.rules.rule import Counting
from tracker.procurements.enums import Procedure

LOU = rules.rule_set_named("lou_2016_1145")
days = st.dates(min_value=date(2022, 2, 1), max_value=date(2050, 12, 31))
rule_codes = st.sampled_from(sorted(LOU.rules))
means = st.sampled_from(list(Means))
ROLLING = (Counting.NATIONAL, Counting.EU)
DUTIES = (Counting.DUTY, Counting.BACKWARD)


@given(rule_codes, days, means)
def test_a_date_moves_the_right_way_and_rests_on_a_working_day(code: str, start: date, sent_by: Means) -> None:
    result = rules.compute(LOU, code, start, Facts(means=sent_by))
    if result.raw_on is None or result.due_on is None:
        assert result.due_on is result.raw_on is result.earliest_contract_on is None
        return
    counting = LOU.rules[code].counting
    if counting in ROLLING:
        assert result.due_on == calendar.roll_forward(result.raw_on).on
        assert timedelta(0) <= result.due_on - result.raw_on <= timedelta(days=5)
    elif counting in DUTIES:
        assert result.due_on == calendar.roll_back(result.raw_on).on <= result.raw_on
    if counting is not Counting.TERM:
        assert calendar.is_working_day(result.due_on)


@given(rule_codes, days, st.integers(min_value=1, max_value=60), means)
def test_starting_later_never_ends_earlier(code: str, start: date, later_by: int, sent_by: Means) -> None:
    facts = Facts(means=sent_by)
    early = rules.compute(LOU, code, start, facts)
    late = rules.compute(LOU, code, start + timedelta(days=later_by), facts)
    if early.due_on is not None and late.due_on is not None:
        assert early.due_on <= late.due_on


@given(days)
def test_a_contract_waits_for_the_day_after_the_standstill(start: date) -> None:
    electronic = rules.compute(LOU, "standstill", start)
    paper = rules.compute(LOU, "standstill", start, Facts(means=Means.PAPER))
    for result, least in ((electronic, 10), (paper, 15)):
        assert result.due_on is not None
        assert result.earliest_contract_on == result.due_on + timedelta(days=1)
        assert result.due_on - start >= timedelta(days=least)
    assert electronic.due_on is not None and paper.due_on is not None
    assert electronic.due_on <= paper.due_on


@given(days, st.booleans(), st.booleans(), st.booleans())
def test_reductions_never_lengthen_and_missing_documents_never_shorten(
    start: date, electronic: bool, accelerated: bool, no_access: bool
) -> None:
    base = rules.compute(LOU, "tender_open", start).due_on
    cut = rules.compute(LOU, "tender_open", start, Facts(electronic_tenders=electronic, accelerated=accelerated)).due_on
    longer = rules.compute(
        LOU,
        "tender_open",
        start,
        Facts(electronic_tenders=electronic, accelerated=accelerated, no_full_access=no_access),
    ).due_on
    assert base is not None and cut is not None and longer is not None
    assert cut <= base
    assert cut <= longer


@given(days, means)
def test_the_latest_start_is_in_time_and_the_next_day_is_not(contract_on: date, sent_by: Means) -> None:
    facts = Facts(means=sent_by)
    start = rules.latest_start(LOU, "standstill", facts, contract_on=contract_on)
    reached = rules.compute(LOU, "standstill", start, facts).earliest_contract_on
    after = rules.compute(LOU, "standstill", calendar.next_working_day(start), facts).earliest_contract_on
    assert reached is not None and after is not None
    assert reached <= contract_on < after


@given(rule_codes, days, means)
def test_every_step_can_be_said_stored_and_said_again(code: str, start: date, sent_by: Means) -> None:
    result = rules.compute(LOU, code, start, Facts(means=sent_by))
    said = explain.sentences(result.steps)
    assert said == explain.sentences([step.as_json() for step in result.steps])
    assert len(said) == len(result.steps) >= 2
    assert not any("%(" in sentence for sentence in said)
    assert result.due_on is None or any(result.due_on.isoformat() in sentence for sentence in said)


@pytest.mark.parametrize("procedure", Procedure)
def test_every_rule_of_a_procedure_exists(procedure: str) -> None:
    found = procedures.rules_of(procedure)
    named = (found.request, found.tender, found.supplementary, found.award_notice, found.documentation)
    assert all(name in LOU.rules for name in named if name is not None)


def test_rules_do_not_count_past_the_known_years() -> None:
    with pytest.raises(calendar.CalendarError):
        rules.compute(LOU, "framework_term", date(2060, 1, 1))
    with pytest.raises(calendar.CalendarError):
        rules.compute(LOU, "standstill", date(2061, 1, 1))
