"""The mails with news, as people read them: one ask, who, what, when and the way there; nothing that is not theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW
from tests.factories.messages import in_the_queue, outgoing
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.i18n import using_locale
from tracker.evaluations import news
from tracker.evaluations.enums import Assessment, ProgressAnswer
from tracker.evaluations.models import Delivery, Evaluation, Progress
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.news_texts import TO_EVALUATORS
from tracker.evaluations.queries.links import list_for_member
from tracker.evaluations.service import (
    commission,
    independence,
    links,
    progress,
    questions,
    review,
    team,
)
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Mail, Withdraw

NEW_DAY = date(2026, 12, 15)
SECRETS = ("Hemligt ägande", "Hemlig åtgärd", "Hemligt skäl")


def messages(event: NewsEvent) -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", event.value)


def composed(event: NewsEvent, evaluation: Evaluation | None = None) -> Mail:
    """A mail of this kind (about that evaluation) as it would leave now."""
    found = [mail for mail in messages(event) if evaluation is None or mail.params["evaluation_id"] == evaluation.id]
    with using_locale("sv"):
        return news.compose(outgoing(found[-1]))


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
    elif event is NewsEvent.MEMBER_DECLINED:
        team.decline(actor=person, now=NOW, member=here.member, reason="Intervjuerna krockar med annat")
    elif event in (NewsEvent.QUESTION_ASKED, NewsEvent.QUESTION_ANSWERED):
        question = questions.ask(actor=person, now=NOW, member=here.member, body="Var finns underlaget?")
        if event is NewsEvent.QUESTION_ANSWERED:
            questions.answer(actor=officer, now=NOW, question=question, body="I bilaga 1")
    elif event in (NewsEvent.ASKED_CHANGED, NewsEvent.CANCELLED, NewsEvent.DELIVERY_OPEN):
        _change_what_is_asked(here, event)
    else:
        _deliver_and_decide(here, event)


def _change_what_is_asked(here: Visit, event: NewsEvent) -> None:
    if event is NewsEvent.ASKED_CHANGED:
        here.change(due_on=date(2027, 6, 15), reason="Intervjuerna flyttas")
    elif event is NewsEvent.CANCELLED:
        commission.cancel(
            actor=here.officer, now=NOW, evaluation=here.evaluation, reason="Intervjuerna blev av på annat sätt"
        )
    elif event is NewsEvent.DELIVERY_OPEN:
        other = make.member(here.evaluation, here.officer, name="Olle Utvärderare")
        make.assessed(other, here.assessor)


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
    assert mail.html is not None
    # The start page asks for a password that no evaluator has.
    start = f'href="{here.client.application.config["SETTINGS"].base_url}"'
    assert (start in mail.html) == (event not in TO_EVALUATORS)
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
    mail = composed(event, closed.evaluation)
    whole = mail.subject + mail.text + (mail.html or "")
    assert closed.evaluation.registry_number in mail.subject
    for secret in (*SECRETS, "En hemlig", "Hemlig delrapport", "Intervjuerna", "Rätta", "underlaget", "bilaga 1"):
        assert secret not in whole


def test_a_return_without_comments_asks_for_a_new_version_alone(here: Visit) -> None:
    reviews.delivered(here.deliverable, here.member)
    reviews.returned(here.deliverable, here.officer, NEW_DAY)
    mail = composed(NewsEvent.RETURNED)
    assert "Lämna in en ny version senast" in mail.text and "Skäl: Rätta sifferfelen" in mail.text
    assert "synpunkt" not in mail.text


@pytest.mark.parametrize("is_recommended", [True, False])
def test_an_approved_report_begins_the_time_for_answering_what_it_recommends(here: Visit, is_recommended: bool) -> None:
    if is_recommended:
        follow_up.recommendation(here.evaluation, here.officer)
    cause(here, NewsEvent.APPROVED)
    mail = composed(NewsEvent.APPROVED)
    assert ("Svarstiden för rekommendationerna har börjat." in mail.text) is is_recommended


def test_a_refused_wish_tells_the_reason_as_one(here: Visit) -> None:
    cause(here, NewsEvent.PROGRESS_ANSWERED)
    asked = db.session.scalars(sa.select(Progress)).one()
    progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=False, note="Mötet kan inte flyttas")
    assert "Skäl: Mötet kan inte flyttas" in composed(NewsEvent.EXTENSION_DECIDED).text


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
        "Begärt: 2026-11-23 09:00.",
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
    make.member(here.evaluation, here.officer, email=here.member.person.email, name=here.member.person.name)


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


@pytest.mark.parametrize("event", [NewsEvent.ASKED_CHANGED, NewsEvent.CANCELLED])
def test_nobody_who_was_never_let_in_hears_first_of_what_is_changed(here: Visit, event: NewsEvent) -> None:
    make.member(here.evaluation, here.officer, name="Ny Utvärderare")
    cause(here, event)
    assert [message.person_id for message in messages(event)] == [here.member.person_id]


def test_a_cancelled_evaluation_is_told_with_its_reason_on_its_pages_too(here: Visit) -> None:
    cause(here, NewsEvent.CANCELLED)
    mail = composed(NewsEvent.CANCELLED)
    assert "Skäl: Intervjuerna blev av på annat sätt" in mail.text
    assert "Intervjuerna blev av på annat sätt" in here.get().text


def test_a_question_that_is_answered_when_all_is_cancelled_is_mailed_all_the_same(here: Visit) -> None:
    question = questions.ask(actor=here.member.person, now=NOW, member=here.member, body="Var finns underlaget?")
    cause(here, NewsEvent.CANCELLED)
    questions.answer(actor=here.officer, now=NOW, question=question, body="I bilaga 1")
    assert "Svar: I bilaga 1" in composed(NewsEvent.QUESTION_ANSWERED).text


def test_whoever_waited_for_the_others_hears_that_handing_in_is_open_and_that_a_draft_waits(here: Visit) -> None:
    other = make.member(here.evaluation, here.officer, name="Olle Utvärderare")
    here.hand_in(b"Utkast", "utkast.txt", draft="1")
    make.assessed(other, here.assessor)
    assert [message.person_id for message in messages(NewsEvent.DELIVERY_OPEN)] == [here.member.person_id]
    mail = composed(NewsEvent.DELIVERY_OPEN)
    assert (
        "öppen nu" in mail.text
        and f"Ditt utkast finns kvar och är inte inlämnat: {here.deliverable.title}." in mail.text
    )
    told = composed(NewsEvent.DECLARATION_ASSESSED)
    assert "öppen nu" in told.text and "utkast finns kvar" not in told.text


def test_it_is_open_too_when_whoever_kept_it_closed_leaves(here: Visit) -> None:
    other = make.member(here.evaluation, here.officer, name="Olle Utvärderare")
    team.end_membership(actor=here.officer, now=NOW, member=other)
    assert [message.person_id for message in messages(NewsEvent.DELIVERY_OPEN)] == [here.member.person_id]


def test_questions_of_some_minutes_are_one_mail(here: Visit) -> None:
    asked = [
        questions.ask(
            actor=here.member.person, now=NOW + timedelta(seconds=second), member=here.member, body=f"Nr {second}"
        )
        for second in range(15)
    ]
    assert len(messages(NewsEvent.QUESTION_ASKED)) == 1
    questions.answer(actor=here.officer, now=NOW, question=asked[0], body="Ja")
    mail = composed(NewsEvent.QUESTION_ASKED)
    assert mail.subject.startswith("14 frågor från utvärderaren") and "Nr 14" in mail.text and "Nr 0\n" not in mail.text
    assert f"/questions#question-{asked[1].id}" in mail.text
    late = NOW + timedelta(minutes=30)
    questions.ask(actor=here.member.person, now=late, member=here.member, body="Senare")
    assert len(messages(NewsEvent.QUESTION_ASKED)) == 2
