"""A word of a tender is nowhere for those outside the case before the award: pages, lists, search, history, errors."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.cases import participant
from tests.factories.documents import NOW
from tests.factories.people import person
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass, ParticipantRole, SecrecyClass
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.documents import queries, service
from tracker.documents.enums import TextState
from tracker.documents.models import Document, DocumentText
from tracker.documents.search import search

# Nothing else in the register holds it.
WORD = "zebrafink"
MOST_PAGES = 28
PARTS = (*ParticipantRole,)


@pytest.fixture
def tender(browser: Client, officer: Person, case: Case, fill_in: Callable[..., dict[str, Any]]) -> Document:
    """A tender with the word in its entry, its file's name and its text, changed, with a version, a download and a
    redacted copy whose title holds nothing."""
    answers = fill_in(kind="tender", title=f"Anbud {WORD}", correspondent=f"Bolaget {WORD}", for_name=f"Ombud {WORD}")
    assert send(browser, f"/cases/{case.id}/documents/new", answers, f"Pris {WORD} 1", f"{WORD}.txt").status_code == 302
    made = db.session.scalars(db.select(Document)).one()
    path = f"/documents/{made.id}"
    change = {"change_note": f"Nytt pris {WORD}"}
    assert send(browser, f"{path}/versions/new", change, f"Pris {WORD} 2", f"{WORD} 2.txt").status_code == 302
    assert send(browser, f"{path}/public-copy", fill_in(title="Maskerat"), "Maskerat", "m.txt").status_code == 302
    assert browser.get(f"/documents/versions/{made.versions[0].id}/file", buffered=True).status_code == 200
    service.change_document(
        actor=officer, now=NOW, document=made, **{**entry(made), "secrecy_ground": f"OSL 19:3 ({WORD})"}
    )
    for version in made.versions:
        version.text_state = TextState.DONE
        db.session.add(DocumentText(version_id=version.id, body=f"Pris {WORD} {version.number}"))
    db.session.commit()
    return db.session.get_one(Document, made.id)


def entry(made: Document) -> dict[str, Any]:
    names = ("kind", "title", "direction", "correspondent", "secrecy_class", "information_class", "retention")
    return {name: getattr(made, name) for name in names} | {"registered_on": made.registered_on}


def send(browser: Client, path: str, answers: dict[str, Any], content: str, name: str) -> Any:
    file = (io.BytesIO(content.encode()), name)
    return browser.post(path, data={**answers, "file": file}, content_type="multipart/form-data")


def walk(browser: Client, starts: list[str], most: int = MOST_PAGES) -> dict[str, str]:
    """The answers to the addresses and to what they link to, headers among them, up to so many."""
    waiting, found = list(starts), dict[str, str]()
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found:
            continue
        response = browser.get(address, buffered=True)
        found[address] = f"{response.headers}{response.get_data().decode('utf-8', 'replace')}"
        if response.mimetype != "text/html":
            continue
        for link in BeautifulSoup(response.text, "html.parser").find_all("a", href=True):
            there = urlsplit(urljoin(address, str(link["href"])))
            if not there.netloc and not there.path.startswith(("/static", "/account")):
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return found


def starts(made: Document) -> list[str]:
    case_id, first, second = made.case_id, made.versions[0].id, made.versions[1].id
    return [
        f"/documents?q={WORD}",
        f"/documents?q=%22{WORD}+1%22",
        "/documents?kind=tender",
        "/documents",
        f"/procurements/{case_id}",
        f"/cases/{case_id}/documents",
        f"/cases/{case_id}/documents?kind=tender&sort=-title",
        f"/cases/{case_id}/documents/new",
        *(f"/documents/{made.id}{end}" for end in ("", "/edit", "/versions/new", "/public-copy")),
        *(f"/documents/versions/{number}/{end}" for number in (first, second) for end in ("file", "release")),
        "/",
        f"/procurements?q={WORD}",
        "/outbox?show=waiting",
    ]


def leaks(found: dict[str, str]) -> list[str]:
    # What one has asked for oneself is shown again: the search field and the links that keep the search.
    asked = (f"q={WORD}", f'value="{WORD}', f"q%3D{WORD}", f"%22{WORD}+1", f"&#34;{WORD} 1", f"%2522{WORD}")
    told = []
    for address, text in found.items():
        for part in asked:
            text = text.replace(part, "")
        if WORD in text.casefold():
            told.append(address)
    return told


@pytest.mark.parametrize("role", list(Role))
def test_a_tender_is_nowhere_before_the_award(app: Flask, tender: Document, role: Role) -> None:
    outsider = person(role)
    found = walk(signed_in(app, outsider), starts(tender))
    assert leaks(found) == []
    # With the year's number before it: a token of an address may hold these signs by chance.
    assert not any(re.search(r"/\d{4}[-‑]A1\b", text) for text in found.values()), "the number tells of it, too"
    assert queries.count_for_case(outsider, tender.case_id) == len(queries.list_for_case(outsider, tender.case_id))
    assert search(outsider, WORD).total == 0
    assert queries.find_same_file(tender.case_id, tender.versions[0].sha256, outsider) is None


@pytest.mark.parametrize("part", PARTS)
def test_in_the_case_the_officers_alone_find_it(app: Flask, tender: Document, part: ParticipantRole) -> None:
    somebody = person(Role.PURCHASING)
    participant(tender.case, somebody, part)
    found = walk(signed_in(app, somebody), starts(tender), most=8)
    is_officer = part is not ParticipantRole.FOLLOWER
    assert bool(leaks(found)) is is_officer
    assert (search(somebody, WORD).total == 1) is is_officer


def test_the_officer_finds_it_everywhere(browser: Client, tender: Document) -> None:
    told = leaks(walk(browser, starts(tender), most=12))
    for address in (f"/documents?q={WORD}", f"/procurements/{tender.case_id}", f"/documents/{tender.id}"):
        assert address in told
    history = BeautifulSoup(browser.get(f"/procurements/{tender.case_id}").text, "html.parser")
    section = history.select_one("section[aria-labelledby='history-title']")
    assert section is not None
    assert section.text.count(f"-A1 Anbud {WORD}") == 3, "registered, changed, a version: the download stands elsewhere"


def test_after_the_award_it_is_open_to_those_who_may_know_the_case(app: Flask, tender: Document) -> None:
    tender.case.phase = "standstill"
    reader = person(Role.STEERING)
    assert leaks(walk(signed_in(app, reader), starts(tender), most=8))
    assert search(reader, WORD).total == 1
    tender.information_class = InformationClass.PRICE
    db.session.flush()
    assert search(reader, WORD).total == 0, "prices stay"
    tender.information_class = InformationClass.TENDER
    tender.case.secrecy_class = SecrecyClass.SEALED
    db.session.flush()
    assert search(reader, WORD).total == 0, "the case has been closed to others"


def test_nobody_who_is_not_signed_in_learns_anything(client: Client, tender: Document) -> None:
    assert leaks(walk(client, starts(tender), most=20)) == []


def test_numbers_of_other_documents_tell_nothing_of_tenders(
    app: Flask, browser: Client, tender: Document, fill_in: Callable[..., dict[str, Any]]
) -> None:
    path = f"/cases/{tender.case_id}/documents/new"
    assert send(browser, path, fill_in(title="Efter anbudet"), "Brev", "b.txt").status_code == 302
    seen = queries.list_for_case(person(Role.STEERING), tender.case_id)
    assert sorted(item.number for item in seen) == list(range(1, len(seen) + 1))
