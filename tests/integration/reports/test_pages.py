"""The pages and downloads of the status report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.people import person
from tests.integration.reports.conftest import NOW, TODAY, Register, days
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.reports import compiling, queries, service
from tracker.reports.enums import EditionState
from tracker.reports.models import ReportEdition


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def staff(app: Flask, register: Register) -> Client:
    return signed_in(app, register.officer)


@pytest.fixture
def done(register: Register, files: Path, monkeypatch: pytest.MonkeyPatch) -> ReportEdition:
    """A finished edition with short files."""
    monkeypatch.setattr(compiling, "render_pdf", lambda frozen: b"%PDF " + frozen)
    monkeypatch.setattr(compiling, "render_xlsx", lambda frozen: b"PK " + frozen)
    register.deadline(register.procurement("Upphandling av <b>adalimumab</b>"), days(-2))
    register.procurement("HEMLIGT", SecrecyClass.SEALED)
    edition = service.request_edition(actor=SYSTEM, now=NOW, as_of_on=TODAY, is_dispatched=False)
    db.session.commit()
    assert compiling.compile_edition(edition.id, lambda: NOW) is EditionState.DONE
    return queries.get_edition(edition.id)


def test_the_button_asks_for_an_edition_and_shows_its_progress(staff: Client) -> None:
    answer = staff.post("/reports", data={"as_of_on": TODAY.isoformat()})
    assert answer.status_code == 303
    page = staff.get(answer.location)
    assert "Rapporten sammanställs" in page.text
    assert 'http-equiv="refresh"' in page.text
    part = staff.get(f"{answer.location}/progress")
    assert "Väntar på att påbörjas" in part.text
    assert "HX-Refresh" not in part.headers


@pytest.mark.parametrize("typed", ["", "igår kanske", "2031-01-01"])
def test_a_day_that_will_not_do_is_told_and_kept(staff: Client, typed: str) -> None:
    answer = staff.post("/reports", data={"as_of_on": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert queries.list_editions().total == 0


def test_the_finished_report_is_a_page_with_its_files(staff: Client, done: ReportEdition) -> None:
    page = staff.get(f"/reports/{done.id}")
    assert page.status_code == 200
    assert "Upphandling av &lt;b&gt;adalimumab&lt;/b&gt;" in page.text
    assert "HEMLIGT" not in page.text
    assert "Visas inte, sekretessklass: Förseglad" in page.text
    assert done.snapshot_sha256 is not None and done.snapshot_sha256 in page.text
    assert staff.get(f"/reports/{done.id}/progress").headers["HX-Refresh"] == "true"
    assert "2026-01" in staff.get("/reports").text


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("pdf", "application/pdf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
    ],
)
def test_a_file_is_downloaded_safely(staff: Client, done: ReportEdition, kind: str, media_type: str) -> None:
    answer = staff.get(f"/reports/{done.id}/{kind}", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"] == f"attachment; filename=lagesrapport-2026-01.{kind}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    digest = {"pdf": done.pdf_sha256, "xlsx": done.xlsx_sha256, "json": done.snapshot_sha256}[kind]
    assert hashlib.sha256(answer.data).hexdigest() == digest


@pytest.mark.parametrize("path", ["/reports/4711", "/reports/4711/pdf", "/reports/4711/progress"])
def test_an_edition_that_is_not_there_is_not_found(staff: Client, path: str) -> None:
    assert staff.get(path).status_code == 404


def test_the_files_of_an_unfinished_edition_are_not_there(staff: Client, register: Register) -> None:
    edition = service.request_edition(actor=SYSTEM, now=NOW, as_of_on=TODAY, is_dispatched=False)
    assert staff.get(f"/reports/{edition.id}/pdf").status_code == 404


def test_a_failure_is_told_with_what_to_do_and_a_way_on(staff: Client, register: Register) -> None:
    edition = service.request_edition(actor=SYSTEM, now=NOW, as_of_on=TODAY, is_dispatched=False)
    edition.state, edition.error = EditionState.FAILED, "disk_full: OSError(28, '/srv/files')"
    page = staff.get(f"/reports/{edition.id}")
    assert "Disken för filer är full" in page.text
    assert "/srv/files" not in page.text
    assert "Försök igen" in page.text
    assert staff.post(f"/reports/{edition.id}/retry").status_code == 303
    assert queries.get_edition(edition.id).state is EditionState.PENDING
    assert staff.post(f"/reports/{edition.id}/retry").status_code == 303


def test_the_delegation_reads_and_does_not_compile(app: Flask, done: ReportEdition) -> None:
    reader = signed_in(app, person(Role.HEALTH_CARE_DELEGATION))
    assert reader.get(f"/reports/{done.id}/pdf", buffered=True).status_code == 200
    assert "Sammanställ rapporten" not in reader.get("/reports").text
    assert reader.post("/reports", data={"as_of_on": TODAY.isoformat()}).status_code == 403


def test_others_do_not_see_reports(app: Flask, client: Client, done: ReportEdition) -> None:
    assert client.get("/reports").status_code == 302
    assert signed_in(app, person(Role.EVALUATOR)).get(f"/reports/{done.id}").status_code == 403
