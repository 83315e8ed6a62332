"""Whoever sends very much by a link is asked to wait, is told until when, and gets back what was written."""

from __future__ import annotations

import re

from tests.integration.evaluations.conftest import Visit
from tests.support.forms import form_values
from tracker.core.db import db
from tracker.evaluations.models import Question


def test_questions_have_a_limit_that_tells_when_to_ask_again(here: Visit) -> None:
    path = f"{here.home}/questions"
    for number in range(21):
        values = {**form_values(here.get("/questions")), "body": f"Fråga <{number}>"}
        answer = here.client.post(path, data=values)
        assert answer.status_code == (303 if number < 20 else 429)
    assert re.search(r"efter kl\. \d\d:\d\d", answer.text)
    assert "Fråga &lt;20&gt;" in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 3660
    assert db.session.query(Question).count() == 20
    assert here.get("/questions").status_code == 200


def test_everything_that_a_link_sends_counts_together(here: Visit) -> None:
    rows = {"add_row": "1", "engagements-0-what": "Hemlig rådgivning"}
    paths = ("/declaration/new", "/language", f"/deliverables/{here.deliverable.id}/draft/delete")
    answers = [here.client.post(f"{here.home}{paths[n % 3]}", data=rows).status_code for n in range(91)]
    assert 429 not in answers[:90]
    assert answers[90] == 429
    assert "Hemlig rådgivning" in here.client.post(f"{here.home}/declaration/new", data=rows).text
