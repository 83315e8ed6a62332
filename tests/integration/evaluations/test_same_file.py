"""The same bytes handed in again: for the same thing, for something else, and after a wrong upload."""

from __future__ import annotations

import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.integration.evaluations.conftest import Visit, visit
from tracker.core.db import db
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations.models import Delivery


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_same_file_later_leads_to_the_same_receipt(here: Visit) -> None:
    first, again = here.hand_in(b"Rapport"), here.hand_in(b"Rapport", "annat namn.txt")
    assert first.location == again.location
    assert count(Delivery) == 1
    assert "exakt den här filen" in here.client.get(again.location).get_data(as_text=True)


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
