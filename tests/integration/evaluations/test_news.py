"""The mails with news, as people read them: one ask, who, what, when and the way there; nothing that is not theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories import reviews
from tests.factories.evaluations import NOW
from tests.integration.accounts.test_sign_in import outgoing
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.i18n import using_locale
from tracker.evaluations import news
from tracker.evaluations.enums import Assessment, ProgressAnswer
from tracker.evaluations.models import Delivery
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.news_texts import TO_EVALUATORS
from tracker.evaluations.queries.links import list_for_member
from tracker.evaluations.service import deliverables, independence, links, progress, questions, review, team
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Mail, Withdraw

NEW_DAY = date(2026, 12, 15)
SECRETS = ("Hemligt ägande", "Hemlig åtgärd", "Hemligt skäl")


def messages(event: NewsEvent) -> list[OutboxMessage]:
    found = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "evaluation_news"))
    return [message for message in found if message.params["event"] == event.value]


def composed(event: NewsEvent) -> Mail:
    """The last mail of this kind as it would leave now."""
    with using_locale("sv"):
        return news.compose(outgoing(messages(event)[-1]))


def cause(here: Visit, event: NewsEvent) -> None:
    """Let `event` happen through the services."""
    person, officer, deliverable = here.member.person, here.officer, here.deliverable
    if event in (NewsEvent.DECLARATION_SIGNED, NewsEvent.DECLARATION_ASSESSED, NewsEvent.TEAM_CLEARED):
        declaration = make.declared(here.member, ownership=SECRETS[0])
        if event is not NewsEvent.DECLARATION_SIGNED:
            independence.assess(
                actor=here.assessor,
                now=NOW,
                declaration=declaration,
                assessment=Assessment.MANAGEABLE,
                measure=SECRETS[1],
                reason=SECRETS[2],
            )
    elif event in (NewsEvent.PROGRESS_ANSWERED, NewsEvent.EXTENSION_DECIDED):
        asked = progress.answer(
            actor=person,
            now=NOW,
            deliverable=deliverable,
            member=here.member,
            answer=ProgressAnswer.MORE_TIME,
            wished_on=date(2027, 6, 22),
            reason="Intervjuerna drog ut",
        )
        if event is NewsEvent.EXTENSION_DECIDED:
            progress.decide(actor=officer, now=NOW, progress=asked, is_approved=True)
    elif event is NewsEvent.NO_LONGER_ASKED:
        deliverables.cancel_deliverable(actor=officer, now=NOW, deliverable=deliverable, reason="Behövs inte")
    elif event is NewsEvent.MEMBER_DECLINED:
        team.decline(actor=person, now=NOW, member=here.member, reason="Intervjuerna krockar med annat")
    elif event in (NewsEvent.QUESTION_ASKED, NewsEvent.QUESTION_ANSWERED):
        question = questions.ask(actor=person, now=NOW, member=here.member, body="Var finns underlaget?")
        if event is NewsEvent.QUESTION_ANSWERED:
            questions.answer(actor=officer, now=NOW, question=question, body="I bilaga 1")
    else:
        _deliver_and_decide(here, event)


def _deliver_and_decide(here: Visit, event: NewsEvent) -> None:
    version = reviews.delivered(here.deliverable, here.member)
    if event is NewsEvent.DELIVERED:
        delivery = db.session.scalars(sa.select(Delivery)).one()
        people, params = news.commissioners(here.evaluation), {"delivery_id": delivery.id}
        news.tell(now=NOW, evaluation=here.evaluation, event=event, people=people, params=params)
    elif event is NewsEvent.RETURNED:
        reviews.comment(here.deliverable, here.officer)
        reviews.returned(here.deliverable, here.officer, NEW_DAY)
    else:
        review.approve_version(actor=here.officer, now=NOW, deliverable=here.deliverable, version_id=version.id)


@pytest.mark.parametrize("event", list(NewsEvent))
def test_each_mail_has_one_ask_and_the_way_there(here: Visit, event: NewsEvent) -> None:
    cause(here, event)
    mail = composed(event)
    assert here.evaluation.title in mail.subject
    assert here.evaluation.registry_number in mail.text
    assert mail.html is not None and mail.html.count("<a href=") >= 2
    way = f"/commission/{here.token}" if event in TO_EVALUATORS else f"/evaluations/{here.evaluation.id}"
    assert way in mail.text and way in mail.html
    assert mail.is_secret == (event in TO_EVALUATORS)
    assert ("/commission/" in mail.text) == (event in TO_EVALUATORS)
    assert not any(secret in mail.text + mail.html for secret in SECRETS)


@pytest.mark.parametrize("event", list(NewsEvent))
def test_the_mail_of_a_case_that_may_not_be_mailed_names_its_number_only(
    here: Visit, client: Client, event: NewsEvent
) -> None:
    closed = visit(client, title="En hemlig utvärdering", secrecy_class=SecrecyClass.RESTRICTED)
    closed.deliverable.title = "Hemlig delrapport"
    cause(closed, event)
    mail = composed(event)
    whole = mail.subject + mail.text + (mail.html or "")
    assert closed.evaluation.registry_number in mail.subject
    for secret in (*SECRETS, "En hemlig", "Hemlig delrapport", "Intervjuerna", "Rätta", "underlaget", "bilaga 1"):
        assert secret not in whole


def test_a_mail_that_asks_for_more_time_reads_well(here: Visit) -> None:
    cause(here, NewsEvent.PROGRESS_ANSWERED)
    mail = composed(NewsEvent.PROGRESS_ANSWERED)
    assert mail.subject == f"Mer tid önskas: {here.deliverable.title} – {here.evaluation.title}"
    lines = [line for line in mail.text.splitlines() if line]
    assert lines[:7] == [
        "Godkänn eller avslå den nya dagen. Utvärderaren väntar på ditt svar.",
        f"{here.evaluation.title} ({here.evaluation.registry_number})",
        f"Gäller: {here.deliverable.title}.",
        "Nu gällande dag: tis 1 juni 2027.",
        "Önskad dag: tis 22 juni 2027.",
        "Besvarat: 2026-11-23 09:00.",
        "Skäl: Intervjuerna drog ut",
    ]


@pytest.mark.parametrize(
    "event", [NewsEvent.PROGRESS_ANSWERED, NewsEvent.DELIVERED, NewsEvent.EXTENSION_DECIDED, NewsEvent.RETURNED]
)
def test_a_mail_about_a_deliverable_says_which_one_in_its_text(here: Visit, event: NewsEvent) -> None:
    cause(here, event)
    mail = composed(event)
    assert f"Gäller: {here.deliverable.title}." in mail.text and f"Gäller: {here.deliverable.title}." in (
        mail.html or ""
    )


@pytest.mark.parametrize("event", [NewsEvent.QUESTION_ASKED, NewsEvent.QUESTION_ANSWERED])
def test_a_mail_about_a_question_tells_question_from_answer_and_leads_to_it(here: Visit, event: NewsEvent) -> None:
    cause(here, event)
    mail = composed(event)
    assert "\nFråga: " in mail.text and "/questions#question-" in mail.text
    assert ("\nSvar: " in mail.text) == (event is NewsEvent.QUESTION_ANSWERED)


def test_the_same_news_goes_to_a_person_once(here: Visit) -> None:
    cause(here, NewsEvent.RETURNED)
    before = messages(NewsEvent.RETURNED)
    news.tell(
        now=NOW + timedelta(hours=1),
        evaluation=here.evaluation,
        event=NewsEvent.RETURNED,
        people=[here.member.person, here.member.person],
        params={"review_id": before[0].params["review_id"]},
    )
    assert len(messages(NewsEvent.RETURNED)) == len(before) == 1


def _withdraw_wish(here: Visit) -> None:
    progress.answer(
        actor=here.member.person,
        now=NOW,
        deliverable=here.deliverable,
        member=here.member,
        answer=ProgressAnswer.ON_TRACK,
    )


def _end_membership(here: Visit) -> None:
    team.end_membership(actor=here.officer, now=NOW, member=here.member)


def _come_back(here: Visit) -> None:
    make.member(here.evaluation, here.officer, email=here.member.person.email)


def _cancel(here: Visit) -> None:
    here.evaluation.phase = "cancelled"


def _disable(here: Visit) -> None:
    here.officer.is_active = False


@pytest.mark.parametrize(
    ("event", "then"),
    [
        (NewsEvent.PROGRESS_ANSWERED, _withdraw_wish),
        (NewsEvent.RETURNED, _end_membership),
        (NewsEvent.APPROVED, _cancel),
        (NewsEvent.QUESTION_ASKED, _disable),
        (NewsEvent.MEMBER_DECLINED, _come_back),
        (NewsEvent.DECLARATION_SIGNED, lambda here: make.declared(here.member)),
        (NewsEvent.DECLARATION_ASSESSED, lambda here: make.declared(here.member)),
    ],
)
def test_news_that_is_overtaken_is_not_sent(here: Visit, event: NewsEvent, then: Any) -> None:
    cause(here, event)
    message = messages(event)[-1]
    then(here)
    db.session.flush()
    with using_locale("sv"), pytest.raises(Withdraw):
        news.compose(outgoing(message))


def test_who_hears_what(here: Visit) -> None:
    assert news.commissioners(here.evaluation) == [here.officer]
    assert news.assessors(here.evaluation) == [here.assessor]
    assert news.evaluators(here.evaluation) == [here.member.person]
    here.assessor.is_active = False
    db.session.flush()
    assert news.assessors(here.evaluation) == [here.officer]


def test_a_mail_carries_a_new_link_where_the_old_one_has_expired(here: Visit) -> None:
    for link in list_for_member(here.member):
        link.expires_at = NOW - timedelta(days=1)
    here.deliverable.due_on = NOW.date() - timedelta(days=90)
    cause(here, NewsEvent.QUESTION_ANSWERED)
    mail = composed(NewsEvent.QUESTION_ANSWERED)
    assert here.token not in mail.text and "/commission/" in mail.text


def test_nobody_whose_link_was_revoked_gets_another_by_news(here: Visit) -> None:
    for link in list_for_member(here.member):
        links.revoke(actor=here.officer, now=NOW, link=link)
    cause(here, NewsEvent.RETURNED)
    assert messages(NewsEvent.RETURNED) == []


def test_nobody_who_was_never_let_in_hears_first_of_what_is_no_longer_asked_for(here: Visit) -> None:
    make.member(here.evaluation, here.officer, name="Ny Utvärderare")
    cause(here, NewsEvent.NO_LONGER_ASKED)
    assert [message.person_id for message in messages(NewsEvent.NO_LONGER_ASKED)] == [here.member.person_id]
