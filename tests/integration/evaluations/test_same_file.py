"""The same bytes handed in again: for the same thing, for something else, and after a wrong upload."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories import reviews
from tests.integration.evaluations.conftest import Visit, visit
from tracker.core.db import db
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations.enums import DeliverableState
from tracker.evaluations.models import Delivery


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_same_file_later_leads_to_the_same_receipt(here: Visit) -> None:
    first, again = here.hand_in(b"Rapport"), here.hand_in(b"Rapport", "annat namn.txt")
    assert first.location == again.location
    assert count(Delivery) == 1
    assert "exakt den här filen" in here.client.get(again.location).get_data(as_text=True)


def test_the_receipt_says_once_that_it_is_mailed(here: Visit) -> None:
    address = here.hand_in(b"Rapport").location
    assert "Kvittot mejlas" in here.client.get(address).text
    assert "Kvittot mejlas" not in here.client.get(address).text
    assert "Kvittot mejlas" not in here.client.get(here.hand_in(b"Rapport").location).text


def test_the_file_that_was_sent_back_is_not_taken_for_the_corrected_one(here: Visit) -> None:
    here.hand_in(b"Rapport")
    reviews.returned(here.deliverable, here.officer, date(2027, 7, 1))
    db.session.commit()
    answer = here.hand_in(b"Rapport", change_note="Allt är rättat.")
    assert answer.status_code == 422
    assert "samma fil som skickades tillbaka 2026-11-23" in answer.text and "Allt är rättat." in answer.text
    assert (count(Delivery), here.deliverable.state) == (1, DeliverableState.RETURNED)
    assert here.hand_in(b"Rapport 2").status_code == 303
    assert here.deliverable.state is DeliverableState.SUBMITTED


def test_the_same_file_for_something_else_is_received_and_asked_about(here: Visit) -> None:
    here.hand_in(b"Rapport")
    first, here.deliverable = here.deliverable, make.deliverable(here.evaluation, here.officer, title="Bilagor")
    question = f"Exakt samma fil har också lämnats in som ”{first.title}”"
    assert question not in here.client.get(here.hand_in(b"Bilaga").location).get_data(as_text=True)
    assert question in here.client.get(here.hand_in(b"Rapport").location).get_data(as_text=True)
    assert count(Delivery) == 3
    # Another commission's files are nobody's business here.
    other = visit(here.client)
    assert "samma fil" not in here.client.get(other.hand_in(b"Rapport").location).get_data(as_text=True)


def test_an_earlier_version_handed_in_again_is_a_new_one_that_says_so(here: Visit) -> None:
    for content in (b"Ett", b"Fel fil"):
        here.hand_in(content)
    answer = here.hand_in(b"Ett")
    versions = db.session.scalars(sa.select(DocumentVersion).order_by(DocumentVersion.number)).all()
    assert [version.number for version in versions] == [1, 2, 3] and count(Receipt) == 3
    assert "samma fil som version 1" in here.client.get(answer.location).text
    assert here.hand_in(b"Ett").location == answer.location
