"""The table of steps: which order, which phase, what comes next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.deadlines.procedures import rules_of
from tracker.procurements.enums import Procedure, ProcurementPhase, StepKind
from tracker.procurements.workflow import (
    ORDERS,
    PHASE_AFTER,
    has_standstill,
    next_step,
    order_conflict,
    standing,
    steps_of,
)

DAY = date(2026, 3, 2)


def on(number: int) -> date:
    return DAY + timedelta(days=number)


@st.composite
def in_order(draw: st.DrawFn) -> tuple[Procedure, dict[StepKind, date]]:
    """Some steps of a procedure, each on or after the day of the one before."""
    procedure = draw(st.sampled_from(Procedure))
    kinds = [kind for kind in steps_of(procedure) if draw(st.booleans())]
    day, done = DAY, {}
    for kind in kinds:
        day += timedelta(days=draw(st.integers(0, 40)))
        done[kind] = day
    return procedure, done


def test_every_procedure_has_an_order_without_repeats() -> None:
    assert set(ORDERS) == set(Procedure)
    for procedure in Procedure:
        steps = steps_of(procedure)
        assert len(steps) == len(set(steps))


@pytest.mark.parametrize("procedure", [each for each in Procedure if each is not Procedure.DPS_SETUP])
def test_the_standstill_is_there_exactly_where_the_law_has_one(procedure: Procedure) -> None:
    assert has_standstill(procedure) == (rules_of(procedure.value).no_standstill is None)


@pytest.mark.parametrize("procedure", list(Procedure))
def test_an_award_notice_is_a_step_exactly_where_the_law_asks_for_one(procedure: Procedure) -> None:
    assert (StepKind.AWARD_NOTICE in steps_of(procedure)) == (rules_of(procedure.value).award_notice is not None)


@given(in_order())
def test_steps_logged_in_order_never_conflict(case: tuple[Procedure, dict[StepKind, date]]) -> None:
    procedure, done = case
    for kind, day in done.items():
        assert order_conflict(procedure, kind, day, done) is None


@given(in_order())
def test_the_next_step_is_never_one_that_is_done(case: tuple[Procedure, dict[StepKind, date]]) -> None:
    procedure, done = case
    following = next_step(procedure, done)
    assert following not in done
    if following is None:
        assert set(ORDERS[procedure][-1]) <= set(done)


@given(in_order(), st.data())
def test_one_more_step_never_leads_back_to_an_earlier_phase(
    case: tuple[Procedure, dict[StepKind, date]], data: st.DataObject
) -> None:
    procedure, done = case
    phases = list(ProcurementPhase)
    before = phases.index(standing(procedure, done).phase)
    more = data.draw(st.sampled_from(steps_of(procedure)))
    after = phases.index(standing(procedure, {**done, more: done.get(more, on(400))}).phase)
    assert after >= before


def test_the_way_through_an_open_procedure() -> None:
    done: dict[StepKind, date] = {}
    seen = []
    while (kind := next_step(Procedure.OPEN, done)) is not None:
        done[kind] = on(len(done))
        seen.append((kind.value, standing(Procedure.OPEN, done).phase.value))
    assert seen == [
        ("assignment", "planning"),
        ("publication", "advertised"),
        ("tenders_due", "evaluation"),
        ("tender_opening", "evaluation"),
        ("award_decision", "evaluation"),
        ("award_notified", "standstill"),
        ("standstill_end", "signing"),
        ("contract_signed", "in_force"),
        ("award_notice", "in_force"),
        ("documentation", "in_force"),
        ("supply_start", "in_force"),
    ]


def test_a_direct_award_has_no_standstill_to_wait_for() -> None:
    done = {StepKind.AWARD_NOTIFIED: DAY}
    assert standing(Procedure.DIRECT_AWARD, done).phase is ProcurementPhase.SIGNING
    assert next_step(Procedure.DIRECT_AWARD, done) is StepKind.CONTRACT_SIGNED


def test_the_phase_dates_from_the_step_that_led_to_it() -> None:
    done = {StepKind.CONTRACT_SIGNED: on(3), StepKind.SUPPLY_START: on(60)}
    assert standing(Procedure.OPEN, done).since_on == on(3)


def test_steps_jumped_over_are_not_offered_and_may_be_logged_late() -> None:
    done = {StepKind.TENDERS_DUE: on(40)}
    assert next_step(Procedure.OPEN, done) is StepKind.TENDER_OPENING
    assert order_conflict(Procedure.OPEN, StepKind.PUBLICATION, on(5), done) is None
    found = order_conflict(Procedure.OPEN, StepKind.PUBLICATION, on(41), done)
    assert found is not None
    assert (found.kind, found.is_before) == (StepKind.TENDERS_DUE, False)


def test_what_follows_the_signing_may_come_in_any_order() -> None:
    done = {StepKind.CONTRACT_SIGNED: on(0), StepKind.SUPPLY_START: on(2), StepKind.DOCUMENTATION: on(20)}
    assert order_conflict(Procedure.OPEN, StepKind.AWARD_NOTICE, on(10), done) is None


def test_each_phase_that_a_step_leads_to_comes_in_the_order_of_the_phases() -> None:
    ranks = [list(ProcurementPhase).index(PHASE_AFTER[kind]) for kind in StepKind if kind in PHASE_AFTER]
    assert ranks == sorted(ranks)
