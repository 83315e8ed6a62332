"""Which cases stand in which part of the report, on both engines."""

from __future__ import annotations

import pytest

from tests.integration.reports.conftest import Register, built, days
from tests.support.statements import statements
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.procurements.enums import OptionState
from tracker.reports.enums import DecisionRule, OptionStatus
from tracker.reports.snapshot import Snapshot


def decisions(snapshot: Snapshot) -> list[tuple[str, DecisionRule]]:
    return [(line.title, line.rule) for line in snapshot.decisions]


def test_an_undecided_option_wants_a_decision_when_it_is_near_or_passed(register: Register) -> None:
    near = register.procurement("nära", phase="in_force")
    register.contract(near, days(120 + 90), OptionState.UNDECIDED)
    passed = register.procurement("passerad", phase="in_force")
    register.contract(passed, days(110), OptionState.UNDECIDED)
    far = register.procurement("långt bort", phase="in_force")
    register.contract(far, days(120 + 91), OptionState.UNDECIDED)
    snapshot = built()
    assert decisions(snapshot) == [("passerad", DecisionRule.OPTION), ("nära", DecisionRule.OPTION)]
    assert [line.days_left for line in snapshot.decisions] == [-10, 90]


def test_a_contract_without_option_or_successor_wants_a_decision(register: Register) -> None:
    lonely = register.procurement("ensam", phase="in_force")
    register.contract(lonely, days(200))
    declined = register.procurement("option avböjd", phase="in_force")
    register.contract(declined, days(201), OptionState.DECLINED)
    followed = register.procurement("har efterföljare", phase="in_force")
    contract = register.contract(followed, days(202))
    register.procurement("efterföljaren", succeeds_contract_id=contract.id)
    late = register.procurement("långt bort", phase="in_force")
    register.contract(late, days(400))
    snapshot = built()
    assert decisions(snapshot) == [("ensam", DecisionRule.SUCCESSOR), ("option avböjd", DecisionRule.SUCCESSOR)]
    assert {line.part for line in snapshot.decisions} == {line.part for line in snapshot.contracts} == {"Produkt A"}
    ends = {line.case_title: (line.option_status, line.has_successor) for line in snapshot.contracts}
    assert ends == {
        "ensam": (OptionStatus.NONE_LEFT, False),
        "option avböjd": (OptionStatus.DECLINED, False),
        "har efterföljare": (OptionStatus.NONE_LEFT, True),
    }


def test_a_missing_assignment_or_ground_wants_a_decision(register: Register) -> None:
    register.procurement("utan uppdrag, annonserad", assigned_on=None, phase="advertised")
    register.procurement("utan uppdrag, snart", assigned_on=None, planned_publication_on=days(90))
    register.procurement("utan uppdrag, senare", assigned_on=None, planned_publication_on=days(91))
    register.procurement("utan uppdrag, avbruten", assigned_on=None, phase="cancelled")
    register.procurement("annan utan skäl", has_other_executing_body=True)
    register.procurement("annan med skäl", has_other_executing_body=True, executing_reason="Brådskande")
    assert sorted(decisions(built())) == [
        ("annan utan skäl", DecisionRule.DEVIATION_GROUND),
        ("utan uppdrag, annonserad", DecisionRule.ASSIGNMENT),
        ("utan uppdrag, snart", DecisionRule.ASSIGNMENT),
    ]


def test_open_deadlines_are_overdue_or_due(register: Register) -> None:
    case = register.procurement("med frister")
    for number in (-1, 0, 90, 91):
        register.deadline(case, days(number))
    snapshot = built()
    assert [line.days_left for line in snapshot.overdue] == [-1]
    assert [line.days_left for line in snapshot.due] == [0, 90]
    assert snapshot.overdue[0].responsible == "Handläggare Ett"
    assert snapshot.procurements[0].next_deadline_on == days(-1)


def test_a_procurement_has_its_facts(register: Register) -> None:
    case = register.procurement("adalimumab 2026")
    register.contract(case, days(500))
    (line,) = built().procurements
    assert line.case_number == case.registry_number
    assert (line.substances, line.atc_codes) == (("adalimumab",), ("L04AB04",))
    assert (line.phase, line.days_in_phase) == ("planning", 10)
    assert line.executing_body == "SKL Kommentus Inköpscentral AB"
    assert (line.capacity, line.contract_end_on) == ("agent", days(500))


@pytest.mark.parametrize("secrecy", [SecrecyClass.RESTRICTED, SecrecyClass.SEALED])
def test_a_case_under_secrecy_shows_number_and_class_alone(register: Register, secrecy: SecrecyClass) -> None:
    hidden = register.procurement("HEMLIGT", secrecy, phase="in_force", has_other_executing_body=True)
    register.contract(hidden, days(30), OptionState.UNDECIDED)
    register.deadline(hidden, days(-1))
    snapshot = built()
    assert b"HEMLIGT" not in snapshot.to_bytes()
    (line,) = snapshot.procurements
    assert (line.case_number, line.secrecy_class, line.is_withheld) == (hidden.registry_number, secrecy, True)
    assert not [*snapshot.decisions, *snapshot.overdue, *snapshot.due, *snapshot.contracts]
    assert sum(phase.count for phase in snapshot.phases) == 0


def test_the_number_of_statements_does_not_follow_the_number_of_cases(register: Register) -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            case = register.procurement(f"nummer {number}", phase="in_force")
            register.contract(case, days(100), OptionState.UNDECIDED)
            register.deadline(case, days(5))
        db.session.flush()
        db.session.expire_all()
        with statements() as sent:
            built()
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9


def test_the_source_is_told(register: Register, engine_name: str) -> None:
    source = built().source
    assert source.engine == {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine_name]
    assert source.engine_version[0].isdigit()
    assert source.schema_revision != "none"
