"""A file is inspected while nobody waits for the database: SQLite has one write lock for all of it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.documents import document
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.documents import inspection
from tracker.documents.inspection import Inspection
from tracker.documents.models import DocumentVersion
from tracker.evaluations.models import EvaluatorLink


@pytest.fixture
def written_meanwhile(here: Visit, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody else saves the same case during each inspection, and does not wait for it: what was inspected."""
    # A name in clear: nothing of the test's own session is in the way of the request.
    number, inspect, url = here.evaluation.id, inspection.inspect, db.engine.url
    seen: list[str] = []

    def while_another_writes(path: Path, file_name: str) -> Inspection:
        other = sa.create_engine(url, connect_args={"timeout": 0} if url.drivername.startswith("sqlite") else {})
        with other.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            connection.execute(sa.update(Case).where(Case.id == number).values(title=Case.title))
        other.dispose()
        seen.append(file_name)
        return inspect(path, file_name)

    monkeypatch.setattr(inspection, "inspect", while_another_writes)
    return seen


def test_while_the_evaluator_hands_in(here: Visit, written_meanwhile: list[str]) -> None:
    assert here.hand_in().status_code == 303
    assert written_meanwhile == ["slutrapport.txt"], "once"
    assert db.session.get_one(EvaluatorLink, here.link.id).opened_at is not None
    assert db.session.scalars(sa.select(DocumentVersion)).one().uploaded_by_name == "Eva Utvärderare"
    assert here.hand_in(b"En senare version").status_code == 303
    assert len(written_meanwhile) == 2


def test_while_staff_hand_in_for_the_evaluator(
    here: Visit, sign_in: Callable[[Person], Client], written_meanwhile: list[str]
) -> None:
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/deliver"
    values = form_values(browser.get(path)) | {"member_id": str(here.member.id)}
    sent = browser.post(path, data={**values, "file": (BytesIO(b"Rapport"), "rapport.txt")})
    assert (sent.status_code, written_meanwhile) == (303, ["rapport.txt"])


@pytest.mark.parametrize("where", ["a new document", "a new version"])
def test_while_staff_register(
    app: Flask, here: Visit, sign_in: Callable[[Person], Client], written_meanwhile: list[str], where: str
) -> None:
    browser = sign_in(here.officer)
    path = f"/cases/{here.evaluation.id}/documents/new"
    if where == "a new version":
        letter = document(here.evaluation)
        db.session.commit()
        path = f"/documents/{letter.id}/versions/new"
    answers = {"kind": "letter", "title": "Brev", "direction": "internal", "secrecy_class": "open", "change_note": "x"}
    values = form_values(browser.get(path)) | answers | {"information_class": "general", "retention": ""}
    sent = browser.post(path, data={**values, "file": (BytesIO(b"Brev"), "brev.txt")})
    assert (sent.status_code, written_meanwhile) == (302, ["brev.txt"])


def test_a_file_that_is_refused_is_told_on_its_field(here: Visit, written_meanwhile: list[str]) -> None:
    page = here.hand_in(b"%PDF-1.7", "bild.png")
    assert page.status_code == 422
    assert "bild.png" in written_meanwhile
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DocumentVersion)) == 0
