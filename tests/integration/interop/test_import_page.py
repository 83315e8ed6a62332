"""The import page: template, trial, faults in groups, confirmation."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.interop.forms import MAX_PAGE_BYTES, packed

GOOD = "Titel;CPV-kod;Leverantör;Avtalsstart;Avtalstid\nA;33651600;Ny AB;2027-01-01;2+1\nB;;;;\n"


@pytest.fixture
def browser(app: Flask, sign_in: Callable[[Person], Client]) -> Client:
    load_reference()
    return sign_in(person(Role.MARKET))


def _try(browser: Client, text: str | bytes) -> TestResponse:
    content = text.encode() if isinstance(text, str) else text
    return browser.post("/procurements/import", data={"file": (io.BytesIO(content), "fil.csv")})


def _cases() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0


def test_the_templates_of_the_page_can_be_tried_out(browser: Client) -> None:
    assert browser.get("/procurements/import").status_code == 200
    for extension in ("csv", "xlsx"):
        template = browser.get(f"/procurements/import/template.{extension}")
        assert "attachment" in template.headers["Content-Disposition"]
        assert _try(browser, template.data).status_code == 200
    assert browser.get("/procurements/import/template.exe").status_code == 404


def test_a_trial_changes_nothing_and_confirming_reads_in_once(browser: Client) -> None:
    tried = _try(browser, GOOD)
    assert tried.status_code == 200 and "Ny AB" in tried.text and _cases() == 0
    db.session.rollback()
    hidden = BeautifulSoup(tried.text, "html.parser").find("input", {"name": "content"})
    assert hidden is not None
    for _ in range(2):
        done = browser.post("/procurements/import/confirm", data={"content": hidden["value"]})
        assert done.status_code == 302
    assert _cases() == 2


def test_faults_are_shown_in_groups_and_nothing_is_read_in(browser: Client) -> None:
    faulty = "Titel;CPV-kod\nA;1\nB;2\n;33651600\n"
    for response in (
        _try(browser, faulty),
        browser.post("/procurements/import/confirm", data={"content": packed(faulty.encode())}),
    ):
        assert response.status_code == 422
        sections = BeautifulSoup(response.text, "html.parser").select("section.card")
        assert [len(section.select("li")) for section in sections] == [2, 1]
    assert _cases() == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"x" * (MAX_PAGE_BYTES + 1), b"Titel\n" + b"A\n" * 101, "Titel\nå".encode("latin-1")],
)
def test_a_file_that_cannot_be_used_is_told_on_the_field(browser: Client, content: bytes) -> None:
    response = _try(browser, content)
    assert response.status_code == 422
    assert BeautifulSoup(response.text, "html.parser").select_one("#file-error") is not None


def test_no_file_and_a_damaged_one_are_told(browser: Client) -> None:
    assert browser.post("/procurements/import", data={}).status_code == 422
    for damaged in ("", "x", "AAAA", packed(b"x" * (MAX_PAGE_BYTES + 1)), packed(b"PK no workbook")):
        assert browser.post("/procurements/import/confirm", data={"content": damaged}).status_code == 422
    assert _cases() == 0


def test_only_who_may_log_procurements_may_read_them_in(app: Flask, sign_in: Callable[[Person], Client]) -> None:
    reader = sign_in(person(Role.STEERING))
    assert reader.get("/procurements/import").status_code == 403
    assert _try(reader, GOOD).status_code == 403


def test_what_a_file_says_is_shown_as_text(browser: Client) -> None:
    page = _try(browser, "Titel;CPV-kod\n<script>alert(1)</script>;<b>1</b>\n").text
    assert "<script>alert" not in page and "&lt;b&gt;1&lt;/b&gt;" in page


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_an_exported_list_reads_in_again_with_nothing_new(browser: Client, extension: str) -> None:
    lines = ["Titel;Substans;ATC-kod;Förfarande;Annonserad", "A;x;J07;DIS;2026-11-02", "'=1+1;'-y;;Öppet;", "C;;;;"]
    assert len(BeautifulSoup(_confirmed(browser, lines).text, "html.parser").select("main")) == 1
    exported = browser.get(f"/procurements.{extension}")
    tried = _try(browser, exported.data)
    assert tried.status_code == 200
    rows = BeautifulSoup(tried.text, "html.parser").select("tbody tr")
    assert len(rows) == 3 and not BeautifulSoup(tried.text, "html.parser").select("input[name=content]")
    assert "säger något annat" not in tried.text


def _confirmed(browser: Client, lines: list[str]) -> TestResponse:
    done = browser.post("/procurements/import/confirm", data={"content": packed("\n".join(lines).encode())})
    assert done.status_code == 302
    return browser.get("/procurements")
