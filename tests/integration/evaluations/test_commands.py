"""``samordna evaluations``: the list for scripts, and links that are recorded."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.evaluations.models import EvaluatorLink
from tracker.evaluations.queries.links import expires_at, find_link


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


@pytest.fixture
def officer() -> Person:
    return person(Role.MARKET, name="Marknadshandläggare Ett")


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["evaluations", *arguments])
    db.session.expire_all()
    return result.exit_code, result.output


def test_the_list_is_told_as_json_with_ours_alone(app: Flask, officer: Person) -> None:
    ours = make.evaluation(officer, "Samverkan")
    make.noted(officer)
    status, output = run(app, "list", "--format", "json")
    told = json.loads(output)
    assert status == 0
    assert [row["number"] for row in told] == [ours.registry_number]
    assert told[0]["phase"] == "preparation"
    assert told[0]["open_recommendations"] == 0
    assert len(json.loads(run(app, "list", "--format", "json", "--tab", "all")[1])) == 2
    assert "1 evaluations" in run(app, "list", "--tab", "noted")[1]


def test_a_link_opens_the_commission_and_is_recorded(app: Flask, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    member = make.member(evaluation, officer)
    status, output = run(app, "link", evaluation.registry_number, "--format", "json")
    assert status == 0
    told = json.loads(output)
    link = find_link(told["url"].rsplit("/", 1)[1])
    assert link is not None
    assert link.member_id == member.id
    assert told["person"] == member.person.email
    events = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == AuditAction.EVALUATOR_LINK_MADE)).all()
    assert [event.case_id for event in events] == [evaluation.id]


def test_a_link_is_said_to_work_until_it_really_ends(app: Flask, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    make.member(evaluation, officer)
    make.deliverable(evaluation, officer, due_on=date(2040, 6, 1))
    told = json.loads(run(app, "link", evaluation.registry_number, "--format", "json")[1])
    link = find_link(told["url"].rsplit("/", 1)[1])
    assert link is not None
    assert told["expires_at"] == expires_at(link).isoformat() > "2040-07-01"


@pytest.mark.parametrize("written", ["sam {year}/{sequence}", "SAM{year}/000{sequence}", " Sam  {year} / {sequence}"])
def test_a_number_is_understood_however_it_is_written(app: Flask, officer: Person, written: str) -> None:
    evaluation = make.evaluation(officer)
    make.member(evaluation, officer)
    number = written.format(year=evaluation.registry_year, sequence=evaluation.registry_sequence)
    assert run(app, "link", number)[0] == 0


def test_an_unknown_number_says_where_the_numbers_stand(app: Flask) -> None:
    status, output = run(app, "link", "SAM 1999/0001")
    assert status == 3 and "samordna evaluations list --tab all" in output


def test_a_link_for_another_member_by_address(app: Flask, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    make.member(evaluation, officer)
    second = make.member(evaluation, officer, email="tva@example.org")
    status, output = run(app, "link", evaluation.registry_number, "--person", "TVA@example.org")
    assert status == 0
    assert "/commission/" in output
    assert db.session.scalars(sa.select(EvaluatorLink.member_id)).all() == [second.id]


def test_each_refusal_has_its_own_status_and_makes_nothing(app: Flask, officer: Person) -> None:
    empty, full, noted = make.evaluation(officer), make.evaluation(officer), make.noted(officer)
    first, _second = make.member(full, officer), make.member(full, officer)
    assert run(app, "link", "SAM 1999/0001")[0] == 3
    assert run(app, "link", empty.registry_number)[0] == 4
    assert run(app, "link", noted.registry_number)[0] == 4
    assert run(app, "link", full.registry_number, "--person", "nobody@example.org")[0] == 6
    first.is_contact = False
    status, output = run(app, "link", full.registry_number)
    assert status == 5
    assert first.person.email in output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EvaluatorLink)) == 0
