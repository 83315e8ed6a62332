"""The pages of evaluations, as the people who commission them use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.evaluations.models import Evaluation

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


@pytest.fixture
def officer() -> Person:
    return person(Role.MARKET, name="Marknadshandläggare Ett")


@pytest.fixture
def browser(officer: Person, sign_in: SignIn) -> Client:
    db.session.commit()
    return sign_in(officer)


def test_every_page_of_an_evaluation_is_well_formed(officer: Person, browser: Client) -> None:
    evaluation, member, deliverable = make.ready(officer, person(Role.STEERING), report_on=date(2027, 6, 1))
    noted = make.noted(officer, report_url="https://example.org/rapport")
    db.session.commit()
    base = f"/evaluations/{evaluation.id}"
    for path in (
        "/evaluations", "/evaluations?tab=noted", "/evaluations?tab=all", "/evaluations?q=finns+inte",
        "/evaluations/new", "/evaluations/note", base, f"/evaluations/{noted.id}", f"/evaluations/{noted.id}/noted",
        f"{base}/facts", f"{base}/brief", f"{base}/selection", f"{base}/evaluator", f"{base}/contract",
        f"{base}/cancel", f"{base}/close", f"{base}/team/new", f"{base}/team/{member.id}",
        f"{base}/team/{member.id}/leave", f"{base}/deliverables/new", f"{base}/deliverables/usual",
        f"{base}/deliverables/usual?report_on=2027-09-01", f"{base}/deliverables/{deliverable.id}/change",
        f"{base}/deliverables/{deliverable.id}/cancel",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code == 200, path
