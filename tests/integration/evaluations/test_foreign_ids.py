"""Every id that an address or a form carries, swapped for one of another evaluation: it is answered like one that never
was, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from tests.factories import documents
from tests.factories import evaluations as make
from tests.factories.cases import bare_case
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.factories.procurements import contract, procurement
from tests.integration.evaluations.whole import Whole, whole
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.enums import ActionState
from tracker.evaluations.models import Action, Recommendation
from tracker.procurements import service as procurements

NOBODYS = 999_999
# The steering group is in on every evaluation.
OUTSIDE = [role for role in Role if role is not Role.STEERING]
CASES_OWN = {"evaluation_id", "case_id", "document_id", "version_id", "receipt_id"}
PROCUREMENTS = {"procurement_id", "contract_id", "lot_id", "option_id", "deadline_id"}


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    load_reference()
    with clock.frozen_at(make.NOW):
        yield


@pytest.fixture
def officer() -> Person:
    """Somebody who may do everything that anybody may do in an evaluation."""
    return person(Role.MARKET, Role.STEERING, Role.SUPPORT, name="Ansvarig Handläggare")


@pytest.fixture
def assessor() -> Person:
    return person(Role.STEERING)


def rules(app: Flask, *, with_one_of: set[str]) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.arguments & with_one_of:
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield rule, method


def asked(app: Flask, browser: Client, rule: Rule, method: str, values: dict[str, Any]) -> tuple[int, str]:
    """Status and page of an answer, without what differs from one answer to the next and the address asked for."""
    told = dict(values)
    for name, converter in rule._converters.items():
        if name not in told:
            told[name] = next(iter(converter.items)) if isinstance(converter, AnyConverter) else "contract_signing"
    with app.test_request_context():
        built = rule.build(told)
    assert built is not None, (rule.rule, told)
    response = browser.open(built[1], method=method)
    page = re.sub(r'[0-9a-f]{12}|nonce="[^"]*"|value="[^"]*"', "", response.get_data(as_text=True))
    return response.status_code, page.replace(str(built[1]), "")


def test_rows_of_another_evaluation_are_not_found(app: Flask, officer: Person, assessor: Person) -> None:
    """Both are open to whoever asks: the row in the address belongs to the other one."""
    mine, other = whole(officer, assessor, "egen"), whole(officer, assessor, "annan")
    browser = signed_in(app, officer)
    tried = 0
    for rule, method in rules(app, with_one_of={"evaluation_id"}):
        rows = sorted(rule.arguments - {"evaluation_id", "kind"})
        for number in range(len(rows)):
            # The last of several rows alone is foreign, the last two, and so on.
            foreign = set(sorted(rows, key=rule.rule.index)[number:])
            values = {name: (other if name in foreign else mine).ids[name] for name in (*rows, "evaluation_id")}
            made_up = {name: NOBODYS if name in foreign else value for name, value in values.items()}
            found = asked(app, browser, rule, method, values)
            assert found[0] == 404, (method, rule.rule, foreign)
            assert found == asked(app, browser, rule, method, made_up), (method, rule.rule)
            tried += 1
    assert tried > 60


@pytest.mark.parametrize("roles", [OUTSIDE, [Role.REGION_CONTACT]], ids=["all-roles", "one-role"])
def test_a_sealed_evaluation_is_answered_like_none(
    app: Flask, officer: Person, assessor: Person, roles: list[Role]
) -> None:
    sealed = whole(officer, assessor, "hemlig", SecrecyClass.SEALED)
    browser = signed_in(app, person(*roles))
    tried = 0
    for rule, method in rules(app, with_one_of=CASES_OWN):
        values = {name: sealed.ids[name] for name in rule.arguments if name in sealed.ids}
        found = asked(app, browser, rule, method, values)
        assert found[0] in (403, 404), (method, rule.rule)
        assert found == asked(app, browser, rule, method, dict.fromkeys(values, NOBODYS)), (method, rule.rule)
        tried += 1
    assert tried > 100


def test_a_sealed_procurement_is_answered_like_none(app: Flask, officer: Person) -> None:
    sealed = procurement(officer, "Hemlig", secrecy_class=SecrecyClass.SEALED)
    lot = procurements.add_lot(actor=officer, now=make.NOW, procurement=sealed, title="Område")
    made = contract(sealed, officer, lot_id=lot.id)
    tender = documents.document(sealed, "Anbud")
    ids = {
        "procurement_id": sealed.id,
        "case_id": sealed.id,
        "lot_id": lot.id,
        "contract_id": made.id,
        "option_id": made.options[0].id,
        "document_id": tender.id,
        "version_id": tender.versions[0].id,
        "deadline_id": db.session.scalar(sa.text("SELECT min(id) FROM deadlines")),
    }
    browser = signed_in(app, person(*Role))
    for rule, method in rules(app, with_one_of=set(ids)):
        values = {name: ids[name] for name in rule.arguments if name in ids}
        found = asked(app, browser, rule, method, values)
        assert found[0] in (403, 404), (method, rule.rule)
        assert found == asked(app, browser, rule, method, dict.fromkeys(values, NOBODYS)), (method, rule.rule)


@pytest.fixture
def mine(officer: Person, assessor: Person) -> Whole:
    return whole(officer, assessor, "egen")


@pytest.fixture
def hidden(assessor: Person) -> Whole:
    return whole(person(Role.MARKET), assessor, "hemlig", SecrecyClass.SEALED)


Swap = Callable[[Whole, Whole], tuple[str, dict[str, Any]]]


def action_done(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    action = db.session.get_one(Action, mine.ids["action_id"])
    action.state, action.evidence, action.done_on = ActionState.OPEN, None, None
    path = f"recommendations/{mine.ids['recommendation_id']}/actions/{action.id}/done"
    return path, {"evidence_document_id": hidden.ids["document_id"]}


def action_owner(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    path = f"recommendations/{mine.ids['recommendation_id']}/actions/new"
    # A member of a team has no account, and owns nothing here.
    return path, {"body": "Gör", "due_on": "2027-03-31", "owner_id": hidden.member.person_id}


def action_body(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    path = f"recommendations/{mine.ids['recommendation_id']}/actions/new"
    return path, {
        "body": "Gör",
        "due_on": "2027-03-31",
        "owner_name": "Någon",
        "organisation_id": hidden.evaluation.provider_id,
    }


def addressee(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    return "recommendations/new", {
        "body": "Gör",
        "page": "1",
        "priority": "high",
        "addressee_id": hidden.evaluation.provider_id,
    }


def contract_document(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    values = {"signed_on": "2026-11-20", "contract_ore": "1000", "document_id": hidden.ids["document_id"]}
    return "contract", values


def linked_procurement(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    case = bare_case(hidden.evaluation.responsible, "Hemlig upphandling", SecrecyClass.SEALED)
    return "selection", {"selection": "procurement", "procurement_id": case.id}


def responsible(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    return "facts", {"responsible_id": hidden.member.person_id}


def approved_version(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    return f"deliverables/{mine.ids['deliverable_id']}/approve", {"version_id": hidden.ids["version_id"]}


def returned_version(mine: Whole, hidden: Whole) -> tuple[str, dict[str, Any]]:
    values = {"version_id": hidden.ids["version_id"], "reason": "Rätta", "new_due_on": "2027-01-11"}
    return f"deliverables/{mine.ids['deliverable_id']}/return", values


SWAPS = (
    action_done,
    action_owner,
    action_body,
    addressee,
    contract_document,
    linked_procurement,
    responsible,
    approved_version,
    returned_version,
)


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.__name__)
def test_a_form_takes_no_foreign_row(app: Flask, officer: Person, mine: Whole, hidden: Whole, swap: Swap) -> None:
    browser = signed_in(app, officer)
    path, swapped = swap(mine, hidden)
    address = f"/evaluations/{mine.evaluation.id}/{path}"
    page = browser.get(address)
    assert page.status_code == 200
    events = sa.select(sa.func.count(AuditEvent.id))
    before = db.session.scalar(events)
    answer = browser.post(address, data={**form_values(page, action=None), **swapped})
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert "hemlig" not in answer.get_data(as_text=True).casefold()
    assert db.session.scalar(events) == before


def test_what_is_imported_finds_no_sealed_evaluation(app: Flask, mine: Whole, hidden: Whole) -> None:
    """The number of a sealed evaluation is told about like one that was never given."""
    browser = signed_in(app, person(Role.MARKET))
    template = browser.get("/recommendations/import/template.csv").get_data().decode("utf-8-sig")
    heading = template.splitlines()[0]
    faults = []
    for number in (hidden.evaluation.registry_number, "SKL 2026/9999"):
        row = ";".join(number if index == 0 else "1" for index in range(heading.count(";") + 1))
        file = (BytesIO(f"{heading}\n{row}\n".encode()), "r.csv")
        answer = browser.post("/recommendations/import", data={"file": file}, content_type="multipart/form-data")
        text = answer.get_data(as_text=True)
        assert "hemlig" not in text.casefold()
        faults.append(re.sub(r'[0-9a-f]{12}|nonce="[^"]*"|value="[^"]*"', "", text.replace(number, "")))
    assert faults[0] == faults[1]
    assert db.session.scalar(sa.select(sa.func.count(Recommendation.id))) == 2


def test_nobody_but_its_owner_finishes_an_action_without_the_right_to(app: Flask, mine: Whole) -> None:
    path = f"/evaluations/{mine.evaluation.id}/recommendations/{mine.ids['recommendation_id']}/actions"
    browser = signed_in(app, person(Role.AUDITOR))
    for method in ("GET", "POST"):
        assert browser.open(f"{path}/{mine.ids['action_id']}/done", method=method).status_code == 403
