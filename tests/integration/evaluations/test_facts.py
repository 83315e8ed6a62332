"""Who is responsible for an evaluation, and how widely it is known: set on one page, and by nobody unawares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import brief as briefs
from tracker.evaluations.service import independence

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


@pytest.fixture
def officer() -> Person:
    return person(Role.MARKET, name="Marknadshandläggare Ett")


@pytest.fixture
def browser(officer: Person, sign_in: SignIn) -> Client:
    return sign_in(officer)


def test_only_those_who_may_work_with_evaluations_are_offered_as_responsible(browser: Client, officer: Person) -> None:
    support, reader = person(Role.SUPPORT), person(Role.HEALTH_CARE_DELEGATION)
    former = person(Role.STEERING)
    evaluation = make.evaluation(former)
    former.grants[0].role = Role.AUDITOR
    db.session.flush()
    page = BeautifulSoup(browser.get(f"/evaluations/{evaluation.id}/facts").text, "html.parser")
    offered = {option["value"] for option in page.select("select[name=responsible_id] option")}
    assert {str(officer.id), str(support.id)} < offered
    assert str(former.id) in offered, "whoever is responsible now stays"
    assert str(reader.id) not in offered


@pytest.mark.parametrize("secrecy", ["restricted", "sealed"])
def test_what_few_may_know_of_is_still_assessed_by_the_steering_group(
    app: Flask, officer: Person, browser: Client, secrecy: str
) -> None:
    evaluation = make.evaluation(officer)
    path = f"/evaluations/{evaluation.id}"
    sent = facts_of(browser, evaluation) | {"secrecy_class": secrecy}
    assert browser.post(f"{path}/facts", data=sent).status_code == 302
    declaration = make.declared(make.member(evaluation, officer))
    steering = signed_in(app, person(Role.STEERING))
    assert "styrgruppen" in steering.get(path).text.casefold()
    assessed = {"assessment": "none", "is_impartial": "y", "version": declaration.version}
    assert steering.post(f"{path}/declarations/{declaration.id}", data=assessed).status_code == 302
    assert independence.gaps(evaluation) == []
    assert signed_in(app, person(Role.SUPPORT)).get(path).status_code == 404


def test_whoever_would_lose_sight_of_a_case_is_asked_first_and_led_on(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(person(Role.SUPPORT))
    path = f"/evaluations/{evaluation.id}/facts"
    sent = facts_of(browser, evaluation) | {"secrecy_class": "sealed"}
    answer = browser.post(path, data=sent)
    assert answer.status_code == 422 and 'href="#leaves"' in answer.text
    answer = browser.post(path, data={**sent, "leaves": "y"}, follow_redirects=True)
    assert answer.status_code == 200 and "Du ser inte längre ärendet" in answer.text


def facts_of(browser: Client, evaluation: Evaluation) -> dict[str, str]:
    page = browser.get(f"/evaluations/{evaluation.id}/facts")
    chosen = BeautifulSoup(page.text, "html.parser").select("main form select")
    return form_values(page) | {
        str(field["name"]): str((field.select_one("option[selected]") or field.select("option")[0])["value"])
        for field in chosen
    }


@pytest.mark.parametrize("role", [Role.HEALTH_CARE_DELEGATION, Role.AUDITOR, Role.PURCHASING, Role.REGION_CONTACT])
def test_nobody_is_made_responsible_who_may_not_work_with_evaluations(officer: Person, role: Role) -> None:
    evaluation = make.evaluation(officer)
    told = briefs.facts_texts(evaluation)
    answers: dict[str, Any] = {
        "title": told["title"], "secrecy_class": SecrecyClass.OPEN, "commissioner_id": None, "commissioned_on": None,
        "commission_decision": None, "budget_ore": None, "response_days": 42,
    }  # fmt: skip
    reader = person(role)
    with pytest.raises(DomainError) as refused:
        briefs.change_facts(actor=officer, now=make.NOW, evaluation=evaluation, responsible_id=reader.id, **answers)
    assert refused.value.field == "responsible_id"
    with pytest.raises(DomainError) as refused:
        make.evaluation(officer, responsible_id=reader.id)
    assert refused.value.field == "responsible_id"
    with pytest.raises(DomainError) as refused:
        make.noted(reader)
    assert refused.value.field == "responsible_id"
