"""The number of a form is the browser's to say: one that made something elsewhere gives nothing of it back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.deadlines import bare_case
from tests.factories.evaluations import NOW
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.cases import queries as cases
from tracker.cases.service import add_note
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.enums import DeliverableState
from tracker.evaluations.models import Delivery
from tracker.evaluations.service import questions


def test_a_note_of_another_case_is_not_given_back(app: Flask) -> None:
    officer = person(Role.MARKET)
    case, other = bare_case(officer), bare_case(officer)
    values: dict[str, Any] = {"actor": officer, "now": NOW, "submission_id": "b1c9"}
    note = add_note(case=case, body="Hemligt", **values)
    assert add_note(case=case, body="Hemligt", **values) is note
    with pytest.raises(DomainError, match="användes till något annat"):
        add_note(case=other, body="Gissat", **values)
    assert cases.list_notes(other.id) == []


def test_a_question_of_another_commission_is_not_given_back(here: Visit) -> None:
    other = make.member(make.evaluation(here.officer), here.officer)
    asked = questions.ask(actor=other.person, now=NOW, member=other, body="Får vi mer tid?", submission_id="b1c9")
    with pytest.raises(DomainError, match="användes till något annat"):
        questions.ask(actor=here.member.person, now=NOW, member=here.member, body="Gissat", submission_id="b1c9")
    assert asked.body == "Får vi mer tid?"


def test_a_delivery_of_another_deliverable_is_not_given_back(here: Visit, client: Client) -> None:
    second = make.deliverable(here.evaluation, here.officer, title="Bilagor")
    used = form_values(client.get(here.deliver_path), action=None)["submission"]
    assert here.hand_in(submission=used).status_code == 303
    assert here.hand_in(submission=used).status_code == 303
    first, here.deliverable = here.deliverable, second
    answer = here.hand_in(b"Annat", submission=used)
    assert answer.status_code == 422 and "användes till något annat" in answer.text
    assert (first.state, second.state) == (DeliverableState.SUBMITTED, DeliverableState.OPEN)
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 1
