"""Markup, templates and formulas in every text of an evaluation: shown as they were written, wherever they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import openpyxl
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.integration.evaluations.reading import composed, walk
from tests.integration.evaluations.whole import Whole, whole
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.service import links
from tracker.outbox.models import OutboxMessage

MARKUP = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>"
TEMPLATE = "{{9**9}}${9**9}%(name)s{0}"
TEXT = f"{MARKUP} {TEMPLATE}"
# What the template would come to, if somebody read it as one: too long to stand in a random token by chance.
READ = str(9**9)


@pytest.fixture(autouse=True)
def _marks_are_what_people_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts here look like a text of ours that was left unfilled."""
    monkeypatch.setattr("tests.html._text_faults", lambda soup: iter(()))


@pytest.fixture
def officer(app: Flask) -> Iterator[Person]:
    load_reference()
    with clock.frozen_at(make.NOW):
        yield person(Role.MARKET, name=f"Handläggare {MARKUP}")


@pytest.fixture
def made(officer: Person) -> Whole:
    return whole(officer, person(Role.STEERING), TEXT)


def faults(html: str) -> list[str]:
    """Elements that nobody of ours wrote."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(tag) for tag in soup.find_all("img", src="x")]
    found += [str(tag) for tag in soup.find_all("script") if "alert" in tag.text]
    found += [f"{tag.name} {name}" for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    return found + ([READ] if READ in soup.get_text() else [])


def test_the_pages_of_those_who_commission(app: Flask, officer: Person, made: Whole) -> None:
    browser = signed_in(app, officer)
    base = f"/evaluations/{made.evaluation.id}"
    ids = made.ids
    found = walk(browser, {"kanelbulle": made}, most=80)
    for path in (
        f"/declarations/{ids['declaration_id']}",
        f"/comments/{ids['comment_id']}",
        f"/deliverables/{ids['deliverable_id']}/return",
        f"/deliverables/{ids['deliverable_id']}/deliver",
        f"/recommendations/{ids['recommendation_id']}/actions/{ids['action_id']}/check",
        f"/costs/{ids['allocation_id']}",
        "/links",
        "/questions",
    ):
        response = browser.get(base + path)
        assert response.status_code == 200
        found[path] = response.get_data(as_text=True)
    found = {address: text for address, text in found.items() if "<html" in text}
    shown = {address: text for address, text in found.items() if "&lt;img src=x" in text}
    assert len(shown) > 15
    assert {address: faults(text) for address, text in found.items() if faults(text)} == {}


def test_the_pages_of_those_who_evaluate(client: Client, made: Whole) -> None:
    home = f"/commission/{links.token(made.link)}"
    report = made.ids["deliverable_id"]
    for path in ("", "/declaration", "/declaration/new", "/comments", "/questions", "/recommendations",
                 f"/deliverables/{report}", f"/deliverables/{made.ids['deliverable_id']}/progress"):  # fmt: skip
        response = client.get(home + path)
        assert response.status_code == 200, path
        assert "&lt;img src=x" in response.get_data(as_text=True)
        assert faults(response.get_data(as_text=True)) == []


@pytest.mark.parametrize(
    ("path", "changed"),
    [("facts", {"title": TEXT}), ("brief", {"purpose": TEXT}), ("selection", {"selection_reason": TEXT})],
)
def test_a_conflict_shows_both_texts_as_they_were_written(
    app: Flask, officer: Person, made: Whole, path: str, changed: dict[str, str]
) -> None:
    browser = signed_in(app, officer)
    address = f"/evaluations/{made.evaluation.id}/{path}"
    values = form_values(browser.get(address), action=None)
    answer = browser.post(address, data={**values, **changed, "version": "0"})
    assert answer.status_code == 409
    assert "&lt;img src=x" in answer.get_data(as_text=True)
    assert faults(answer.get_data(as_text=True)) == []


def test_the_mails(app: Flask, officer: Person, made: Whole) -> None:
    make.declared(made.member)
    links.mail_link(actor=officer, now=make.NOW, link=made.link)
    with app.test_request_context():
        texts = [composed(message) for message in db.session.scalars(sa.select(OutboxMessage))]
    texts = [text for text in texts if text]
    assert len(texts) > 3
    assert any("&lt;img src=x" in text for text in texts)
    # Subject and text stand before the page, and are no markup.
    assert [faults(text[text.index("<!") :]) for text in texts if faults(text[text.index("<!") :])] == []


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x.example")', "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_exported_formulas_are_texts(app: Flask, officer: Person, formula: str) -> None:
    made = whole(officer, person(Role.STEERING), "ord")
    made.evaluation.title = formula
    recommendation = made.evaluation.recommendations[0]
    recommendation.body = recommendation.suggested_owner = formula
    browser = signed_in(app, officer)
    for name in ("evaluations", "recommendations"):
        text = browser.get(f"/{name}.csv").get_data().decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert f"'{formula}" in cells
        assert formula not in cells
        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/{name}.xlsx").get_data()))
        assert [cell.coordinate for row in book.active.iter_rows() for cell in row if cell.data_type == "f"] == []
