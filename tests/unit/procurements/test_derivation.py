"""Which deadlines follow from a procurement: pure, over records that no database has seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tracker.cases.enums import SecrecyClass
from tracker.deadlines.contract_terms import plan_contract
from tracker.deadlines.enums import Basis, DeadlineKind
from tracker.organisations.models import Organisation, OrganisationName
from tracker.procurements import planning
from tracker.procurements.deadlines import Wanted, wanted
from tracker.procurements.enums import Means, OptionState, Procedure, StepKind
from tracker.procurements.models import Contract, ContractOption, Milestone, Procurement
from tracker.procurements.workflow import steps_of

TODAY = date(2019, 3, 1)
LOGGED = datetime(2019, 1, 2, 9, 0, tzinfo=UTC)


def record(procedure: Procedure = Procedure.OPEN, began_on: date = date(2019, 1, 2), **more: Any) -> Procurement:
    values: dict[str, Any] = {
        "phase": "planning",
        "secrecy_class": SecrecyClass.OPEN,
        "notification_means": Means.ELECTRONIC,
        "accepts_electronic_tenders": True,
        "has_full_electronic_documents": True,
        "is_accelerated": False,
        **more,
    }
    made = Procurement(id=1, procedure=procedure, began_on=began_on, opened_on=began_on, created_at=LOGGED, **values)
    for kind in steps_of(procedure):
        made.milestones.append(Milestone(kind=kind, position=list(StepKind).index(kind)))
    return made


def happened(procurement: Procurement, kind: StepKind, on: date) -> None:
    next(step for step in procurement.milestones if step.kind is kind).actual_on = on


def planned(procurement: Procurement, kind: StepKind, on: date) -> None:
    next(step for step in procurement.milestones if step.kind is kind).planned_on = on


def by_key(procurement: Procurement, today: date = TODAY) -> dict[str, Wanted]:
    found = wanted(procurement, today)
    assert len({item.source_key for item in found}) == len(found)
    return {item.source_key: item for item in found}


def add_contract(procurement: Procurement, starts_on: date, options: tuple[int, ...] = (12, 12)) -> Contract:
    plan = plan_contract(starts_on, 24, options, notice_months=3, decision_lead_days=30)
    contract = Contract(
        id=5,
        supplier=Organisation(names=[OrganisationName(name="Exempelbolaget", valid_from_on=date(2000, 1, 1))]),
        starts_on=starts_on,
        base_months=24,
        base_ends_on=plan.base_ends_on,
        ends_on=plan.base_ends_on,
        notice_months=3,
        decision_lead_days=30,
    )
    for period in plan.options:
        contract.options.append(
            ContractOption(
                id=10 + period.position,
                position=period.position,
                months=period.months,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                must_notify_by_on=period.must_notify_by_on,
                decide_by_on=period.decide_by_on,
                state=OptionState.UNDECIDED,
            )
        )
    procurement.contracts.append(contract)
    procurement.phase = "in_force"
    return contract


def test_nothing_known_gives_nothing() -> None:
    assert wanted(record(), TODAY) == []


@pytest.mark.parametrize(
    ("sent_on", "means", "last_day"),
    [
        (date(2019, 4, 1), Means.ELECTRONIC, date(2019, 4, 11)),
        (date(2019, 4, 18), Means.ELECTRONIC, date(2019, 4, 29)),
        (date(2019, 4, 1), Means.PAPER, date(2019, 4, 16)),
    ],
)
def test_the_notified_award_gives_the_standstill(sent_on: date, means: Means, last_day: date) -> None:
    procurement = record(notification_means=means)
    happened(procurement, StepKind.AWARD_NOTIFIED, sent_on)
    item = by_key(procurement)["law:standstill"]
    assert (item.due_on, item.basis, item.kind) == (last_day, Basis.STATUTORY, DeadlineKind.STANDSTILL_END)
    assert item.result is not None
    assert item.result.steps


def test_no_standstill_where_the_law_has_none() -> None:
    procurement = record(Procedure.MINI_COMPETITION)
    happened(procurement, StepKind.AWARD_NOTIFIED, date(2019, 4, 1))
    assert "law:standstill" not in by_key(procurement)
    assert planning.earliest_signing_on(procurement) is None


def test_the_earliest_day_to_sign_follows_the_means() -> None:
    procurement = record()
    happened(procurement, StepKind.AWARD_NOTIFIED, date(2019, 4, 1))
    assert planning.earliest_signing_on(procurement) == date(2019, 4, 12)
    assert planning.earliest_signing_on(procurement, means=Means.PAPER) == date(2019, 4, 17)


def test_signing_gives_the_duties_of_thirty_days() -> None:
    procurement = record()
    happened(procurement, StepKind.CONTRACT_SIGNED, date(2019, 5, 2))
    found = by_key(procurement)
    # 1 June 2019 is a Saturday, and a duty to publish never moves forward.
    assert found["law:award_notice"].due_on == date(2019, 5, 31)
    assert found["law:documentation"].due_on == date(2019, 5, 31)
    happened(procurement, StepKind.AWARD_NOTICE, date(2019, 5, 20))
    assert by_key(procurement)["law:award_notice"].met_on == date(2019, 5, 20)


def test_supplementary_information_is_due_six_days_before_the_last_tender_day() -> None:
    procurement = record()
    planned(procurement, StepKind.TENDERS_DUE, date(2019, 6, 13))
    # D-6 is Friday 7 June.
    assert by_key(procurement)["law:supplementary_information"].due_on == date(2019, 6, 7)


def test_no_statutory_dates_under_a_law_whose_rules_are_not_kept() -> None:
    procurement = record(began_on=date(2014, 9, 1))
    happened(procurement, StepKind.AWARD_NOTIFIED, date(2019, 4, 1))
    assert by_key(procurement) == {}


def test_a_planned_step_is_ours_and_met_when_it_happens() -> None:
    procurement = record()
    planned(procurement, StepKind.PUBLICATION, date(2019, 4, 1))
    assert by_key(procurement)["step:publication"].basis is Basis.INTERNAL
    happened(procurement, StepKind.PUBLICATION, date(2019, 3, 29))
    assert by_key(procurement)["step:publication"].met_on == date(2019, 3, 29)


def test_nobody_waits_for_a_step_that_was_jumped_over() -> None:
    procurement = record()
    planned(procurement, StepKind.PUBLICATION, date(2019, 4, 1))
    happened(procurement, StepKind.TENDERS_DUE, date(2019, 5, 6))
    assert "step:publication" not in by_key(procurement)


def test_a_late_plan_is_kept_but_old_duties_are_not() -> None:
    procurement = record(began_on=date(2018, 1, 1))
    planned(procurement, StepKind.PUBLICATION, date(2018, 12, 1))
    happened(procurement, StepKind.ASSIGNMENT, date(2018, 1, 1))
    assert "step:publication" in by_key(procurement)
    happened(procurement, StepKind.CONTRACT_SIGNED, date(2018, 6, 1))
    assert "law:award_notice" not in by_key(procurement), "it was over long before the case was logged"


def test_a_contract_gives_its_end_its_options_and_the_start_of_its_successor() -> None:
    procurement = record()
    add_contract(procurement, date(2020, 1, 1))
    found = by_key(procurement)
    assert found["contract:5:end"].due_on == date(2021, 12, 31)
    assert found["option:11:notify_by"].due_on == date(2021, 9, 30)
    assert found["option:11:decide_by"].due_on == date(2021, 8, 31)
    assert found["option:11:decide_by"].basis is Basis.INTERNAL
    assert found["option:11:notify_by"].basis is Basis.CONTRACTUAL
    # Both options can still be used, so the successor counts from the end of the last one, 31 December 2023.
    assert date(2023, 1, 1) < found["contract:5:successor"].due_on < date(2023, 9, 1)
    assert {item.subject for item in found.values()} == {"Exempelbolaget"}


def test_an_option_that_is_exercised_stays_until_the_supplier_is_told() -> None:
    procurement = record()
    contract = add_contract(procurement, date(2020, 1, 1))
    first = contract.options[0]
    first.state, first.decided_on = OptionState.EXERCISED, date(2021, 6, 1)
    found = by_key(procurement)
    assert found["option:11:decide_by"].met_on == date(2021, 6, 1)
    assert found["option:11:notify_by"].met_on is None
    first.notified_on = date(2021, 6, 2)
    assert by_key(procurement)["option:11:notify_by"].met_on == date(2021, 6, 2)


def test_after_an_option_left_unused_the_later_ones_are_gone() -> None:
    procurement = record()
    contract = add_contract(procurement, date(2020, 1, 1))
    contract.options[0].state, contract.options[0].decided_on = OptionState.DECLINED, date(2021, 6, 1)
    found = by_key(procurement)
    assert found["option:11:notify_by"].met_on == date(2021, 6, 1), "nobody has to be told"
    assert "option:12:decide_by" not in found
    assert found["contract:5:successor"].due_on < date(2021, 6, 1)


def test_an_undecided_option_of_a_running_contract_is_overdue_even_if_logged_late() -> None:
    procurement = record()
    add_contract(procurement, date(2017, 2, 1))
    late = by_key(procurement)["option:11:decide_by"]
    assert late.due_on < LOGGED.date()
    assert late.met_on is None


def test_too_short_a_tender_period_is_told_with_section_and_earliest_day() -> None:
    procurement = record()
    happened(procurement, StepKind.PUBLICATION, date(2019, 3, 1))
    planned(procurement, StepKind.TENDERS_DUE, date(2019, 3, 20))
    (warning,) = planning.tender_period_warnings(procurement)
    assert "2019-04-01" in repr(warning), "30 days end on Sunday 31 March"
    assert "11 kap. 6 § 1" in repr(warning)
    planned(procurement, StepKind.TENDERS_DUE, date(2019, 4, 1))
    assert planning.tender_period_warnings(procurement) == []


def test_an_impossible_wish_is_told_in_weeks() -> None:
    plan = planning.make_plan(
        wished_supply_on=date(2026, 12, 31), procedure=Procedure.OPEN, today=date(2026, 11, 23),
        began_on=date(2026, 11, 23),
    )  # fmt: skip
    assert plan is not None
    assert plan.weeks_missing > 0
    assert (plan.earliest_supply_on - date(2026, 12, 31)).days <= 7 * plan.weeks_missing
    later = planning.make_plan(
        wished_supply_on=plan.earliest_supply_on, procedure=Procedure.OPEN, today=date(2026, 11, 23),
        began_on=date(2026, 11, 23),
    )  # fmt: skip
    assert later is not None
    assert later.weeks_missing == 0


@pytest.mark.parametrize("procedure", list(Procedure))
def test_every_procedure_can_be_planned(procedure: Procedure) -> None:
    plan = planning.make_plan(
        wished_supply_on=date(2028, 3, 1), procedure=procedure, today=date(2026, 11, 23), began_on=date(2026, 11, 23)
    )
    assert plan is not None
    in_order = [plan.dates[kind] for kind in steps_of(procedure) if kind in plan.dates]
    assert in_order == sorted(in_order)
    assert plan.dates[StepKind.SUPPLY_START] == date(2028, 3, 1)
