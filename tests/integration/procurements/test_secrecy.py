"""No way round the secrecy table: words of secret cases are looked for in everything that anybody is answered."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.cases import participant
from tests.factories.organisations import supplier
from tests.factories.people import person
from tests.factories.procurements import NOW, TODAY, contract, procurement
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases import service as cases
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.core.db import db
from tracker.interop.service import import_procurements
from tracker.procurements import service
from tracker.procurements.models import Procurement
from tracker.reports.building import build_snapshot

# Nothing else in the register holds these.
SEALED, RESTRICTED = "zebrafink", "kaskelot"
STARTS = (
    "/",
    f"/procurements?q={SEALED}",
    f"/procurements?q={RESTRICTED}",
    "/procurements?phase=planning&sort=due",
    "/procurements?ends=24&sort=title",
    "/procurements?overdue=y",
    "/procurements.csv",
    f"/procurements.csv?q={SEALED}",
    "/procurements.xlsx",
    "/deadlines?when=all",
    "/deadlines?when=overdue",
    "/deadlines?when=met",
    "/reports",
    "/outbox?show=sent",
    "/outbox?show=waiting",
    "/people",
    "/procurements/import",
    "/health",
    "/mail/",
    f"/nowhere/{SEALED}",
)
CASES = tuple(f"/procurements/{number}" for number in range(1, 5))
MOST_PAGES = 40


def secret_case(officer: Person, word: str, secrecy: SecrecyClass, **answers: Any) -> Procurement:
    """A case that holds `word` in every text, with a lot, a note, a contract that runs and dates that are over."""
    case = procurement(
        officer,
        f"Upphandling {word}",
        substance=f"{word}vaccin",
        atc_code="J07BB02",
        began_on=date(2024, 1, 2),
        wished_supply_on=date(2025, 1, 1),
        assignment_decision=f"Beslut {word}",
        secrecy_class=secrecy,
        **answers,
    )
    lot = service.add_lot(actor=officer, now=NOW, procurement=case, title=f"Område {word}")
    contract(
        case,
        officer,
        supplier_id=supplier(f"Bolaget {word}").id,
        lot_id=lot.id,
        starts_on=date(2025, 1, 1),
        products=f"Produkt {word}",
        reference=f"Avtal {word}",
    )
    cases.add_note(actor=officer, now=NOW, case=case, body=f"Anteckning {word}")
    return case


@pytest.fixture
def register(officer: Person) -> dict[str, Procurement]:
    """Secret cases in a chain with an open one: each replaces a contract of the one before."""
    first = procurement(officer, "Den öppna", atc_code="J07BB02", began_on=date(2022, 1, 3))
    opened = contract(first, officer, starts_on=date(2023, 1, 1))
    sealed = secret_case(officer, SEALED, SecrecyClass.SEALED, succeeds_contract_id=opened.id)
    restricted = secret_case(officer, RESTRICTED, SecrecyClass.RESTRICTED, succeeds_contract_id=sealed.contracts[0].id)
    last = procurement(officer, "Den sista", atc_code="J07BB02", succeeds_contract_id=restricted.contracts[0].id)
    return {"first": first, "sealed": sealed, "restricted": restricted, "last": last}


def text_of(response: Any) -> str:
    """Everything that can be read in an answer, the parts of a spreadsheet among it, and its headers."""
    body = response.get_data()
    head = str(response.headers)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return head + "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return head + body.decode("utf-8", "replace")


def walk(browser: Client) -> dict[str, str]:
    """The answers to the addresses above and to what they link to."""
    waiting = [*CASES, *STARTS]
    found: dict[str, str] = {}
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop(0)
        if address in found:
            continue
        response = browser.get(address)
        found[address] = text_of(response)
        if response.mimetype != "text/html":
            continue
        for link in BeautifulSoup(response.text, "html.parser").find_all("a", href=True):
            there = urlsplit(urljoin(address, str(link["href"])))
            target = there.path + (f"?{there.query}" if there.query else "")
            if (
                there.netloc
                or target in found
                or there.path.startswith(("/organisations", "/static", "/account", "/people/"))
            ):
                continue
            waiting.append(target)
    return found


def leaks(found: dict[str, str], word: str) -> list[str]:
    # What one has asked for oneself is shown again: the search field, the links that keep the search, the address.
    # The register of suppliers is one for all cases, and says of none who has a contract with whom.
    asked = re.compile(
        rf"(?:\bq(?:=|%3D)|%3Fq%3D|value=\"|/nowhere/|<option value=\"\d+\">Bolaget ){word}", re.IGNORECASE
    )
    return [address for address, text in found.items() if word in asked.sub("", text).casefold()]


@pytest.mark.parametrize("role", list(Role))
def test_a_secret_case_is_nowhere_for_those_outside_it(
    app: Flask, register: dict[str, Procurement], role: Role
) -> None:
    found = walk(signed_in(app, person(role)))
    assert leaks(found, SEALED) == []
    if role not in (Role.MARKET, Role.PURCHASING, Role.AUDITOR):
        assert leaks(found, RESTRICTED) == []


def test_nobody_who_is_not_signed_in_learns_anything(client: Client, register: dict[str, Procurement]) -> None:
    found = walk(client)
    assert leaks(found, SEALED) + leaks(found, RESTRICTED) == []


def test_the_officer_finds_both(browser: Client, register: dict[str, Procurement]) -> None:
    found = walk(browser)
    assert len(leaks(found, SEALED)) > 5
    assert len(leaks(found, RESTRICTED)) > 5


def test_a_follower_of_a_sealed_case_learns_of_it_but_not_who_got_the_contract(
    app: Flask, officer: Person, register: dict[str, Procurement]
) -> None:
    case = procurement(officer, "Sluten", secrecy_class=SecrecyClass.SEALED, began_on=date(2024, 1, 2))
    made = contract(
        case, officer, supplier_id=supplier("Bolaget narval").id, starts_on=date(2025, 1, 1), products="narval"
    )
    reader = person(Role.PURCHASING)
    participant(case, reader)
    follower = signed_in(app, reader)
    shown = follower.get(f"/procurements/{case.id}")
    assert shown.status_code == 200
    found = walk(follower)
    assert leaks({**found, "case": text_of(shown)}, "narval") == []
    assert "Sluten" not in follower.get("/procurements?q=narval").text
    for path in (f"contracts/{made.id}", f"options/{made.options[0].id}"):
        assert follower.get(f"/procurements/{case.id}/{path}").status_code == 404
    contact = person(Role.PURCHASING)
    participant(case, contact, ParticipantRole.PURCHASING_CONTACT)
    assert "narval" in signed_in(app, contact).get(f"/procurements/{case.id}").text


def test_a_change_of_facts_keeps_a_predecessor_that_one_may_not_know(
    app: Flask, register: dict[str, Procurement]
) -> None:
    browser = signed_in(app, person(Role.MARKET))
    path = f"/procurements/{register['restricted'].id}/facts"
    form = browser.get(path)
    assert SEALED not in form.text
    chosen = BeautifulSoup(form.text, "html.parser").select_one("#succeeds_contract_id option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(register["sealed"].contracts[0].id)


@pytest.mark.parametrize("line", ["Samma;;{number};;", "Ny;;;{number};", "Ny;{key};;;"])
def test_an_import_tells_nothing_of_a_secret_case(
    app: Flask, officer: Person, register: dict[str, Procurement], line: str
) -> None:
    sealed = register["sealed"]
    sealed.import_key = "key:1"
    sealed.title = f"Samma {SEALED}"
    text = "title;key;registry_number;succeeds;wished_supply_on\n" + line.format(number=sealed.registry_number, key="1")
    text = text.replace("Samma;", f"Samma {SEALED};")
    stranger = person(Role.MARKET)
    outcome = import_procurements(actor=stranger, now=NOW, content=text.encode(), is_dry_run=True)
    assert [entry for entry in outcome.entries if entry.procurement_id] == []
    assert outcome.faults
    told = " ".join(f"{fault.problem} {fault.mend}" for fault in outcome.faults)
    assert SEALED not in told


def test_the_report_holds_no_word_of_a_secret_case(app: Flask, register: dict[str, Procurement]) -> None:
    """PDF, XLSX and page are made from these figures alone."""
    snapshot = build_snapshot(db.session(), TODAY, number="2026-01", now=NOW, app_version="1")
    text = str(snapshot).casefold()
    assert "den sista" in text
    assert SEALED not in text
    assert RESTRICTED not in text
