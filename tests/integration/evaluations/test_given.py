"""Documents that the commissioner gives to the evaluator: chosen by staff, fetched by the link, none that is secret."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from tests.factories import documents as make_documents
from tests.factories import evaluations as make
from tests.factories.documents import NOW
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents.enums import ScanState
from tracker.documents.models import Document, DocumentVersion
from tracker.evaluations.enums import DeliverableKind
from tracker.evaluations.models import GivenDocument
from tracker.evaluations.service import given

SignIn = Callable[[Person], Client]
TERMS = "Uppdragsbeskrivning 2026"


def give(here: Visit, document: Document, **values: object) -> GivenDocument:
    told = {"actor": here.officer, "now": NOW, "evaluation": here.evaluation, **values}
    return given.give(document=document, **told)  # type: ignore[arg-type]


def registered(here: Visit, browser: Client) -> Document:
    """A document of the case with a file that is really there, as staff register it."""
    path = f"/cases/{here.evaluation.id}/documents/new"
    values = form_values(browser.get(path), action=None) | {"kind": "terms_of_reference", "title": TERMS}
    values |= {"direction": "internal"}
    answer = browser.post(path, data={**values, "file": (BytesIO(b"Uppdraget"), "uppdrag.txt")})
    assert answer.status_code == 302
    return db.session.scalars(sa.select(Document)).one()


def test_the_evaluator_fetches_what_was_given_and_that_is_written_down(here: Visit, sign_in: SignIn) -> None:
    browser = sign_in(here.officer)
    document, path = registered(here, browser), f"/evaluations/{here.evaluation.id}/given"
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    file = f"{here.home}/versions/{version.id}/file"
    assert here.client.get(file).status_code == 404
    values = form_values(browser.get(path), action=None) | {"document_id": str(document.id)}
    for _pressed in range(2):
        assert browser.post(path, data=values).status_code == 303
    made = db.session.scalars(sa.select(GivenDocument)).one()
    assert TERMS in here.get().text and TERMS in here.client.get(here.deliver_path).text
    move = f"{path}/{made.id}/move"
    moved = browser.post(move, data=form_values(browser.get(move)) | {"deliverable_id": str(here.deliverable.id)})
    assert moved.status_code == 303
    assert TERMS in here.get().text and TERMS in here.client.get(here.deliver_path).text
    assert made.deliverable_id == here.deliverable.id and here.deliverable.title in browser.get(path).text
    with here.client.get(file) as answer:
        assert answer.data == b"Uppdraget" and answer.headers["Content-Disposition"].startswith("attachment")
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "document:downloaded")).one()
    assert (event.actor_name, event.subject_id) == ("Eva Utvärderare", str(document.id))
    assert browser.post(f"{path}/{made.id}/remove").status_code == 303
    assert here.client.get(file).status_code == 404 and f'href="{file}"' not in here.get().text


def test_the_untouched_form_gives_nothing_and_takes_nothing_back(here: Visit, sign_in: SignIn) -> None:
    row = give(here, make_documents.document(here.evaluation, TERMS), deliverable=here.deliverable)
    make_documents.document(here.evaluation, "Bara för oss")
    browser, path = sign_in(here.officer), f"/evaluations/{here.evaluation.id}/given"
    page = browser.get(path)
    offered = BeautifulSoup(page.text, "html.parser").select('select[name="document_id"] option')
    assert [option["value"] == "" for option in offered] == [True, False] and TERMS not in str(offered)
    answer = browser.post(path, data=form_values(page, action=None) | {"document_id": "", "deliverable_id": ""})
    assert answer.status_code == 422 and "Välj en handling" in answer.text
    assert db.session.scalars(sa.select(GivenDocument)).one().deliverable_id == here.deliverable.id
    # Moved by somebody else, it is still told who let the evaluator have it.
    give(here, row.document, actor=here.assessor, deliverable=None)
    assert (row.deliverable, row.given_by_name, row.given_at) == (None, here.officer.name, NOW)


def test_that_a_document_was_given_is_told_among_the_changes(here: Visit) -> None:
    give(here, make_documents.document(here.evaluation, TERMS), now=make.NOW.replace(hour=12))
    page = here.get().text
    assert "Lämnade ut en handling till utvärderaren" in page


@pytest.mark.parametrize(
    "columns",
    [
        {"information_class": InformationClass.PRICE},
        {"information_class": InformationClass.TENDER},  # no contract is signed: the offers are secret (OSL 19:3)
        {"information_class": InformationClass.TENDER, "secrecy_class": SecrecyClass.SEALED},
    ],
)
def test_what_the_secrecy_table_keeps_inside_is_not_given(here: Visit, columns: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as refusal:
        give(here, make_documents.document(here.evaluation, TERMS, **columns))
    assert refusal.value.field == "document_id"
    assert TERMS not in here.get().text


def test_what_becomes_secret_or_is_set_aside_afterwards_is_gone(here: Visit) -> None:
    document = make_documents.document(here.evaluation, TERMS)
    give(here, document)
    version = document.versions[-1]
    path = f"/versions/{version.id}/file"
    assert TERMS in here.get().text
    document.information_class = InformationClass.PRICE
    db.session.commit()
    assert TERMS not in here.get("/").text and here.get(path).status_code == 404
    document.information_class, version.is_set_aside = InformationClass.GENERAL, True
    db.session.commit()
    assert f"versions/{version.id}" not in here.get().text and here.get(path).status_code == 404


def test_a_version_that_waits_for_its_check_leaves_the_one_before(here: Visit) -> None:
    document = make_documents.document(here.evaluation, TERMS)
    first = document.versions[-1]
    give(here, document)
    waiting = make_documents.version(document, scan_state=ScanState.PENDING)
    page = here.get().text
    assert f"versions/{first.id}/" in page and f"versions/{waiting.id}/" not in page
    fresh = make_documents.document(here.evaluation, "Oprövad")
    fresh.versions[-1].scan_state = ScanState.PENDING
    with pytest.raises(DomainError):
        give(here, fresh)


def test_nothing_of_another_case_is_given_or_fetched(here: Visit, client: Client, sign_in: SignIn) -> None:
    other = visit(client)
    document = make_documents.document(other.evaluation, "En annans")
    with pytest.raises(DomainError):
        give(here, document)
    theirs = give(other, document)
    path = f"/versions/{document.versions[-1].id}/file"
    assert here.get(path).status_code == 404
    browser = sign_in(here.officer)
    assert browser.post(f"/evaluations/{here.evaluation.id}/given/{theirs.id}/remove").status_code == 404
    assert db.session.get(GivenDocument, theirs.id) is not None


def test_what_the_commissioner_delivers_has_its_file_beside_it(here: Visit) -> None:
    facts = make.deliverable(here.evaluation, here.officer, DeliverableKind.FACT_CHECK)
    give(here, make_documents.document(here.evaluation, "Faktagranskning, svar"), deliverable=facts)
    page = here.get().text
    assert page.index("Det här skickar uppdragsgivaren") < page.index("Faktagranskning, svar")
