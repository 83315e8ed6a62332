"""What is new, changed, given or no longer asked for: one mail for what happens within some minutes, nothing twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from tests.factories import documents as make_documents
from tests.factories import evaluations as make
from tests.factories import reviews
from tests.factories.evaluations import NOW
from tests.factories.messages import in_the_queue, outgoing
from tests.integration.evaluations.conftest import Visit
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.filters import date_long
from tracker.core.i18n import using_locale
from tracker.evaluations import news
from tracker.evaluations.enums import DeliverableKind, ProgressAnswer
from tracker.evaluations.models import GivenDocument
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.service import deliverables, given, progress
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Mail, Withdraw


def messages() -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", NewsEvent.ASKED_CHANGED.value)


def composed() -> Mail:
    """The mail as it would leave now."""
    with using_locale("sv"):
        return news.compose(outgoing(messages()[-1]))


def test_what_is_changed_within_some_minutes_is_one_mail_of_old_and_new(here: Visit) -> None:
    other = make.deliverable(here.evaluation, here.officer, DeliverableKind.DRAFT_REPORT, date(2027, 4, 1))
    third = make.deliverable(here.evaluation, here.officer, DeliverableKind.PRESENTATION, date(2027, 7, 1))
    here.change(due_on=date(2027, 6, 8), reason="Första skälet")
    here.change(due_on=date(2027, 6, 15), format="PDF", reason="Remissen drar ut", now=NOW + timedelta(minutes=2))
    here.change(third, title="Föredragning")
    here.change(third, title="Presentation", now=NOW + timedelta(minutes=1))
    deliverables.cancel_deliverable(actor=here.officer, now=NOW, deliverable=other, reason="Behövs inte")
    found = messages()
    assert [message.person_id for message in found] == [here.member.person_id]
    assert found[0].not_before_at > NOW + timedelta(minutes=2)
    mail = composed()
    assert mail.subject.startswith("2 leveranser är ändrade")
    for told in (
        "Förfaller: tis 1 juni 2027 → tis 15 juni 2027.", "Format: ej angivet → PDF.", "Skäl: Remissen drar ut",
        "Gäller: Rapportutkast.", "Det ska inte lämnas längre.", "Skäl: Behövs inte",
    ):  # fmt: skip
        assert told in mail.text, told
    assert "Första skälet" not in mail.text and "Föredragning" not in mail.text


def test_something_new_to_deliver_is_told_with_its_day(here: Visit) -> None:
    later = NOW + timedelta(minutes=2)
    asked: dict[str, Any] = {"actor": here.officer, "evaluation": here.evaluation, "now": later}
    new = deliverables.add_deliverable(kind=DeliverableKind.DRAFT_REPORT, due_on=date(2027, 4, 1), **asked)
    mail = composed()
    assert mail.subject.startswith("Ny, lämnas senast tors 1 april 2027: Rapportutkast")
    assert "Ny: lämnas senast tors 1 april 2027." in mail.text and f"{here.home}#changed" in mail.text
    assert here.deliverable.title not in mail.text  # it stands in the mail that carried the link
    here.change(new, due_on=date(2027, 4, 8), reason="Fel dag", now=later)
    deliverables.add_deliverable(kind=DeliverableKind.PRESENTATION, due_on=date(2027, 8, 2), **asked)
    ours = deliverables.add_deliverable(kind=DeliverableKind.FACT_CHECK, due_on=date(2027, 5, 3), **asked)
    assert len(messages()) == 1
    mail = composed()
    assert mail.subject.startswith("2 nya leveranser")
    assert "Ny: lämnas senast tors 8 april 2027." in mail.text and "Ny: lämnas senast mån 2 augusti 2027." in mail.text
    assert "1 april" not in mail.text and ours.title not in mail.text
    for item in (new, *[item for item in here.evaluation.deliverables if item.kind is DeliverableKind.PRESENTATION]):
        deliverables.cancel_deliverable(actor=here.officer, now=later, deliverable=item, reason="Behövs inte")
    with pytest.raises(Withdraw):
        composed()


def test_a_document_that_is_given_is_told_without_what_may_not_be_mailed(here: Visit) -> None:
    later = NOW + timedelta(minutes=2)
    terms, secret = (make_documents.document(here.evaluation, title) for title in ("Uppdragsbeskrivning", "Om anbuden"))
    give: dict[str, Any] = {"actor": here.officer, "evaluation": here.evaluation, "now": later}
    made = given.give(document=terms, **give)
    mail = composed()
    assert mail.subject.startswith("Från uppdragsgivaren: Uppdragsbeskrivning")
    assert "Att hämta på arbetsytan: Uppdragsbeskrivning." in mail.text and f"{here.home}#changed" in mail.text
    given.give(document=secret, **give)
    secret.secrecy_class = SecrecyClass.RESTRICTED
    here.change(format="PDF", now=later)
    assert len(messages()) == 1
    mail = composed()
    assert mail.subject.startswith("Ändrat: ") and "Format: ej angivet → PDF." in mail.text
    assert "Uppdragsbeskrivning" in mail.text and "Om anbuden" not in mail.text
    here.change(format=None, now=later)
    for row in (made, db.session.scalars(sa.select(GivenDocument).where(GivenDocument.document_id == secret.id)).one()):
        given.take_back(actor=here.officer, now=later, given=row)
    with pytest.raises(Withdraw):
        composed()


@pytest.mark.parametrize("is_returned", [False, True])
def test_a_day_that_a_decision_moved_is_not_told_again_with_another_change(here: Visit, is_returned: bool) -> None:
    if is_returned:
        reviews.delivered(here.deliverable, here.member)
        reviews.returned(here.deliverable, here.officer, date(2026, 12, 15))
    else:
        asked = progress.answer(
            actor=here.member.person,
            now=NOW,
            deliverable=here.deliverable,
            member=here.member,
            answer=ProgressAnswer.MORE_TIME,
            wished_on=date(2027, 6, 22),
            reason="Intervjuerna drog ut",
        )
        progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True)
    before = here.deliverable.due_on
    assert before != date(2027, 6, 1)
    here.change(format="PDF", now=NOW + timedelta(minutes=1))
    mail = composed()
    assert "Format: ej angivet → PDF." in mail.text
    assert "Förfaller" not in mail.text and "1 juni" not in mail.text
    here.change(due_on=date(2027, 7, 1), reason="Ännu senare", now=NOW + timedelta(minutes=2))
    text = composed().text
    with using_locale("sv"):
        assert f"Förfaller: {date_long(before)} → tors 1 juli 2027." in text


def test_a_change_is_told_once_on_the_page_where_its_mail_leads(here: Visit) -> None:
    here.change(due_on=date(2027, 6, 8), reason="Remissen drar ut", now=NOW + timedelta(minutes=2))
    assert f"{here.home}#changed" in composed().text
    page = BeautifulSoup(here.get().text, "html.parser")
    assert page.text.count("Remissen drar ut") == 1
    [told] = page.select("section[aria-labelledby=changed]")
    assert "Remissen drar ut" in told.text and told.select_one("#changed") is not None


def test_what_is_changed_back_or_is_not_theirs_is_no_news(here: Visit) -> None:
    here.change(due_on=date(2027, 6, 8))
    here.change(due_on=date(2027, 6, 1))
    with pytest.raises(Withdraw):
        composed()
    before = len(messages())
    ours = make.deliverable(here.evaluation, here.officer, DeliverableKind.FACT_CHECK, date(2027, 5, 3))
    here.change(ours, due_on=date(2027, 5, 4), now=NOW + timedelta(hours=1))
    assert len(messages()) == before
