"""Opening an evaluation: few answers, the usual deliverables, and their deadlines."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.core.errors import DomainError
from tracker.deadlines.enums import Basis
from tracker.deadlines.queries import list_for_case
from tracker.evaluations.enums import DeliverableKind, EvaluationPhase


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


def test_the_title_is_enough() -> None:
    officer = person(Role.MARKET)
    evaluation = make.evaluation(officer, "Utvärdering av samverkansmodellen")
    assert evaluation.is_own
    assert evaluation.phase == EvaluationPhase.PREPARATION
    assert evaluation.registry_number == "SAM 2026/0001"
    assert evaluation.commissioner is not None
    assert evaluation.commissioner.code == "steering-group"
    assert evaluation.response_days == 42
    assert evaluation.deliverables == []


def test_a_wished_day_gives_the_usual_deliverables_in_order() -> None:
    evaluation = make.evaluation(person(Role.MARKET), report_on=date(2027, 6, 1))
    days = {item.kind: item.due_on for item in evaluation.deliverables}
    assert list(days) == list(DeliverableKind)[:6]
    assert list(days.values()) == sorted(days.values())
    assert days[DeliverableKind.FINAL_REPORT] == date(2027, 6, 1)
    deadlines = list_for_case(evaluation.id)
    assert {deadline.due_on for deadline in deadlines} == set(days.values())
    assert {deadline.basis for deadline in deadlines} == {Basis.INTERNAL}


def test_a_day_that_has_been_is_refused_and_nothing_is_made() -> None:
    with pytest.raises(DomainError) as caught:
        make.evaluation(person(Role.MARKET), report_on=make.TODAY)
    assert caught.value.field == "report_on"


def test_the_same_submission_gives_the_same_evaluation() -> None:
    officer = person(Role.MARKET)
    first = make.evaluation(officer, submission_id="11111111-1111-4111-8111-111111111111")
    again = make.evaluation(officer, submission_id="11111111-1111-4111-8111-111111111111")
    assert again is first


def test_a_ready_evaluation_can_be_made() -> None:
    evaluation, member, deliverable = make.ready(person(Role.MARKET), person(Role.STEERING))
    assert member.is_contact
    owners = {deadline.source_key: deadline.owner_id for deadline in list_for_case(evaluation.id)}
    assert owners[f"deliverable:{deliverable.id}"] == member.person_id
    assert owners["independence"] is None
