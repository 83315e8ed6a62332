"""The search, alike on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.cases import bare_case
from tests.factories.documents import document, version
from tests.factories.people import person
from tests.support.client import Client
from tests.support.statements import statements
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.documents.enums import DocumentKind, ScanState
from tracker.documents.models import DocumentText
from tracker.documents.queries import DocumentFilters
from tracker.documents.search import Hit, search

ODD = (
    '"', '""', "*", "AND", "NOT x", "-", "--", "a AND", "(", "NEAR(a b)", "{a b}: c", "^a", "a:b", "\0", "x\0y", "'",
    "\\", "%", "_", "&", "|", "!", "<->", ":*", "a" * 10_000, "a " * 5_000, "\ud800", "x\ud800y", "🙂", "²", "ß", "İ",
    "\u0301", "1e5abc",
)  # fmt: skip


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET)


@pytest.fixture
def case(officer: Person) -> Case:
    return bare_case(officer)


def titles(viewer: Person, text: str, filters: DocumentFilters | None = None) -> list[str]:
    return [
        str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in search(viewer, text, None, filters).items
    ]


def one(viewer: Person, text: str) -> Hit:
    (hit,) = search(viewer, text).items
    return hit


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("influensa", True),
        ("INFLUENSA", True),
        ("influ", True),
        ("fluensa", False),
        ("influensa åtgärder", True),
        ("ÅTGÄRD", True),
        ("atgard", False),
        ("influensa saknas", False),
        ('"fasta priser"', True),
        ('"priser fasta"', False),
        ('"fasta pris"', False),
        ("2026/0042", True),
        ("0042", True),
        ("a.b@example.org", True),
        ("15,5", True),
        ("kursiv", True),
        ("anbuds-område", True),
        ("område", True),
        ("example", True),
        ("brevet från", True),
        ("Exempel AB", True),
    ],
)
def test_words_of_files_and_entries(case: Case, officer: Person, text: str, is_found: bool) -> None:
    document(
        case,
        "Brevet från tillverkaren",
        body="Vaccin mot influensa.\nÅtgärder: fasta priser (dnr 2026/0042), a.b@example.org; <i>kursiv</i>, 15,5 %. "
        "Anbuds-område 3.",
        search_text="test 1-1\nbrevet från tillverkaren\nbolaget exempel ab",
    )
    document(case, "Något annat", body="helt andra ord")
    assert titles(officer, text) == (["Brevet från tillverkaren"] if is_found else [])


def test_the_place_is_shown_with_its_words_marked_and_nothing_else(case: Case, officer: Person) -> None:
    document(case, "Brev", body="ord " * 2000 + "sedan <script>alert(1)</script> Vaccinet & mer " + "slut " * 2000)
    snippet = one(officer, "vaccin").snippet
    assert snippet is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Vaccinet</mark> &amp; mer" in snippet
    assert len(snippet) < 600


def test_a_word_of_the_entry_alone_has_no_place(case: Case, officer: Person) -> None:
    document(case, "Enkätsvar", body="andra ord")
    hit = one(officer, "enkätsvar")
    assert hit.snippet is None
    assert hit.title == "<mark>Enkätsvar</mark>"


def test_words_may_stand_in_the_entry_and_in_the_file(case: Case, officer: Person) -> None:
    document(case, "Enkätsvar", body="vaccin")
    assert titles(officer, "enkätsvar vaccin") == ["Enkätsvar"]


@pytest.mark.parametrize("text", ODD)
def test_nothing_that_is_written_is_an_error(case: Case, officer: Person, text: str) -> None:
    document(case, "Brev", body="ett ord")
    search(officer, text)


def test_one_or_two_statements(case: Case, officer: Person) -> None:
    for number in range(30):
        document(case, f"Brev {number}", body=f"vaccin {number}")
    roles = officer.roles
    assert roles
    with statements() as sent:
        page = search(officer, "vaccin brev", 2)
        assert [hit.registry_number for hit in page.items]
    assert len(sent) == 2
    assert (page.total, page.number, len(page.items)) == (30, 2, 10)


def test_the_newest_version_that_holds_the_words_is_shown(case: Case, officer: Person) -> None:
    made = document(case, "Rapport", body="utkast förkastat")
    version(made, body="utkast gällande")
    assert (one(officer, "utkast").version_number, one(officer, "utkast").is_superseded) == (2, False)
    assert (one(officer, "förkastat").version_number, one(officer, "förkastat").is_superseded) == (1, True)
    assert one(officer, "rapport").version_number == 2


@pytest.mark.parametrize(
    "state", [{"scan_state": ScanState.PENDING}, {"scan_state": ScanState.INFECTED}, {"is_set_aside": True}]
)
def test_files_that_are_held_back_are_not_looked_into(case: Case, officer: Person, state: dict[str, object]) -> None:
    made = document(case, "Rapport", body="vaccin")
    for name, value in state.items():
        setattr(made.versions[0], name, value)
    db.session.flush()
    assert titles(officer, "vaccin") == []
    assert one(officer, "rapport").snippet is None


def test_filters(case: Case, officer: Person) -> None:
    document(case, "Brev", registered_on=date(2026, 1, 31))
    document(case, "Beslut", kind=DocumentKind.DECISION, registered_on=date(2026, 2, 1))
    document(bare_case(officer), "I ett annat ärende", registered_on=date(2026, 3, 1))
    assert titles(officer, "", DocumentFilters(kind=DocumentKind.DECISION)) == ["Beslut"]
    assert titles(officer, "", DocumentFilters(until_on=date(2026, 2, 1))) == ["Beslut", "Brev"]
    assert titles(officer, "", DocumentFilters(from_on=date(2026, 2, 1))) == ["I ett annat ärende", "Beslut"]
    assert titles(officer, "", DocumentFilters(case_number=case.registry_number.lower())) == ["Beslut", "Brev"]
    assert titles(officer, "", DocumentFilters(case_number="%")) == []


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("from_on=2026-99-99", "from_on", "inget datum som finns"),
        ("from_on=2026-03-01&until_on=2026-02-01", "until_on", "före den"),
        ("case=abc", "case", "inget ärende"),
    ],
)
def test_a_filter_that_cannot_be_is_told_on_its_field(
    browser: Client, case: Case, query: str, field: str, told: str
) -> None:
    document(case, "Brev")
    page = BeautifulSoup(browser.get(f"/documents?{query}").text, "html.parser")
    typed = dict(part.split("=") for part in query.split("&"))
    assert told in page.select_one(f"#{field}-error").get_text()  # type: ignore[union-attr]
    assert {name: page.select_one(f"#{name}")["value"] for name in typed} == typed  # type: ignore[index]
    assert not page.select("ol.plain-list li.card")


def test_what_one_may_not_know_of_is_not_found(case: Case, officer: Person) -> None:
    document(case, "Öppet brev", body="zebrafink")
    document(case, "Anbud från zebrafink", body="zebrafink", information_class=InformationClass.TENDER)
    document(case, "Slutet", body="zebrafink", secrecy_class=SecrecyClass.SEALED)
    assert len(titles(officer, "zebrafink")) == 3
    for role in (Role.MARKET, Role.STEERING, Role.AUDITOR):
        page = search(person(role), "zebrafink")
        assert (page.total, [str(hit.title) for hit in page.items]) == (1, ["Öppet brev"])
    assert search(person(Role.ADMIN), "zebrafink").total == 0


def test_a_text_that_is_changed_or_taken_out_is_found_no_more(case: Case, officer: Person) -> None:
    made = document(case, "Brev", body="zebrafink")
    text = db.session.get_one(DocumentText, made.versions[0].id)
    text.body = "narval"
    db.session.flush()
    assert (titles(officer, "zebrafink"), titles(officer, "narval")) == ([], ["Brev"])
    db.session.delete(text)
    db.session.flush()
    assert titles(officer, "narval") == []


def test_a_text_with_more_words_than_an_index_holds_is_kept_and_its_beginning_found(
    case: Case, officer: Person
) -> None:
    document(case, "Tabell", body="zebrafink " + " ".join(f"värde{number:09}" for number in range(120_000)))
    assert one(officer, "zebrafink").snippet is not None
