"""Recommendations from a file: new and changed ones told before, one commit, and our own export changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import force_locale
from werkzeug.test import TestResponse

from tests.factories import evaluations as make
from tests.factories import follow_up
from tests.factories.evaluations import NOW
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.db import db
from tracker.core.spreadsheet import plain
from tracker.evaluations import export_recommendations, labels
from tracker.evaluations.enums import ResponseKind
from tracker.evaluations.models import Action, Evaluation, Recommendation
from tracker.evaluations.service import actions, commission
from tracker.interop import recommendation_import
from tracker.interop.columns import RECOMMENDATIONS
from tracker.interop.recommendation_import import Effect, Outcome, import_recommendations

HEADER = "Diarienummer;Nr;Rekommendation;Sida;Prioritet;Riktad till;Svar;Skäl;Besvarad av;Besvarad;Åtgärd nr;Åtgärd;Ansvarig;Åtgärd senast;Skäl till ändringen"  # noqa: E501


@pytest.fixture(autouse=True)
def _on_a_monday(app: Flask) -> Iterator[None]:
    load_reference()
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def browser(officer: Person, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(officer)


def _read(officer: Person, *rows: str, is_dry_run: bool = False) -> Outcome:
    content = "\r\n".join([HEADER, *rows]).encode()
    return import_recommendations(actor=officer, now=NOW, content=content, is_dry_run=is_dry_run)


def _row(evaluation: Evaluation, **cells: Any) -> str:
    keys = ["number", "body", "page", "priority", "addressee", "response", "reason", "by", "on", "action_no", "action",
            "owner", "due", "why"]  # fmt: skip
    return ";".join([evaluation.registry_number, *(str(cells.get(key, "")) for key in keys)])


def _new(evaluation: Evaluation, **cells: Any) -> str:
    told = {"body": "Inför uppföljning", "page": "12", "priority": "Hög", "addressee": "Marknadsfunktionen", **cells}
    return _row(evaluation, **told)


def _faults(outcome: Outcome) -> list[tuple[int, str | None]]:
    return [(fault.row, fault.column) for fault in outcome.faults]


def test_new_ones_are_entered_with_response_and_actions(officer: Person) -> None:
    draft = make.evaluation(officer)
    issued = follow_up.reported(officer)
    outcome = _read(
        officer,
        _new(draft, number=4),
        _new(issued, body="Ny", response="Godtas delvis", reason="Bara A", by="Styrgruppen", on="2026-11-23",
             action="Gör A", owner=officer.email, due="2027-03-31", why="Stod i bilagan"),
        _row(issued, body="Ny", action="Gör B", owner="Chefen", due="2027-04-30"),
    )  # fmt: skip
    assert outcome.faults == []
    assert [entry.effect for entry in outcome.entries] == [Effect.NEW, Effect.NEW]
    assert [item.number for item in draft.recommendations] == [4]
    made = db.session.scalars(sa.select(Recommendation).where(Recommendation.body == "Ny")).one()
    assert (made.number, made.issued_on) == (2, date(2026, 11, 23))
    assert made.response is not None and made.response.kind is ResponseKind.PARTLY
    assert [(item.owner_id, item.owner_name) for item in made.actions] == [
        (officer.id, officer.name), (None, "Chefen"),
    ]  # fmt: skip


def test_a_dry_run_tells_each_change_and_keeps_none(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    made = evaluation.recommendations[0]
    follow_up.response(made, officer)
    action = follow_up.action(made, officer)
    row = _row(evaluation, number=1, page="13", response="Avvisas", reason="Nej", action_no=1, due="2027-05-05",
               why="Fel sida")  # fmt: skip
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    refused = _read(officer, row, is_dry_run=True)
    assert _faults(refused) == [(2, "response")]
    told = _read(officer, row.replace("Avvisas", "Godtas delvis"), is_dry_run=True)
    assert told.faults == []
    (entry,) = told.entries
    assert entry.effect is Effect.CHANGED
    assert [(change.column, change.action) for change in entry.changes] == [
        ("page", None), ("response", None), ("response_reason", None), ("action_due_on", 1),
    ]  # fmt: skip
    assert (entry.changes[0].old, entry.changes[0].new) == ("12", "13")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == before
    db.session.refresh(action)
    assert action.due_on == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"page": ""}, "page"), ({"priority": ""}, "priority"), ({"priority": "Ibland"}, "priority"),
        ({"addressee": ""}, "addressee"), ({"addressee": "Ingen sådan"}, "addressee"), ({"number": "x"}, "number"),
        ({"response": "Godtas", "on": "2026-11-23", "by": "X"}, "response"), ({"body": "y" * 4001}, "body"),
        ({"action": "Gör", "owner": "X"}, "action_due_on"), ({"action": "Gör", "due": "2027-01-01"}, "owner"),
        ({"action": "Gör", "due": "2027-13-01", "owner": "X"}, "action_due_on"),
        ({"action_no": "3"}, "action_number"), ({"action": "Gör", "due": "2027-01-01", "owner": "a@b.se"}, "owner"),
        ({"on": "2026-11-20"}, "response"),
    ],
)  # fmt: skip
def test_every_fault_is_told_on_its_cell_and_nothing_is_kept(
    officer: Person, cells: dict[str, Any], column: str
) -> None:
    evaluation = make.evaluation(officer)
    outcome = _read(officer, _new(evaluation, body="God"), _new(evaluation, **cells))
    assert _faults(outcome) == [(3, column)]
    assert outcome.entries == []
    assert db.session.scalars(sa.select(Recommendation)).all() == []


def test_every_fault_of_a_row_is_told_at_once(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    outcome = _read(
        officer,
        _new(evaluation, page="", priority="Jättehög", addressee="Okänd region", response="Delvis",
             action="Gör", due="2027-13-01"),
        _row(evaluation, body="Inför uppföljning", action="Gör mer", owner="a@b.se"),
    )  # fmt: skip
    assert _faults(outcome) == [
        (2, "page"), (2, "priority"), (2, "addressee"), (2, "responded_by"), (2, "responded_on"), (2, "owner"),
        (2, "action_due_on"), (3, "owner"), (3, "action_due_on"),
    ]  # fmt: skip
    assert [fault.value for fault in outcome.faults][1:3] == ["Jättehög", "Okänd region"]


@pytest.mark.parametrize(
    ("header", "missing"),
    [("Diarienummer;Nr;Svar", ["body"]), ("Nr;Rekommendation;Sida", ["registry_number"]),
     ("Nr;Sida;Prioritet", ["body", "registry_number"])],
)  # fmt: skip
def test_a_missing_column_is_named(officer: Person, header: str, missing: list[str]) -> None:
    content = f"Fyll i tabellen nedan\r\n{header}\r\nSAM 2026/0001;1;Godtas\r\n".encode()
    outcome = import_recommendations(actor=officer, now=NOW, content=content)
    assert sorted(fault.column or "" for fault in outcome.faults) == missing
    assert {(fault.row, str(fault.problem)) for fault in outcome.faults} == {(2, "Kolumnen saknas.")}


def test_a_case_that_is_unknown_or_hidden_is_the_same_fault(officer: Person) -> None:
    hidden = make.evaluation(person(Role.MARKET), secrecy_class=SecrecyClass.SEALED)
    for number in ("SAM 2020/0001", hidden.registry_number):
        outcome = _read(officer, f"{number};1;Text;1;Hög;SKL")
        assert _faults(outcome) == [(2, "registry_number")]
        assert "ingen utvärdering" in str(outcome.faults[0].problem) or "no evaluation" in str(
            outcome.faults[0].problem
        )


def test_after_closing_a_file_is_refused_like_the_page(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    follow_up.response(evaluation.recommendations[0], officer, ResponseKind.REJECTED)
    commission.close(actor=officer, now=NOW, evaluation=evaluation)
    outcome = _read(officer, _row(evaluation, number=1, response="Godtas", on="2026-11-23"))
    assert _faults(outcome) == [(2, "response")]
    assert "2026-11-23" in str(outcome.faults[0].problem)


def test_after_closing_our_own_export_is_read_in_as_unchanged(browser: Client, officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    follow_up.response(evaluation.recommendations[0], officer, ResponseKind.REJECTED)
    commission.close(actor=officer, now=NOW, evaluation=evaluation)
    db.session.commit()
    exported = browser.get("/recommendations.csv?state=all").data
    assert b"Avvisas" in exported
    outcome = import_recommendations(actor=officer, now=NOW, content=exported)
    assert (outcome.faults, outcome.count(Effect.UNCHANGED)) == ([], 1)


@pytest.mark.parametrize(
    "header", ["Diarienummer;Text", "Diarienummer;Rekommendation;Rekommendation", "Diarienummer;Rekommendation;Hmm"]
)
def test_headings_are_checked(officer: Person, header: str) -> None:
    outcome = import_recommendations(actor=officer, now=NOW, content=f"{header}\r\n".encode())
    assert outcome.faults and outcome.faults[0].row == 1


PAYLOADS = ["=1+1", "+46 8 123", "-2", "@SUM(A1)", "＝1", "'=1+1", "''-x", '=HYPERLINK("http://example.org")', 'a;b"c']


def _everything(officer: Person) -> Evaluation:
    """Recommendations whose every text looks like a formula."""
    evaluation = follow_up.reported(officer, 0, title="=cmd|' /C calc'!A0")
    for text in PAYLOADS:
        made = follow_up.recommendation(
            evaluation, officer, f"{text} text\n\nandra stycket\u00a01", page=text[:40], suggested_owner=text,
            reason=text,
        )  # fmt: skip
        follow_up.response(made, officer, ResponseKind.PARTLY, reason=text, responded_by=text, decision_reference=text)
        follow_up.action(made, officer, text, owner_name=text)
        second = follow_up.action(made, officer, f"{text} 2", owner_id=officer.id)
        follow_up.done(second, officer, evidence=text)
        actions.verify(actor=person(Role.STEERING, name=f"{text} V"), now=NOW, action=second, note=text)
    return evaluation


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", ["sv", "en"])
def test_our_own_export_opens_as_text_and_changes_nothing(
    browser: Client, officer: Person, extension: str, locale: str
) -> None:
    _everything(officer)
    browser.set_cookie("samordna_language", locale)
    officer.locale = locale  # type: ignore[assignment]
    db.session.commit()
    exported = browser.get(f"/recommendations.{extension}?state=all").data
    if extension == "csv":
        cells = [cell for row in csv.reader(io.StringIO(exported.decode("utf-8-sig")), delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
        assert {plain(cell) for cell in cells} >= set(PAYLOADS)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    tried = browser.post("/recommendations/import", data={"file": (io.BytesIO(exported), f"x.{extension}")})
    assert tried.status_code == 200, _told(tried)
    rows = BeautifulSoup(tried.text, "html.parser").select("tbody tr")
    assert len(rows) == len(PAYLOADS)
    assert not BeautifulSoup(tried.text, "html.parser").select("input[name=content]"), _told(tried)
    with force_locale(locale):
        outcome = import_recommendations(actor=officer, now=NOW, content=exported)
    assert outcome.count(Effect.UNCHANGED) == len(PAYLOADS)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == before


def _told(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())[-1500:]


def test_the_page_shows_changes_and_reads_in_once(browser: Client, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    db.session.commit()
    content = "\n".join([HEADER, _new(evaluation)]).encode()
    for extension in ("csv", "xlsx"):
        assert browser.get(f"/recommendations/import/template.{extension}").status_code == 200
    assert browser.get("/recommendations/import/template.exe").status_code == 404
    assert browser.get("/recommendations/import").status_code == 200
    assert browser.post("/recommendations/import", data={}).status_code == 422
    tried = browser.post("/recommendations/import", data={"file": (io.BytesIO(content), "f.csv")})
    assert tried.status_code == 200
    hidden = {
        item["name"]: item["value"]
        for item in BeautifulSoup(tried.text, "html.parser").select("input[type=hidden]")
        if item.get("name") in ("content", "seen")
    }
    assert browser.post("/recommendations/import/confirm", data={**hidden, "seen": "x"}).status_code == 409
    assert browser.post("/recommendations/import/confirm", data=hidden).status_code == 303
    # The same again: what is stored has changed since, so it is shown anew.
    assert browser.post("/recommendations/import/confirm", data=hidden).status_code == 409
    assert len(db.session.scalars(sa.select(Recommendation)).all()) == 1
    assert db.session.scalars(sa.select(Action)).all() == []


def test_only_who_edits_evaluations_may_read_in(officer: Person, sign_in: Callable[[Person], Client]) -> None:
    reader = sign_in(person(Role.PURCHASING))
    assert reader.get("/recommendations/import").status_code == 403
    assert reader.post("/recommendations/import/confirm", data={}).status_code == 403


@pytest.mark.parametrize("locale", ["sv", "en"])
def test_the_exported_headings_and_words_are_those_that_are_read(app: Flask, locale: str) -> None:
    with app.test_request_context(), force_locale(locale):
        for heading in export_recommendations.headings():
            assert RECOMMENDATIONS.find(heading) or RECOMMENDATIONS.is_ignored(heading), heading
        read = {found.key for heading in export_recommendations.headings() if (found := RECOMMENDATIONS.find(heading))}
        assert read == {column.key for column in RECOMMENDATIONS.columns}
        for key, names in (("priority", labels.PRIORITIES), ("response", labels.RESPONSES)):
            words = RECOMMENDATIONS.column(key).words
            assert {words[str(name).casefold()] for name in names.values()} == {code.value for code in names}


def test_all_evaluations_of_the_file_are_held_before_anything_is_written(
    officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make.evaluation(officer) for _number in range(2)]
    wanted, taken = {evaluation.id for evaluation in made}, set[int]()
    record = audit.record

    def held(*cases: Evaluation) -> None:
        taken.update(case.id for case in cases)

    def recorded(*told: Any, **more: Any) -> AuditEvent:
        assert taken == wanted
        return record(*told, **more)

    monkeypatch.setattr(recommendation_import, "hold", held)
    monkeypatch.setattr(audit, "record", recorded)
    assert _read(officer, *(_new(evaluation, number=1) for evaluation in made)).count(Effect.NEW) == 2
