"""What the history tells of a change is all of it, whatever had to be read while it was made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import documents, follow_up
from tests.factories import evaluations as make
from tests.factories.evaluations import NOW, TODAY
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.core.db import db
from tracker.evaluations.enums import DeliverableKind, DeliveredBy, ResponseKind, Selection
from tracker.evaluations.models import Evaluation
from tracker.evaluations.queries.commission import get_evaluation
from tracker.evaluations.service import brief, commission, deliverables, selection, team


def as_in_a_request(officer: Person, evaluation: Evaluation) -> tuple[Person, Evaluation]:
    """A session that has read the evaluation and whoever acts, and nothing else."""
    number, who = evaluation.id, officer.id
    db.session.commit()
    db.session.expunge_all()
    actor = db.session.get_one(Person, who)
    return actor, get_evaluation(actor, number)


def told() -> dict[str, Any]:
    """What the last event tells."""
    events = db.session.scalars(
        sa.select(AuditEvent).where(~AuditEvent.action.startswith("deadline:")).order_by(AuditEvent.id)
    )
    return events.all()[-1].changes


def test_facts_and_their_new_officer(officer: Person) -> None:
    made, other = make.evaluation(officer, "Före"), person(Role.MARKET).id
    actor, evaluation = as_in_a_request(officer, made)
    brief.change_facts(
        actor=actor, now=NOW, evaluation=evaluation, title="Efter", responsible_id=other,
        secrecy_class=SecrecyClass.OPEN, commissioner_id=evaluation.commissioner_id, commissioned_on=TODAY,
        commission_decision="§ 5", budget_ore=100, response_days=42,
    )  # fmt: skip
    assert set(told()) == {"title", "responsible_id", "commissioned_on", "commission_decision", "budget_ore"}


def test_a_contract_with_its_document(officer: Person) -> None:
    made, _member, _report = make.ready(officer, person(Role.STEERING))
    selection.change_selection(
        actor=officer, now=NOW, evaluation=made, selection=Selection.CALL_OFF, selection_reason="Avrop",
        procurement_id=None,
    )  # fmt: skip
    selection.choose_evaluator(actor=officer, now=NOW, evaluation=made, new_provider="Exempel AB")
    document = documents.document(made, "Avtal").id
    actor, evaluation = as_in_a_request(officer, made)
    selection.sign_contract(
        actor=actor, now=NOW, evaluation=evaluation, signed_on=TODAY, ends_on=date(2027, 12, 31), contract_ore=100,
        reference="A-1", document_id=document,
    )  # fmt: skip
    assert set(told()) >= {"contract_signed_on", "contract_ends_on", "contract_ore", "contract_reference"}
    assert told()["contract_document_id"] == [None, document]


def test_a_member_who_is_made_the_contact_with_another_part(officer: Person) -> None:
    made = make.evaluation(officer)
    make.member(made, officer)
    make.member(made, officer, part="Intervjuer")
    actor, evaluation = as_in_a_request(officer, made)
    team.change_member(actor=actor, now=NOW, member=evaluation.team[1], part="Leder arbetet", is_contact=True)
    assert told()["part"] == ["Intervjuer", "Leder arbetet"]
    assert told()["is_contact"] == [False, True]


def test_a_deliverable_with_another_day_and_another_deliverer(officer: Person) -> None:
    made = make.evaluation(officer)
    make.deliverable(made, officer, DeliverableKind.DRAFT_REPORT, date(2027, 4, 1))
    actor, evaluation = as_in_a_request(officer, made)
    deliverables.change_deliverable(
        actor=actor, now=NOW, deliverable=evaluation.deliverables[0], title="Nytt namn", due_on=date(2027, 5, 3),
        delivered_by=DeliveredBy.COMMISSIONER,
    )  # fmt: skip
    assert set(told()) >= {"title", "due_on", "first_due_on", "delivered_by"}


@pytest.mark.parametrize("is_closed", [True, False])
def test_an_end_and_its_day(officer: Person, is_closed: bool) -> None:
    made = follow_up.reported(officer) if is_closed else make.evaluation(officer)
    selection.choose_evaluator(actor=officer, now=NOW, evaluation=made, new_provider="Exempel AB")
    if is_closed:
        follow_up.response(made.recommendations[0], officer, ResponseKind.REJECTED)
    actor, evaluation = as_in_a_request(officer, made)
    if is_closed:
        commission.close(actor=actor, now=NOW, evaluation=evaluation)
    else:
        commission.cancel(actor=actor, now=NOW, evaluation=evaluation, reason="Dras tillbaka")
    assert set(told()) >= {"phase", "closed_on"}
