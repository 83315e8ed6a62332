"""What the matter does not allow, tried by address and in every order: refused in words, and nothing is written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.organisations import supplier
from tests.factories.people import person
from tests.factories.procurements import NOW, TODAY, contract, procurement
from tests.support.client import Client
from tests.support.forms import filled, follow, page
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines import service as deadlines
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements import service
from tracker.procurements.enums import Means, OptionState, Procedure, ProcurementPhase, StepKind
from tracker.procurements.models import Contract, Lot, Procurement

PAYLOAD = "\"><img src=x onerror=alert(1)>{{7*7}}'=cmd|' /C calc'!A0"


def at_standstill(officer: Person, notified_on: date = TODAY - timedelta(days=2)) -> Procurement:
    case = procurement(officer, began_on=date(2026, 1, 5))
    for kind, on in ((StepKind.TENDERS_DUE, date(2026, 10, 1)), (StepKind.AWARD_NOTIFIED, notified_on)):
        service.log_step(actor=officer, now=NOW, procurement=case, kind=kind, on=on, means=None)
    return case


def test_nothing_is_added_to_a_cancelled_procurement(browser: Client, officer: Person) -> None:
    case = procurement(officer)
    lot = service.add_lot(actor=officer, now=NOW, procurement=case, title="Vuxna")
    deadlines.add_manual(
        actor=officer, now=NOW, case_id=case.id, kind=DeadlineKind.OTHER, basis=Basis.INTERNAL,
        due_on=date(2027, 2, 1), subject="Egen", reason="Plan", submission_id="egen",
    )  # fmt: skip
    service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=TODAY, reason="Inga anbud")
    open_kinds = {item.kind for item in db.session.scalars(sa.select(Deadline)) if item.state is DeadlineState.OPEN}
    assert open_kinds == {DeadlineKind.DOCUMENTATION}
    path = f"/procurements/{case.id}"
    new = filled(
        page(browser.get(f"{path}/contracts/new")), new_supplier="Nya bolaget", starts_on="2027-01-01", term="24"
    )
    page(browser.post(f"{path}/contracts/new", data=new), 422)
    page(browser.post(f"{path}/lots/new", data=filled(page(browser.get(f"{path}/lots/new")), title="Barn")), 422)
    changed = filled(page(browser.get(f"{path}/lots/{lot.id}")), title="Annat")
    page(browser.post(f"{path}/lots/{lot.id}", data=changed), 422)
    assert db.session.scalar(sa.select(sa.func.count(Contract.id))) == 0
    assert db.session.scalars(sa.select(Lot.title)).all() == ["Vuxna"]


def test_a_running_procurement_is_not_closed_by_its_address(browser: Client, officer: Person) -> None:
    """A closed case counts as awarded: closing it early would open what is secret until then (OSL 19:3)."""
    case_id = procurement(officer).id
    path = f"/procurements/{case_id}/end"
    page(browser.post(path, data=filled(page(browser.get(path)))), 422)
    assert db.session.get_one(Procurement, case_id).phase == ProcurementPhase.PLANNING


@pytest.mark.parametrize("decided_on", [date(2026, 1, 1), date(2026, 11, 1), date(1066, 1, 1)])
def test_an_option_is_not_exercised_after_the_contract_or_before_there_was_one(
    officer: Person, decided_on: date
) -> None:
    case = procurement(officer, began_on=date(2022, 1, 3))
    made = contract(case, officer, starts_on=date(2024, 1, 1))
    with pytest.raises(DomainError) as refused:
        service.decide_option(
            actor=officer, now=NOW, option=made.options[0], state=OptionState.EXERCISED,
            decided_on=decided_on, reason="Behövs",
        )  # fmt: skip
    assert refused.value.field == "decided_on"


def test_no_contract_is_recorded_while_the_standstill_runs(officer: Person) -> None:
    case = at_standstill(officer)
    for signed_on in (None, TODAY):
        with pytest.raises(DomainError) as refused:
            contract(case, officer, signed_on=signed_on)
        assert refused.value.field == "signed_on"
    assert db.session.scalar(sa.select(sa.func.count(Contract.id))) == 0


def test_paper_makes_the_standstill_longer_also_afterwards(browser: Client, officer: Person) -> None:
    case = at_standstill(officer, TODAY - timedelta(days=13))
    contract(case, officer, signed_on=TODAY)
    path = f"/procurements/{case.id}/procedure"
    form = filled(page(browser.get(path)), notification_means=Means.PAPER.value)
    page(browser.post(path, data=form), 422)
    assert db.session.get_one(Procurement, case.id).notification_means is Means.ELECTRONIC


def test_a_signing_before_the_award_decision_is_refused(officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 1, 5))
    service.log_step(actor=officer, now=NOW, procurement=case, kind=StepKind.AWARD_DECISION, on=TODAY)
    with pytest.raises(DomainError):
        contract(case, officer, signed_on=TODAY - timedelta(days=30))


def test_a_cancellation_has_a_day_within_the_case(officer: Person) -> None:
    case = procurement(officer)
    for day in (date(1066, 1, 1), TODAY + timedelta(days=1)):
        with pytest.raises(DomainError) as refused:
            service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=day, reason="Inga anbud")
        assert refused.value.field == "cancelled_on"


def test_a_contact_that_somebody_else_has_changed_is_a_conflict(browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    first, second = person(Role.MARKET, name="Kontakt Ett"), person(Role.MARKET, name="Kontakt Två")
    path = f"/procurements/{case_id}/facts"
    late = filled(page(browser.get(path)), market_contact_id=str(second.id))
    follow(browser, browser.post(path, data=filled(page(browser.get(path)), market_contact_id=str(first.id))))
    soup = page(browser.post(path, data=late), 409)
    assert filled(soup)["market_contact_id"] == str(second.id)


def test_parts_of_another_case_are_not_reached_through_ones_own(browser: Client, officer: Person) -> None:
    own = procurement(officer, began_on=date(2024, 1, 2))
    other = procurement(officer, began_on=date(2024, 1, 2))
    lot = service.add_lot(actor=officer, now=NOW, procurement=other, title="Annans")
    made = contract(other, officer, starts_on=date(2025, 1, 1))
    paths = [f"lots/{lot.id}", f"contracts/{made.id}", f"options/{made.options[0].id}", "steps/nowhere"]
    for path in paths:
        for answer in (browser.get(f"/procurements/{own.id}/{path}"), browser.post(f"/procurements/{own.id}/{path}")):
            assert answer.status_code == 404, path
    form = filled(page(browser.get(f"/procurements/{own.id}/contracts/new")), starts_on="2027-01-01", term="24")
    sent = {**form, "lot_id": str(lot.id), "supplier_id": str(supplier().id)}
    page(browser.post(f"/procurements/{own.id}/contracts/new", data=sent), 422)


def test_what_is_typed_is_text_everywhere(app: Flask, browser: Client, officer: Person) -> None:
    case = procurement(
        officer, PAYLOAD, substance=PAYLOAD, assignment_decision=PAYLOAD, began_on=date(2024, 1, 2),
        executing_body_id=supplier(PAYLOAD).id, executing_reason=PAYLOAD, procedure=Procedure.OPEN,
    )  # fmt: skip
    lot = service.add_lot(actor=officer, now=NOW, procurement=case, title=PAYLOAD)
    made = contract(
        case, officer, supplier_id=supplier(f"{PAYLOAD} AB").id, lot_id=lot.id, products=PAYLOAD, reference=PAYLOAD,
        starts_on=date(2025, 1, 1), option_months=(12, 12, 36), long_term_reason=PAYLOAD,
    )  # fmt: skip
    own = f"/procurements/{case.id}"
    conflict = {**filled(page(browser.get(f"{own}/facts"))), "title": PAYLOAD + "2", "version": "99"}
    answers: list[Any] = [
        browser.post(f"{own}/facts", data=conflict),
        browser.post("/nowhere", data={"title": PAYLOAD}),
    ]
    answers.append(browser.post("/procurements/new", data={"title": PAYLOAD, "wished_supply_on": PAYLOAD}))
    paths = ["/", own, f"{own}/facts", f"{own}/contracts/{made.id}", f"{own}/options/{made.options[0].id}"]
    paths += ["/procurements", "/deadlines?when=all", f"/procurements?q={PAYLOAD}", "/organisations?q=onerror"]
    answers += [browser.get(path) for path in paths]
    for answer in answers:
        assert "<img src=x" not in answer.text
        assert "49'=cmd" not in answer.text
    assert answers[0].status_code == 409


def test_what_the_law_still_asks_after_a_cancellation_can_be_done_and_undone(officer: Person) -> None:
    case = procurement(officer)
    service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=TODAY, reason="Inga anbud")
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.source_key == "law:documentation")
    asked = db.session.scalars(query).one()
    told: dict[str, Any] = {"actor": officer, "now": NOW, "procurement": case}
    service.log_step(**told, kind=StepKind.DOCUMENTATION, on=TODAY)
    assert (asked.state, asked.met_on, case.phase) == (DeadlineState.MET, TODAY, ProcurementPhase.CANCELLED)
    service.undo_step(**told, kind=StepKind.DOCUMENTATION)
    assert db.session.scalars(query).one().state is DeadlineState.OPEN
    with pytest.raises(DomainError):
        service.log_step(**told, kind=StepKind.PUBLICATION, on=TODAY)
