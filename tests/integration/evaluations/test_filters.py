"""A filter that cannot be: the page of the list says so, and nobody gets a file of everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import evaluations as make
from tests.factories import follow_up
from tests.support.client import Client
from tracker.accounts.models import Person
from tracker.core.db import db


@pytest.fixture
def browser(officer: Person, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(officer)


def test_a_filter_that_cannot_be_gives_neither_list_nor_file(officer: Person, browser: Client) -> None:
    made = make.evaluation(officer)
    for query in ("phase=nonsense", "tab=noted&phase=nonsense", "phase=%00"):
        page = browser.get(f"/evaluations?{query}")
        assert page.status_code == 200
        assert "Adressen frågar efter något som inte går att välja här" in page.text, query
        assert 'id="phase"' in page.text and made.title not in page.text
        for ending in ("csv", "xlsx"):
            answer = browser.get(f"/evaluations.{ending}?{query}&endpoint=x")
            assert answer.location == f"/evaluations?{query}&endpoint=x"
    assert made.title in browser.get("/evaluations.csv?phase=running").text


def test_a_filter_of_recommendations_that_cannot_be_gives_neither_list_nor_file(
    browser: Client, officer: Person
) -> None:
    made = follow_up.reported(officer)
    db.session.commit()
    for query in (
        "state=x",
        "state=open%00",
        "priority=x",
        "addressee=x",
        f"addressee={follow_up.addressee_id('skl')}",
    ):
        page = browser.get(f"/recommendations?{query}")
        assert page.status_code == 200
        assert "Adressen frågar efter något som inte går att välja här" in page.text, query
        assert made.title not in page.text
        for ending in ("csv", "xlsx"):
            answer = browser.get(f"/recommendations.{ending}?{query}&endpoint=x&_external=1")
            assert answer.location == f"/recommendations?{query}&endpoint=x&_external=1"
    assert browser.get(f"/recommendations.csv?addressee={follow_up.addressee_id()}&state=all").mimetype == "text/csv"
