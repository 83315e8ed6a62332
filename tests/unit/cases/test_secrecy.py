"""The table of who sees what: complete, and never more open where the law is strict."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import pytest

from tracker.accounts.enums import Role
from tracker.cases.enums import CaseKind, InformationClass, ParticipantRole, SecrecyClass
from tracker.cases.secrecy import _STAGE_OF_PHASE, TABLE, Relation, Stage, may_see, may_see_document
from tracker.evaluations.enums import EvaluationPhase
from tracker.procurements.enums import ProcurementPhase


@dataclass
class Somebody:
    id: int
    roles: frozenset[Role] = frozenset()


@dataclass
class Part:
    person_id: int
    role: ParticipantRole


@dataclass
class SomeCase:
    secrecy_class: SecrecyClass = SecrecyClass.OPEN
    phase: str = "planning"
    responsible_id: int = 1
    participants: list[Part] = field(default_factory=list)
    kind: CaseKind = CaseKind.PROCUREMENT


def sees(viewer: Somebody, case: SomeCase, information: InformationClass = InformationClass.GENERAL) -> bool:
    return may_see(viewer, case, information)  # type: ignore[arg-type]  # what it reads of a case


def sees_document(viewer: Somebody, case: SomeCase, secrecy_class: SecrecyClass) -> bool:
    return may_see_document(viewer, case, secrecy_class)  # type: ignore[arg-type]  # what it reads of a case


def test_every_combination_is_answered() -> None:
    assert set(TABLE) == set(product(SecrecyClass, InformationClass, Stage))


def test_every_phase_has_its_stage() -> None:
    assert set(_STAGE_OF_PHASE) == {phase.value for phases in (ProcurementPhase, EvaluationPhase) for phase in phases}


@pytest.mark.parametrize("secrecy", list(SecrecyClass))
@pytest.mark.parametrize("information", [InformationClass.TENDER, InformationClass.PRICE])
def test_before_the_award_tenders_are_for_the_officers_of_the_case_alone(
    secrecy: SecrecyClass, information: InformationClass
) -> None:
    assert TABLE[secrecy, information, Stage.BEFORE_AWARD] == {Relation.OFFICER}


def test_a_stricter_class_is_never_more_open() -> None:
    for information, stage in product(InformationClass, Stage):
        still_open, restricted, sealed = (TABLE[secrecy, information, stage] for secrecy in SecrecyClass)
        assert sealed <= restricted <= still_open


def test_the_award_never_closes_what_was_open() -> None:
    for secrecy, information in product(SecrecyClass, InformationClass):
        assert TABLE[secrecy, information, Stage.BEFORE_AWARD] <= TABLE[secrecy, information, Stage.AFTER_AWARD]


def test_who_sees_tenders_sees_the_case() -> None:
    for secrecy, stage in product(SecrecyClass, Stage):
        for information in (InformationClass.TENDER, InformationClass.PRICE):
            assert TABLE[secrecy, information, stage] <= TABLE[secrecy, InformationClass.GENERAL, stage]


@pytest.mark.parametrize("role", [Role.REGION_CONTACT, Role.EVALUATOR, Role.ADMIN])
def test_some_roles_see_only_the_cases_they_take_part_in(role: Role) -> None:
    outsider = Somebody(7, frozenset({role}))
    assert not sees(outsider, SomeCase())
    assert sees(outsider, SomeCase(participants=[Part(7, ParticipantRole.FOLLOWER)]))


def test_a_follower_does_not_see_tenders_and_a_deputy_does() -> None:
    case = SomeCase(
        phase="evaluation", participants=[Part(7, ParticipantRole.FOLLOWER), Part(8, ParticipantRole.DEPUTY)]
    )
    assert not sees(Somebody(7), case, InformationClass.TENDER)
    assert sees(Somebody(8), case, InformationClass.TENDER)
    assert sees(Somebody(1), case, InformationClass.TENDER), "the responsible officer"


@pytest.mark.parametrize("secrecy", [SecrecyClass.RESTRICTED, SecrecyClass.SEALED])
def test_the_steering_group_follows_every_evaluation_since_it_alone_assesses(secrecy: SecrecyClass) -> None:
    somebody = Somebody(7, frozenset({Role.STEERING}))
    evaluation = SomeCase(secrecy, phase="selection", kind=CaseKind.EVALUATION)
    assert sees(somebody, evaluation) and not sees(somebody, evaluation, InformationClass.TENDER)
    assert not sees(somebody, SomeCase(secrecy))
    assert not sees(Somebody(7, frozenset({Role.SUPPORT})), evaluation)
    assert sees_document(somebody, evaluation, SecrecyClass.OPEN)
    running = SomeCase(phase="under_way", kind=CaseKind.EVALUATION)
    assert not sees_document(somebody, running, SecrecyClass.RESTRICTED), "a document that is for fewer than the case"


def test_prices_stay_with_those_who_work_with_them() -> None:
    case = SomeCase(phase="in_force")
    assert sees(Somebody(7, frozenset({Role.MARKET})), case, InformationClass.PRICE)
    assert not sees(Somebody(7, frozenset({Role.HEALTH_CARE_DELEGATION})), case, InformationClass.PRICE)


def test_an_unknown_phase_is_taken_as_the_strictest() -> None:
    assert not sees(Somebody(7, frozenset({Role.MARKET})), SomeCase(phase="new_one"), InformationClass.TENDER)


@pytest.mark.parametrize(("of_case", "of_document"), list(product(SecrecyClass, SecrecyClass)))
def test_a_document_is_never_known_more_widely_than_its_case(of_case: SecrecyClass, of_document: SecrecyClass) -> None:
    for role, information, phase in product(Role, InformationClass, _STAGE_OF_PHASE):
        viewer, case = Somebody(7, frozenset({role})), SomeCase(of_case, phase)
        may = may_see_document(viewer, case, of_document, information)  # type: ignore[arg-type]
        assert may <= sees(viewer, case, information)
        assert may <= sees(viewer, SomeCase(of_document, phase), information)
        assert may <= sees(viewer, case)
