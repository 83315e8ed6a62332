"""How many statements a page and a change take: not one more for every recommendation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.factories import follow_up
from tests.factories.evaluations import NOW
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tests.support.statements import statements
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.enums import ResponseKind
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import responses


def followed_up(officer: Person, count: int) -> Evaluation:
    evaluation = follow_up.reported(officer, count)
    for recommendation in evaluation.recommendations:
        follow_up.response(recommendation, officer)
        follow_up.action(recommendation, officer)
    return evaluation


def test_the_page_takes_as_many_for_one_recommendation_as_for_twelve(
    app: Flask, sign_in: Callable[[Person], Client]
) -> None:
    load_reference()
    officer = person(Role.MARKET)
    few, many = (followed_up(officer, count).id for count in (1, 12))
    browser, told = sign_in(officer), []
    with clock.frozen_at(NOW):
        browser.get(f"/evaluations/{few}")
        for number in (few, many):
            with statements() as found:
                assert browser.get(f"/evaluations/{number}").status_code == 200
            told.append(len(found))
    assert told[0] == told[1]


def test_a_change_takes_hardly_more_for_twelve(app: Flask) -> None:
    load_reference()
    officer, told = person(Role.MARKET), []
    for count in (1, 12):
        response = followed_up(officer, count).recommendations[0].response
        assert response is not None
        db.session.commit()
        with statements() as found:
            responses.change(
                actor=officer, now=NOW, response=response, kind=ResponseKind.PARTLY, reason="Delvis",
                responded_by=response.responded_by, responded_on=response.responded_on,
            )  # fmt: skip
        told.append(len(found))
    assert told[1] - told[0] < 5
