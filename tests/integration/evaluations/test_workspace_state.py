"""What the evaluator's pages say once something is over, of another type, or sent by a link that no longer works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.documents.models import Upload
from tracker.evaluations.enums import Criterion, EvaluationPhase
from tracker.evaluations.service import links

SignIn = Callable[[Person], Client]
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


def begin(client: Client, path: str) -> str:
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": "filename YS50eHQ="}
    answer = client.post(f"{path}/uploads", headers=headers)
    assert answer.status_code == 201
    return answer.location


@pytest.mark.parametrize(("phase", "said"), [("closed", "avslutad"), ("cancelled", "avbruten")])
def test_what_is_over_shows_its_state_and_no_form(here: Visit, phase: str, said: str) -> None:
    here.evaluation.phase = EvaluationPhase(phase).value
    here.evaluation.cancel_reason = "Uppdraget dras tillbaka" if phase == "cancelled" else None
    db.session.commit()
    ways = (
        here.home,
        here.deliver_path,
        f"{here.deliver_path}/progress",
        f"{here.home}/questions",
        f"{here.home}/decline",
    )
    for path in ways:
        page = here.client.get(path).text
        assert f"Utvärderingen är {said}" in page and "Inväntas" not in page
        assert phase == "closed" or "Utvärderingen är avslutad" not in page
        assert 'type="file"' not in page and "<textarea" not in page and "Hur går det" not in page
    answer = here.client.post(f"{here.deliver_path}/uploads", headers={**TUS, "Upload-Length": "5"})
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert "avslutad" in answer.text and "<" not in answer.text


def test_what_is_written_when_it_is_over_is_given_back(here: Visit) -> None:
    here.evaluation.phase = EvaluationPhase.CLOSED.value
    db.session.commit()
    answer = here.client.post(
        f"{here.deliver_path}/progress", data={"answer": "more_time", "reason": "Sjukdom i teamet"}
    )
    assert answer.status_code == 422 and "Sjukdom i teamet" in answer.text
    for path, field in (("/questions", "body"), ("/decline", "reason")):
        answer = here.client.post(here.home + path, data={field: "Sjukdom i teamet"})
        assert answer.status_code == 422 and "Sjukdom i teamet" in answer.text


def test_another_type_than_asked_for_is_received_and_told_to_both(here: Visit, sign_in: SignIn) -> None:
    here.deliverable.format = "PDF, högst 40 sidor"
    db.session.commit()
    receipt = here.client.get(here.hand_in(b"Rapport", "rapport.txt").location).text
    assert "Är det rätt fil?" in receipt and "PDF, högst 40 sidor" in receipt
    page = sign_in(here.officer).get(f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}").text
    assert "Annat än det efterfrågade" in page
    here.deliverable.format = "Text"
    db.session.commit()
    assert "Är det rätt fil?" not in here.client.get(here.hand_in(b"Rapport 2", "rapport.txt").location).text


def test_an_upload_ends_with_the_link_it_was_begun_by(here: Visit) -> None:
    address = begin(here.client, here.deliver_path)
    assert here.client.patch(address, data=b"12345", headers=PART).status_code == 204
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    db.session.commit()
    answer = here.client.patch(address, data=b"67890", headers={**PART, "Upload-Offset": "5"})
    assert (answer.status_code, answer.mimetype) == (410, "text/plain")
    assert "fungerar inte längre" in answer.text
    # Another link of the same member lets nobody go on with what was begun by the one that was withdrawn.
    links.make_link(actor=here.officer, now=make.NOW, member=here.member)
    assert here.client.patch(address, data=b"67890", headers={**PART, "Upload-Offset": "5"}).status_code == 410


def test_an_upload_that_is_open_when_its_link_expires_takes_no_more(here: Visit) -> None:
    address = begin(here.client, here.deliver_path)
    here.link.expires_at = make.NOW - timedelta(days=1)
    here.deliverable.due_on = here.deliverable.first_due_on = (make.NOW - timedelta(days=60)).date()
    db.session.commit()
    assert here.client.patch(address, data=b"12345", headers=PART).status_code == 410


def test_what_staff_hand_in_asks_for_no_link(here: Visit, sign_in: SignIn) -> None:
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    db.session.commit()
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"
    address = begin(browser, path)
    assert browser.patch(address, data=b"12345", headers=PART).status_code == 204
    assert db.session.scalar(sa.select(Upload.person_id)) == here.officer.id


def test_the_criteria_stand_in_the_overview(here: Visit) -> None:
    here.evaluation.criteria = [Criterion.IMPACT.value]
    db.session.commit()
    page = here.get().text
    assert "Kriterier (OECD-DAC)" in page and "Effekter: vilken skillnad" in page
