"""The register's pages, used as people use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.cases import bare_case, participant
from tests.factories.documents import NOW, document
from tests.factories.files import pdf
from tests.factories.people import person
from tests.integration.documents.sending import LETTER, only_document, send
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases.enums import InformationClass, ParticipantRole, SecrecyClass
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.storage import file_store
from tracker.documents.enums import Direction, DocumentKind, RetentionRule, ScanState, Series, TextState
from tracker.documents.models import Document

Answers = Callable[..., dict[str, Any]]


def words(response: TestResponse) -> str:
    return " ".join(BeautifulSoup(response.text, "html.parser").get_text(" ").split())


def test_a_document_goes_into_the_register(browser: Client, case: Case, officer: Person, fill_in: Answers) -> None:
    path, content = f"/cases/{case.id}/documents/new", pdf()
    assert browser.get(path).status_code == 200
    answer = send(browser, path, fill_in(for_name="Någon Annan"), content, "Brev å ä ö.pdf")
    assert answer.status_code == 302
    made = only_document()
    assert answer.location == f"/documents/{made.id}"
    assert (made.series, made.number, made.title, made.kind) == (Series.MAIN, 1, "Brev om leveranser", "letter")
    assert (made.registered_on, made.direction) == (date(2026, 11, 20), Direction.INCOMING)
    assert made.retention is RetentionRule.KEEP
    (stored,) = made.versions
    assert (stored.file_name, stored.media_type, stored.size_bytes) == (
        "Brev å ä ö.pdf",
        "application/pdf",
        len(content),
    )
    assert (stored.uploaded_by_name, stored.for_name, stored.received_at) == (officer.name, "Någon Annan", NOW)
    assert (stored.scan_state, stored.text_state) == (ScanState.NOT_CONFIGURED, TextState.PENDING)
    assert file_store().read(stored.sha256) == content
    page = words(browser.get(answer.location))
    for told in (
        "Brev om leveranser",
        f"{case.registry_number}-1".replace(" ", "\u00a0"),
        "Brev å ä ö.pdf",
        stored.sha256,
    ):
        assert " ".join(told.split()) in page.replace("\u2011", "-")
    assert "Någon Annan" in page


def test_a_title_is_taken_from_the_file_and_the_rest_asked_for(browser: Client, case: Case, fill_in: Answers) -> None:
    path = f"/cases/{case.id}/documents/new"
    refused = send(browser, path, fill_in(correspondent="", title=""))
    assert refused.status_code == 422
    assert "OSL 5 kap. 2 §" in refused.text
    assert (
        send(
            browser, path, fill_in(direction="internal", correspondent="", title=""), name="Svar_på fråga.txt"
        ).status_code
        == 302
    )
    made = only_document()
    assert (made.title, made.correspondent) == ("Svar på fråga", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"registered_on": "2026-11-24"}, "registered_on"),
        ({"registered_on": "igår kanske"}, "registered_on"),
        ({"title": "t" * 301}, "title"),
        ({"secrecy_class": "sealed"}, "secrecy_ground"),
        ({"kind": "poem"}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    browser: Client, case: Case, fill_in: Answers, changed: dict[str, str], field: str
) -> None:
    answer = send(browser, f"/cases/{case.id}/documents/new", fill_in(**changed))
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one(f"#error-summary a[href='#{field}']")
    assert db.session.scalar(db.select(db.func.count(Document.id))) == 0


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "tom.txt"), (pdf(), "brev.txt"), (LETTER, "brev.exe"), (LETTER, "b.pdf")]
)
def test_a_file_that_cannot_be_taken_is_refused(
    browser: Client, case: Case, fill_in: Answers, content: bytes, name: str
) -> None:
    answer = send(browser, f"/cases/{case.id}/documents/new", fill_in(), content, name)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one("#error-summary a[href='#file']")
    assert "Brev om leveranser" in answer.text


def test_no_file_at_all(browser: Client, case: Case, fill_in: Answers) -> None:
    answer = browser.post(f"/cases/{case.id}/documents/new", data=fill_in())
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one("#error-summary a[href='#file']")


def test_the_same_form_twice_makes_one_document(browser: Client, case: Case, fill_in: Answers) -> None:
    path = f"/cases/{case.id}/documents/new"
    answers = fill_in(submission=form_values(browser.get(path))["submission"])
    first, second = (send(browser, path, answers) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert only_document().number == 1


def test_the_same_file_is_told_of_within_the_case_alone(
    browser: Client, officer: Person, case: Case, fill_in: Answers
) -> None:
    other = bare_case(officer)
    assert send(browser, f"/cases/{case.id}/documents/new", fill_in()).status_code == 302
    first = only_document()
    assert send(browser, f"/cases/{other.id}/documents/new", fill_in()).status_code == 302
    again = send(browser, f"/cases/{case.id}/documents/new", fill_in())
    assert again.status_code == 422
    assert f'href="/documents/{first.id}"' in again.text
    wanted = send(browser, f"/cases/{case.id}/documents/new", fill_in(is_wanted_twice="y"))
    assert wanted.status_code == 302
    numbers = db.session.scalars(db.select(Document.number).where(Document.case_id == case.id).order_by(Document.id))
    assert list(numbers) == [1, 2]


def test_a_secret_document_with_the_same_file_is_not_told_of(
    app: Flask, case: Case, browser: Client, fill_in: Answers
) -> None:
    assert send(browser, f"/cases/{case.id}/documents/new", fill_in(kind="tender")).status_code == 302
    stranger = signed_in(app, person(Role.PURCHASING))
    assert send(stranger, f"/cases/{case.id}/documents/new", fill_in()).status_code == 302


def test_a_tender_is_about_tenders_and_counted_apart(browser: Client, case: Case, fill_in: Answers) -> None:
    for number, kind in enumerate(("letter", "tender", "tender", "letter")):
        content = f"Nummer {number}".encode()
        assert send(browser, f"/cases/{case.id}/documents/new", fill_in(kind=kind), content).status_code == 302
    rows = db.session.execute(
        db.select(Document.series, Document.number, Document.information_class).order_by(Document.id)
    )
    assert [tuple(row) for row in rows] == [
        (Series.MAIN, 1, InformationClass.GENERAL),
        (Series.TENDERS, 1, InformationClass.TENDER),
        (Series.TENDERS, 2, InformationClass.TENDER),
        (Series.MAIN, 2, InformationClass.GENERAL),
    ]
    kept = set(db.session.scalars(db.select(Document.retention).where(Document.kind == DocumentKind.TENDER)))
    assert kept == {RetentionRule.YEARS_4_FROM_AWARD}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "tender"}, "kind"),
        ({"information_class": "price"}, "information_class"),
        ({"secrecy_class": "sealed", "secrecy_ground": "OSL 31:16"}, "secrecy_class"),
    ],
)
def test_nobody_registers_what_is_hidden_from_him(
    app: Flask, case: Case, fill_in: Answers, changed: dict[str, str], field: str
) -> None:
    stranger = signed_in(app, person(Role.PURCHASING))
    answer = send(stranger, f"/cases/{case.id}/documents/new", fill_in(**changed))
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one(f"#error-summary a[href='#{field}']")


def test_a_version_supersedes_and_the_one_before_stays(browser: Client, case: Case, fill_in: Answers) -> None:
    send(browser, f"/cases/{case.id}/documents/new", fill_in())
    made = only_document()
    path = f"/documents/{made.id}/versions/new"
    assert browser.get(path).status_code == 200
    same = send(browser, path, {"change_note": "Inget"})
    assert same.status_code == 422
    assert send(browser, path, {}, b"En ny lydelse").status_code == 422, "what has changed is asked for"
    answer = send(browser, path, {"change_note": "Nya datum i avsnitt 2"}, b"En ny lydelse", "brev 2.txt")
    assert answer.status_code == 302
    first, second = only_document().versions
    assert (second.number, second.change_note) == (2, "Nya datum i avsnitt 2")
    page = browser.get(f"/documents/{made.id}").text
    assert page.index("brev 2.txt") < page.index("brev.txt")
    assert "Nya datum i avsnitt 2" in page
    for stored, content in ((first, LETTER), (second, b"En ny lydelse")):
        assert browser.get(f"/documents/versions/{stored.id}/file", buffered=True).data == content


def test_a_redacted_copy_stands_beside_its_original(app: Flask, browser: Client, case: Case, fill_in: Answers) -> None:
    send(browser, f"/cases/{case.id}/documents/new", fill_in(title="Anbud zebrafink", kind="tender"))
    original = only_document()
    path = f"/documents/{original.id}/public-copy"
    assert form_values(browser.get(path))["title"].startswith("Anbud zebrafink")
    answer = send(browser, path, fill_in(title="Maskerad bilaga", direction="internal"), b"Maskerat")
    assert answer.status_code == 302
    copy = db.session.scalars(db.select(Document).where(Document.public_copy_of_id == original.id)).one()
    assert "Maskerad bilaga" in browser.get(f"/documents/{original.id}").text
    assert f'href="/documents/{original.id}"' in browser.get(f"/documents/{copy.id}").text
    assert send(browser, f"/documents/{copy.id}/public-copy", fill_in(), b"Igen").status_code == 422
    page = signed_in(app, person(Role.STEERING)).get(f"/documents/{copy.id}")
    assert page.status_code == 200
    assert "zebrafink" not in page.text
    assert f"/documents/{original.id}" not in page.text


def test_the_entry_is_corrected_and_two_who_do_it_at_once_see_both(browser: Client, case: Case) -> None:
    made = document(case, "Ett brev", search_text="ett brev")
    path = f"/documents/{made.id}/edit"
    mine, theirs = (form_values(browser.get(path)) for _ in range(2))
    common = {"kind": "letter", "retention": "keep", "secrecy_class": "open"}
    assert browser.post(path, data={**mine, **common, "title": "Mitt namn"}).status_code == 302
    conflict = browser.post(path, data={**theirs, **common, "title": "Deras namn"})
    assert conflict.status_code == 409
    assert "Mitt namn" in conflict.text
    assert "Deras namn" in conflict.text
    assert only_document().title == "Mitt namn"
    assert "Mitt namn" in browser.get("/documents?q=mitt").text.replace("<mark>", "").replace("</mark>", "")
    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == AuditAction.DOCUMENT_CHANGED)).one()
    assert event.changes["document_title"] == ["Ett brev", "Mitt namn"]


def test_the_list_of_a_case_is_sorted_and_narrowed(browser: Client, case: Case) -> None:
    document(case, "Beta", number=1, registered_on=date(2026, 3, 1))
    document(case, "Alfa", number=2, kind=DocumentKind.DECISION, registered_on=date(2026, 2, 1))
    path = f"/cases/{case.id}/documents"

    def order(query: str) -> list[str]:
        page = BeautifulSoup(browser.get(path + query).text, "html.parser")
        return [link.get_text() for link in page.select("tbody th a")]

    assert order("") == ["Beta", "Alfa"]
    assert order("?sort=date") == ["Alfa", "Beta"]
    assert order("?sort=title") == ["Alfa", "Beta"]
    assert order("?sort=-number") == ["Alfa", "Beta"]
    assert order("?sort=kind") == ["Alfa", "Beta"]
    assert order("?sort=nonsense&page=99999999999") == ["Beta", "Alfa"]
    assert order("?kind=decision") == ["Alfa"]
    assert order("?kind=minutes") == []
    assert order("?kind=nonsense") == ["Beta", "Alfa"]


def test_the_search_page(browser: Client, case: Case) -> None:
    document(case, "Rapport <b>", body="Här står <script>zebrafink</script> & mer")
    page = browser.get("/documents?q=zebra")
    assert "&lt;script&gt;<mark>zebrafink</mark>&lt;/script&gt;" in page.text
    assert "Rapport &lt;b&gt;" in page.text
    for query in ("q=%00", "q=" + "x" * 10_000, "q=%22*%28", "kind=x&from_on=y&case=%25%00", "page=-1", "page=9e99"):
        assert browser.get(f"/documents?{query}").status_code == 200


def test_the_section_on_the_case_page(app: Flask, browser: Client, case: Case) -> None:
    path = f"/procurements/{case.id}"
    assert f"/cases/{case.id}/documents/new" in browser.get(path).text
    reader = signed_in(app, person(Role.AUDITOR))
    assert "/documents/" not in reader.get(path).text
    for number in range(1, 11):
        document(case, f"Brev {number}", number=number)
    page = reader.get(path).text
    assert page.count("Brev ") == 8
    assert f'href="/cases/{case.id}/documents"' in page
    assert f"/cases/{case.id}/documents/new" not in page


@pytest.mark.parametrize("role", [Role.MARKET, Role.PURCHASING, Role.REGION_CONTACT])
def test_a_foreign_document_is_none(app: Flask, officer: Person, role: Role) -> None:
    sealed = bare_case(officer, secrecy=SecrecyClass.SEALED)
    hidden = document(sealed, "Hemligt")
    numbers = {"case": sealed.id, "document": hidden.id, "version": hidden.versions[0].id}
    nowhere = dict.fromkeys(numbers, 987_654)
    stranger = signed_in(app, person(role))
    for path in (
        "/documents/{document}",
        "/documents/{document}/edit",
        "/documents/{document}/versions/new",
        "/documents/{document}/public-copy",
        "/documents/versions/{version}/file",
        "/documents/versions/{version}/release",
        "/cases/{case}/documents",
        "/cases/{case}/documents/new",
    ):
        there, none = (stranger.get(path.format(**which)) for which in (numbers, nowhere))
        assert there.status_code == none.status_code, path
        assert there.status_code in (403, 404)
        assert _told(there) == _told(none), path
        posted, nobody = (stranger.post(path.format(**which)) for which in (numbers, nowhere))
        assert (posted.status_code, _told(posted)) == (nobody.status_code, _told(nobody)), path
        assert "Hemligt" not in there.text + posted.text


def _told(response: TestResponse) -> str:
    """The page without what differs from one request to the next: its own number."""
    main = BeautifulSoup(response.text, "html.parser").select_one("main")
    return re.sub(r"[0-9a-f-]{8,}", "", main.get_text() if main else response.text)


def test_a_participant_without_role_reads_the_documents_of_his_case(app: Flask, case: Case) -> None:
    contact = person(Role.REGION_CONTACT)
    participant(case, contact, ParticipantRole.FOLLOWER)
    made = document(case, "Till landstingen")
    reader = signed_in(app, contact)
    assert reader.get(f"/documents/{made.id}").status_code == 200
    assert "Till landstingen" in reader.get("/documents").text
    assert reader.get(f"/documents/{made.id}/edit").status_code == 403
