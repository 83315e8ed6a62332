"""Bad input of every kind on the pages: told in words beside the field, nothing stored, nothing typed lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import people
from tests.factories.organisations import load_reference
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines.models import Deadline
from tracker.procurements import service
from tracker.procurements.enums import Procedure
from tracker.procurements.models import Contract, Milestone, Procurement

TYPED = {"title": "Vaccin <b>mot</b> influensa & åäö", "substance": "influensavaccin", "procedure": "open"}
GOOD_DATE = "2028-10-01"
STRANGE = ["\x00", "a\x00b", "\ud800", "\u202etxt", "x" * 5000, "'; DROP TABLE cases; --", "%s%n{{7*7}}", "💉" * 200]


@pytest.fixture
def officer(app: Flask) -> Person:
    load_reference()
    person = people.person(Role.MARKET, email="officer@example.org")
    db.session.commit()
    return person


@pytest.fixture
def browser(app: Flask, sign_in: Callable[[Person], Client], officer: Person) -> Any:
    # As in production: what is not foreseen becomes an error page, which the tests below then see.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield sign_in(officer)
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.fixture
def procurement(officer: Person) -> Procurement:
    made = service.log_procurement(
        actor=officer, now=clock.now(), title="Vaccin", procedure=Procedure.OPEN, wished_supply_on=date(2028, 10, 1)
    )
    db.session.commit()
    return made


def send(browser: Client, page: str, **answers: str) -> TestResponse:
    return browser.post(page, data=form_values(browser.get(page)) | answers)


def fault_of(response: TestResponse, name: str) -> str:
    """The words that are tied to the field ``name``, and that the summary names too."""
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    field = page.find(None, {"name": name})
    said = " ".join(found.get_text(" ", strip=True) for found in page.select(".ds-error-summary, [role=alert]"))
    assert field is not None and field.get("aria-invalid") == "true", f"{name} is not marked; the page says: {said}"
    words = " ".join(
        found.get_text(" ", strip=True)
        for reference in str(field["aria-describedby"]).split()
        if (found := page.find(id=reference)) is not None
    )
    assert page.select_one(f'a[href="#{field["id"]}"]') is not None, "the summary leads to the field"
    return words


def typed(response: TestResponse, name: str) -> str:
    field = BeautifulSoup(response.get_data(as_text=True), "html.parser").find(None, {"name": name})
    assert field is not None, f"the page has no field {name}"
    return str(field.get_text().strip() if field.name == "textarea" else field.get("value", ""))


def count(model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


WRONG_DATES = {
    "inget datum som finns": ["2027-02-30", "31/12", "i morgon kanske", "2027-13-01", "26-10-01", "00000000"],
    "år": ["0001-01-01", "9999-12-31", "1900-01-01", "2222-02-22"],
}


def test_a_wrong_date(browser: Client) -> None:
    for words, dates in WRONG_DATES.items():
        for wrong in dates:
            response = send(browser, "/procurements/new", wished_supply_on=wrong, **TYPED)
            assert response.status_code == 422, wrong
            assert words in fault_of(response, "wished_supply_on")
            kept = {name: typed(response, name) for name in ("title", "substance", "wished_supply_on")}
            assert kept == {"title": TYPED["title"], "substance": TYPED["substance"], "wished_supply_on": wrong}
    assert count(Case) == 0


def test_an_unknown_atc_code(browser: Client) -> None:
    for code in ("X99", "J07BB0", "vaccin", "1234567", "J07-BB02", "Å07"):
        response = send(browser, "/procurements/new", wished_supply_on=GOOD_DATE, atc_code=code, **TYPED)
        assert response.status_code == 422, code
        assert code in fault_of(response, "atc_code")
        assert (typed(response, "atc_code"), typed(response, "title")) == (code, TYPED["title"])
    assert count(Case) == 0


def test_an_unknown_cpv_code(browser: Client, procurement: Procurement) -> None:
    page = f"/procurements/{procurement.id}/facts"
    answers = {"title": "Ny titel", "responsible_id": str(procurement.responsible_id), "secrecy_class": "open"}
    answers |= {"market_contact_id": "", "succeeds_contract_id": ""}
    for code in ("33999999", "45000000", "vaccin", "336516000-1"):
        response = send(browser, page, cpv_code=code, **answers)
        assert response.status_code == 422, code
        assert code in fault_of(response, "cpv_code")
        assert (typed(response, "title"), typed(response, "cpv_code")) == ("Ny titel", code)
    assert db.session.get_one(Procurement, procurement.id).title == "Vaccin"


def test_a_registry_number_that_is_taken(officer: Person, procurement: Procurement) -> None:
    with pytest.raises(DomainError, match=procurement.registry_number) as refused:
        service.log_procurement(
            actor=officer,
            now=clock.now(),
            title="En annan",
            procedure=Procedure.OPEN,
            wished_supply_on=date(2028, 10, 1),
            registry_number=procurement.registry_number,
        )
    assert refused.value.field == "registry_number"
    db.session.rollback()
    assert count(Case) == 1


def test_sent_twice_it_is_logged_once(browser: Client) -> None:
    """A double click, or going back and sending again, also after a page that never arrived."""
    filled = form_values(browser.get("/procurements/new")) | TYPED | {"wished_supply_on": GOOD_DATE}
    first, again = (browser.post("/procurements/new", data=filled) for _ in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert count(Case) == 1


def test_a_step_on_a_wrong_day(browser: Client, procurement: Procurement) -> None:
    page = f"/procurements/{procurement.id}/steps/publication"
    steps = sa.select(Milestone).order_by(Milestone.id)
    before = [(row.kind, row.actual_on) for row in db.session.scalars(steps)]
    for wrong in ("31 februari 2027", "9999-12-31", "0001-01-01", ""):
        response = send(browser, page, on=wrong, note="Annonsen\när ute")
        assert response.status_code == 422, wrong
        assert fault_of(response, "on")
        assert (typed(response, "on"), typed(response, "note").split()) == (wrong, ["Annonsen", "är", "ute"])
    assert [
        (row.kind, row.actual_on) for row in db.session.scalars(sa.select(Milestone).order_by(Milestone.id))
    ] == before


WRONG_ANSWERS = [
    ("starts_on", "2027-00-10"),
    ("starts_on", "9999-12-31"),
    ("term", "två år"),
    ("term", "24 + + 12"),
    ("term", "999+999"),
    ("term", "0"),
    ("notice_months", "tre"),
    ("notice_months", "-1"),
    ("notice_months", "99999999999999999999"),
    ("decision_lead_days", "731"),
    ("base_ends_on", "2020-01-01"),
    ("supplier_id", "999999999999999999999"),
]


def test_a_contract_with_a_wrong_answer(browser: Client, procurement: Procurement) -> None:
    answers = {"new_supplier": "Vaccinbolaget Exempel AB", "starts_on": "2027-01-01", "term": "24 + 12 + 12"}
    answers |= {"lot_id": "", "supplier_id": "", "notice_months": "3", "decision_lead_days": "30"}
    page = f"/procurements/{procurement.id}/contracts/new"
    for field, wrong in WRONG_ANSWERS:
        response = send(browser, page, **(answers | {field: wrong}))
        assert response.status_code == 422, (field, wrong)
        assert fault_of(response, field)
        assert typed(response, "new_supplier") == answers["new_supplier"]
        assert field == "supplier_id" or typed(response, field) == wrong
    assert count(Contract) == 0
    assert send(browser, page, **answers).status_code == 302, "without a fault it is added"
    assert count(Contract) == 1


def test_strange_text_is_stored_or_refused_but_breaks_nothing(browser: Client, procurement: Procurement) -> None:
    case = f"/procurements/{procurement.id}"
    for text in STRANGE:
        body = text.encode("utf-8", "surrogatepass")
        for page, field, more in (
            ("/procurements/new", "title", {"wished_supply_on": GOOD_DATE, "procedure": "open"}),
            ("/procurements/new", "atc_code", TYPED | {"wished_supply_on": GOOD_DATE}),
            (f"{case}/notes", "body", {}),
            (f"{case}/steps/publication", "on", {}),
            ("/sign-in", "email", {"password": "x"}),
        ):
            filled = form_values(browser.get("/procurements/new")) | more | {field: body}
            assert browser.post(page, data=filled).status_code in (302, 303, 422), (page, field, text[:9])
    assert browser.get(case).status_code == 200
    assert browser.get("/procurements").status_code == 200


STRANGE_QUESTIONS = [
    "/procurements?page=-1",
    "/procurements?page=99999999999999999999999",
    "/procurements?page=x&sort=nonsense&phase=nonsense&procedure=x&ends=x&responsible=99999999999999999999",
    "/procurements?q=%00",
    "/procurements?q=%ff%fe",
    "/procurements?q=" + "%25" * 500,
    "/procurements?body=-1&atc=%00&examples=x",
    "/procurements.csv?q=%00&page=-5",
    "/procurements.xlsx?q=%00",
    "/deadlines?when=%00&page=99999999999999999999",
    "/reports?page=99999999999999999999",
    "/organisations?q=%00",
    "/?x=%00",
]


def test_a_strange_question_gets_a_page(browser: Client, procurement: Procurement) -> None:
    assert {path: browser.get(path).status_code for path in STRANGE_QUESTIONS} == dict.fromkeys(STRANGE_QUESTIONS, 200)


NOWHERE = [
    "/procurements/99999999999999999999999",
    "/procurements/2147483648",
    "/procurements/0",
    "/deadlines/99999999999999999999999",
    "/reports/99999999999999999999999",
    "/reports/9223372036854775808/pdf",
    "/organisations/99999999999999999999999",
    "/sign-in/link/%00",
    "/invitation/%00",
    "/cases/99999999999999999999999/deadlines/new",
    "/mail/%00",
    "/mail/..%2f..%2fsecret_key",
]


def test_a_number_that_cannot_be_is_not_found(browser: Client) -> None:
    assert {path: browser.get(path).status_code for path in NOWHERE} == dict.fromkeys(NOWHERE, 404)


NO_FORMS = [b"\xff\xfe=\xff", b"%zz=%", b"=" * 5000, b"title=a&" * 5000, json.dumps({"title": ["x"]}).encode()]


def test_a_body_that_is_no_form(browser: Client) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        for body in NO_FORMS:
            response = browser.post("/procurements/new", data=body, content_type=kind)
            assert response.status_code in (400, 413, 422), (kind, body[:9])
    assert (count(Case), count(Deadline)) == (0, 0)
