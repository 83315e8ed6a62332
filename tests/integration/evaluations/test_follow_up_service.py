"""From recommendation to closing: who may write what, when it is issued, answered, done, verified and closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.factories import documents as make_documents
from tests.factories import evaluations as make
from tests.factories import follow_up
from tests.factories.evaluations import NOW, TODAY
from tests.factories.organisations import load_reference, supplier
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases.queries import list_participants
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.core.i18n import using_locale
from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.evaluations.enums import ActionState, EvaluationPhase, Priority, RecommendationState, ResponseKind
from tracker.evaluations.models import Action, Recommendation
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.service import actions, commission, recommendations, responses
from tracker.evaluations.standing import state_of


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> Iterator[None]:
    """Refusals are read in English, whatever the default language says meanwhile."""
    load_reference()
    with using_locale("en"):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def other(app: Flask) -> Person:
    return person(Role.STEERING, name="Ledamot Ett")


def test_recommendations_are_numbered_and_kept_in_draft(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    first = follow_up.recommendation(evaluation, officer)
    second = follow_up.recommendation(evaluation, officer, number=7)
    third = follow_up.recommendation(evaluation, officer)
    assert [first.number, second.number, third.number] == [1, 7, 8]
    assert state_of(first) is RecommendationState.DRAFT
    assert first.issued_on is None
    with pytest.raises(DomainError, match="7") as taken:
        follow_up.recommendation(evaluation, officer, number=7)
    assert taken.value.field == "number"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"body": "  "}, "body"), ({"page": ""}, "page"), ({"addressee_id": None}, "addressee_id"),
     ({"addressee_id": 999_999}, "addressee_id"), ({"body": "x" * 4001}, "body"), ({"page": "x" * 41}, "page"),
     ({"number": 0}, "number"), ({"number": 10_000}, "number")],
)  # fmt: skip
def test_page_and_addressee_are_needed(officer: Person, change: dict[str, Any], field: str) -> None:
    evaluation = make.evaluation(officer)
    with pytest.raises(DomainError) as refused:
        follow_up.recommendation(evaluation, officer, **change)
    assert refused.value.field == field


def test_a_supplier_cannot_be_asked(officer: Person) -> None:
    with pytest.raises(DomainError) as refused:
        follow_up.recommendation(make.evaluation(officer), officer, addressee_id=supplier().id)
    assert refused.value.field == "addressee_id"


def test_the_same_submission_makes_one(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    first = follow_up.recommendation(evaluation, officer, submission_id="a")
    assert follow_up.recommendation(evaluation, officer, submission_id="a") is first
    assert len(evaluation.recommendations) == 1


def test_the_evaluator_writes_until_the_report_is_approved(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    issued = evaluation.recommendations[0]
    with pytest.raises(DomainError, match="approved"):
        follow_up.recommendation(evaluation, officer, is_by_evaluator=True)
    with pytest.raises(DomainError, match="approved"):
        recommendations.change(
            actor=officer, now=NOW, recommendation=issued, body="Annat", page="1", priority=Priority.LOW,
            addressee_id=issued.addressee_id, is_by_evaluator=True,
        )  # fmt: skip


def test_after_approval_the_commissioner_gives_a_reason(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    issued = evaluation.recommendations[0]
    change = partial(
        recommendations.change, actor=officer, now=NOW, recommendation=issued, page="13", priority=Priority.LOW,
        addressee_id=issued.addressee_id, body=issued.body,
    )  # fmt: skip
    with pytest.raises(DomainError) as refused:
        change()
    assert refused.value.field == "reason"
    db.session.refresh(issued)
    change(reason="Fel sida i rapporten")
    event = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == AuditAction.RECOMMENDATION_CHANGED)
    ).one()
    assert event.changes["page"] == ["12", "13"]
    assert event.changes["reason"] == "Fel sida i rapporten"
    late = follow_up.recommendation(evaluation, officer, reason="Stod i bilagan")
    assert (late.issued_on, late.number) == (TODAY, 2)


def test_the_same_texts_need_no_reason_and_leave_no_trace(officer: Person) -> None:
    issued = follow_up.reported(officer).recommendations[0]
    before = issued.version
    recommendations.change(
        actor=officer, now=NOW, recommendation=issued, body=issued.body, page=issued.page, priority=issued.priority,
        addressee_id=issued.addressee_id,
    )  # fmt: skip
    assert issued.version == before


def test_issuing_sets_the_clock_once(officer: Person) -> None:
    evaluation = follow_up.reported(officer, 2)
    first = evaluation.recommendations[0]
    # 2026-11-02 + 42 days = Monday 14 December.
    assert [item.response_due_on for item in evaluation.recommendations] == [date(2026, 12, 14)] * 2
    assert recommendations.issue(actor=officer, now=NOW, evaluation=evaluation, on=TODAY) == []
    assert first.issued_on == follow_up.APPROVED_ON
    kinds = [item.kind for item in list_for_case(evaluation.id) if item.state is DeadlineState.OPEN]
    assert kinds.count(DeadlineKind.MANAGEMENT_RESPONSE) == 2
    assert evaluation.phase == EvaluationPhase.RESPONSE


def test_a_response_due_on_a_holiday_is_due_the_next_working_day(officer: Person) -> None:
    # 2026-11-13 + 42 days is Christmas Day; then a weekend.
    evaluation = follow_up.reported(officer, on=date(2026, 11, 13))
    assert evaluation.recommendations[0].response_due_on == date(2026, 12, 28)


def test_a_draft_cannot_be_answered(officer: Person) -> None:
    draft = follow_up.recommendation(make.evaluation(officer), officer)
    with pytest.raises(DomainError, match="approved first"):
        follow_up.response(draft, officer)


def test_rejected_with_a_reason_is_closed(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    with pytest.raises(DomainError) as refused:
        follow_up.response(recommendation, officer, ResponseKind.REJECTED, reason=" ")
    assert refused.value.field == "reason"
    follow_up.response(recommendation, officer, ResponseKind.REJECTED)
    assert recommendation.closed_on == TODAY
    assert state_of(recommendation) is RecommendationState.CLOSED
    assert evaluation.phase == EvaluationPhase.FOLLOW_UP
    with pytest.raises(DomainError, match="rejected"):
        follow_up.action(recommendation, officer)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), follow_up.APPROVED_ON - timedelta(days=1)])
def test_the_day_of_a_response_is_possible(officer: Person, day: date) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    with pytest.raises(DomainError) as refused:
        follow_up.response(recommendation, officer, responded_on=day)
    assert refused.value.field == "responded_on"


def test_a_response_is_recorded_once_and_changed_with_a_trail(officer: Person, other: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    made = follow_up.response(recommendation, officer)
    assert follow_up.response(recommendation, officer) is made
    with pytest.raises(StaleVersion) as conflict:
        follow_up.response(recommendation, other, ResponseKind.PARTLY)
    assert conflict.value.current["kind"] == "accepted"
    responses.change(
        actor=other, now=NOW, response=made, kind=ResponseKind.PARTLY, reason="Bara del 2", version=made.version,
        responded_by="Styrgruppen", responded_on=TODAY,
    )  # fmt: skip
    query = sa.select(AuditEvent).where(AuditEvent.action == AuditAction.RESPONSE_RECORDED)
    told = db.session.scalars(query.order_by(AuditEvent.id)).all()
    assert [event.changes["response"] for event in told] == ["accepted", ["accepted", "partly"]]
    assert made.recorded_by_name == "Ledamot Ett"


def test_a_response_after_closing_is_refused(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    made = follow_up.response(recommendation, officer, ResponseKind.REJECTED)
    commission.close(actor=officer, now=NOW, evaluation=evaluation)
    with pytest.raises(DomainError, match="was closed on 2026-11-23"):
        follow_up.response(recommendation, officer)
    with pytest.raises(DomainError, match="was closed"):
        responses.change(
            actor=officer, now=NOW, response=made, kind=ResponseKind.ACCEPTED, responded_by="X", responded_on=TODAY
        )
    with pytest.raises(DomainError, match="was closed"):
        follow_up.recommendation(evaluation, officer)


def test_an_accepted_one_needs_an_action_and_is_closed_when_it_is_verified(officer: Person, other: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    with pytest.raises(DomainError, match="response first"):
        follow_up.action(recommendation, officer)
    follow_up.response(recommendation, officer)
    assert state_of(recommendation) is RecommendationState.WITHOUT_ACTION
    action = follow_up.action(recommendation, officer, owner_id=officer.id)
    assert state_of(recommendation) is RecommendationState.UNDER_WAY
    with pytest.raises(DomainError, match="still open: 1"):
        commission.close(actor=officer, now=NOW, evaluation=evaluation)
    follow_up.done(action, officer)
    assert state_of(recommendation) is RecommendationState.TO_VERIFY
    actions.verify(actor=other, now=NOW, action=action, note="Sett beslutet")
    assert recommendation.closed_on == TODAY
    follow_up.action(recommendation, officer, "En till.")
    assert (recommendation.closed_on, state_of(recommendation)) == (None, RecommendationState.UNDER_WAY)


def test_the_owner_cannot_verify(officer: Person, other: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.done(follow_up.action(recommendation, officer, owner_id=officer.id), other)
    with pytest.raises(DomainError, match="Somebody else"):
        actions.verify(actor=officer, now=NOW, action=action)
    # Nor can whoever marked it as done.
    with pytest.raises(DomainError, match="Somebody else"):
        actions.verify(actor=other, now=NOW, action=action)
    assert not actions.may_verify(officer, action)
    third = person(Role.SUPPORT)
    assert actions.may_verify(third, action)
    actions.verify(actor=third, now=NOW, action=action)
    assert action.state is ActionState.VERIFIED


def test_a_namesake_of_an_owner_without_account_cannot_verify(officer: Person, other: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.done(follow_up.action(recommendation, officer, owner_name="ledamot  ett"), officer)
    with pytest.raises(DomainError, match="Somebody else"):
        actions.verify(actor=other, now=NOW, action=action)


@pytest.mark.parametrize("who", ["owner_id", "done_by_id"])
def test_the_database_refuses_too(officer: Person, other: Person, who: str) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.done(follow_up.action(recommendation, officer, owner_id=officer.id), other)
    values = {"state": "verified", "verified_by_id": getattr(action, who), "verified_by_name": "X", "verified_at": NOW}
    with pytest.raises(IntegrityError, match=r"verified_by|not_verified"), db.session.begin_nested():
        db.session.execute(sa.update(Action).where(Action.id == action.id).values(**values))
    nobody = {**values, "verified_by_id": None}
    with pytest.raises(IntegrityError, match="verified_whole"), db.session.begin_nested():
        db.session.execute(sa.update(Action).where(Action.id == action.id).values(**nobody))


def test_done_needs_evidence_of_this_case(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.action(recommendation, officer)
    with pytest.raises(DomainError) as bare:
        follow_up.done(action, officer, evidence=" ")
    assert bare.value.field == "evidence"
    foreign = make_documents.document(make.evaluation(officer))
    with pytest.raises(DomainError) as wrong:
        follow_up.done(action, officer, evidence_document_id=foreign.id)
    assert wrong.value.field == "evidence_document_id"
    with pytest.raises(DomainError) as early:
        follow_up.done(action, officer, done_on=TODAY + timedelta(days=1))
    assert early.value.field == "done_on"
    own = make_documents.document(evaluation)
    follow_up.done(action, officer, evidence=None, evidence_document_id=own.id)
    assert (action.done_by_id, action.evidence_document_id) == (officer.id, own.id)
    assert follow_up.done(action, officer, evidence=None, evidence_document_id=own.id) is action


def test_sent_back_it_is_to_be_done_again(officer: Person, other: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.done(follow_up.action(recommendation, officer, owner_id=officer.id), officer)
    actions.verify(actor=other, now=NOW, action=action)
    with pytest.raises(DomainError) as bare:
        actions.send_back(actor=other, now=NOW, action=action, reason="")
    assert bare.value.field == "reason"
    actions.send_back(actor=other, now=NOW, action=action, reason="Bilagan saknas")
    assert (action.state, action.done_on, action.verified_by_id, action.evidence) == (
        ActionState.OPEN,
        None,
        None,
        None,
    )
    assert recommendation.closed_on is None
    open_kinds = [item.kind for item in list_for_case(recommendation.evaluation_id) if item.state is DeadlineState.OPEN]
    assert open_kinds == [DeadlineKind.ACTION]


def test_what_no_longer_applies_is_decided_by_another_and_closes(officer: Person, other: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.action(recommendation, officer, owner_id=officer.id)
    with pytest.raises(DomainError, match="Somebody else"):
        actions.drop(actor=officer, now=NOW, action=action, reason="Överspelad")
    with pytest.raises(DomainError) as bare:
        actions.drop(actor=other, now=NOW, action=action, reason="")
    assert bare.value.field == "reason"
    actions.drop(actor=other, now=NOW, action=action, reason="Överspelad")
    assert action.verified_by_name == "Ledamot Ett"
    assert recommendation.closed_on == TODAY
    with pytest.raises(DomainError, match="no longer applies already"):
        actions.drop(actor=other, now=NOW, action=action, reason="Igen")


def test_a_rejection_waits_for_actions_under_way(officer: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    response = follow_up.response(recommendation, officer)
    follow_up.action(recommendation, officer)
    with pytest.raises(DomainError) as refused:
        responses.change(
            actor=officer, now=NOW, response=response, kind=ResponseKind.REJECTED, reason="Nej",
            responded_by="Styrgruppen", responded_on=TODAY,
        )  # fmt: skip
    assert refused.value.field == "kind"


def test_an_owner_who_could_not_see_the_case_is_let_in(officer: Person) -> None:
    contact = person(Role.REGION_CONTACT)
    evaluation = follow_up.reported(officer)
    recommendation = evaluation.recommendations[0]
    follow_up.response(recommendation, officer)
    action = follow_up.action(recommendation, officer, owner_id=contact.id)
    assert action.owner_name == contact.name
    assert [part.person_id for part in list_participants(evaluation.id)] == [contact.id]
    with pytest.raises(DomainError) as nobody:
        follow_up.action(recommendation, officer, owner_id=person().id)
    assert nobody.value.field == "owner_id"


def test_an_issued_one_is_taken_away_only_unanswered(officer: Person) -> None:
    evaluation = follow_up.reported(officer, 2)
    first, second = evaluation.recommendations
    follow_up.response(first, officer)
    with pytest.raises(DomainError, match="answered"):
        recommendations.remove(actor=officer, now=NOW, recommendation=first, reason="Fel")
    with pytest.raises(DomainError) as bare:
        recommendations.remove(actor=officer, now=NOW, recommendation=second)
    assert bare.value.field == "reason"
    recommendations.remove(actor=officer, now=NOW, recommendation=second, reason="Stod två gånger")
    assert db.session.scalars(sa.select(Recommendation.number)).all() == [1]
    assert evaluation.phase == EvaluationPhase.FOLLOW_UP


def test_an_evaluation_by_others_is_only_noted(officer: Person) -> None:
    evaluation = make.noted(officer)
    recommendation = follow_up.recommendation(evaluation, officer)
    assert recommendations.issue(actor=officer, now=NOW, evaluation=evaluation, on=TODAY) == []
    assert state_of(recommendation) is RecommendationState.NOTED
    with pytest.raises(DomainError, match="by others"):
        follow_up.response(recommendation, officer)
    figures = queries.count_open(officer)
    assert (figures.open, figures.unanswered, figures.closed) == (0, 0, 0)
    assert queries.list_open(officer).total == 0


def test_the_second_of_two_who_change_meets_both_texts(officer: Person) -> None:
    recommendation = follow_up.recommendation(make.evaluation(officer), officer)
    with pytest.raises(StaleVersion) as conflict:
        recommendations.change(
            actor=officer, now=NOW, recommendation=recommendation, body="B", page="1", priority=Priority.LOW,
            addressee_id=recommendation.addressee_id, version=recommendation.version + 1,
        )  # fmt: skip
    assert conflict.value.current["body"] == "Inför årlig uppföljning."


def test_what_is_not_issued_comes_last_in_the_list(officer: Person) -> None:
    draft = follow_up.recommendation(make.evaluation(officer), officer)
    issued = follow_up.reported(officer).recommendations[0]
    shown = queries.FollowUpFilters(states=tuple(RecommendationState))
    assert [row.id for row in queries.list_open(officer, shown).items] == [issued.id, draft.id]
