"""What was written in a form that is no longer offered is given back, to be copied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.factories import reviews
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.documents.models import DocumentVersion
from tracker.evaluations.enums import DeliverableState

SignIn = Callable[[Person], Client]
NEW_DAY = date(2026, 12, 15)


@pytest.fixture
def version(here: Visit) -> DocumentVersion:
    """A first version that waits for its review."""
    return reviews.delivered(here.deliverable, here.member)


def page_of(here: Visit) -> str:
    return f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"


def test_what_is_written_for_a_version_that_somebody_else_decided_on_is_given_back(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    browser, base = sign_in(here.officer), page_of(here)
    opened = form_values(browser.get(f"{base}/return"))
    comment = form_values(browser.get(base), f"{base}/comments") | {"kind": "view", "body": "Lång synpunkt"}
    here.deliverable.state = DeliverableState.APPROVED
    db.session.commit()
    late = {
        f"{base}/return": opened | {"reason": "Långa skäl"},
        f"{base}/comments": comment,
    }
    for path, values in late.items():
        answer = browser.post(path, data=values)
        written = values.get("reason") or values["body"]
        assert answer.status_code == 422 and "Det du hade skrivit" in answer.text and written in answer.text, path


def test_an_answer_to_a_comment_of_a_version_that_is_approved_meanwhile_is_given_back(
    here: Visit, version: DocumentVersion
) -> None:
    asked = reviews.comment(here.deliverable, here.officer)
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    path = f"{here.deliver_path}/comments/{asked.id}"
    values = form_values(here.get("/comments"), path) | {
        f"comment-{asked.id}-answer": "rejected",
        f"comment-{asked.id}-answer_text": "Källan säger så",
    }
    here.deliverable.state = DeliverableState.APPROVED
    db.session.commit()
    answer = here.client.post(path, data=values)
    assert answer.status_code == 422 and "Det du hade skrivit" in answer.text and "Källan säger så" in answer.text
