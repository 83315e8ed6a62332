"""Open recommendations of our own evaluations stand in every report until they are closed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import evaluations as make
from tests.factories import follow_up
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.factories.snapshots import first_form, snapshot
from tests.integration.reports.conftest import built
from tests.support.statements import statements
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core import canonical_json
from tracker.core.db import db
from tracker.evaluations.enums import ResponseKind
from tracker.evaluations.service import actions
from tracker.organisations.queries import get_by_code
from tracker.reports import presentation
from tracker.reports.enums import EditionState
from tracker.reports.models import ReportEdition

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def officer(app: Flask) -> Person:
    load_reference()
    return person(Role.MARKET, name="Ansvarig Handläggare")


def test_each_is_told_with_its_age_and_its_next_action(officer: Person) -> None:
    evaluation = follow_up.reported(officer, 2)
    answered = evaluation.recommendations[1]
    follow_up.response(answered, officer, ResponseKind.PARTLY)
    later = follow_up.action(answered, officer, "Senare", due_on=date(2027, 9, 1))
    first = follow_up.action(
        answered, officer, "Först", due_on=date(2027, 2, 1), organisation_id=get_by_code("region-01").id
    )
    snapshot = built()
    unanswered, acted = snapshot.recommendations
    assert (unanswered.number, unanswered.is_unanswered, unanswered.age_days) == (1, True, 21)
    assert (unanswered.due_on, unanswered.next_action, unanswered.addressee) == (
        date(2026, 12, 14), None, "Marknadsfunktionen",
    )  # fmt: skip
    assert (acted.next_action, acted.due_on, acted.owner) == (first.body, first.due_on, first.owner_name)
    assert acted.owner_body == "Region Stockholm"
    assert (acted.response, acted.state, later.state) == ("partly", "under_way", "open")
    totals = snapshot._totals()
    assert (totals["recommendations"], totals["unanswered"], totals["oldest_unanswered_days"]) == (2, 1, 21)


def test_a_closed_one_and_a_draft_are_not_told(officer: Person) -> None:
    evaluation = follow_up.reported(officer, 2)
    first, second = evaluation.recommendations
    follow_up.response(first, officer, ResponseKind.REJECTED)
    follow_up.response(second, officer)
    action = follow_up.done(follow_up.action(second, officer), officer)
    follow_up.recommendation(make.evaluation(officer), officer)
    assert [line.number for line in built().recommendations] == [2]
    actions.verify(actor=person(Role.STEERING), now=NOW, action=action)
    assert built().recommendations == []


def test_those_of_evaluations_by_others_are_told_apart(officer: Person) -> None:
    follow_up.recommendation(make.noted(officer), officer)
    snapshot = built()
    assert snapshot.recommendations == []
    assert snapshot.noted_recommendations == 1
    assert snapshot._totals()["recommendations"] == 0
    report = presentation.present(snapshot.to_bytes())
    assert "inte medräknad" in " ".join(report.notes)


@pytest.mark.parametrize("secrecy", [SecrecyClass.RESTRICTED, SecrecyClass.SEALED])
def test_a_hidden_evaluation_is_one_line_with_its_number(officer: Person, secrecy: SecrecyClass) -> None:
    evaluation = follow_up.reported(officer, 3, title="HEMLIG utvärdering", secrecy_class=secrecy)
    snapshot = built()
    frozen = snapshot.to_bytes()
    for word in ("HEMLIG", "Rekommendation nummer"):
        assert word.encode() not in frozen
    (line,) = snapshot.recommendations
    assert (line.case_number, line.secrecy_class, line.is_withheld) == (evaluation.registry_number, secrecy, True)
    assert snapshot._totals()["recommendations"] == 0
    table = presentation.present(frozen).tables[presentation.Part.RECOMMENDATIONS]
    assert table.rows[0][1] is not None
    assert "Undantaget" in str(table.rows[0][1]) or "sekretess" in str(table.rows[0][1]).lower()


def test_the_number_of_statements_does_not_follow_them(officer: Person) -> None:
    counts = []
    for _round in range(2):
        for recommendation in follow_up.reported(officer, 3).recommendations:
            follow_up.response(recommendation, officer)
            follow_up.action(recommendation, officer)
        db.session.flush()
        db.session.expire_all()
        with statements() as sent:
            built()
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("form", ["first", "second"])
def test_the_page_shows_editions_of_both_forms(officer: Person, sign_in: Any, form: str) -> None:
    frozen = first_form() if form == "first" else snapshot().to_bytes()
    edition = ReportEdition(
        year=2026,
        sequence=1,
        number="2026-01",
        as_of_on=date(2026, 11, 22),
        state=EditionState.DONE,
        step="done",
        snapshot=frozen.decode(),
        snapshot_sha256=canonical_json.sha256_hex(frozen),
        frozen_at=NOW,
        requested_at=NOW,
        requested_by_id=officer.id,
        requested_by_name=officer.name,
        attempts=1,
        finished_at=NOW,
    )
    db.session.add(edition)
    db.session.commit()
    client: FlaskClient = sign_in(officer)
    page = client.get(f"/reports/{edition.id}")
    assert page.status_code == 200
    assert ("part-recommendations" in page.text) is (form == "second")
