"""The mail about a stopped file: what it says, to whom, and what it must not say."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories import documents
from tests.factories.cases import bare_case
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.cases.models import Case
from tracker.core.i18n import using_locale
from tracker.documents.enums import ScanState
from tracker.documents.mails import compose_alert
from tracker.outbox.enums import MessageKind
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, renderer_of

Compose = Callable[..., Mail]


def stopped(case: Case, *, uploaded_by: Person | None = None, **columns: Any) -> Any:
    document = documents.document(case, **columns)
    return documents.version(
        document,
        file_name="Slutrapport <b>.pdf",
        scan_state=ScanState.INFECTED,
        scan_detail="Eicar-Test",
        uploaded_by_id=uploaded_by.id if uploaded_by else None,
    )


@pytest.fixture
def compose(app: Flask) -> Compose:
    def composed(version: Any, to: Person, locale: str = "sv") -> Mail:
        message = Outgoing(
            id=uuid.uuid4(),
            kind=MessageKind.DOCUMENT_ALERT,
            person_id=to.id,
            address=to.email,
            locale=locale,
            params={"version_id": version.id},
            created_at=documents.NOW,
            message_id="<x@example.org>",
            attempts=0,
        )
        with using_locale(locale):
            return compose_alert(message)

    return composed


def test_is_what_is_written_of_this_kind(app: Flask) -> None:
    assert renderer_of(MessageKind.DOCUMENT_ALERT).compose is compose_alert


def test_to_the_officer(compose: Compose, case: Case, officer: Person) -> None:
    version = stopped(case)
    mail = compose(version, officer)
    assert mail.subject == f"En fil i ärende {case.registry_number} stoppades av viruskontrollen"
    assert mail.html is not None
    for text in (mail.text, mail.html):
        assert "Eicar-Test" in text and case.registry_number in text
        assert f"/documents/{version.document_id}" in text
        assert "Be avsändaren" in text
    assert "Slutrapport <b>.pdf" in mail.text
    assert "Slutrapport &lt;b&gt;.pdf" in mail.html and "<b>.pdf" not in mail.html


def test_to_somebody_outside_who_sent_it(compose: Compose, case: Case, officer: Person) -> None:
    evaluator = person()
    mail = compose(stopped(case, uploaded_by=evaluator), evaluator)
    assert "/documents/" not in mail.text
    assert officer.email in mail.text and officer.name in mail.text
    assert "Kontrollera din dator" in mail.text


def test_in_english(compose: Compose, case: Case, officer: Person) -> None:
    mail = compose(stopped(case), officer, "en")
    assert "was stopped by the virus check" in mail.subject
    assert "Nobody can download the file" in mail.text


@pytest.mark.parametrize(
    "columns",
    [{"secrecy_class": SecrecyClass.SEALED}, {"information_class": InformationClass.TENDER}],
    ids=["sealed", "tender"],
)
def test_secret_file_is_not_named(compose: Compose, case: Case, officer: Person, columns: dict[str, Any]) -> None:
    mail = compose(stopped(case, **columns), officer)
    assert "Slutrapport" not in mail.text + (mail.html or "") + mail.subject


def test_file_of_a_secret_case_is_not_named(compose: Compose, officer: Person) -> None:
    case = bare_case(officer, "Hemligt", SecrecyClass.SEALED)
    mail = compose(stopped(case), officer)
    assert "Slutrapport" not in mail.text and "Hemligt" not in mail.text


def test_withdrawn_when_there_is_nothing_to_say(compose: Compose, case: Case, officer: Person) -> None:
    version = stopped(case)
    version.scan_state = ScanState.CLEAN
    with pytest.raises(Withdraw):
        compose(version, officer)
    version.scan_state = ScanState.INFECTED
    away = person(Role.MARKET)
    away.is_active = False
    with pytest.raises(Withdraw):
        compose(version, away)
