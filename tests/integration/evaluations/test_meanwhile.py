"""What somebody else committed after this session had read: it is seen before anything that rests on it is written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.factories import follow_up
from tests.factories.evaluations import NOW, TODAY
from tests.factories.people import person
from tests.support.meanwhile import meanwhile
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.errors import DomainError
from tracker.evaluations.enums import ResponseKind, Selection
from tracker.evaluations.models import Action, Declaration, Evaluation, ManagementResponse, TeamMember
from tracker.evaluations.service import recommendations, responses, selection


def cleared(officer: Person) -> tuple[Evaluation, TeamMember]:
    """An evaluation whose contract could be signed, as far as this session knows."""
    evaluation, member, _deliverable = make.ready(officer, person(Role.STEERING))
    selection.change_selection(
        actor=officer, now=NOW, evaluation=evaluation, selection=Selection.CALL_OFF, selection_reason="Avrop",
        procurement_id=None,
    )  # fmt: skip
    selection.choose_evaluator(actor=officer, now=NOW, evaluation=evaluation, new_provider="Exempel AB")
    assert [item.declarations[-1].assessment for item in evaluation.team]
    return evaluation, member


def test_a_member_who_was_added_meanwhile_keeps_the_contract_back(officer: Person) -> None:
    evaluation, _member = cleared(officer)
    newcomer = person(name="Nykommen Utvärderare")
    joined = {"evaluation_id": evaluation.id, "person_id": newcomer.id, "joined_on": TODAY, "is_contact": False}
    meanwhile(sa.insert(TeamMember.__table__).values(**joined, version=1))  # type: ignore[arg-type]
    with pytest.raises(DomainError, match="Nykommen"):
        selection.sign_contract(
            actor=officer, now=NOW, evaluation=evaluation, signed_on=TODAY, ends_on=None, contract_ore=None
        )
    assert evaluation.contract_signed_on is None


def test_a_declaration_that_was_signed_meanwhile_closes_the_gate(officer: Person) -> None:
    evaluation, member = cleared(officer)
    told = {"ownership": "Aktier", "family": "", "expectations": "", "other": ""}
    signed = {"member_id": member.id, "signed_name": "Eva", "signed_at": NOW, "version": 1}
    meanwhile(sa.insert(Declaration.__table__).values(**told, **signed))  # type: ignore[arg-type]
    with pytest.raises(DomainError, match=member.person.name):
        follow_up.recommendation(evaluation, member.person, is_by_evaluator=True)


def test_no_action_is_decided_on_for_what_was_rejected_meanwhile(officer: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    response = follow_up.response(recommendation, officer)
    assert recommendation.response is response
    rejected = sa.update(ManagementResponse).where(ManagementResponse.id == response.id)
    meanwhile(rejected.values(kind=ResponseKind.REJECTED, reason="Nej"))
    with pytest.raises(DomainError):
        follow_up.action(recommendation, officer)


def test_nothing_is_rejected_while_an_action_that_was_decided_on_meanwhile_runs(officer: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    response = follow_up.response(recommendation, officer)
    assert recommendation.actions == []
    decided = {"recommendation_id": recommendation.id, "body": "Gör", "owner_name": "Någon", "due_on": TODAY}
    meanwhile(sa.insert(Action.__table__).values(**decided, state="open", created_at=NOW, version=1))  # type: ignore[arg-type]
    with pytest.raises(DomainError) as refused:
        responses.change(
            actor=officer, now=NOW, response=response, kind=ResponseKind.REJECTED, reason="Nej",
            responded_by="Styrgruppen", responded_on=TODAY,
        )  # fmt: skip
    assert refused.value.field == "kind"


def test_nothing_is_taken_away_that_was_answered_meanwhile(officer: Person) -> None:
    recommendation = follow_up.reported(officer).recommendations[0]
    assert recommendation.response is None
    answered = {"recommendation_id": recommendation.id, "kind": "accepted", "responded_by": "Styrgruppen"}
    recorded = {"responded_on": TODAY, "recorded_at": NOW, "recorded_by_name": "Någon", "version": 1}
    meanwhile(sa.insert(ManagementResponse.__table__).values(**answered, **recorded))  # type: ignore[arg-type]
    with pytest.raises(DomainError):
        recommendations.remove(actor=officer, now=NOW, recommendation=recommendation, reason="Fel")
