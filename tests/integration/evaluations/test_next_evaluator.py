"""After a contract has ended, the next evaluator's link opens nothing that was the first one's: tried page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import documents as make_documents
from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW, TODAY, contracted
from tests.factories.messages import outgoing
from tests.factories.organisations import load_reference
from tests.integration.evaluations.addresses import address, workspace_rules
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.i18n import using_locale
from tracker.deadlines.enums import Basis, DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.documents.models import Receipt
from tracker.evaluations import mails, news
from tracker.evaluations.enums import CommentAnswer, DeliverableKind, DeliverableState, ProgressAnswer, ReminderDays
from tracker.evaluations.impartiality import Standing, standing
from tracker.evaluations.models import ReviewComment
from tracker.evaluations.service import (
    deliverables,
    ending,
    given,
    links,
    progress,
    questions,
    review,
    team,
)
from tracker.outbox.models import OutboxMessage

SignIn = Callable[[Person], Client]
WEEK = timedelta(days=7)
WRITERS = {"evaluator_link": mails.compose_link, "evaluation_news": news.compose}
# Everything of the first evaluator's that is text bears one of these.
MARKS = ("förstas", "Första Utvärdering", "Hävt")


@pytest.fixture
def first(app: Flask, client: Client, at: Callable[[datetime], None]) -> Visit:
    """The first evaluator has left a trace of every sort; then the contract ended."""
    load_reference()
    here = visit(client)
    contracted(here.officer, here.evaluation)
    plan = make.deliverable(here.evaluation, here.officer, DeliverableKind.INCEPTION_REPORT, title="Plan")
    draft = make.deliverable(here.evaluation, here.officer, DeliverableKind.DRAFT_REPORT, title="Utkast")
    report, person = here.deliverable, here.member.person
    for item in (plan, draft):
        here.deliverable = item
        assert here.hand_in(f"Den förstas {item.title}".encode(), f"förstas-{item.id}.txt").status_code == 303
    version = plan.document.versions[-1] if plan.document else None
    assert version is not None
    review.approve_version(actor=here.officer, now=NOW, deliverable=plan, version_id=version.id)
    comment = reviews.comment(draft, here.officer, "Om förstas siffror")
    reviews.returned(draft, here.officer, date(2027, 6, 1), reason="För förstas skull")
    review.answer_comment(actor=person, now=NOW, comment=comment, answer=CommentAnswer.PARTLY, text="förstas svar")
    asked = questions.ask(actor=person, now=NOW, member=here.member, body="Den förstas fråga")
    questions.answer(actor=here.officer, now=NOW, question=asked, body="Till den förstas fråga")
    questions.ask(actor=person, now=NOW, member=here.member, body="Den förstas obesvarade fråga")
    wish = progress.answer(
        actor=person, now=NOW, deliverable=report, member=here.member, answer=ProgressAnswer.MORE_TIME,
        wished_on=date(2027, 6, 20), reason="förstas sjukdom",
    )  # fmt: skip
    progress.decide(actor=here.officer, now=NOW, progress=wish, is_approved=True, note="förstas anstånd")
    follow_up.recommendation(here.evaluation, actor=person, is_by_evaluator=True, body="Den förstas rekommendation")
    team.choose_reminders(actor=person, now=NOW, member=here.member, days=ReminderDays.MORE)
    make.declared(here.member, ownership="förstas aktier")
    here.deliverable = report
    values = form_values(here.client.get(here.deliver_path), action=None)
    assert here.client.post(here.deliver_path, data=values | {"change_note": "förstas utkast"}).status_code in (
        303,
        422,
    )
    db.session.commit()
    ending.end_contract(
        actor=here.officer, now=NOW, evaluation=here.evaluation, ended_on=TODAY, reason="Hävt: för sent"
    )
    db.session.commit()
    return here


def come(first: Visit, at: Callable[[datetime], None], email: str | None = None) -> Visit:
    """The next evaluator, a week later; `email` for somebody who was with the first."""
    later = NOW + WEEK
    at(later)
    name, values = (first.member.person.name, {"email": email}) if email else ("Nästa Utvärderare", {})
    member = make.member(first.evaluation, first.officer, name, now=later, **values)
    make.assessed(member, first.assessor)
    contracted(first.officer, first.evaluation, "Andra Utvärdering AB")
    link = links.make_link(actor=first.officer, now=later, member=member)
    db.session.commit()
    report = next(item for item in first.evaluation.deliverables if item.state is DeliverableState.OPEN)
    return Visit(first.client, first.officer, first.assessor, first.evaluation, member, report, link)


@pytest.fixture(params=["somebody new", "somebody who comes back"])
def second(request: pytest.FixtureRequest, first: Visit, at: Callable[[datetime], None]) -> Visit:
    return come(first, at, first.member.person.email if request.param == "somebody who comes back" else None)


def test_no_page_of_the_next_evaluator_tells_of_the_first(app: Flask, first: Visit, second: Visit) -> None:
    theirs = [item for item in second.evaluation.deliverables if item.id == second.deliverable.id or item.deliveries]
    assert len(theirs) >= 3
    read = 0
    for rule, method in workspace_rules(app):
        for item in second.evaluation.deliverables:
            if method != "GET":
                continue
            answer = second.client.get(address(app, rule, second.token, item.id, "KV-2026-0001"))
            with answer:
                text = answer.get_data(as_text=True)
            told = [mark for mark in MARKS if mark in text]
            assert not told, (rule.rule, item.title, told)
            read += answer.status_code == 200
    assert read > 20
    page = second.get().text
    assert page.count("<article") == 2 and "Plan" not in page  # what is still to be done: the draft and the report
    assert second.member.reminder_days is ReminderDays.USUAL


def test_nothing_of_the_first_is_fetched_by_its_address(app: Flask, first: Visit, second: Visit) -> None:
    """Every address with a number in it, with the numbers of what the first evaluator had."""
    old = [item for item in second.evaluation.deliverables if item.deliveries or item.answers]
    versions = [delivery.version for item in old for delivery in item.deliveries]
    receipts = db.session.scalars(sa.select(Receipt)).all()
    comments = db.session.scalars(sa.select(ReviewComment)).all()
    assert len(old) == 3 and len(versions) == len(receipts) == 2 and len(comments) == 1
    paths = [f"/versions/{version.id}/file" for version in versions]
    paths += [f"/receipts/{receipt.number.replace(' ', '-')}{end}" for receipt in receipts for end in ("", ".pdf")]
    paths += [f"/deliverables/{item.id}{end}" for item in old for end in ("", "/progress", "/calendar.ics")]
    assert [path for path in paths if second.get(path).status_code != 404] == []
    sent = [f"/deliverables/{item.id}{end}" for item in old for end in ("", "/progress", "/uploads", "/draft/delete")]
    sent += [f"/deliverables/{comments[0].deliverable_id}/comments/{comments[0].id}"]
    sent += [f"/deliverables/{second.deliverable.id}/comments/{comments[0].id}"]
    assert [path for path in sent if second.client.post(second.home + path).status_code != 404] == []
    assert first.client.get(first.home).status_code == 410


def test_the_next_evaluator_declares_and_delivers_on_their_own(first: Visit, second: Visit) -> None:
    assert len(second.member.declarations) == 1 and standing(second.member) is Standing.CLEAR
    same = first.evaluation.deliverables
    plan = next(item for item in same if item.title == "Plan")
    [met] = [item for item in list_for_case(first.evaluation.id) if item.source_key == f"deliverable:{plan.id}"]
    assert (met.state, met.basis, met.owner_id) == (DeadlineState.MET, Basis.CONTRACTUAL, None)
    assert second.hand_in("Den förstas Plan".encode(), "egen.txt").status_code == 303  # the first one's very bytes
    page = second.client.get(second.deliver_path).text
    assert "version 1" in page and "version 2" not in page and "samma" not in second.get().text
    assert len({item.document_id for item in same if item.deliveries}) == 3


def test_what_the_commissioner_gives_is_fetched(first: Visit, second: Visit, sign_in: SignIn) -> None:
    plan = next(item for item in second.evaluation.deliverables if item.title == "Plan")
    assert plan.document is not None
    browser, path = sign_in(first.officer), f"/evaluations/{first.evaluation.id}/given"
    values = form_values(browser.get(path), action=None) | {"document_id": str(plan.document_id), "deliverable_id": ""}
    assert browser.post(path, data=values).status_code == 303
    with second.get(f"/versions/{plan.document.versions[-1].id}/file") as answer:
        assert answer.data == "Den förstas Plan".encode()
    assert "Plan" in second.get().text


def test_what_was_given_beside_something_stays_beside_what_is_asked_for_afresh(
    client: Client, at: Callable[[datetime], None]
) -> None:
    load_reference()
    here = visit(client)
    contracted(here.officer, here.evaluation)
    plan = make.deliverable(here.evaluation, here.officer, DeliverableKind.INCEPTION_REPORT, title="Plan")
    template, notes = (make_documents.document(here.evaluation, title) for title in ("En mall", "Om den förstas plan"))
    for document, item in ((template, here.deliverable), (notes, plan)):
        given.give(actor=here.officer, now=NOW, evaluation=here.evaluation, document=document, deliverable=item)
    version = reviews.delivered(plan, here.member)
    review.approve_version(actor=here.officer, now=NOW, deliverable=plan, version_id=version.id)
    ending.end_contract(actor=here.officer, now=NOW, evaluation=here.evaluation, ended_on=TODAY, reason="Hävt")
    second = come(here, at)
    assert "En mall" in second.client.get(second.deliver_path).text
    assert second.get(f"/versions/{notes.versions[-1].id}/file").status_code == 404
    with pytest.raises(DomainError):
        given.give(actor=here.officer, now=NOW, evaluation=here.evaluation, document=template, deliverable=plan)


def test_mails_to_the_next_evaluator_tell_nothing_of_the_first(first: Visit, at: Callable[[datetime], None]) -> None:
    # Within the five minutes in which the contract ended.
    at(NOW)
    member = make.member(first.evaluation, first.officer, "Nästa Utvärderare")
    links.make_and_mail(actor=first.officer, now=NOW, member=member)
    report = next(item for item in first.evaluation.deliverables if item.state is DeliverableState.OPEN)
    deliverables.change_deliverable(
        actor=first.officer, now=NOW, deliverable=report, title="Ny rubrik", due_on=report.due_on
    )
    asked = questions.ask(actor=member.person, now=NOW, member=member, body="Den nyas fråga")
    questions.answer(actor=first.officer, now=NOW, question=asked, body="Svar")
    found = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.person_id == member.person_id))
    with using_locale("sv"):
        texts = [WRITERS[message.kind](outgoing(message)).text for message in found]
    assert len(texts) == 3
    assert any("Ny rubrik" in text for text in texts) and any("Den nyas fråga" in text for text in texts)
    assert [mark for mark in MARKS for text in texts if mark in text] == []


def test_staff_still_see_everything(first: Visit, second: Visit, sign_in: SignIn) -> None:
    browser, base = sign_in(first.officer), f"/evaluations/{first.evaluation.id}"
    page = browser.get(base).text
    shown = BeautifulSoup(page, "html.parser")
    folded = shown.select_one("#deliverables details")
    assert folded is not None and len(folded.select("tbody tr")) == 3 and "3 under avtal som har upphört" in folded.text
    assert len(shown.select("#deliverables tbody tr")) == 5
    assert "Hörde till avtalet med Första Utvärdering AB" in page and "Den förstas rekommendation" in page
    asked = browser.get(f"{base}/questions").text
    assert "Den förstas fråga" in asked and "Till den förstas fråga" in asked and "obesvarade" in asked
    assert "Svara" not in asked and "<textarea" not in asked
    for item in first.evaluation.deliverables:
        if item.deliveries:
            page = browser.get(f"{base}/deliverables/{item.id}").text
            assert f"förstas-{item.id}.txt" in page


def test_staff_find_what_somebody_who_comes_back_declared_before(
    first: Visit, at: Callable[[datetime], None], sign_in: SignIn
) -> None:
    second = come(first, at, first.member.person.email)
    now, before = second.member.declarations[-1], first.member.declarations[-1]
    browser, base = sign_in(first.assessor), f"/evaluations/{first.evaluation.id}/declarations"
    assert f'href="{base}/{before.id}"' in browser.get(f"{base}/{now.id}").text
    assert "förstas aktier" in browser.get(f"{base}/{before.id}").text
    assert "förstas aktier" not in second.get("/declaration").text


def test_a_question_that_was_on_its_way_when_the_contract_ended_is_refused(first: Visit) -> None:
    with pytest.raises(DomainError):
        questions.ask(actor=first.member.person, now=NOW, member=first.member, body="Den förstas sena fråga")


@pytest.mark.parametrize("is_signed", [False, True])
def test_what_somebody_asked_who_left_stays_with_that_team(here: Visit, is_signed: bool) -> None:
    questions.ask(actor=here.member.person, now=NOW, member=here.member, body="Fråga om anbudet")
    if is_signed:
        contracted(here.officer, here.evaluation)
    team.end_membership(actor=here.officer, now=NOW, member=here.member)
    other = make.member(here.evaluation, here.officer)
    token = links.token(links.make_link(actor=here.officer, now=NOW, member=other))
    db.session.commit()
    shown = here.client.get(f"/commission/{token}/questions")
    assert shown.status_code == 200
    assert ("Fråga om anbudet" in shown.get_data(as_text=True)) is is_signed
