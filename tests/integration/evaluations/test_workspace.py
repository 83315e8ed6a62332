"""The evaluator's visit over HTTP: from the link to the receipt, and everything that can be wrong about a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories.messages import in_the_queue
from tests.factories.organisations import load_reference
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.documents.models import Document, DocumentVersion, Receipt, Upload
from tracker.evaluations.enums import DeliverableState, EvaluationPhase
from tracker.evaluations.models import Deliverable, Delivery, EvaluatorLink, Question, UploadedDraft
from tracker.evaluations.service import deliverables, links, review
from tracker.outbox.models import OutboxMessage

At = Callable[[datetime], None]


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def mails(kind: str) -> list[OutboxMessage]:
    return in_the_queue(kind)


def test_the_overview_says_what_comes_next(here: Visit) -> None:
    page = here.get()
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert here.evaluation.title in text
    assert here.deliverable.title in text
    assert "Ansvarig Handläggare" in text
    assert f'href="{here.deliver_path}"' in text
    assert "Huvudmeny" not in text  # nothing of the register's menu
    assert "/sign-in" not in text


def test_the_declaration_comes_first(client: Client, at: At) -> None:
    load_reference()
    fresh = visit(client, is_ready=False)
    assert f'data-variant="primary" href="{fresh.home}/declaration"' in fresh.get().get_data(as_text=True)


def test_reading_uses_nothing_up(here: Visit) -> None:
    def rows() -> dict[str, int]:
        return {
            table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
            if table.name != "browser_sessions"
        }

    before = rows()
    for path in ("", "/questions", "/calendar.ics", f"/deliverables/{here.deliverable.id}"):
        assert here.get(path).status_code == 200
    assert rows() == before
    assert db.session.get_one(EvaluatorLink, here.link.id).opened_at is None


def test_from_the_form_to_the_receipt(here: Visit) -> None:
    answer = here.hand_in(b"Hela slutrapporten", "slutrapport.txt")
    assert answer.status_code == 303
    assert answer.location.startswith(f"{here.home}/receipts/KV-2026-")
    page = here.client.get(answer.location).get_data(as_text=True)
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    assert version.sha256 in page
    assert "slutrapport.txt" in page
    assert (version.uploaded_by_name, version.for_name) == ("Eva Utvärderare", None)
    document = db.session.scalars(sa.select(Document)).one()
    assert (document.direction.value, document.kind.value) == ("incoming", "final_report")
    deliverable = db.session.get_one(Deliverable, here.deliverable.id)
    assert (deliverable.state, deliverable.document_id) == (DeliverableState.SUBMITTED, document.id)
    delivery = db.session.scalars(sa.select(Delivery)).one()
    assert (delivery.days_late, delivery.member_id) == (0, here.member.id)
    deadline = next(item for item in list_for_case(here.evaluation.id) if item.source_key.startswith("deliverable:"))
    assert deadline.state is DeadlineState.MET
    assert [mail.address for mail in mails("upload_receipt")] == [here.member.person.email]
    assert [mail.address for mail in mails("evaluation_news") if mail.params["event"] == "delivered"] == [
        here.officer.email
    ]


def test_the_receipt_is_a_pdf_too(here: Visit) -> None:
    receipt = here.hand_in().location
    answer = here.client.get(receipt + ".pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")


def test_what_was_delivered_can_be_fetched_and_that_is_written_down(here: Visit) -> None:
    here.hand_in(b"Hela slutrapporten")
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    path = f"{here.home}/versions/{version.id}/file"
    with here.client.get(path) as answer:
        assert answer.data == b"Hela slutrapporten"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    # A question for the headers, and the rest of what was begun, are no downloads of their own.
    with here.client.head(path) as head, here.client.get(path, headers={"Range": "bytes=5-"}) as rest:
        assert (head.status_code, rest.status_code) == (200, 206)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "document:downloaded")).one()
    assert event.actor_name == "Eva Utvärderare"


def test_pressing_twice_gives_one_delivery_one_receipt_and_one_mail(here: Visit) -> None:
    values = form_values(here.client.get(here.deliver_path))
    answers = [
        here.client.post(here.deliver_path, data={**values, "file": (BytesIO(b"Rapport"), "rapport.txt")})
        for _ in range(2)
    ]
    assert answers[0].location == answers[1].location
    assert (count(Delivery), count(Receipt), count(DocumentVersion)) == (1, 1, 1)
    assert len(mails("upload_receipt")) == 1


def test_a_later_version_supersedes_and_says_what_changed(here: Visit) -> None:
    here.hand_in(b"Version ett")
    page = here.client.get(here.deliver_path).get_data(as_text=True)
    assert 'name="change_note"' in page
    here.hand_in("Version två".encode(), change_note="Tabell 3 är rättad.")
    versions = db.session.scalars(sa.select(DocumentVersion).order_by(DocumentVersion.number)).all()
    assert [version.number for version in versions] == [1, 2]
    assert versions[1].change_note == "Tabell 3 är rättad."
    assert count(Document) == 1
    assert count(Receipt) == 2


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2027, 6, 1, 21, 59, tzinfo=UTC), 0),  # one minute to midnight in Sweden
        (datetime(2027, 6, 1, 22, 1, tzinfo=UTC), 1),
        (datetime(2027, 6, 8, 8, 0, tzinfo=UTC), 7),
    ],
)
def test_late_is_received_and_stamped_in_swedish_days(here: Visit, at: At, moment: datetime, days: int) -> None:
    at(moment)
    answer = here.hand_in()
    assert answer.status_code == 303
    assert db.session.scalars(sa.select(Delivery)).one().days_late == days
    page = here.client.get(answer.location).get_data(as_text=True)
    assert (re.search("för sent|försenad", page) is not None) is (days > 0)


def test_no_file_is_told_on_its_field(here: Visit) -> None:
    values = form_values(here.client.get(here.deliver_path))
    answer = here.client.post(here.deliver_path, data=values)
    assert answer.status_code == 422
    assert 'href="#file"' in answer.get_data(as_text=True)
    assert count(Delivery) == 0


def test_a_file_that_is_refused_leaves_nothing_behind(here: Visit) -> None:
    answer = here.hand_in(b"MZ\x90\x00", "rapport.exe")
    assert answer.status_code == 422
    assert (count(Delivery), count(Document), count(Receipt), len(mails("upload_receipt"))) == (0, 0, 0, 0)


def test_nothing_is_received_for_what_is_approved_already(here: Visit) -> None:
    here.hand_in()
    values = form_values(here.client.get(here.deliver_path))
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    review.approve_version(
        actor=here.officer,
        now=make.NOW,
        deliverable=db.session.get_one(Deliverable, here.deliverable.id),
        version_id=version.id,
    )
    db.session.commit()
    page = here.client.get(here.deliver_path).get_data(as_text=True)
    assert 'type="file"' not in page
    answer = here.client.post(here.deliver_path, data={**values, "file": (BytesIO(b"Ny rapport"), "ny.txt")})
    assert answer.status_code == 422
    assert "godkän" in answer.get_data(as_text=True)
    opened = here.open_upload()
    assert opened.status_code == 422
    assert "godkän" in opened.get_data(as_text=True)
    assert (count(Delivery), count(Upload)) == (1, 0)


def test_nothing_is_received_for_what_is_no_longer_asked_for(here: Visit) -> None:
    values = form_values(here.client.get(here.deliver_path))
    deliverables.cancel_deliverable(
        actor=here.officer, now=make.NOW, deliverable=here.deliverable, reason="Behövs inte"
    )
    answer = here.client.post(here.deliver_path, data={**values, "file": (BytesIO(b"Ny rapport"), "ny.txt")})
    assert answer.status_code == 422
    assert count(Delivery) == 0


def test_before_the_declaration_is_assessed_the_file_is_kept_as_a_draft(client: Client, at: At) -> None:
    load_reference()
    early = visit(client, is_ready=False)
    assert early.hand_in(b"Tidig rapport", change_note="").status_code == 303
    assert (count(Delivery), count(UploadedDraft)) == (0, 1)
    page = client.get(early.deliver_path).get_data(as_text=True)
    assert "slutrapport.txt" in page
    make.assessed(early.member, early.assessor)
    values = form_values(client.get(early.deliver_path), action=None)
    answer = client.post(early.deliver_path, data=deliver_values(client, early))
    assert answer.status_code == 303, values
    assert count(Delivery) == 1
    assert count(UploadedDraft) == 0
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    assert (version.file_name, version.size_bytes) == ("slutrapport.txt", len(b"Tidig rapport"))


def deliver_values(client: Client, where: Visit) -> dict[str, str]:
    """The fields of the form that hands in; a draft has a form of its own before it."""
    page = client.get(where.deliver_path).get_data(as_text=True)
    found = re.search(r'name="submission"[^>]*value="([^"]+)"', page)
    assert found is not None
    return {"submission": found[1]}


def test_a_draft_is_handed_in_later(here: Visit) -> None:
    answer = here.hand_in(b"Utkast", "utkast.txt", draft="1")
    assert answer.location == here.deliver_path
    assert count(Delivery) == 0
    assert "utkast.txt" in here.client.get(here.deliver_path).get_data(as_text=True)
    assert here.client.post(here.deliver_path, data=deliver_values(here.client, here)).status_code == 303
    assert db.session.scalars(sa.select(DocumentVersion.file_name)).one() == "utkast.txt"


def test_a_draft_can_be_thrown_away(here: Visit) -> None:
    here.hand_in(b"Utkast", "utkast.txt", draft="1")
    assert here.client.post(f"{here.deliver_path}/draft/delete").status_code == 303
    assert count(UploadedDraft) == 0
    assert here.client.post(here.deliver_path, data=deliver_values(here.client, here)).status_code == 422


def test_a_question_is_asked_once_and_told(here: Visit) -> None:
    values = form_values(here.get("/questions"))
    for _ in range(2):
        here.client.post(f"{here.home}/questions", data={**values, "body": "Vilken bilaga menas?"})
    assert count(Question) == 1
    assert "Vilken bilaga menas?" in here.get("/questions").get_data(as_text=True)
    told = [mail for mail in mails("evaluation_news") if mail.params["event"] == "question_asked"]
    assert [mail.address for mail in told] == [here.officer.email]


def test_the_dates_go_into_a_calendar_without_the_secret(here: Visit) -> None:
    for path in ("/calendar.ics", f"/deliverables/{here.deliverable.id}/calendar.ics"):
        answer = here.get(path)
        assert answer.mimetype == "text/calendar"
        assert b"DTSTART;VALUE=DATE:20270601" in answer.data
        assert here.token.encode() not in answer.data.replace(b"\r\n ", b"")
        # The start page asks for a password that no evaluator has.
        assert b"\nURL" not in answer.data


def test_after_the_report_there_is_nothing_to_put_in_a_calendar_or_to_decline(here: Visit) -> None:
    ways = (f"{here.home}/calendar.ics", f"{here.home}/decline")
    assert all(way in here.get().text for way in ways)
    here.deliverable.state, here.evaluation.phase = DeliverableState.APPROVED, EvaluationPhase.RESPONSE.value
    db.session.flush()
    assert not any(way in here.get().text for way in ways)


def test_the_language_is_the_evaluators_own(here: Visit) -> None:
    assert '<html lang="sv"' in here.get().get_data(as_text=True)
    answer = here.client.post(f"{here.home}/language", data={"language": "en", "next": f"{here.home}/questions"})
    assert answer.location == f"{here.home}/questions"
    assert '<html lang="en"' in here.get().get_data(as_text=True)
    for next_ in ("//evil.example", f"{here.home}/%0D%0AX-Injected: 1", f"{here.home}/\r\nX-Injected: 1"):
        away = here.client.post(f"{here.home}/language", data={"language": "sv", "next": next_})
        assert (away.status_code, away.location) == (303, here.home)


def test_json_is_refused_as_what_no_page_sends(here: Visit) -> None:
    for path in ("/questions", "/recommendations", "/declaration/new", f"/deliverables/{here.deliverable.id}"):
        assert here.client.post(here.home + path, json={"body": 5, "upload": 5, "change_note": 7}).status_code == 415


def test_sending_something_counts_as_use(here: Visit) -> None:
    here.client.post(f"{here.home}/questions", data={**form_values(here.get("/questions")), "body": "Går det bra?"})
    assert db.session.get_one(EvaluatorLink, here.link.id).opened_at == make.NOW


def test_no_answer_tells_the_referrer(here: Visit) -> None:
    answer = here.get()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_expired_link_offers_a_new_one_and_nothing_else(here: Visit, at: At) -> None:
    deliverables.cancel_deliverable(
        actor=here.officer, now=make.NOW, deliverable=here.deliverable, reason="Behövs inte"
    )
    at(make.NOW + timedelta(days=91))
    for path in ("", "/questions", f"/deliverables/{here.deliverable.id}"):
        answer = here.get(path)
        assert answer.status_code == 410
        text = answer.get_data(as_text=True)
        assert here.member.person.email not in text
        assert f"{here.member.person.email[0]}…@example.org" in text
        assert here.evaluation.title not in text
    answer = here.client.post(f"{here.home}/renew")
    assert answer.status_code == 200
    fresh = db.session.scalars(sa.select(EvaluatorLink).order_by(EvaluatorLink.id.desc())).first()
    assert fresh is not None
    assert fresh.renewed_from_id == here.link.id
    assert links.token(fresh) not in answer.get_data(as_text=True)  # only the mail knows it
    assert here.client.get(f"/commission/{links.token(fresh)}").status_code == 200
    assert here.get().status_code == 410


def test_what_is_sent_by_a_link_that_has_just_expired_is_kept(here: Visit, at: At) -> None:
    values = form_values(here.client.get(here.deliver_path))
    at(datetime(2027, 7, 2, 8, 0, tzinfo=UTC))
    answer = here.client.post(
        here.deliver_path, data={**values, "change_note": "Allt är klart.", "file": (BytesIO(b"Sent"), "sent.txt")}
    )
    assert answer.status_code == 410
    assert (count(Delivery), count(UploadedDraft)) == (0, 1)
    here.client.post(f"{here.home}/renew")
    here.link = db.session.scalars(sa.select(EvaluatorLink).order_by(EvaluatorLink.id.desc())).first() or here.link
    page = here.client.get(here.deliver_path).get_data(as_text=True)
    assert "sent.txt" in page
    assert here.client.post(here.deliver_path, data=deliver_values(here.client, here)).status_code == 303
    assert count(Delivery) == 1


def test_texts_that_a_page_cannot_keep_are_shown_again(here: Visit, at: At) -> None:
    values = form_values(here.get("/questions"))
    at(datetime(2027, 7, 2, 8, 0, tzinfo=UTC))
    answer = here.client.post(f"{here.home}/questions", data={**values, "body": "En lång <b>fråga</b>."})
    assert answer.status_code == 410
    assert "En lång &lt;b&gt;fråga&lt;/b&gt;." in answer.get_data(as_text=True)
    assert values["submission"] not in answer.get_data(as_text=True)
    assert count(Question) == 0


def test_long_after_expiry_nothing_is_kept(here: Visit, at: At) -> None:
    values = form_values(here.client.get(here.deliver_path))
    at(datetime(2027, 9, 1, 8, 0, tzinfo=UTC))
    answer = here.client.post(here.deliver_path, data={**values, "file": (BytesIO(b"Sent"), "sent.txt")})
    assert answer.status_code == 410
    assert count(UploadedDraft) == 0


def test_a_revoked_link_says_whom_to_ask(here: Visit) -> None:
    links.revoke(actor=here.officer, now=make.NOW, link=here.link)
    before = count(EvaluatorLink)
    for method, path in (("GET", ""), ("POST", "/renew"), ("POST", "/questions"), ("POST", "/language")):
        answer = here.client.open(here.home + path, method=method)
        assert answer.status_code == 410
        text = answer.get_data(as_text=True)
        assert here.officer.email in text
        assert here.evaluation.title not in text
    assert count(EvaluatorLink) == before


def test_a_secret_is_not_in_the_log_when_something_breaks(
    here: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("tracker.evaluations.queries.workspace.list_questions", broken)
    monkeypatch.setitem(here.client.application.config, "PROPAGATE_EXCEPTIONS", False)
    assert here.get("/questions").status_code == 500
    assert "broken on purpose" in caplog.text
    assert here.token not in caplog.text
