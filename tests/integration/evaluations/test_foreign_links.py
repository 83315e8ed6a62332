"""A link opens its own commission and nothing else: every address of the workspace, with everything foreign."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.integration.evaluations.addresses import address, workspace_rules
from tests.integration.evaluations.conftest import Visit, visit
from tests.integration.evaluations.reading import without_number
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.core.db import db
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations.models import Delivery
from tracker.evaluations.service import links

pytestmark = pytest.mark.usefixtures("at")


@pytest.fixture
def two(app: Flask, client: Client) -> tuple[Visit, Visit]:
    """Two commissions, each with a delivery."""
    load_reference()
    mine, theirs = visit(client), visit(client)
    for each in (mine, theirs):
        # Read, so that nothing that is said of it once stands on the next page.
        receipt = each.hand_in(f"Rapport {each.evaluation.id}".encode()).location
        assert each.client.get(receipt).status_code == 200
    return mine, theirs


def test_an_unknown_secret_is_answered_alike_everywhere(app: Flask, two: tuple[Visit, Visit]) -> None:
    mine, _theirs = two
    bodies = set()
    tried = 0
    for rule, method in workspace_rules(app):
        for token in ("x", "A" * 43, mine.token[:-1], mine.link.seed, mine.link.token_hash):
            answer = mine.client.open(address(app, rule, token, mine.deliverable.id, "KV-2026-0001"), method=method)
            assert answer.status_code == 404, (rule.rule, method)
            bodies.add(without_number(answer.get_data(as_text=True)))
            tried += 1
    assert len(bodies) == 1
    assert tried >= 100


def test_nothing_of_another_commission_is_found(app: Flask, two: tuple[Visit, Visit]) -> None:
    """Every address with a number in it: their numbers under my link answer like numbers that never were."""
    mine, theirs = two
    version = db.session.scalars(
        sa.select(DocumentVersion.id).join(Delivery).where(Delivery.deliverable_id == theirs.deliverable.id)
    ).one()
    slug = db.session.scalars(sa.select(Receipt.number).where(Receipt.version_id == version)).one().replace(" ", "-")
    foreign = {
        "deliverable_id": theirs.deliverable.id,
        "version_id": version,
        "number": slug,
        "comment_id": reviews.comment(theirs.deliverable, theirs.officer).id,
        "recommendation_id": follow_up.recommendation(theirs.evaluation, theirs.member.person, is_by_evaluator=True).id,
    }
    # What was sent back waits for its author's answer.
    reviews.returned(theirs.deliverable, theirs.officer, date(2027, 7, 1))
    db.session.commit()
    tried = dict.fromkeys(foreign, 0)
    for rule, method in workspace_rules(app):
        names = sorted(rule.arguments - {"token"}, key=rule.rule.index)
        assert set(names) <= foreign.keys(), f"nothing foreign is tried at {rule.rule}"
        for number, name in enumerate(names):
            # The first ones are mine, and only this one and what follows is theirs.
            known = dict.fromkeys(names[:number], mine.deliverable.id)
            answers = []
            for values in ({name: foreign[name] for name in names[number:]}, dict.fromkeys(names[number:], 999_999)):
                with app.test_request_context():
                    built = rule.build({"token": mine.token, **known, **values})
                assert built is not None
                answers.append(mine.client.open(built[1], method=method))
            assert [answer.status_code for answer in answers] == [404, 404], (rule.rule, method, name)
            assert len({without_number(answer.get_data(as_text=True)) for answer in answers}) == 1
            tried[name] += 1
    assert min(tried.values()) >= 1, tried


def test_a_file_for_one_commission_is_of_no_use_in_another(two: tuple[Visit, Visit]) -> None:
    mine, theirs = two
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": "filename YS50eHQ="}
    created = theirs.client.post(f"{theirs.deliver_path}/uploads", headers=headers)
    assert created.status_code == 201
    part = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert mine.client.patch(created.location, data=b"12345", headers=part).status_code == 204
    values = form_values(mine.client.get(mine.deliver_path))
    answer = mine.client.post(mine.deliver_path, data={**values, "upload": created.location})
    assert answer.status_code == 422
    assert "/uploads/" in created.location


def test_an_upload_whose_size_was_misdeclared_is_not_handed_in(two: tuple[Visit, Visit]) -> None:
    mine, _theirs = two
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "filename YS50eHQ="}
    created = mine.client.post(f"{mine.deliver_path}/uploads", headers=headers)
    part = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert mine.client.patch(created.location, data=b"12345", headers=part).status_code == 204
    before = db.session.scalar(sa.select(sa.func.count(Delivery.id)))
    answer = mine.client.post(
        mine.deliver_path, data={**form_values(mine.client.get(mine.deliver_path)), "upload": created.location}
    )
    assert answer.status_code == 422
    more = mine.client.patch(created.location, data=b"678901", headers={**part, "Upload-Offset": "5"})
    assert more.status_code == 413
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == before


def test_a_signed_in_person_gets_in_by_no_other_way(app: Flask, two: tuple[Visit, Visit], sign_in: object) -> None:
    mine, _theirs = two
    assert callable(sign_in)
    browser = sign_in(person(Role.MARKET))
    assert browser.get("/commission/unknown").status_code == 404
    assert browser.get(mine.home).status_code == 200
    assert "Ansvarig Handläggare" in browser.get(mine.home).get_data(as_text=True)


def test_a_revoked_link_takes_nothing(two: tuple[Visit, Visit]) -> None:
    mine, _theirs = two
    values = form_values(mine.client.get(mine.deliver_path))
    links.revoke(actor=mine.officer, now=make.NOW, link=mine.link)
    before = db.session.scalar(sa.select(sa.func.count(Delivery.id)))
    answer = mine.client.post(mine.deliver_path, data={**values, "file": (BytesIO(b"Ny"), "ny.txt")})
    assert answer.status_code == 410
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    assert mine.client.post(f"{mine.deliver_path}/uploads", headers=headers).status_code == 410
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == before
