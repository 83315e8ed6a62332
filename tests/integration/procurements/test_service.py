"""Logging, steps, contracts and options, with the deadlines that follow, on each engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.organisations import organisation
from tests.factories.people import person
from tests.factories.procurements import NOW, TODAY, contract, procurement
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound, StaleVersion
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.models import Deadline
from tracker.organisations.enums import SKL_KOMMENTUS
from tracker.procurements import queries, service
from tracker.procurements.enums import Means, OptionState, Procedure, ProcurementPhase, StandstillException, StepKind
from tracker.procurements.models import Procurement


def deadlines(case: Procurement, state: DeadlineState = DeadlineState.OPEN) -> dict[str, date]:
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.state == state)
    return {item.source_key: item.due_on for item in db.session.scalars(query)}


def log(case: Procurement, actor: Person, kind: StepKind, on: date, **more: Any) -> service.StepLogged:
    return service.log_step(actor=actor, now=NOW, procurement=case, kind=kind, on=on, **more)


def test_four_answers_are_enough(officer: Person) -> None:
    case = procurement(
        officer, "Influensavaccin", substance="influensavaccin", atc_code="j07bb02", wished_supply_on=date(2027, 10, 1)
    )
    assert case.registry_number == "SAM 2026/0001"
    assert (case.responsible_id, case.began_on, case.atc_code) == (officer.id, TODAY, "J07BB02")
    assert case.executing_body.code == SKL_KOMMENTUS
    assert case.phase == ProcurementPhase.PLANNING
    found = deadlines(case)
    assert found["step:supply_start"] == date(2027, 10, 1)
    assert TODAY < found["step:publication"] < found["step:tenders_due"] < found["step:contract_signed"]
    assert case.planned_publication_on == found["step:publication"]


def test_a_procurement_of_the_old_law_is_kept_without_computed_dates(officer: Person) -> None:
    case = procurement(officer, began_on=date(2014, 6, 3), registry_number="SAM 2014/0001")
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2014, 9, 1))
    log(case, officer, StepKind.CONTRACT_SIGNED, date(2014, 9, 2))
    assert deadlines(case) == {}
    assert case.registry_year == 2014


def test_an_import_key_makes_no_doubles(officer: Person) -> None:
    first = procurement(officer, "En", import_key="row-1")
    assert procurement(officer, "En annan", import_key="row-1") is first
    assert queries.find_by_import_key("row-1") is first
    assert first.title == "En"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"atc_code": "J07BX0"}, "atc_code"),
        ({"cpv_code": "99999999"}, "cpv_code"),
        ({"cpv_code": "vaccin"}, "cpv_code"),
        ({"wished_supply_on": date(1026, 1, 1)}, "wished_supply_on"),
        ({"succeeds_contract_id": 4711}, "succeeds_contract_id"),
        ({"responsible_id": 4711}, "responsible_id"),
        ({"executing_body_id": 4711}, "executing_body_id"),
    ],
)
def test_bad_answers_are_told_on_their_field(officer: Person, answers: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        procurement(officer, **{"title": "Vaccin", **answers})
    assert refused.value.field == field


def test_another_executing_body_needs_a_reason_and_the_database_says_so_too(officer: Person) -> None:
    other = organisation()
    with pytest.raises(DomainError) as refused:
        procurement(officer, executing_body_id=other.id)
    assert refused.value.field == "executing_reason"
    case = procurement(officer, executing_body_id=other.id, executing_reason="Regionen har redan påbörjat den.")
    assert case.has_other_executing_body
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Procurement.metadata.tables["procurements"]).values(executing_reason=""))
    db.session.rollback()


def test_cpv_is_taken_with_and_without_check_digit(officer: Person) -> None:
    assert procurement(officer, cpv_code="33651600-4").cpv_code == "33651600"


def test_the_way_from_notice_to_contract(officer: Person) -> None:
    case = procurement(officer, wished_supply_on=date(2027, 6, 1), now=datetime(2026, 8, 3, 8, tzinfo=UTC))
    log(case, officer, StepKind.PUBLICATION, date(2026, 8, 24))
    assert (case.phase, case.phase_since_on) == (ProcurementPhase.ADVERTISED, date(2026, 8, 24))
    log(case, officer, StepKind.TENDERS_DUE, date(2026, 9, 28))
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 11, 5))
    assert case.phase == ProcurementPhase.STANDSTILL
    # Ten days from 5 November end on Sunday the 15th, so the last day is Monday the 16th.
    (standstill,) = db.session.scalars(sa.select(Deadline).where(Deadline.source_key == "law:standstill"))
    assert (standstill.due_on, standstill.state) == (date(2026, 11, 16), DeadlineState.OPEN)
    logged = log(case, officer, StepKind.CONTRACT_SIGNED, date(2026, 11, 17))
    assert logged.next_step in (StepKind.AWARD_NOTICE, StepKind.DOCUMENTATION, StepKind.SUPPLY_START)
    assert case.phase == ProcurementPhase.IN_FORCE
    assert standstill.state is DeadlineState.MET
    assert deadlines(case)["law:award_notice"] == date(2026, 12, 17)


def test_a_contract_within_the_standstill_needs_a_named_ground(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 8, 3))
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 11, 12), means=Means.PAPER)
    # Fifteen days: until Friday 27 November.
    with pytest.raises(DomainError, match="2026-11-28") as refused:
        log(case, officer, StepKind.CONTRACT_SIGNED, date(2026, 11, 23))
    assert refused.value.field == "on"
    with pytest.raises(DomainError) as refused:
        log(case, officer, StepKind.CONTRACT_SIGNED, date(2026, 11, 23), exception=StandstillException.COURT_DECISION)
    assert refused.value.field == "exception_reason"
    with pytest.raises(DomainError) as refused:
        contract(case, officer, signed_on=date(2026, 11, 23))
    assert refused.value.field == "signed_on"
    log(
        case, officer, StepKind.CONTRACT_SIGNED, date(2026, 11, 23), exception=StandstillException.COURT_DECISION,
        exception_reason="Förvaltningsrättens beslut i målet",
    )  # fmt: skip
    assert case.phase == ProcurementPhase.IN_FORCE


def test_the_standstill_cannot_be_said_to_be_over_before_it_is(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 8, 3))
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 11, 19))
    with pytest.raises(DomainError, match="2026-12-01"):
        log(case, officer, StepKind.STANDSTILL_END, date(2026, 11, 23))


def test_a_notification_logged_after_the_signing_is_checked_against_it(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 8, 3))
    log(case, officer, StepKind.CONTRACT_SIGNED, date(2026, 11, 10))
    with pytest.raises(DomainError, match="2026-11-17"):
        log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 11, 5))
    assert case.milestones[0].version == 1
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 10, 5))


@pytest.mark.parametrize("on", [date(2026, 11, 24), date(2027, 1, 1)])
def test_what_has_not_been_cannot_be_logged(officer: Person, on: date) -> None:
    with pytest.raises(DomainError) as refused:
        log(procurement(officer), officer, StepKind.PUBLICATION, on)
    assert refused.value.field == "on"


def test_steps_cannot_contradict_each_other(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 3, 2))
    log(case, officer, StepKind.TENDERS_DUE, date(2026, 6, 1))
    with pytest.raises(DomainError) as refused:
        log(case, officer, StepKind.PUBLICATION, date(2026, 6, 2))
    assert refused.value.field == "on"
    log(case, officer, StepKind.PUBLICATION, date(2026, 4, 1))


def test_a_step_that_the_procedure_lacks_is_refused(officer: Person) -> None:
    with pytest.raises(DomainError):
        log(procurement(officer), officer, StepKind.INVITATION, TODAY)


def test_undo_takes_back_the_phase_and_what_followed(officer: Person) -> None:
    case = procurement(officer, wished_supply_on=date(2027, 10, 1), began_on=date(2026, 8, 3))
    before = (case.phase, deadlines(case))
    log(case, officer, StepKind.PUBLICATION, date(2026, 9, 1), note="Ted")
    assert "step:publication" in deadlines(case, DeadlineState.MET)
    service.undo_step(actor=officer, now=NOW, procurement=case, kind=StepKind.PUBLICATION)
    assert (case.phase, deadlines(case)) == before
    log(case, officer, StepKind.AWARD_NOTIFIED, date(2026, 11, 19))
    assert "law:standstill" in deadlines(case)
    service.undo_step(actor=officer, now=NOW, procurement=case, kind=StepKind.AWARD_NOTIFIED)
    assert "law:standstill" in deadlines(case, DeadlineState.CANCELLED)


def test_the_same_step_twice_changes_nothing(officer: Person) -> None:
    case = procurement(officer)
    log(case, officer, StepKind.PUBLICATION, TODAY, note="Skickad")
    events = db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))
    log(case, officer, StepKind.PUBLICATION, TODAY, note="Skickad")
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == events


def test_moving_the_plan_moves_the_deadline_and_keeps_the_first_day(officer: Person) -> None:
    case = procurement(officer, wished_supply_on=date(2027, 10, 1))
    step = next(item for item in case.milestones if item.kind is StepKind.PUBLICATION)
    first = step.planned_on
    service.plan_step(
        actor=officer,
        now=NOW,
        procurement=case,
        kind=StepKind.PUBLICATION,
        planned_on=date(2027, 5, 3),
        reason="Väntar",
    )
    assert (step.first_planned_on, step.planned_on) == (first, date(2027, 5, 3))
    (moved,) = db.session.scalars(sa.select(Deadline).where(Deadline.source_key == "step:publication"))
    assert (moved.due_on, moved.date_version) == (date(2027, 5, 3), 2)


def test_a_stale_version_is_told_with_what_is_stored(officer: Person) -> None:
    case = procurement(officer)
    log(case, officer, StepKind.PUBLICATION, TODAY, note="Först", version=1)
    with pytest.raises(StaleVersion) as conflict:
        log(case, officer, StepKind.PUBLICATION, date(2026, 11, 20), note="Sist", version=1)
    assert conflict.value.current["note"] == "Först"
    assert conflict.value.current["version"] == "2"


@pytest.mark.parametrize(
    ("starts_on", "ends"),
    [
        (date(2014, 6, 3), ("2016-06-02", "2017-06-02", "2018-06-02")),
        (date(2015, 1, 1), ("2016-12-31", "2017-12-31", "2018-12-31")),
        (date(2015, 3, 4), ("2017-03-03", "2018-03-03", "2019-03-03")),
        (date(2016, 4, 22), ("2018-04-21", "2019-04-21", "2020-04-21")),
    ],
)
def test_the_ends_of_real_agreements_of_two_years_and_two_options(
    officer: Person, starts_on: date, ends: tuple[str, ...]
) -> None:
    made = contract(procurement(officer, began_on=date(2013, 9, 1)), officer, starts_on=starts_on)
    assert (made.base_ends_on.isoformat(), *(option.ends_on.isoformat() for option in made.options)) == ends


def test_a_past_contract_ends_the_case_and_asks_for_nothing(officer: Person) -> None:
    case = procurement(officer, began_on=date(2013, 9, 1))
    contract(case, officer, starts_on=date(2014, 6, 3))
    assert (case.phase, case.closed_on) == (ProcurementPhase.ENDED, date(2016, 6, 2))
    assert deadlines(case) == {}


def test_more_than_four_years_needs_special_reasons(officer: Person) -> None:
    case = procurement(officer)
    contract(case, officer, base_months=24, option_months=(12, 12))
    with pytest.raises(DomainError, match=r"7 kap\. 2 §") as refused:
        contract(case, officer, base_months=24, option_months=(12, 13))
    assert refused.value.field == "long_term_reason"
    assert len(case.contracts) == 1
    contract(case, officer, base_months=24, option_months=(24, 6), long_term_reason="Avskrivning på fem år")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"base_months": 0}, "term"),
        ({"option_months": (12, 0)}, "term"),
        ({"base_ends_on": date(2026, 12, 31)}, "base_ends_on"),
        ({"notice_months": 37}, "notice_months"),
        ({"decision_lead_days": -1}, "decision_lead_days"),
        ({"signed_on": date(2026, 11, 24)}, "signed_on"),
        ({"starts_on": date(202, 1, 1)}, "starts_on"),
        ({"lot_id": 4711}, "lot_id"),
        ({"supplier_id": 4711}, "supplier_id"),
    ],
)
def test_impossible_terms_are_told_on_their_field(officer: Person, terms: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        contract(procurement(officer), officer, **terms)
    assert refused.value.field == field


def test_an_exercised_option_moves_the_end_and_all_that_counts_from_it(officer: Person) -> None:
    case = procurement(officer, began_on=date(2024, 1, 2))
    made = contract(case, officer, starts_on=date(2025, 1, 1))
    first, second = made.options
    before = deadlines(case)
    assert before[f"contract:{made.id}:end"] == date(2026, 12, 31)
    with pytest.raises(DomainError, match="1"):
        decide(officer, second)
    with pytest.raises(DomainError) as refused:
        decide(officer, first, reason=" ")
    assert refused.value.field == "reason"
    decide(officer, first)
    assert made.ends_on == date(2027, 12, 31)
    after = deadlines(case)
    assert after[f"contract:{made.id}:end"] == date(2027, 12, 31)
    assert f"option:{first.id}:decide_by" not in after
    assert f"option:{first.id}:notify_by" in after, "the supplier is not told yet"
    decide(officer, first, notified_on=TODAY)
    assert f"option:{first.id}:notify_by" not in deadlines(case)
    service.decide_option(actor=officer, now=NOW, option=first, state=OptionState.UNDECIDED, decided_on=None)
    assert deadlines(case) == before


def decide(officer: Person, option: Any, **more: Any) -> None:
    values = {"state": OptionState.EXERCISED, "decided_on": TODAY, "reason": "Bra utfall", **more}
    service.decide_option(actor=officer, now=NOW, option=option, **values)


def test_a_decided_option_keeps_its_length(officer: Person) -> None:
    made = contract(procurement(officer), officer)
    decide(officer, made.options[0])
    with pytest.raises(DomainError) as refused:
        service.change_contract(
            actor=officer, now=NOW, contract=made, supplier_id=made.supplier_id, starts_on=made.starts_on,
            base_months=24, option_months=(6,),
        )  # fmt: skip
    assert refused.value.field == "term"


def test_a_successor_meets_the_deadline_for_starting_it(officer: Person) -> None:
    old = procurement(officer, atc_code="J07AL02", began_on=date(2024, 1, 2))
    made = contract(old, officer, starts_on=date(2026, 1, 1), option_months=())
    assert f"contract:{made.id}:successor" in deadlines(old)
    assert [item.id for item in queries.list_replaceable_contracts(officer, "J07AL02", TODAY)] == [made.id]
    assert queries.list_replaceable_contracts(officer, "J07BB02", TODAY) == []
    procurement(officer, atc_code="J07AL02", succeeds_contract_id=made.id)
    assert f"contract:{made.id}:successor" in deadlines(old, DeadlineState.MET)
    (ending,) = queries.list_contracts_ending(officer, TODAY, date(2028, 1, 1))
    assert (ending.has_successor, ending.ends_on) == (True, date(2027, 12, 31))


def test_a_cancelled_procurement_waits_only_for_its_documentation(officer: Person) -> None:
    case = procurement(officer, wished_supply_on=date(2027, 10, 1))
    with pytest.raises(DomainError) as refused:
        service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=TODAY, reason="")
    assert refused.value.field == "reason"
    service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=TODAY, reason="Inga anbud")
    assert deadlines(case) == {"law:documentation": date(2026, 12, 23)}
    with pytest.raises(DomainError):
        log(case, officer, StepKind.PUBLICATION, TODAY)


def test_a_case_is_closed_when_its_contracts_are_over_and_not_before(officer: Person) -> None:
    case = procurement(officer)
    contract(case, officer)
    with pytest.raises(DomainError) as refused:
        service.end_procurement(actor=officer, now=NOW, procurement=case, ended_on=TODAY)
    assert refused.value.field == "ended_on"


def test_lots_are_numbered_and_each_number_is_used_once(officer: Person) -> None:
    case = procurement(officer)
    for title in ("Vuxna", "Barn"):
        service.add_lot(actor=officer, now=NOW, procurement=case, title=title)
    with pytest.raises(DomainError) as refused:
        service.add_lot(actor=officer, now=NOW, procurement=case, title="Fel", number=2)
    assert refused.value.field == "number"
    assert [(lot.number, lot.title) for lot in case.lots] == [(1, "Vuxna"), (2, "Barn")]
    assert "barn" in case.search_text


def test_changing_the_procedure_keeps_the_dates(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 8, 3))
    log(case, officer, StepKind.PUBLICATION, date(2026, 9, 1))
    service.change_procedure(
        actor=officer, now=NOW, procurement=case, procedure=Procedure.RESTRICTED, began_on=case.began_on,
        wished_supply_on=None, accepts_electronic_tenders=True, has_full_electronic_documents=True,
        prior_information_notice_on=None, is_accelerated=False, notification_means=Means.ELECTRONIC,
    )  # fmt: skip
    done = {step.kind: step.actual_on for step in case.milestones if step.actual_on}
    assert done == {StepKind.PUBLICATION: date(2026, 9, 1)}
    assert StepKind.INVITATION in {step.kind for step in case.milestones}


def test_what_a_viewer_may_not_know_of_does_not_exist(officer: Person) -> None:
    case = procurement(officer)
    outsider = person(Role.REGION_CONTACT)
    with pytest.raises(NotFound):
        queries.get_procurement(outsider, case.id)
    assert queries.count_by_phase(outsider)[0] == (ProcurementPhase.PLANNING, 0)
    assert queries.count_by_phase(officer)[0] == (ProcurementPhase.PLANNING, 1)
    assert queries.portfolio_timeline(outsider, TODAY) == []


def test_a_contract_that_begins_later_has_been_agreed_since_it_was_recorded(officer: Person) -> None:
    case = procurement(officer)
    made = contract(case, officer, starts_on=date(2027, 10, 1))
    assert (case.phase, case.phase_since_on) == (ProcurementPhase.IN_FORCE, TODAY)
    service.add_lot(actor=officer, now=NOW + timedelta(days=30), procurement=case, title="Del ett")
    assert case.phase_since_on == TODAY
    service.change_contract(
        actor=officer, now=NOW, contract=made, supplier_id=made.supplier_id, starts_on=date(2027, 10, 1),
        base_months=24, option_months=(12, 12), signed_on=date(2026, 11, 20),
    )  # fmt: skip
    assert case.phase_since_on == date(2026, 11, 20)
