"""A whole evaluation: opened, contracted, delivered, answered, followed up and closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW, TODAY
from tests.integration.evaluations.conftest import OPENING, Visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.documents.models import DocumentVersion, Upload
from tracker.evaluations.enums import ActionState, DeliverableKind, EvaluationPhase, ResponseKind, Selection
from tracker.evaluations.models import (
    Action,
    Declaration,
    Deliverable,
    Delivery,
    Evaluation,
    EvaluatorLink,
    Recommendation,
    UploadedDraft,
)
from tracker.evaluations.queries import follow_up as follow_up_queries
from tracker.evaluations.queries import listing
from tracker.evaluations.queries.attention import list_attention
from tracker.evaluations.queries.listing import EvaluationFilters, Tab
from tracker.evaluations.service import actions, commission, links, review, selection
from tracker.reports.building import build_snapshot

SignIn = Callable[[Person], Client]
DUE_ON = date(2027, 6, 1)


def reported_numbers() -> list[int | None]:
    """The recommendations that a status report of today would list."""
    snapshot = build_snapshot(db.session(), TODAY, number="2026-01", now=NOW, app_version="1")
    return [line.number for line in snapshot.recommendations]


def test_from_opening_to_closing_by_the_services(officer: Person, steering: Person) -> None:
    evaluation = commission.open_evaluation(actor=officer, now=NOW, title="Samverkan 2015–2026", purpose="Lära")
    assert evaluation.phase == EvaluationPhase.PREPARATION
    selection.change_selection(
        actor=officer, now=NOW, evaluation=evaluation, selection=Selection.CALL_OFF,
        selection_reason="Avrop från ramavtalet för utvärdering", procurement_id=None,
    )  # fmt: skip
    selection.choose_evaluator(actor=officer, now=NOW, evaluation=evaluation, new_provider="Oberoende Utvärdering AB")
    assert evaluation.phase == EvaluationPhase.SELECTION
    member = make.member(evaluation, officer)
    contract: dict[str, Any] = {"signed_on": TODAY, "ends_on": date(2027, 12, 31), "contract_ore": 50_000_000}
    with pytest.raises(DomainError):
        selection.sign_contract(actor=officer, now=NOW, evaluation=evaluation, **contract)
    make.assessed(member, steering)
    selection.sign_contract(actor=officer, now=NOW, evaluation=evaluation, **contract)
    assert evaluation.phase == EvaluationPhase.UNDER_WAY

    report = make.deliverable(evaluation, officer, due_on=DUE_ON)
    version = reviews.delivered(report, member)
    made = [
        follow_up.recommendation(evaluation, member.person, f"Rekommendation {number}.", is_by_evaluator=True)
        for number in (1, 2, 3)
    ]
    assert reported_numbers() == []
    review.approve_version(actor=officer, now=NOW, deliverable=report, version_id=version.id)
    assert evaluation.phase == EvaluationPhase.RESPONSE
    assert reported_numbers() == [1, 2, 3]

    for recommendation, kind in zip(made, ResponseKind, strict=True):
        assert evaluation.phase == EvaluationPhase.RESPONSE
        follow_up.response(recommendation, officer, kind)
    assert evaluation.phase == EvaluationPhase.FOLLOW_UP
    # The rejected one, with its reason, is closed by the response.
    assert reported_numbers() == [1, 2]
    by_owner = follow_up.action(made[0], officer, owner_id=officer.id)
    falls = follow_up.action(made[1], officer)
    follow_up.done(by_owner, officer)
    for who in (officer, steering):
        with pytest.raises(DomainError):
            commission.close(actor=who, now=NOW, evaluation=evaluation)
    actions.verify(actor=steering, now=NOW, action=by_owner)
    assert reported_numbers() == [2]
    actions.drop(actor=steering, now=NOW, action=falls, reason="Funktionen har upphört")
    assert reported_numbers() == []
    assert evaluation.phase == EvaluationPhase.FOLLOW_UP

    commission.close(actor=officer, now=NOW, evaluation=evaluation)
    assert (evaluation.phase, evaluation.closed_on) == (EvaluationPhase.CLOSED, TODAY)
    assert not [item for item in list_for_case(evaluation.id) if item.state is DeadlineState.OPEN]
    assert list_attention(officer) == list_attention(steering) == []
    figures = follow_up_queries.count_open(officer)
    assert (figures.open, figures.closed) == (0, 3)
    with pytest.raises(DomainError):
        follow_up.action(made[0], officer)
    with pytest.raises(DomainError):
        commission.cancel(actor=officer, now=NOW, evaluation=evaluation, reason="För sent")


def send(browser: Client, path: str, **values: Any) -> None:
    """Open the page of a form, fill it in, and send it; it has to be taken."""
    page = browser.get(path)
    assert page.status_code == 200, path
    answer = browser.post(path, data={**form_values(page), **values})
    assert answer.status_code in (302, 303), (path, answer.status_code)


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count(model.id))) or 0


def one(model: Any) -> Any:
    return db.session.scalars(sa.select(model).order_by(model.id.desc())).first()


def test_from_opening_to_closing_by_the_pages(
    officer: Person, steering: Person, sign_in: SignIn, client: Client
) -> None:
    with clock.frozen_at(NOW):
        office, board = sign_in(officer), sign_in(steering)
        send(office, "/evaluations/new", title="Samverkan 2015–2026", purpose="Lära", report_on="")
        base = f"/evaluations/{one(Evaluation).id}"
        send(office, f"{base}/selection", selection="call_off", selection_reason="Avrop", procurement_id="")
        send(office, f"{base}/evaluator", new_provider="Oberoende Utvärdering AB", provider_id="")
        send(office, f"{base}/team/new", name="Eva Utvärderare", email="eva@example.org", locale="sv")
        send(office, f"{base}/deliverables/new", kind="final_report", due_on=DUE_ON.isoformat())
        member_id = one(Evaluation).team[0].id
        assert office.post(f"{base}/team/{member_id}/link").status_code == 303
        visit = f"/commission/{links.token(one(EvaluatorLink))}"

        nothing = {f"has_{part}": "no" for part in ("engagements", "ownership", "family", "expectations", "other")}
        send(client, f"{visit}/declaration/new", signed_name="Eva Utvärderare", **nothing)
        declared = f"{base}/declarations/{one(Declaration).id}"
        page = board.get(declared)
        values = {**form_values(page), "assessment": "none", "is_impartial": "y"}
        assert board.post(declared, data=values).status_code == 302
        send(office, f"{base}/contract", signed_on=TODAY.isoformat(), contract_ore="500000", document_id="")

        report = one(Deliverable)
        file = (BytesIO(b"Slutrapport"), "slutrapport.txt")
        send(client, f"{visit}/deliverables/{report.id}", file=file)
        addressee = follow_up.addressee_id()
        send(client, f"{visit}/recommendations", body="Inför årlig uppföljning.", page="12", priority="high",
             addressee_id=addressee)  # fmt: skip
        send(office, f"{base}/deliverables/{report.id}/approve")
        (step,) = BeautifulSoup(office.get(base).text, "html.parser").select("[aria-labelledby=next-title] li")
        what, who = (part.get_text() for part in step.select("p"))
        assert what == "Svara på rekommendationerna (1 kvar)"
        assert who.startswith("Väntar på: Marknadsfunktionen · ")

        recommended = f"{base}/recommendations/{one(Recommendation).id}"
        send(office, f"{recommended}/response", kind="accepted", responded_by="Marknadsfunktionen",
             responded_on=TODAY.isoformat())  # fmt: skip
        send(office, f"{recommended}/actions/new", body="Ta fram en rutin.", owner_id=officer.id, owner_name="",
             organisation_id="", due_on="2027-03-31")  # fmt: skip
        action = f"{recommended}/actions/{one(Action).id}"
        send(office, f"{action}/done", done_on=TODAY.isoformat(), evidence="Beslutad.", evidence_document_id="")
        own = office.post(f"{action}/check", data={"outcome": "verified", "version": one(Action).version})
        assert own.status_code == 422
        send(board, f"{action}/check", outcome="verified")
        assert one(Action).state is ActionState.VERIFIED
        send(office, f"{base}/close")

        closed = one(Evaluation)
        assert (closed.phase, closed.closed_on) == (EvaluationPhase.CLOSED, TODAY)
        # A response after closing, through the form that was open in another tab.
        late = office.post(f"{recommended}/response", data={"kind": "rejected", "reason": "Nej",
                           "responded_by": "Marknadsfunktionen", "responded_on": TODAY.isoformat()})  # fmt: skip
        assert late.status_code == 422 and "stängdes" in late.text
        assert client.get(visit).status_code == 200


@pytest.mark.parametrize("phase", [EvaluationPhase.CLOSED, EvaluationPhase.CANCELLED])
def test_nothing_is_received_once_the_evaluation_is_over(here: Visit, sign_in: SignIn, phase: EvaluationPhase) -> None:
    """What was never delivered stays asked for when the evaluation ends: no page, form or upload takes it any more."""
    if phase is EvaluationPhase.CLOSED:
        reviews.delivered(here.deliverable, here.member)
        version = db.session.scalars(sa.select(DocumentVersion)).one()
        review.approve_version(actor=here.officer, now=make.NOW, deliverable=here.deliverable, version_id=version.id)
        here.deliverable = make.deliverable(here.evaluation, here.officer, DeliverableKind.PRESENTATION)
        values = form_values(here.client.get(here.deliver_path))
        commission.close(
            actor=here.officer, now=make.NOW, evaluation=here.evaluation, reason="Presentationen ställdes in"
        )
    else:
        values = form_values(here.client.get(here.deliver_path))
        commission.cancel(
            actor=here.officer, now=make.NOW, evaluation=here.evaluation, reason="Uppdraget dras tillbaka"
        )
    db.session.commit()
    before = count(Delivery)

    page = here.client.get(here.deliver_path)
    assert page.status_code == 200
    assert 'type="file"' not in page.get_data(as_text=True)
    told = "går fortfarande att läsa här" if phase is EvaluationPhase.CLOSED else "finns kvar här, med kvitton"
    assert told in page.get_data(as_text=True)
    answer = here.client.post(here.deliver_path, data={**values, "file": (BytesIO(b"Sen fil"), "sen.txt")})
    staff = sign_in(here.officer)
    for_them = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}"
    staffs_page = staff.get(f"{for_them}/deliver").get_data(as_text=True)
    assert 'type="file"' not in staffs_page and "inget mer kan lämnas in" in staffs_page
    for refusal in (answer, here.open_upload(), staff.post(f"{for_them}/uploads", headers=OPENING)):
        assert refusal.status_code == 422
        assert "inget mer kan lämnas in" in refusal.get_data(as_text=True)
    assert (count(Delivery), count(UploadedDraft), count(Upload)) == (before, 0, 0)


def test_what_was_closed_in_another_tab_meanwhile_stays_closed(officer: Person, steering: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.done(follow_up.action(recommendation, officer), officer)
    # What this session has read is old: somebody else ended the evaluation a moment ago.
    db.session.flush()
    ended = sa.update(Case).where(Case.id == evaluation.id).values(phase="closed", closed_on=TODAY)
    db.session.execute(ended.execution_options(synchronize_session=False))
    assert evaluation.phase == EvaluationPhase.FOLLOW_UP
    for late in (
        lambda: actions.verify(actor=steering, now=NOW, action=action),
        lambda: follow_up.action(recommendation, officer),
        lambda: follow_up.recommendation(evaluation, officer, reason="Glömd"),
        lambda: follow_up.response(recommendation, officer, ResponseKind.REJECTED),
    ):
        with pytest.raises(DomainError, match="2026-11-23"):
            late()


def test_what_was_opened_again_in_another_tab_keeps_the_evaluation_open(officer: Person, steering: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    follow_up.response(recommendation, officer)
    actions.verify(actor=steering, now=NOW, action=follow_up.done(follow_up.action(recommendation, officer), officer))
    opened = sa.update(Recommendation).where(Recommendation.id == recommendation.id).values(closed_on=None)
    db.session.execute(opened.execution_options(synchronize_session=False))
    with pytest.raises(DomainError, match="1"):
        commission.close(actor=officer, now=NOW, evaluation=evaluation)


def test_an_evaluation_by_others_is_counted_nowhere(
    app: Flask, officer: Person, steering: Person, sign_in: SignIn
) -> None:
    noted = make.noted(officer, "Riksgranskning Ett")
    follow_up.recommendation(noted, officer, "Samla uppgifterna.")
    db.session.commit()
    for tab, total in ((Tab.OURS, 0), (Tab.NOTED, 1)):
        assert listing.list_evaluations(officer, EvaluationFilters(tab=tab)).total == total
    with_open = EvaluationFilters(tab=Tab.ALL, has_open_recommendations=True)
    assert listing.list_evaluations(officer, with_open).total == 0
    figures = follow_up_queries.count_open(officer)
    assert (figures.open, figures.unanswered, figures.to_verify, figures.closed) == (0, 0, 0, 0)
    assert follow_up_queries.list_open(officer).total == 0
    assert follow_up_queries.list_waiting_for(officer, officer.id) == []
    assert list_attention(officer) == list_attention(steering) == []
    assert list_for_case(noted.id) == []
    assert reported_numbers() == []
    with clock.frozen_at(NOW):
        browser = sign_in(officer)
        for path in ("/", "/evaluations", "/evaluations.csv", "/recommendations", "/recommendations.csv", "/deadlines"):
            text = browser.get(path).text
            assert "Riksgranskning" not in text and "Samla uppgifterna" not in text, path
    told = app.test_cli_runner().invoke(args=["evaluations", "list", "--format", "json"])
    assert (told.exit_code, json.loads(told.output)) == (0, [])
