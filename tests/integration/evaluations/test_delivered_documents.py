"""What was handed in is a document of the case like others, but not everybody's to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import evaluations as make
from tests.factories.documents import document
from tests.factories.people import person
from tests.integration.documents.sending import send
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents import service as documents
from tracker.documents.incoming import IncomingFile
from tracker.documents.models import Document
from tracker.evaluations.enums import DeliverableKind, DeliverableState, DeliveredBy
from tracker.evaluations.service import commission, given

SignIn = Callable[[Person], Client]


@pytest.fixture
def report(here: Visit) -> Document:
    assert here.hand_in().status_code == 303
    db.session.expire_all()
    assert here.deliverable.document is not None
    return here.deliverable.document


@pytest.fixture
def page(here: Visit) -> str:
    return f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"


def restrict(document: Document) -> None:
    document.secrecy_class = SecrecyClass.RESTRICTED
    db.session.commit()


@pytest.mark.parametrize("role", [Role.MARKET, Role.PURCHASING])
def test_no_version_comes_past_the_deliverable(
    here: Visit, report: Document, sign_in: SignIn, role: Role, page: str
) -> None:
    browser = sign_in(person(role))
    shown = browser.get(f"/documents/{report.id}").get_data(as_text=True)
    assert f"/documents/{report.id}/versions/new" not in shown
    assert f'href="{page}"' in shown
    answer = send(
        browser, f"/documents/{report.id}/versions/new", {"submission": "11111111-1111-4111-8111-111111111111"}
    )
    assert answer.status_code in (302, 403)
    db.session.expire_all()
    assert [version.file_name for version in report.versions] == ["slutrapport.txt"]


def test_nor_by_a_service_that_does_not_know_the_way(here: Visit, report: Document, tmp_path: Path) -> None:
    sent = IncomingFile(tmp_path / "annan.txt", "0" * 64, 5, "annan.txt")
    with pytest.raises(DomainError, match=here.deliverable.title):
        documents.add_version(actor=here.officer, now=make.NOW, document=report, incoming=sent)


def test_only_those_who_care_for_evaluations_change_its_entry(report: Document, sign_in: SignIn) -> None:
    outside = sign_in(person(Role.PURCHASING))
    assert f"/documents/{report.id}/edit" not in outside.get(f"/documents/{report.id}").get_data(as_text=True)
    assert outside.get(f"/documents/{report.id}/edit").status_code == 403
    inside = sign_in(person(Role.MARKET))
    answers = form_values(inside.get(f"/documents/{report.id}/edit"))
    assert outside.post(f"/documents/{report.id}/edit", data=answers).status_code == 403


def test_only_they_lay_a_redacted_copy_beside_it(here: Visit, report: Document, sign_in: SignIn) -> None:
    path = f"/documents/{report.id}/public-copy"
    pages = f"/documents/{report.id}", f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"
    outside, inside = sign_in(person(Role.PURCHASING)), sign_in(person(Role.MARKET))
    for page in pages:
        assert path not in outside.get(page).get_data(as_text=True)
        assert f'href="{path}"' in inside.get(page).get_data(as_text=True)
    assert outside.get(path).status_code == 403
    answers = form_values(inside.get(path))
    assert outside.post(path, data=answers).status_code == 403


def test_other_documents_of_the_case_are_changed_as_before(here: Visit, sign_in: SignIn) -> None:
    buyer, letter = person(Role.PURCHASING), document(here.evaluation, "Brev")
    db.session.commit()
    browser = sign_in(buyer)
    assert browser.get(f"/documents/{letter.id}/edit").status_code == 200
    assert browser.get(f"/documents/{letter.id}/versions/new").status_code == 200
    assert browser.get(f"/documents/{letter.id}/public-copy").status_code == 200


def test_whoever_may_not_see_a_version_is_told_so_and_decides_nothing(
    here: Visit, report: Document, sign_in: SignIn, page: str
) -> None:
    restrict(report)
    browser = sign_in(here.assessor)
    shown = browser.get(page).get_data(as_text=True)
    assert "Inget har lämnats in än" not in shown
    assert "visas inte för dig" in shown
    assert f"{page}/approve" not in shown
    version = str(report.versions[0].id)
    assert browser.get(f"{page}/approve").status_code == 403
    assert browser.post(f"{page}/approve", data={"version_id": version}).status_code == 403
    assert browser.post(f"{page}/return", data={"version_id": version, "reason": "Nej"}).status_code == 403
    assert browser.post(f"{page}/comments", data={"body": "Vad står det?"}).status_code == 403
    assert browser.post(f"{page}/cancel", data={"reason": "Nej"}).status_code == 403
    assert browser.get(f"{page}/deliver").status_code == 403
    db.session.expire_all()
    assert here.deliverable.state is DeliverableState.SUBMITTED
    assert sign_in(here.officer).get(f"{page}/approve").status_code == 200


def test_the_open_copy_stands_beside_an_original_that_is_not_shown(
    here: Visit, report: Document, sign_in: SignIn, page: str
) -> None:
    document(here.evaluation, "Slutrapport, maskad", public_copy_of=report, number=2)
    restrict(report)
    shown = sign_in(person(Role.HEALTH_CARE_DELEGATION)).get(page).get_data(as_text=True)
    assert "Slutrapport, maskad" in shown
    assert "slutrapport.txt" not in shown


def test_what_the_commissioner_delivers_is_shown_where_it_was_given(here: Visit, sign_in: SignIn) -> None:
    terms = make.deliverable(here.evaluation, here.officer, DeliverableKind.TERMS_OF_REFERENCE)
    assert terms.delivered_by is DeliveredBy.COMMISSIONER
    paper = document(here.evaluation, "Uppdragsbeskrivningen")
    given.give(actor=here.officer, now=make.NOW, evaluation=here.evaluation, document=paper, deliverable=terms)
    db.session.commit()
    shown = sign_in(here.assessor).get(f"/evaluations/{here.evaluation.id}/deliverables/{terms.id}")
    text = shown.get_data(as_text=True)
    assert "Uppdragsbeskrivningen" in text
    assert "Inget har lämnats in än" not in text


def test_nothing_is_awaited_or_asked_for_once_the_evaluation_is_cancelled(
    here: Visit, sign_in: SignIn, page: str
) -> None:
    browser = sign_in(here.officer)
    awaited = browser.get(page).get_data(as_text=True)
    assert "Inväntas" in awaited
    assert f"{page}/deliver" in awaited
    commission.cancel(actor=here.officer, now=make.NOW, evaluation=here.evaluation, reason="Styrgruppen ändrade sig")
    db.session.commit()
    for shown in (page, f"/evaluations/{here.evaluation.id}"):
        over = browser.get(shown).get_data(as_text=True)
        assert "Inväntas" not in over
        assert "Efterfrågas inte längre" in over
        assert f"{page}/deliver" not in over
