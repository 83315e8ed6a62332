"""The pages: what they tell, what they let a person do, and what they refuse."""

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import deadlines as make
from tests.factories.deadlines import NOW, TODAY
from tests.factories.people import person
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.deadlines import rules, service
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements.models import Procurement


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare", locale=Locale.SV)


@pytest.fixture
def browser(app: Flask, officer: Person) -> Client:
    return signed_in(app, officer)


@pytest.fixture
def case(officer: Person) -> Procurement:
    return make.bare_case(officer)


@pytest.fixture(autouse=True)
def on_a_monday() -> Any:
    with clock.frozen_at(NOW):
        yield


def standstill(case: Procurement, sent_on: date = date(2019, 4, 18)) -> Deadline:
    result = rules.compute(rules.rule_set_named("lou_2016_1145"), "standstill", sent_on)
    assert result.due_on is not None
    return service.set_deadline(
        actor=SYSTEM,
        now=NOW,
        case_id=case.id,
        source_key="law:standstill",
        kind=DeadlineKind.STANDSTILL_END,
        due_on=result.due_on,
        basis=Basis.STATUTORY,
        working=service.Working.of(result),
    )


def by_hand(case: Procurement, officer: Person) -> Deadline:
    return service.add_manual(
        actor=officer,
        now=NOW,
        case_id=case.id,
        kind=DeadlineKind.OTHER,
        subject="Svar till styrgruppen",
        basis=Basis.INTERNAL,
        due_on=date(2026, 12, 4),
        reason="Beslutat på mötet",
        submission_id="b1c9",
    )


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_a_deadline_shows_its_working_in_swedish(browser: Client, case: Procurement) -> None:
    made = standstill(case)
    page = browser.get(f"/deadlines/{made.id}")
    assert page.status_code == 200
    said = text_of(page.text)
    for sentence in (
        "Regeln är 20 kap. 1 §, LOU 2016:1145, i lydelsen 2025-07-01.",
        "Dag 0 är tors 18 april 2019, den dag då underrättelsen om tilldelningsbeslut skickades.",
        "Tiden är 10 dagar: underrättelsen skickades elektroniskt till alla.",
        "10 dagar framåt blir sön 28 april 2019.",
        "Sön 28 april 2019 (söndag) är inte en arbetsdag, så sista dagen flyttas till nästa, mån 29 april 2019",
        "Sista dagen är mån 29 april 2019.",
        "Avtal får ingås tidigast tis 30 april 2019.",
        "Regel: Avtalsspärr efter underrättelsen om tilldelningsbeslut (standstill). Paragraf: 20 kap. 1 §.",
        "Regelverk: LOU 2016:1145, version 2025-07-01.",
    ):
        assert sentence in said
    assert "Flytta datumet" not in said


def test_the_same_in_english(app: Flask, case: Procurement) -> None:
    made = standstill(case)
    reader = person(Role.STEERING, locale=Locale.EN)
    said = text_of(signed_in(app, reader).get(f"/deadlines/{made.id}").text)
    assert "Day 0 is Thu 18 April 2019, the day the award notification was sent." in said
    assert "Mark as done" not in said


def test_what_follows_a_step_leads_to_the_steps(browser: Client, case: Procurement) -> None:
    made = standstill(case)
    address = f"/deadlines/{made.id}"
    soup = BeautifulSoup(browser.get(address).text, "html.parser")
    assert soup.select_one('[name="met-met_on"]') is None
    assert soup.select_one(f'a[href="/procurements/{case.id}#steps"]') is not None
    # A page that was opened before it was a step's.
    answer = browser.post(f"{address}/met", data={"met-met_on": "2026-11-20", "met-version": made.version})
    assert answer.status_code == 422 and made.state is DeadlineState.OPEN


def test_marking_as_done_and_opening_again(browser: Client, case: Procurement, officer: Person) -> None:
    made = by_hand(case, officer)
    address = f"/deadlines/{made.id}"
    answer = browser.post(f"{address}/met", data={"met-met_on": "2026-11-20", "met-version": made.version})
    assert (answer.status_code, answer.location) == (302, address)
    assert (made.state, made.met_on) == (DeadlineState.MET, date(2026, 11, 20))
    assert "Inte klar ändå?" in text_of(browser.get(address).text)
    answer = browser.post(f"{address}/reopen", data={"reopen-version": made.version})
    assert answer.status_code == 302
    assert made.state is DeadlineState.OPEN


def test_moving_asks_why_and_shows_the_date_left(browser: Client, case: Procurement, officer: Person) -> None:
    made = by_hand(case, officer)
    address = f"/deadlines/{made.id}"
    assert "Flytta datumet" in text_of(browser.get(address).text)
    refused = browser.post(f"{address}/move", data={"move-due_on": "2026-12-18", "move-version": made.version})
    assert refused.status_code == 422
    assert "2026-12-18" in refused.text
    moved = browser.post(
        f"{address}/move",
        data={"move-due_on": "18 december 2026", "move-reason": "Sjukdom", "move-version": made.version},
    )
    assert moved.status_code == 302
    said = text_of(browser.get(address).text)
    assert "fre 18 december 2026" in said
    assert "fre 4 december 2026" in said
    assert f"flyttat 2026-11-23 09:00 av {officer.name}" in said
    assert "Sjukdom" in said


def test_a_conflict_keeps_what_was_typed(browser: Client, case: Procurement, officer: Person) -> None:
    made = by_hand(case, officer)
    read = made.version
    service.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 18), reason="Sjukdom", version=read)
    answer = browser.post(
        f"/deadlines/{made.id}/move",
        data={"move-due_on": "2026-12-21", "move-reason": "Min anledning", "move-version": read},
    )
    assert answer.status_code == 409
    assert "Min anledning" in answer.text
    assert "Sjukdom" in answer.text
    assert made.due_on == date(2026, 12, 18)


@pytest.mark.parametrize("typed", ["", "2026-02-30", "i morgon", "2026-11-24", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused_in_words(
    browser: Client, case: Procurement, officer: Person, typed: str
) -> None:
    made = by_hand(case, officer)
    answer = browser.post(f"/deadlines/{made.id}/met", data={"met-met_on": typed, "met-version": made.version})
    assert answer.status_code == 422
    assert typed in answer.text
    assert made.state is DeadlineState.OPEN


def test_a_date_is_added_by_hand_once(browser: Client, case: Procurement) -> None:
    address = f"/cases/{case.id}/deadlines/new"
    assert browser.get(address).status_code == 200
    filled = {
        "kind": "other",
        "subject": "Svar till styrgruppen",
        "due_on": "2026-12-04",
        "basis": "internal",
        "reason": "Beslutat på mötet",
        "submission": "7f0f2d0c-3f55-4a3e-9a51-1c9f1c9f1c9f",
    }
    first, second = browser.post(address, data=filled), browser.post(address, data=filled)
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    said = text_of(browser.get(first.location).text)
    assert "Datumet är satt för hand av Ansvarig Handläggare." in said
    assert "Angiven källa: Beslutat på mötet" in said
    lawless = browser.post(address, data={**filled, "basis": "statutory", "submission": ""})
    assert lawless.status_code == 422
    statutory = {**filled, "basis": "statutory", "submission": "7f0f2d0c-3f55-4a3e-9a51-1c9f1c9f1c9e"}
    assert "Ange den lag och paragraf" in browser.post(address, data=statutory).text
    made = browser.post(address, data={**statutory, "source": "LOU 2007:1091, 16 kap. 6 §"})
    assert "Det finns inga inlagda regler för den lagen." in browser.get(made.location).text


@pytest.mark.parametrize("query", ["when=someday", "basis=nonsense"])
def test_a_filter_that_cannot_be_is_told_beside_its_field(browser: Client, case: Procurement, query: str) -> None:
    standstill(case)
    soup = BeautifulSoup(browser.get(f"/deadlines?{query}").text, "html.parser")
    assert soup.find(id=f"{query.partition('=')[0]}-error") is not None
    assert soup.select("table") == []


def test_the_list_follows_its_address(browser: Client, app: Flask, case: Procurement) -> None:
    other = person(Role.PURCHASING)
    for offset, owner in ((-3, None), (2, None), (8, other), (80, None), (200, None)):
        make.deadline(case, TODAY + timedelta(days=offset), owner=owner)

    def listed(query: str) -> list[int]:
        page = BeautifulSoup(browser.get(f"/deadlines{query}").text, "html.parser")
        times = [date.fromisoformat(str(time["datetime"])) for time in page.select("table time")]
        return [(on - TODAY).days for on in times]

    assert listed("") == [2, 8, 80]
    assert listed("?when=overdue") == [-3]
    assert listed("?when=this_week") == [2]
    assert listed("?when=next_week") == [8]
    assert listed("?when=all") == [-3, 2, 8, 80, 200]
    assert listed("?when=all&mine=y") == [-3, 2, 80, 200]
    assert listed("?when=all&basis=statutory") == listed("?when=met") == []
    assert listed("?page=0") == [2, 8, 80]


def test_a_foreign_deadline_is_not_found(app: Flask, browser: Client, officer: Person) -> None:
    sealed = make.bare_case(officer, secrecy=SecrecyClass.SEALED)
    made = by_hand(sealed, officer)
    outsider = signed_in(app, person(Role.PURCHASING))
    outsider_address = f"/deadlines/{made.id}"
    assert browser.get(outsider_address).status_code == 200
    for answer in (
        signed_in(app, person(Role.STEERING)).get(outsider_address),
        browser.get("/deadlines/999999"),
        browser.get("/cases/999999/deadlines/new"),
    ):
        assert answer.status_code == 404
    assert outsider.get(outsider_address).status_code == 404
    for verb in ("met", "move", "reopen"):
        assert outsider.post(f"{outsider_address}/{verb}", data={}).status_code == 404


def test_a_reader_may_look_but_not_write(app: Flask, case: Procurement) -> None:
    made = standstill(case)
    reader = signed_in(app, person(Role.HEALTH_CARE_DELEGATION))
    assert reader.get(f"/deadlines/{made.id}").status_code == 200
    assert reader.get("/deadlines").status_code == 200
    for verb in ("met", "move", "reopen"):
        assert reader.post(f"/deadlines/{made.id}/{verb}", data={}).status_code == 403
    assert reader.get(f"/cases/{case.id}/deadlines/new").status_code == 403
