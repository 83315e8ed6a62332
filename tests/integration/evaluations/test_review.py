"""The fact check: comments, sending back, answering, approving; and two who do it at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW, TODAY
from tests.factories.messages import in_the_queue
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.service import find_by_key
from tracker.documents.enums import ScanState
from tracker.documents.models import DocumentVersion
from tracker.evaluations.enums import (
    CommentAnswer,
    CommentKind,
    DeliverableKind,
    DeliverableState,
    EvaluationPhase,
    ReviewOutcome,
)
from tracker.evaluations.models import Deliverable, Review, ReviewComment
from tracker.evaluations.queries.review import list_versions
from tracker.evaluations.service import review
from tracker.outbox.models import OutboxMessage

SignIn = Callable[[Person], Client]
NEW_DAY = date(2026, 12, 15)


@pytest.fixture
def version(here: Visit) -> DocumentVersion:
    """A first version that waits for its review."""
    return reviews.delivered(here.deliverable, here.member)


def page_of(here: Visit) -> str:
    return f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"


def comments() -> list[ReviewComment]:
    return list(db.session.scalars(sa.select(ReviewComment).order_by(ReviewComment.id)))


def news(event: str) -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", event)


def approve(here: Visit, version: DocumentVersion, **values: Any) -> Review:
    told = {"now": NOW, **values}
    return review.approve_version(actor=here.officer, deliverable=here.deliverable, version_id=version.id, **told)


def test_comments_are_numbered_by_version_and_added_once(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    browser = sign_in(here.officer)
    fields = form_values(browser.get(page_of(here)), f"{page_of(here)}/comments") | {
        "kind": "factual_error",
        "page": "12",
        "quote": "41 landsting",
        "body": "Det är 21 landsting",
        "for_name": "Landstinget Exempel",
    }
    for _ in range(2):
        assert browser.post(f"{page_of(here)}/comments", data=fields).status_code == 303
    fields |= {"submission": str(uuid.uuid4()), "kind": "view", "body": "Tonen är hård"}
    assert browser.post(f"{page_of(here)}/comments", data=fields).status_code == 303
    assert [(item.number, item.kind, item.page) for item in comments()] == [
        (1, CommentKind.FACTUAL_ERROR, "12"),
        (2, CommentKind.VIEW, "12"),
    ]
    empty = browser.post(f"{page_of(here)}/comments", data=fields | {"body": "", "quote": "behållen text"})
    assert empty.status_code == 422 and "behållen text" in empty.text


def test_beside_comments_that_are_not_sent_stands_the_way_to_send_them(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    browser, way = sign_in(here.officer), f'href="{page_of(here)}/return"'
    before = browser.get(page_of(here)).text.count(way)
    reviews.comment(here.deliverable, here.officer)
    page = browser.get(page_of(here)).text
    assert page.count(way) == before + 1 and "1 synpunkt är skriven men inte skickad" in page


def test_a_comment_is_reworded_and_removed_until_it_is_sent(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    first, second = reviews.comment(here.deliverable, here.officer), reviews.comment(here.deliverable, here.officer)
    browser, path = sign_in(here.officer), f"/evaluations/{here.evaluation.id}/comments/{first.id}"
    values = form_values(browser.get(path)) | {"kind": "unclear", "body": "Oklart vem som avses"}
    assert browser.post(path, data=values).status_code == 303
    assert first.body == "Oklart vem som avses"
    stale = browser.post(path, data=values | {"body": "Något annat"})
    assert stale.status_code == 409 and "Oklart vem som avses" in stale.text
    remove = f"/evaluations/{here.evaluation.id}/comments/{second.id}"
    assert (
        browser.post(f"{remove}/remove", data=form_values(browser.get(remove), f"{remove}/remove")).status_code == 303
    )
    assert [item.id for item in comments()] == [first.id]
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    answer = browser.post(path, data=values | {"version": str(first.version), "body": "För sent"})
    assert answer.status_code == 422
    assert first.body == "Oklart vem som avses"
    assert browser.post(f"{path}/remove", data={"version": str(first.version)}).status_code == 422


def test_sending_back_tells_the_evaluator_exactly_what_is_asked(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    reviews.comment(here.deliverable, here.officer, "Det är 21 landsting", page="12", quote="41 landsting")
    assert "Det är 21 landsting" not in here.get("/comments").text
    browser, path = sign_in(here.officer), f"{page_of(here)}/return"
    fields = form_values(browser.get(path))
    assert browser.post(path, data=fields | {"reason": ""}).status_code == 422
    fields |= {"reason": "Rätta sifferfelen", "new_due_on": NEW_DAY.isoformat()}
    for _ in range(2):
        assert browser.post(path, data=fields).status_code == 303
    assert (here.deliverable.state, here.deliverable.due_on) == (DeliverableState.RETURNED, NEW_DAY)
    deadline = find_by_key(here.evaluation.id, f"deliverable:{here.deliverable.id}")
    assert deadline is not None and (deadline.state, deadline.due_on) == (DeadlineState.OPEN, NEW_DAY)
    assert [message.person_id for message in news("returned")] == [here.member.person_id]
    page = here.get("/comments").text
    assert "Det är 21 landsting" in page and "41 landsting" in page and "Rätta sifferfelen" in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 1


def test_what_is_sent_is_what_was_read(here: Visit, version: DocumentVersion, sign_in: SignIn) -> None:
    browser, path = sign_in(here.officer), f"{page_of(here)}/return"
    fields = form_values(browser.get(path)) | {"reason": "Rätta", "new_due_on": NEW_DAY.isoformat()}
    late = reviews.comment(here.deliverable, person(Role.SUPPORT), "Tillagd av en kollega")
    answer = browser.post(path, data=fields)
    assert answer.status_code == 422 and "Tillagd av en kollega" in answer.text
    assert here.deliverable.state is DeliverableState.SUBMITTED and late.sent_at is None
    assert browser.post(path, data=form_values(answer) | {"reason": "Rätta"}).status_code == 303
    assert late.sent_at is not None


@pytest.mark.parametrize("new_due_on", [TODAY, TODAY - timedelta(days=1), date(9999, 12, 31)])
def test_the_new_day_is_a_day_to_come(here: Visit, version: DocumentVersion, new_due_on: date) -> None:
    with pytest.raises(DomainError) as refused:
        reviews.returned(here.deliverable, here.officer, new_due_on)
    assert refused.value.field == "new_due_on"


def test_each_comment_is_answered_and_no_needs_a_reason(here: Visit, version: DocumentVersion) -> None:
    first, second = reviews.comment(here.deliverable, here.officer), reviews.comment(here.deliverable, here.officer)
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    page = here.get("/comments")
    path = f"{here.deliver_path}/comments/{first.id}"
    prefix = f"comment-{first.id}-"
    fields = form_values(page, path) | {f"{prefix}answer": "rejected", f"{prefix}answer_text": ""}
    assert here.client.post(path, data=fields).status_code == 422
    fields[f"{prefix}answer_text"] = "Uppgiften stämmer, se bilaga 2"
    assert here.client.post(path, data=fields).status_code == 303
    assert (first.answer, first.answered_by_name) == (CommentAnswer.REJECTED, "Eva Utvärderare")
    fields[f"{prefix}answer_text"] = "Skrivet i en annan flik"
    stale = here.client.post(path, data=fields)
    assert stale.status_code == 409 and "se bilaga 2" in stale.text
    review.answer_comment(actor=here.member.person, now=NOW, comment=second, answer=CommentAnswer.ACCEPTED)
    assert second.answer is CommentAnswer.ACCEPTED
    assert "Alla synpunkter är besvarade" in here.get("/comments").text


def test_unanswered_comments_do_not_hold_a_delivery_back(here: Visit, version: DocumentVersion) -> None:
    comment = reviews.comment(here.deliverable, here.officer)
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    reviews.delivered(here.deliverable, here.member, received_at=NOW + timedelta(days=2), change_note="Siffror rättade")
    review.answer_comment(actor=here.member.person, now=NOW, comment=comment, answer=CommentAnswer.ACCEPTED)
    assert comment.answer is CommentAnswer.ACCEPTED


def test_what_changed_between_versions_is_stated(here: Visit, sign_in: SignIn) -> None:
    made = reviews.delivered(here.deliverable, here.member, size_bytes=10_000)
    comment = reviews.comment(here.deliverable, here.officer, "Det är 21 landsting")
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    review.answer_comment(
        actor=here.member.person, now=NOW, comment=comment, answer=CommentAnswer.PARTLY, text="Ändrat i tabellen"
    )
    later = reviews.delivered(
        here.deliverable,
        here.member,
        size_bytes=12_000,
        change_note="Kapitel 3 omskrivet",
        received_at=NOW + timedelta(days=40),
    )
    rows = list_versions(here.deliverable)
    assert [row.version.id for row in rows] == [later.id, made.id]
    assert rows[0].difference is not None
    assert (rows[0].difference.size_bytes, rows[0].difference.words) == (2_000, None)
    page = sign_in(here.officer).get(page_of(here)).text
    for told in ("Kapitel 3 omskrivet", "Ändrat i tabellen", "Det är 21 landsting", "försenad 18 dagar", "+2"):
        assert told in page
    outsider = sign_in(person(Role.HEALTH_CARE_DELEGATION)).get(page_of(here)).text
    assert "Kapitel 3 omskrivet" in outsider and "Det är 21 landsting" not in outsider


def test_words_are_compared_where_both_texts_were_read(here: Visit) -> None:
    reviews.delivered(here.deliverable, here.member, body="ett två tre")
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    reviews.delivered(here.deliverable, here.member, body="ett två tre fyra fem")
    rows = list_versions(here.deliverable)
    assert rows[0].words == 5 and rows[0].difference is not None and rows[0].difference.words == 2


def test_the_paragraphs_that_differ_are_told_to_both_sides(here: Visit, sign_in: SignIn) -> None:
    same = "Samma stycke i båda, som är långt nog för att inte vara en rad på en sida. " * 3
    reviews.delivered(here.deliverable, here.member, body=f"{same}\nDet är 20 landsting. {same}\nGammalt. {same}")
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    later = reviews.delivered(here.deliverable, here.member, body=f"{same}\nDet är <21> landsting. {same}")
    for page in (sign_in(here.officer).get(page_of(here)).text, here.get(f"/deliverables/{here.deliverable.id}").text):
        told = BeautifulSoup(page, "html.parser")
        assert "1 stycke ändrat, 1 stycke borttaget." in told.get_text()
        assert [item.get_text()[:20] for item in told.select("ins")] == ["Det är <21> landsting"[:20]]
    later.is_set_aside = True
    page = sign_in(here.officer).get(page_of(here)).text
    assert "går inte att säga" in page and "Det är &lt;21&gt;" not in page


def test_approving_the_final_report_issues_the_recommendations(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    recommendation = follow_up.recommendation(here.evaluation, here.officer)
    browser, path = sign_in(here.officer), f"{page_of(here)}/approve"
    fields = form_values(browser.get(path)) | {"note": "Tack för ett gott arbete"}
    for _ in range(2):
        assert browser.post(path, data=fields).status_code == 303
    assert (here.deliverable.state, here.evaluation.phase) == (DeliverableState.APPROVED, EvaluationPhase.RESPONSE)
    assert recommendation.issued_on == TODAY and recommendation.response_due_on is not None
    assert find_by_key(here.evaluation.id, f"response:{recommendation.id}") is not None
    deadline = find_by_key(here.evaluation.id, f"deliverable:{here.deliverable.id}")
    assert deadline is not None and deadline.state is DeadlineState.MET
    assert [message.person_id for message in news("approved")] == [here.member.person_id]


def test_another_deliverable_issues_nothing(here: Visit) -> None:
    recommendation = follow_up.recommendation(here.evaluation, here.officer)
    here.deliverable = make.deliverable(here.evaluation, here.officer, DeliverableKind.DRAFT_REPORT)
    approve(here, reviews.delivered(here.deliverable, here.member))
    assert recommendation.issued_on is None


def test_an_approval_is_final(here: Visit, version: DocumentVersion, sign_in: SignIn) -> None:
    comment = reviews.comment(here.deliverable, here.officer)
    approve(here, version)
    with pytest.raises(DomainError):
        reviews.returned(here.deliverable, here.officer, NEW_DAY)
    with pytest.raises(DomainError):
        reviews.comment(here.deliverable, here.officer)
    with pytest.raises(DomainError):
        review.answer_comment(actor=here.member.person, now=NOW, comment=comment, answer=CommentAnswer.ACCEPTED)
    browser = sign_in(here.officer)
    for step in ("return", "approve"):
        assert "<form" not in browser.get(f"{page_of(here)}/{step}").text.partition("<main")[2].partition("</main>")[0]


def test_a_report_for_a_deliverable_that_is_approved_is_refused_in_words(here: Visit, version: DocumentVersion) -> None:
    fields: dict[str, Any] = form_values(here.client.get(here.deliver_path), action=None)
    approve(here, version)
    from io import BytesIO

    answer = here.client.post(here.deliver_path, data={**fields, "file": (BytesIO(b"Ny rapport"), "ny.txt")})
    assert answer.status_code == 422 and "godkän" in answer.text
    assert len(here.deliverable.deliveries) == 1


def test_only_the_latest_version_is_decided_on(here: Visit, version: DocumentVersion, sign_in: SignIn) -> None:
    browser = sign_in(here.officer)
    fields = form_values(browser.get(f"{page_of(here)}/approve"))
    later = reviews.delivered(here.deliverable, here.member)
    assert browser.post(f"{page_of(here)}/approve", data=fields).status_code == 422
    assert here.deliverable.state is DeliverableState.SUBMITTED
    with pytest.raises(DomainError):
        review.return_version(
            actor=here.officer,
            now=NOW,
            deliverable=here.deliverable,
            version_id=version.id,
            reason="Gammal",
            new_due_on=NEW_DAY,
        )
    assert approve(here, later).outcome is ReviewOutcome.APPROVED


def test_a_version_of_another_deliverable_is_not_decided_on_here(here: Visit, version: DocumentVersion) -> None:
    other = make.deliverable(here.evaluation, here.officer, DeliverableKind.DRAFT_REPORT)
    elsewhere = reviews.delivered(other, here.member)
    with pytest.raises(DomainError):
        approve(here, elsewhere)
    here.deliverable = other
    approve(here, elsewhere)
    with pytest.raises(DomainError):
        approve(here, version)


@pytest.mark.parametrize(
    "state",
    [{"scan_state": ScanState.PENDING}, {"scan_state": ScanState.INFECTED}, {"is_set_aside": True}],
)
def test_a_file_that_nobody_can_read_is_not_approved_but_sent_back(here: Visit, state: dict[str, Any]) -> None:
    version = reviews.delivered(here.deliverable, here.member, **state)
    with pytest.raises(DomainError):
        approve(here, version)
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    assert here.deliverable.state is DeliverableState.RETURNED


def test_two_tabs_that_decide_differently_do_not_both_win(
    here: Visit, version: DocumentVersion, sign_in: SignIn
) -> None:
    first, second = sign_in(here.officer), sign_in(person(Role.SUPPORT))
    back = form_values(first.get(f"{page_of(here)}/return")) | {"reason": "Rätta", "new_due_on": NEW_DAY.isoformat()}
    yes = form_values(second.get(f"{page_of(here)}/approve"))
    assert first.post(f"{page_of(here)}/return", data=back).status_code == 303
    answer = second.post(f"{page_of(here)}/approve", data=yes)
    assert answer.status_code == 422 and "Ansvarig Handläggare" in answer.text
    assert here.deliverable.state is DeliverableState.RETURNED


def test_two_who_decide_at_the_same_instant(here: Visit, version: DocumentVersion, app: Flask) -> None:
    officer_id, deliverable_id, version_id = here.officer.id, here.deliverable.id, version.id
    db.session.commit()
    start, told = Barrier(2), []

    def decide(step: Callable[..., Review], **values: Any) -> None:
        with app.app_context():
            start.wait()
            try:
                step(
                    actor=db.session.get(Person, officer_id),
                    now=NOW,
                    deliverable=db.session.get(Deliverable, deliverable_id),
                    version_id=version_id,
                    **values,
                )
                db.session.commit()
                told.append("done")
            except (DomainError, StaleVersion):
                db.session.rollback()
                told.append("refused")

    threads = [
        Thread(target=decide, args=(review.approve_version,)),
        Thread(target=decide, args=(review.return_version,), kwargs={"reason": "Rätta", "new_due_on": NEW_DAY}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["done", "refused"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 1


def test_another_evaluation_is_out_of_reach(
    here: Visit, version: DocumentVersion, client: Client, sign_in: SignIn
) -> None:
    other = visit(client)
    comment = reviews.comment(here.deliverable, here.officer)
    browser = sign_in(here.officer)
    for wrong in (
        f"/evaluations/{other.evaluation.id}/deliverables/{here.deliverable.id}",
        f"/evaluations/{other.evaluation.id}/deliverables/{here.deliverable.id}/return",
        f"/evaluations/{other.evaluation.id}/deliverables/{here.deliverable.id}/approve",
        f"/evaluations/{other.evaluation.id}/comments/{comment.id}",
    ):
        assert browser.get(wrong).status_code == 404
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    assert "Siffran stämmer inte" not in other.get("/comments").text
    for path in (
        f"{other.home}/deliverables/{here.deliverable.id}/comments/{comment.id}",
        f"{other.home}/deliverables/{other.deliverable.id}/comments/{comment.id}",
    ):
        assert other.client.post(path, data={"answer": "accepted"}).status_code == 404


def test_a_comment_that_was_not_sent_does_not_exist_for_the_evaluator(here: Visit, version: DocumentVersion) -> None:
    comment = reviews.comment(here.deliverable, here.officer)
    path = f"{here.deliver_path}/comments/{comment.id}"
    assert here.client.post(path, data={f"comment-{comment.id}-answer": "accepted"}).status_code == 404
    with pytest.raises(DomainError):
        review.answer_comment(actor=here.member.person, now=NOW, comment=comment, answer=CommentAnswer.ACCEPTED)
