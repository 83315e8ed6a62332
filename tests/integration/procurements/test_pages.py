"""The pages: a procurement from four answers to its contract, as a person goes through it; conflicts; bad input."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import Flask

from tests.factories.cases import participant
from tests.factories.organisations import supplier
from tests.factories.people import person
from tests.factories.procurements import NOW, contract, procurement
from tests.support.client import Client, signed_in
from tests.support.forms import filled, follow, page
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases import panels
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.cases.models import Case, Note
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.procurements import service
from tracker.procurements.enums import ProcurementPhase, StepKind
from tracker.procurements.models import Contract, Procurement
from tracker.procurements.service.intake import checked_contact, checked_officer

ANSWERS = {
    "title": "Influensavaccin 2027–2028",
    "substance": "influensavaccin",
    "atc_code": "J07BB02",
    "procedure": "open",
    "wished_supply_on": "2027-10-01",
}


def log_one(browser: Client, **answers: str) -> tuple[BeautifulSoup, str]:
    form = page(browser.get("/procurements/new"))
    response = browser.post("/procurements/new", data=filled(form, **{**ANSWERS, **answers}))
    return follow(browser, response), response.location


def test_from_four_answers_to_a_step_and_back(browser: Client, officer: Person) -> None:
    case, path = log_one(browser)
    text = case.get_text(" ")
    assert "SAM 2026/0001" in text.replace("\u00a0", " ")
    assert "Ansvarig Handläggare" in text
    assert case.find(id="deadlines") is not None
    assert len(case.find(id="deadlines").find_all("tr")) > 4  # type: ignore[union-attr]

    action = f"{path}/steps/assignment"
    logged = follow(browser, browser.post(action, data=filled(case, action, note="Styrgruppens beslut")))
    status = logged.find("div", role="status")
    assert isinstance(status, Tag)
    assert "Uppdraget givet" in status.get_text()
    assert "Annons skickad" in status.get_text(), "what comes next"

    undo = f"{path}/steps/assignment/undo"
    undone = follow(browser, browser.post(undo, data=filled(logged, undo)))
    assert "tillbaka" in undone.get_text()
    history = undone.get_text(" ")
    assert "Registrerade ett steg" in history
    assert "Tog tillbaka ett steg" in history


def test_the_plan_is_shown_before_anything_is_written(browser: Client, officer: Person) -> None:
    form = page(browser.get("/procurements/new"))
    sent = filled(form, **{**ANSWERS, "preview": "1", "wished_supply_on": "2027-01-15"})
    shown = page(browser.post("/procurements/new", data=sent))
    plan = shown.find(id="plan")
    assert isinstance(plan, Tag)
    assert "veckor till" in plan.get_text()
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 0
    assert filled(shown)["title"] == ANSWERS["title"]


def test_a_contract_on_the_same_substance_is_offered_for_replacement(browser: Client, officer: Person) -> None:
    old = procurement(officer, "Det gamla avtalet", atc_code="J07BB02", began_on=date(2024, 1, 2))
    made = contract(old, officer, starts_on=date(2025, 1, 1), option_months=())
    contract_id, old_id = made.id, old.id
    form = page(browser.get("/procurements/new"))
    shown = page(browser.post("/procurements/new", data=filled(form, **{**ANSWERS, "preview": "1"})))
    assert "Det gamla avtalet" in shown.get_text()
    sent = filled(shown, succeeds_contract_id=str(contract_id))
    case = follow(browser, browser.post("/procurements/new", data=sent))
    assert f"/procurements/{old_id}" in [link["href"] for link in case.find_all("a", href=True)]


def test_a_double_click_logs_one(browser: Client, officer: Person) -> None:
    sent = filled(page(browser.get("/procurements/new")), **ANSWERS)
    places = {browser.post("/procurements/new", data=sent).location for _press in range(2)}
    assert len(places) == 1
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"title": ""}, "title"),
        ({"wished_supply_on": "2027-02-30"}, "wished_supply_on"),
        ({"wished_supply_on": "snart"}, "wished_supply_on"),
        ({"wished_supply_on": "9999-01-01"}, "wished_supply_on"),
        ({"atc_code": "J07BB0"}, "atc_code"),
        ({"procedure": "lottery"}, "procedure"),
    ],
)
def test_bad_answers_are_told_at_their_field_and_nothing_typed_is_lost(
    browser: Client, officer: Person, answers: dict[str, str], field: str
) -> None:
    form = page(browser.get("/procurements/new"))
    soup = page(browser.post("/procurements/new", data=filled(form, **{**ANSWERS, **answers})), 422)
    summary = soup.find(id="error-summary")
    assert isinstance(summary, Tag)
    assert summary.find("a", href=f"#{field}")
    kept = filled(soup)
    sent = {**ANSWERS, **answers}
    assert {name: kept[name] for name in sent if name != "procedure"} == {
        name: value for name, value in sent.items() if name != "procedure"
    }
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 0


def test_only_those_who_log_steps_are_offered_as_responsible_and_taken(browser: Client, officer: Person) -> None:
    purchaser, reader = person(Role.PURCHASING), person(Role.AUDITOR)
    made = procurement(officer, "Vaccin")
    path = f"/procurements/{made.id}/facts"
    soup = page(browser.get(path))
    offered = {option["value"] for option in soup.select("select[name=responsible_id] option")}
    assert offered == {str(officer.id), str(purchaser.id)}
    page(browser.post(path, data=filled(soup, responsible_id=str(reader.id))), 422)
    with pytest.raises(DomainError, match="logga det som görs"):
        checked_officer(reader.id)
    follow(browser, browser.post(path, data=filled(soup, responsible_id=str(purchaser.id))))
    assert db.session.get_one(Case, made.id).responsible_id == purchaser.id


def test_only_the_market_function_is_offered_as_its_contact_and_taken(browser: Client, officer: Person) -> None:
    colleague, purchaser = person(Role.MARKET), person(Role.PURCHASING)
    made = procurement(officer, "Vaccin")
    path = f"/procurements/{made.id}/facts"

    def offered() -> set[Any]:
        return {option["value"] for option in page(browser.get(path)).select("select[name=market_contact_id] option")}

    assert offered() == {"", str(officer.id), str(colleague.id)}
    sent = filled(page(browser.get(path)))
    page(browser.post(path, data={**sent, "market_contact_id": str(purchaser.id)}), 422)
    with pytest.raises(DomainError, match="Marknadsfunktionen"):
        checked_contact(purchaser.id)
    # Whoever has changed work since stays until somebody else is chosen.
    participant(made, purchaser, ParticipantRole.MARKET_CONTACT)
    assert str(purchaser.id) in offered()
    follow(browser, browser.post(path, data=filled(page(browser.get(path)), title="Influensavaccin")))
    assert [part.person_id for part in db.session.get_one(Case, made.id).participants] == [purchaser.id]


def test_whoever_would_lose_sight_of_a_case_is_asked_first_and_led_on(browser: Client, officer: Person) -> None:
    made = procurement(person(Role.MARKET), "Vaccin")
    path = f"/procurements/{made.id}/facts"
    sent = filled(page(browser.get(path)), secrecy_class="sealed")
    assert "leaves" not in sent
    soup = page(browser.post(path, data=sent), 422)
    assert soup.select_one('a[href="#leaves"]') is not None
    answer = browser.post(path, data={**sent, "leaves": "y"}, follow_redirects=True)
    assert answer.status_code == 200 and "Du ser inte längre ärendet" in answer.text
    assert db.session.get_one(Case, made.id).secrecy_class is SecrecyClass.SEALED


def test_whoever_takes_part_in_a_case_that_they_seal_is_not_asked(browser: Client, officer: Person) -> None:
    made = procurement(person(Role.MARKET), "Vaccin")
    path = f"/procurements/{made.id}/facts"
    sent = filled(page(browser.get(path)), secrecy_class="sealed", market_contact_id=str(officer.id))
    follow(browser, browser.post(path, data=sent))
    assert db.session.get_one(Case, made.id).secrecy_class is SecrecyClass.SEALED


def test_a_conflict_shows_both_texts_and_keeps_what_was_typed(browser: Client, officer: Person) -> None:
    case_id = procurement(officer, "Ursprunglig").id
    path = f"/procurements/{case_id}/facts"
    mine = filled(page(browser.get(path)), title="Min rubrik")
    follow(browser, browser.post(path, data=filled(page(browser.get(path)), title="Kollegans rubrik")))
    soup = page(browser.post(path, data=mine), 409)
    assert soup.find(id="conflict") is not None
    assert "Kollegans rubrik" in soup.get_text()
    assert filled(soup)["title"] == "Min rubrik"
    follow(browser, browser.post(path, data=filled(soup)))
    assert db.session.get_one(Case, case_id).title == "Min rubrik"


def test_two_who_save_at_the_same_instant_are_a_conflict_too(
    browser: Client, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = procurement(officer, "Ursprunglig").id
    path = f"/procurements/{case_id}/facts"
    mine = filled(page(browser.get(path)), title="Min rubrik")
    checked = service.change_facts

    def overtaken(**answers: Any) -> Any:
        # Somebody's change comes in after the version was checked.
        cases = Case.metadata.tables["cases"]
        db.session.execute(sa.update(cases).values(title="Kollegans rubrik", version=cases.c.version + 1))
        return checked(**answers)

    monkeypatch.setattr(service, "change_facts", overtaken)
    soup = page(browser.post(path, data=mine), 409)
    assert filled(soup)["title"] == "Min rubrik"


def test_steps_lots_contracts_and_options_conflict_in_the_same_way(browser: Client, officer: Person) -> None:
    case = procurement(officer, began_on=date(2024, 1, 2))
    lot = service.add_lot(actor=officer, now=NOW, procurement=case, title="Vuxna")
    made = contract(case, officer, starts_on=date(2025, 1, 1))
    paths = [
        (f"/procurements/{case.id}/lots/{lot.id}", {"title": "Barn"}, {"title": "Alla"}),
        (f"/procurements/{case.id}/contracts/{made.id}", {"products": "Ett"}, {"products": "Två"}),
        (f"/procurements/{case.id}/options/{made.options[0].id}", {"reason": "Ja"}, {"reason": "Nej"}),
        (f"/procurements/{case.id}/assignment", {"assignment_decision": "A"}, {"assignment_decision": "B"}),
        (f"/procurements/{case.id}/execution", {"capacity": "agent"}, {"capacity": "own_name"}),
        (f"/procurements/{case.id}/procedure", {"is_accelerated": "y"}, {"began_on": "2024-02-01"}),
    ]
    for path, first, second in paths:
        late = filled(page(browser.get(path)), **second)
        follow(browser, browser.post(path, data=filled(page(browser.get(path)), **first)))
        soup = page(browser.post(path, data=late), 409)
        (name, value) = next(iter(second.items()))
        assert filled(soup)[name] == value, path


def test_a_contract_with_options_through_the_form(browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    path = f"/procurements/{case_id}/contracts/new"
    form = page(browser.get(path))
    bad = page(browser.post(path, data=filled(form, starts_on="2027-01-01", term="2 år")), 422)
    assert bad.find(id="term-error") is not None
    sent = filled(bad, new_supplier="Nya Serumbolaget", starts_on="2027-01-01", term="24 + 12 + 12")
    case = follow(browser, browser.post(path, data=sent))
    follow(browser, browser.post(path, data=sent))
    (made,) = db.session.scalars(sa.select(Contract))
    assert [option.ends_on for option in made.options] == [date(2029, 12, 31), date(2030, 12, 31)]
    assert "2028-09-29" in case.get_text(), "notice three months before 31 December, on a working day"


def test_a_contract_longer_than_four_years_asks_for_the_reason_and_keeps_the_rest(
    browser: Client, officer: Person
) -> None:
    case_id, supplier_id = procurement(officer).id, supplier().id
    path = f"/procurements/{case_id}/contracts/new"
    sent = filled(
        page(browser.get(path)), supplier_id=str(supplier_id), starts_on="2027-01-01", term="36+24", products="Allt"
    )
    soup = page(browser.post(path, data=sent), 422)
    assert soup.find(id="long_term_reason-error") is not None
    assert filled(soup)["products"] == "Allt"
    follow(browser, browser.post(path, data=filled(soup, long_term_reason="Särskilda skäl finns")))


def test_a_refused_step_keeps_the_note(browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    path = f"/procurements/{case_id}/steps/publication"
    soup = page(browser.post(path, data=filled(page(browser.get(path)), path, on="2030-01-01", note="Viktigt")), 422)
    assert filled(soup, path)["note"] == "Viktigt"
    assert db.session.get_one(Procurement, case_id).phase == ProcurementPhase.PLANNING


def test_every_section_is_shown_with_what_is_known(browser: Client, officer: Person) -> None:
    case = procurement(officer, wished_supply_on=date(2027, 10, 1), began_on=date(2026, 8, 3))
    service.log_step(
        actor=officer, now=NOW, procurement=case, kind=StepKind.PUBLICATION, on=date(2026, 10, 1), note="Skickad"
    )
    service.add_lot(actor=officer, now=NOW, procurement=case, title="Vuxna")
    soup = page(browser.get(f"/procurements/{case.id}"))
    text = soup.get_text(" ")
    for expected in ("Skickad", "Vuxna", "LOU 2016:1145", "Adda", "dagar tidigare", "Nästa steg"):
        assert expected in text, expected


def test_an_early_last_tender_day_is_warned_of_on_the_page(browser: Client, officer: Person) -> None:
    case = procurement(officer, began_on=date(2026, 8, 3))
    service.log_step(actor=officer, now=NOW, procurement=case, kind=StepKind.PUBLICATION, on=date(2026, 11, 16))
    path = f"/procurements/{case.id}/steps/tenders_due"
    plan = f"{path}/plan"
    follow(browser, browser.post(plan, data=filled(page(browser.get(path)), plan, planned_on="2026-12-01")))
    text = page(browser.get(f"/procurements/{case.id}")).get_text(" ")
    assert "11 kap. 6 § 1" in text
    assert "2026-12-16" in text


def test_a_note_is_written_once_and_stands_on_the_page(browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    path, action = f"/procurements/{case_id}", f"/procurements/{case_id}/notes"
    sent = filled(page(browser.get(path)), action, body="Ringde <b>bolaget</b>")
    for _press in range(2):
        soup = follow(browser, browser.post(action, data=sent))
    assert "Ringde <b>bolaget</b>" in soup.get_text()
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 1
    empty = page(browser.post(action, data=filled(soup, action, body=" ")), 422)
    assert empty.find(id="body-error") is not None


def test_a_procurement_is_cancelled_with_a_reason(browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    path = f"/procurements/{case_id}/cancel"
    soup = follow(browser, browser.post(path, data=filled(page(browser.get(path)), reason="Inga anbud kom in")))
    assert "Inga anbud kom in" in soup.get_text()
    assert "Avbruten" in soup.get_text()


def test_an_upper_domain_adds_a_section_to_the_page(app: Flask, browser: Client, officer: Person) -> None:
    case_id = procurement(officer).id
    shown: list[int] = []

    def loader(case: Case, viewer: Any) -> panels.Panel | None:
        shown.append(case.id)
        return None

    panels.register(app, "test", loader)
    try:
        page(browser.get(f"/procurements/{case_id}"))
    finally:
        app.extensions["samordna_case_panels"].pop("test")
    assert shown == [case_id]


@pytest.mark.parametrize(
    "path", ["", "/facts", "/assignment", "/execution", "/procedure", "/cancel", "/lots/new", "/contracts/new",
             "/steps/publication", "/steps/nonsense", "/lots/4711", "/contracts/4711", "/options/4711"],
)  # fmt: skip
def test_a_foreign_case_is_not_found(app: Flask, officer: Person, path: str) -> None:
    case = procurement(officer, secrecy_class=SecrecyClass.SEALED)
    stranger = signed_in(app, person(Role.MARKET))
    assert stranger.get(f"/procurements/{case.id}{path}").status_code == 404


def test_who_only_reads_is_offered_nothing_to_change(app: Flask, officer: Person) -> None:
    case = procurement(officer)
    contract(case, officer)
    reader = signed_in(app, person(Role.HEALTH_CARE_DELEGATION))
    soup = page(reader.get(f"/procurements/{case.id}"))
    main = soup.find("main")
    assert isinstance(main, Tag)
    assert main.find("form") is None
    assert reader.get("/procurements/new").status_code == 403
    assert reader.post(f"/procurements/{case.id}/notes", data={"body": "x"}).status_code == 403


def test_a_contract_in_the_standstill_says_where_its_ground_is_named(browser: Client, officer: Person) -> None:
    case = procurement(officer)
    service.log_step(actor=officer, now=NOW, procurement=case, kind=StepKind.AWARD_NOTIFIED, on=NOW.date())
    path = f"/procurements/{case.id}/contracts/new"
    sent = filled(page(browser.get(path)), new_supplier="Bolaget AB", starts_on="2027-01-01", term="24")
    told = page(browser.post(path, data={**sent, "signed_on": "2026-11-23"}), 422).get_text(" ")
    assert "ange den först under steget Avtal tecknat" in told and "nedan" not in told
    step = f"/procurements/{case.id}/steps/contract_signed"
    assert "ange den nedan" in page(browser.post(step, data=filled(page(browser.get(step)), step)), 422).get_text(" ")


def test_calling_off_a_procurement_stands_beside_keeping_it(browser: Client, officer: Person) -> None:
    path = f"/procurements/{procurement(officer).id}/cancel"
    assert "Behåll upphandlingen" in page(browser.get(path)).get_text()
    # A question that was not answered is followed by what is wrong, as it would be said.
    assert "Varför avbryts den? Här behövs ett svar." in page(browser.post(path, data={}), 422).get_text()
