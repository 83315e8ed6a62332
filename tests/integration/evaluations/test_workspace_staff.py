"""What staff do beside the evaluator's visit: links, answers, handing in for the evaluator; and the mails."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories.messages import outgoing
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.core.i18n import using_locale
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations import mails
from tracker.evaluations.enums import DeliverableKind
from tracker.evaluations.models import Delivery, EvaluatorLink, Question
from tracker.evaluations.queries.links import list_for_member
from tracker.evaluations.service import delivery as service
from tracker.evaluations.service import links, questions, team
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Mail, Withdraw

SignIn = Callable[[Person], Client]


def queued(kind: str) -> list[OutboxMessage]:
    query = sa.select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.created_at)
    return list(db.session.scalars(query))


def written(message: OutboxMessage) -> Mail:
    compose = {"evaluator_link": mails.compose_link, "upload_receipt": mails.compose_receipt}[message.kind.value]
    with using_locale(message.locale):
        return compose(outgoing(message))


def test_a_link_is_mailed_listed_and_revoked(here: Visit, sign_in: SignIn) -> None:
    browser = sign_in(here.officer)
    base = f"/evaluations/{here.evaluation.id}"
    assert browser.post(f"{base}/team/{here.member.id}/link").status_code == 303
    page = browser.get(f"{base}/links").get_data(as_text=True)
    assert "Eva Utvärderare" in page
    assert here.token not in page  # only the mail knows it
    made = db.session.get_one(EvaluatorLink, queued("evaluator_link")[0].params["link_id"])
    assert browser.post(f"{base}/links/{made.id}/revoke").status_code == 303
    assert here.client.get(f"/commission/{links.token(made)}").status_code == 410


def test_links_of_another_evaluation_are_not_found(here: Visit, sign_in: SignIn) -> None:
    other = make.evaluation(here.officer)
    stranger = make.member(other, here.officer)
    browser = sign_in(here.officer)
    base = f"/evaluations/{here.evaluation.id}"
    assert browser.post(f"{base}/team/{stranger.id}/link").status_code == 404
    assert browser.post(f"/evaluations/{other.id}/links/{here.link.id}/revoke").status_code == 404
    assert db.session.get_one(EvaluatorLink, here.link.id).revoked_at is None


def test_a_question_is_answered_once_and_the_team_hears(here: Visit, sign_in: SignIn) -> None:
    asked = questions.ask(actor=here.member.person, now=make.NOW, member=here.member, body="Vilken bilaga?")
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/questions"
    number, field = asked.id, f"question-{asked.id}-body"
    assert browser.post(f"{path}/{number}", data={field: ""}).status_code == 422
    assert browser.post(f"{path}/{number}", data={field: "Bilaga 3."}).status_code == 303
    again = browser.post(f"{path}/{number}", data={field: "Bilaga 4."})
    assert again.status_code == 422
    assert "Bilaga 3." in again.get_data(as_text=True)
    assert db.session.get_one(Question, number).answer == "Bilaga 3."
    assert "Bilaga 3." in here.get("/questions").get_data(as_text=True)
    told = [mail for mail in queued("evaluation_news") if mail.params["event"] == "question_answered"]
    assert [mail.address for mail in told] == [here.member.person.email]


def test_staff_hand_in_for_the_evaluator_and_both_are_named(here: Visit, sign_in: SignIn) -> None:
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/deliver"
    values = form_values(browser.get(path)) | {"member_id": str(here.member.id)}
    answers = [browser.post(path, data={**values, "file": (BytesIO(b"Rapport"), "rapport.txt")}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    assert (version.uploaded_by_name, version.for_name) == ("Ansvarig Handläggare", "Eva Utvärderare")
    receipt = db.session.scalars(sa.select(Receipt)).one()
    assert (receipt.content["uploaded_by"], receipt.content["for_name"]) == ("Ansvarig Handläggare", "Eva Utvärderare")
    assert [mail.address for mail in queued("upload_receipt")] == [here.member.person.email]
    assert [mail.address for mail in queued("evaluation_news") if mail.params["event"] == "delivered"] == []
    page = here.get(f"/receipts/{receipt.number.replace(' ', '-')}").get_data(as_text=True)
    assert "Ansvarig Handläggare" in page
    assert "Eva Utvärderare" in page


def test_a_file_that_stands_is_not_told_as_received_again(here: Visit, sign_in: SignIn) -> None:
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/deliver"
    told = []
    for _again in range(2):
        values = form_values(browser.get(path)) | {"member_id": str(here.member.id)}
        answer = browser.post(path, data={**values, "file": (BytesIO(b"Rapport"), "rapport.txt")})
        told.append(browser.get(answer.location).text)
    assert "Mottaget för Eva Utvärderare" in told[0]
    assert "Mottaget för Eva Utvärderare" not in told[1] and "Inget nytt togs emot" in told[1]
    assert len(queued("upload_receipt")) == 1


def test_what_the_commissioner_owes_is_not_handed_in_for_the_evaluator(here: Visit, sign_in: SignIn) -> None:
    own = make.deliverable(here.evaluation, here.officer, kind=DeliverableKind.TERMS_OF_REFERENCE)
    browser = sign_in(here.officer)
    assert browser.get(f"/evaluations/{here.evaluation.id}/deliverables/{own.id}/deliver").status_code == 404


def test_whoever_only_reads_cannot_hand_in(here: Visit, sign_in: SignIn) -> None:
    browser = sign_in(person(Role.AUDITOR))
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/deliver"
    assert browser.post(path).status_code == 403


def test_the_mail_with_a_link_says_what_is_asked(here: Visit) -> None:
    links.mail_link(actor=here.officer, now=make.NOW, link=here.link)
    mail = written(queued("evaluator_link")[0])
    assert mail.is_secret
    for text in (mail.text, mail.html or ""):
        assert f"/commission/{here.token}" in text
        assert here.deliverable.title in text
        assert here.officer.email in text
    assert here.evaluation.title in mail.subject
    assert here.token not in str(queued("evaluator_link")[0].params)


def test_the_mail_is_in_the_readers_language(here: Visit) -> None:
    here.member.person.locale = Locale.EN
    links.mail_link(actor=here.officer, now=make.NOW, link=here.link)
    mail = written(queued("evaluator_link")[0])
    assert mail.subject.startswith("Your link to the evaluation")
    assert "You need no account" in mail.text


def test_a_secret_case_is_named_by_its_number_alone(here: Visit) -> None:
    here.evaluation.secrecy_class = next(item for item in SecrecyClass if item is not SecrecyClass.OPEN)
    links.mail_link(actor=here.officer, now=make.NOW, link=here.link)
    mail = written(queued("evaluator_link")[0])
    for text in (mail.subject, mail.text, mail.html or ""):
        assert here.evaluation.title not in text
        assert here.deliverable.title not in text
    assert here.evaluation.registry_number in mail.subject


def test_a_link_that_was_revoked_meanwhile_is_not_mailed(here: Visit) -> None:
    links.mail_link(actor=here.officer, now=make.NOW, link=here.link)
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    try:
        written(queued("evaluator_link")[0])
    except Withdraw:
        return
    raise AssertionError("the mail was written")


def test_the_mailed_receipt_proves_the_delivery(here: Visit) -> None:
    assert here.hand_in(b"Rapport").status_code == 303
    receipt = db.session.scalars(sa.select(Receipt)).one()
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    mail = written(queued("upload_receipt")[0])
    for text in (mail.text, mail.html or ""):
        assert version.sha256 in text
        assert receipt.code in text
        assert "slutrapport.txt" in text
        assert f"/commission/{here.token}/receipts/{receipt.number.replace(' ', '-')}" in text
    assert receipt.number in mail.subject
    # The start page asks for a password that no evaluator has.
    start = here.client.application.config["SETTINGS"].base_url
    assert f'href="{start}"' not in (mail.html or "") and not mail.text.rstrip().endswith(start)


def test_the_receipt_is_mailed_to_somebody_who_has_left_since_without_a_link(here: Visit) -> None:
    here.hand_in()
    team.end_membership(actor=here.officer, now=make.NOW, member=here.member)
    mail = written(queued("upload_receipt")[0])
    whole = mail.text + (mail.html or "")
    assert db.session.scalars(sa.select(Receipt)).one().code in mail.text
    assert "/commission/" not in whole and "Länken är personlig" not in whole


def test_the_receipt_is_mailed_to_somebody_whose_link_was_revoked_without_one(here: Visit, sign_in: SignIn) -> None:
    made = list_for_member(here.member)
    for link in made:
        links.revoke(actor=here.officer, now=make.NOW, link=link)
    browser = sign_in(here.officer)
    path = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/deliver"
    values = form_values(browser.get(path)) | {"member_id": str(here.member.id)}
    assert browser.post(path, data={**values, "file": (BytesIO(b"Rapport"), "r.txt")}).status_code == 303
    mail = written(queued("upload_receipt")[0])
    assert "/commission/" not in mail.text + (mail.html or "")
    assert db.session.scalar(sa.select(sa.func.count(EvaluatorLink.id))) == len(made)
    assert service.find_standing(here.deliverable, db.session.scalars(sa.select(DocumentVersion.sha256)).one())
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 1
