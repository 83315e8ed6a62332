"""A link that arrived damaged, and pages that are not there: an evaluator is told what to do, not sent to the staff."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.integration.evaluations.conftest import Visit
from tests.integration.evaluations.reading import without_number
from tracker.core.db import db
from tracker.evaluations.models import Question
from tracker.evaluations.service import links

SIGNS = [".", ")", ">", ",", "%20", "/", ").", "%22", "…", ">%20"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("path", ["", "/questions", "/calendar.ics"])
def test_signs_behind_an_address_are_taken_off(here: Visit, path: str, sign: str) -> None:
    answer = here.get(path + sign)
    assert answer.status_code == 302
    assert answer.location == here.home + path
    assert here.client.get(answer.location).status_code == 200


def test_the_redirect_asks_nobody(here: Visit) -> None:
    """Known, unknown and withdrawn secrets are sent on alike, and never to another site."""
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    for token in (here.token, "A" * 43, "x"):
        assert here.client.get(f"/commission/{token}).").location == f"/commission/{token}"
    assert here.client.get("/commission///example.org/.").location == "/commission///example.org"
    assert (
        here.client.get("/commission/x/progress.?answer=on_track").location == "/commission/x/progress?answer=on_track"
    )


def test_a_link_cut_short_leads_to_the_mail_and_not_to_the_staffs_pages(here: Visit) -> None:
    pages = set()
    for path in (
        here.home[:-1],
        here.home[:20],
        "/commission/",
        "/commission",
        f"/commission/{'A' * 43}/nowhere/at/all",
    ):
        answer = here.client.get(path, follow_redirects=True)
        assert answer.status_code == 404
        pages.add(without_number(answer.text))
    assert len(pages) == 1
    page = pages.pop()
    assert "Öppna länken i mejlet igen" in page and "kontaktpersonen" in page
    assert "/sign-in" not in page and "upphandlingar" not in page


def test_what_is_not_in_the_commission_leads_back_to_it(here: Visit) -> None:
    for path in ("/deliverables/999999", "/receipts/KV-2026-9999", "/nowhere", "/versions/999999/file", "/a/b/c"):
        answer = here.get(path)
        assert answer.status_code == 404
        assert f'href="{here.home}">Tillbaka till uppdraget' in answer.text
        assert "/sign-in" not in answer.text and here.evaluation.title in answer.text


def test_what_was_written_to_such_a_page_is_given_back(here: Visit) -> None:
    answer = here.client.post(f"{here.home}/recommendations/999999", data={"body": "En lång rekommendation"})
    assert answer.status_code == 404 and "En lång rekommendation" in answer.text


def test_a_withdrawn_link_says_so_below_it_too(here: Visit) -> None:
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    assert [here.get(path).status_code for path in ("", "/nowhere", "/deliverables/999999")] == [410, 410, 410]


def test_other_pages_keep_their_own(app: Flask, here: Visit) -> None:
    assert here.client.get("/commissions.").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 0
