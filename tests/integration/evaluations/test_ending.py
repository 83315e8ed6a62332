"""A contract that ends before its report, so that another evaluator can be chosen; and closing without everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW, TODAY, contracted
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines.enums import Basis, DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.evaluations.enums import (
    DeliverableKind,
    DeliverableState,
    EvaluationPhase,
    LinkState,
    ProgressAnswer,
    RequestState,
    ResponseKind,
    Selection,
)
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.queries.links import state_of
from tracker.evaluations.service import commission, ending, links, progress, review

SignIn = Callable[[Person], Client]
DUE_ON = date(2027, 6, 1)


@pytest.fixture
def under_way(officer: Person, steering: Person) -> tuple[Evaluation, TeamMember]:
    evaluation, member, _report = make.ready(officer, steering)
    contracted(officer, evaluation)
    return evaluation, member


def end(officer: Person, evaluation: Evaluation, **values: Any) -> None:
    told = {"ended_on": TODAY, "reason": "Hävt: inget levererades", **values}
    ending.end_contract(actor=officer, now=NOW, evaluation=evaluation, **told)


def test_another_evaluator_takes_over_from_a_choice_to_a_report(
    officer: Person, steering: Person, under_way: tuple[Evaluation, TeamMember]
) -> None:
    evaluation, member = under_way
    link = links.make_link(actor=officer, now=NOW, member=member)
    second = make.member(evaluation, officer)
    make.assessed(second, steering)
    report = evaluation.deliverables[0]
    wish = progress.answer(
        actor=member.person, now=NOW, deliverable=report, member=member, answer=ProgressAnswer.MORE_TIME,
        wished_on=DUE_ON + timedelta(days=30), reason="Sjukdom",
    )  # fmt: skip
    end(officer, evaluation)
    assert (evaluation.phase, evaluation.phase_since_on) == (EvaluationPhase.SELECTION, TODAY)
    assert (evaluation.provider_id, evaluation.selection, evaluation.contract_ore) == (None, None, None)
    ended = evaluation.ended_contracts[0]
    assert (ended.provider.names[-1].name, ended.signed_on, ended.ended_on, ended.contract_ore) == (
        "Första Utvärdering AB", TODAY, TODAY, 40_000_000,
    )  # fmt: skip
    assert [item.left_on for item in evaluation.team] == [TODAY, TODAY]
    assert state_of(link, NOW) is LinkState.REVOKED
    assert (wish.state, report.state) == (RequestState.WITHDRAWN, DeliverableState.CANCELLED)
    report = next(item for item in evaluation.deliverables if item.state is DeliverableState.OPEN)
    deadline = next(item for item in list_for_case(evaluation.id) if item.source_key == f"deliverable:{report.id}")
    assert (deadline.state, deadline.basis, deadline.owner_id) == (DeadlineState.OPEN, Basis.INTERNAL, None)
    told = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == AuditAction.EVALUATION_CONTRACT_ENDED.value)
    ).one()
    assert told.changes["reason"] == "Hävt: inget levererades"
    assert told.changes["contract_reference"] == ["A-1", None]
    last = db.session.scalar(sa.select(sa.func.max(AuditEvent.id)).where(~AuditEvent.action.startswith("deadline")))
    assert told.id == last  # the history begins with what the rest followed from

    # Nothing of the first team counts for the second.
    with pytest.raises(DomainError):
        contracted(officer, evaluation, "Andra Utvärdering AB")
    newcomer = make.member(evaluation, officer)
    make.assessed(newcomer, steering)
    contracted(officer, evaluation, "Andra Utvärdering AB")
    assert evaluation.phase == EvaluationPhase.UNDER_WAY
    version = reviews.delivered(report, newcomer)
    review.approve_version(actor=officer, now=NOW, deliverable=report, version_id=version.id)
    with pytest.raises(DomainError):
        end(officer, evaluation)


def test_what_was_sent_back_is_asked_for_afresh_and_what_was_approved_stays(
    officer: Person, under_way: tuple[Evaluation, TeamMember]
) -> None:
    evaluation, member = under_way
    plan, draft = (
        make.deliverable(evaluation, officer, kind, title=f"Del {kind.value}")
        for kind in (DeliverableKind.INCEPTION_REPORT, DeliverableKind.DRAFT_REPORT)
    )
    approved = reviews.delivered(plan, member)
    review.approve_version(actor=officer, now=NOW, deliverable=plan, version_id=approved.id)
    reviews.delivered(draft, member)
    with pytest.raises(DomainError, match="Del draft_report"):
        end(officer, evaluation)
    reviews.returned(draft, officer, DUE_ON)
    end(officer, evaluation)
    drafts = [item for item in evaluation.deliverables if item.kind is DeliverableKind.DRAFT_REPORT]
    assert {(item.state, item.title, item.due_on, bool(item.deliveries)) for item in drafts} == {
        (DeliverableState.CANCELLED, draft.title, DUE_ON, True),
        (DeliverableState.OPEN, draft.title, DUE_ON, False),
    }
    assert plan.state is DeliverableState.APPROVED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"ended_on": TODAY + timedelta(days=1)}, "ended_on"),
        ({"ended_on": TODAY - timedelta(days=1)}, "ended_on"),
    ],
)
def test_a_contract_ends_on_a_day_with_a_reason(
    officer: Person, under_way: tuple[Evaluation, TeamMember], values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        end(officer, under_way[0], **values)
    assert refused.value.field == field
    assert under_way[0].contract_signed_on == TODAY


def test_without_a_contract_there_is_none_to_end(officer: Person) -> None:
    with pytest.raises(DomainError):
        end(officer, make.evaluation(officer))


def test_it_is_ended_on_its_page_and_told_there(
    officer: Person, under_way: tuple[Evaluation, TeamMember], sign_in: SignIn
) -> None:
    evaluation, member = under_way
    browser, base = sign_in(officer), f"/evaluations/{evaluation.id}"
    with clock.frozen_at(NOW):
        assert f"{base}/contract/end" in browser.get(base).text
        page = browser.get(f"{base}/contract/end")
        assert member.person.name in page.text
        empty = browser.post(f"{base}/contract/end", data={**form_values(page), "reason": ""})
        assert empty.status_code == 422
        answer = browser.post(f"{base}/contract/end", data={**form_values(page), "reason": "Utvärderaren drog sig ur"})
        assert answer.status_code in (302, 303)
        page = browser.get(base)
    assert "Första Utvärdering AB" in page.text and "Utvärderaren drog sig ur" in page.text
    assert f"{base}/contract/end" not in page.text


@pytest.fixture
def followed_up(officer: Person) -> Evaluation:
    """Reported, answered and ready to be closed, but for a presentation that never came."""
    evaluation = follow_up.reported(officer)
    make.deliverable(evaluation, officer, DeliverableKind.PRESENTATION, DUE_ON, title="Föredragning")
    follow_up.response(evaluation.recommendations[0], officer, ResponseKind.REJECTED)
    return evaluation


def test_closing_without_something_asked_for_needs_its_reason(officer: Person, followed_up: Evaluation) -> None:
    with pytest.raises(DomainError, match="Föredragning") as refused:
        commission.close(actor=officer, now=NOW, evaluation=followed_up)
    assert (refused.value.field, followed_up.phase) == ("reason", EvaluationPhase.FOLLOW_UP)
    commission.close(actor=officer, now=NOW, evaluation=followed_up, reason="Styrgruppen avstod")
    talk = next(item for item in followed_up.deliverables if item.kind is DeliverableKind.PRESENTATION)
    assert (talk.state, followed_up.phase) == (DeliverableState.CANCELLED, EvaluationPhase.CLOSED)
    told = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == AuditAction.DELIVERABLE_CANCELLED.value)
    ).one()
    assert told.changes == {"deliverable": "Föredragning", "reason": "Styrgruppen avstod"}


def test_nothing_is_closed_over_a_delivery_that_nobody_has_reviewed(officer: Person, followed_up: Evaluation) -> None:
    talk = next(item for item in followed_up.deliverables if item.kind is DeliverableKind.PRESENTATION)
    reviews.delivered(talk)
    with pytest.raises(DomainError, match="Föredragning"):
        commission.close(actor=officer, now=NOW, evaluation=followed_up, reason="Styrgruppen avstod")


def test_the_page_asks_for_the_reason(officer: Person, followed_up: Evaluation, sign_in: SignIn) -> None:
    browser, path = sign_in(officer), f"/evaluations/{followed_up.id}/close"
    with clock.frozen_at(NOW):
        page = browser.get(path)
        values = form_values(page)
        assert 'name="reason"' in page.text
        assert browser.post(path, data=values).status_code == 422
        assert browser.post(path, data={**values, "reason": "Avstod"}).status_code in (302, 303)
        assert db.session.get_one(Evaluation, followed_up.id).phase == EvaluationPhase.CLOSED


def test_a_contract_that_was_recorded_by_mistake_is_taken_back(
    officer: Person, under_way: tuple[Evaluation, TeamMember]
) -> None:
    evaluation, member = under_way
    link = links.make_link(actor=officer, now=NOW, member=member)
    with pytest.raises(DomainError) as refused:
        ending.take_back_contract(actor=officer, now=NOW, evaluation=evaluation, reason=" ")
    assert (refused.value.field, evaluation.contract_signed_on) == ("reason", TODAY)
    ending.take_back_contract(actor=officer, now=NOW, evaluation=evaluation, reason="Fel ärende")
    assert evaluation.phase == EvaluationPhase.SELECTION
    assert (evaluation.contract_signed_on, evaluation.contract_ore, evaluation.ended_contracts) == (None, None, [])
    assert (evaluation.selection, member.left_on, state_of(link, NOW)) == (Selection.CALL_OFF, None, LinkState.LIVE)
    deadline = next(item for item in list_for_case(evaluation.id) if item.source_key.startswith("deliverable:"))
    assert (deadline.state, deadline.basis) == (DeadlineState.OPEN, Basis.INTERNAL)
    [told] = told_of(AuditAction.EVALUATION_CONTRACT_TAKEN_BACK)
    assert told["reason"] == "Fel ärende" and told["contract_ore"] == [40_000_000, None]
    with pytest.raises(DomainError):
        ending.take_back_contract(actor=officer, now=NOW, evaluation=evaluation, reason="Fel ärende")
    contracted(officer, evaluation)  # and recorded anew, when there is one
    assert evaluation.phase == EvaluationPhase.UNDER_WAY


def test_a_contract_under_which_something_was_handed_in_is_not_taken_back(
    officer: Person, under_way: tuple[Evaluation, TeamMember], sign_in: SignIn
) -> None:
    evaluation, member = under_way
    report = evaluation.deliverables[0]
    reviews.delivered(report, member)
    with pytest.raises(DomainError, match=report.title):
        ending.take_back_contract(actor=officer, now=NOW, evaluation=evaluation, reason="Fel ärende")
    assert evaluation.contract_signed_on == TODAY
    db.session.commit()
    page = sign_in(officer).get(f"/evaluations/{evaluation.id}/contract/mistake").text
    assert f"Utvärderaren har redan lämnat in: {report.title}" in page and "<textarea" not in page


def test_details_of_a_contract_are_corrected_and_the_history_keeps_both(
    officer: Person, under_way: tuple[Evaluation, TeamMember], sign_in: SignIn
) -> None:
    evaluation, _member = under_way
    browser, base = sign_in(officer), f"/evaluations/{evaluation.id}"
    with clock.frozen_at(NOW):
        values = form_values(browser.get(f"{base}/contract"))
        values |= {"contract_ore": "450000", "reference": "A-2", "signed_on": "2026-11-20", "ends_on": "2027-08-31"}
        assert browser.post(f"{base}/contract", data=values).status_code in (302, 303)
        page = browser.get(base).text
    [told] = told_of(AuditAction.EVALUATION_CONTRACT_CORRECTED)
    assert told["contract_ore"] == [40_000_000, 45_000_000] and told["contract_reference"] == ["A-1", "A-2"]
    assert told["contract_signed_on"] == ["2026-11-23", "2026-11-20"]
    assert told["contract_ends_on"] == [None, "2027-08-31"]
    assert "Rättade avtalet med utvärderaren" in page and f"{base}/contract/mistake" in page


def test_it_is_taken_back_on_its_page(
    officer: Person, under_way: tuple[Evaluation, TeamMember], sign_in: SignIn
) -> None:
    evaluation, _member = under_way
    browser, base = sign_in(officer), f"/evaluations/{evaluation.id}"
    with clock.frozen_at(NOW):
        values = form_values(browser.get(f"{base}/contract/mistake"))
        assert browser.post(f"{base}/contract/mistake", data={**values, "reason": ""}).status_code == 422
        answer = browser.post(f"{base}/contract/mistake", data={**values, "reason": "Fel ärende"})
        assert answer.status_code in (302, 303)
        page = browser.get(base).text
    assert "Fel ärende" in page and "Tog tillbaka ett avtal" in page and f"{base}/contract/mistake" not in page


def told_of(action: AuditAction) -> list[dict[str, Any]]:
    return list(db.session.scalars(sa.select(AuditEvent.changes).where(AuditEvent.action == action.value)))
