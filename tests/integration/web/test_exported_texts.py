"""Every file that leaves the application as a spreadsheet: what people wrote opens as text, and comes back as it was.

The routes are read from the application, so that a new export is walked too, or has to be named here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, procurements
from tests.factories.costs import share
from tests.factories.evaluations import NOW
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.core.spreadsheet import FORMULA_SIGNS, plain
from tracker.evaluations.enums import ResponseKind

PAYLOADS = ["=1+1", "+46 8 123", "-2+3", "@SUM(A1)", "＝1", "'=2+2", '=HYPERLINK("http://example.org";"x")']
# Not lists of what people wrote: empty templates; and the report, whose files have tests of their own.
ELSEWHERE = {"interop.download_template", "interop.download_recommendation_template", "reports.download"}
EXPORTS = {
    "procurements.export_csv": "/procurements.csv",
    "procurements.export_xlsx": "/procurements.xlsx",
    "evaluations.export_csv": "/evaluations.csv",
    "evaluations.export_xlsx": "/evaluations.xlsx",
    "evaluations.export_recommendations_csv": "/recommendations.csv?state=all",
    "evaluations.export_recommendations_xlsx": "/recommendations.xlsx?state=all",
}
COSTS = "evaluations.export_costs"


@pytest.fixture(autouse=True)
def _on_a_monday(app: Flask) -> Iterator[None]:
    load_reference()
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="=cmd|' /C calc'!A0")


def _write(officer: Person) -> None:
    for text in PAYLOADS:
        procurements.procurement(officer, text, substance=text)
        evaluation = follow_up.reported(officer, 0, title=text)
        made = follow_up.recommendation(evaluation, officer, text, page=text[:40], suggested_owner=text, reason=text)
        follow_up.response(made, officer, ResponseKind.PARTLY, reason=text, responded_by=text, decision_reference=text)
        follow_up.done(follow_up.action(made, officer, text, owner_name=text), officer, evidence=text)
        make.noted(officer, text, commissioner_name=text)
    db.session.commit()


def _cells(address: str, data: bytes) -> list[str]:
    """The cells of text, as a spreadsheet program shows them; a formula stops the test."""
    if ".csv" in address:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
        found = [cell for row in rows for cell in row]
        assert [cell for cell in found if cell.startswith(FORMULA_SIGNS)] == []
        return found
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    return [str(cell.value) for cell in cells if cell.value is not None]


def test_every_export_is_walked(app: Flask) -> None:
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and ("csv" in rule.rule or "xlsx" in rule.rule or "<extension>" in rule.rule)
    }
    assert found == {*EXPORTS, COSTS, *ELSEWHERE}


@pytest.mark.parametrize("endpoint", sorted(EXPORTS))
def test_what_people_wrote_is_text_and_comes_back(officer: Person, sign_in: Any, endpoint: str) -> None:
    _write(officer)
    address = EXPORTS[endpoint]
    answer = sign_in(officer).get(address)
    assert answer.status_code == 200
    assert {plain(cell) for cell in _cells(address, answer.data)} >= set(PAYLOADS)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", PAYLOADS)
def test_the_shared_cost_too(officer: Person, sign_in: Any, kind: str, text: str) -> None:
    evaluation = make.evaluation(officer, text)
    shared = share(evaluation, officer, decision=text)
    db.session.commit()
    address = f"/evaluations/{evaluation.id}/costs/{shared.id}.{kind}"
    answer = sign_in(officer).get(address)
    assert answer.status_code == 200
    assert text in {plain(cell) for cell in _cells(address, answer.data)}
