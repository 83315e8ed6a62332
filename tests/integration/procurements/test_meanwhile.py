"""What somebody else committed after this session had read: it is seen before anything that rests on it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.organisations import organisation, supplier
from tests.factories.people import person
from tests.factories.procurements import NOW, TODAY, contract, procurement
from tests.support.meanwhile import meanwhile
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.cases.models import Case, Participant
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.deadlines import service as deadlines
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_organisation
from tracker.procurements import service
from tracker.procurements.enums import Capacity, LotState, Means, OptionState, Procedure, ProcurementPhase, StepKind
from tracker.procurements.lapsed import end_lapsed
from tracker.procurements.models import Contract, ContractOption, Lot, Milestone, Procurement


def cancelled(case: Procurement) -> None:
    assert case.phase == ProcurementPhase.PLANNING
    meanwhile(sa.update(Case).where(Case.id == case.id).values(phase="cancelled", closed_on=TODAY))


def told(case: Procurement) -> Any:
    """What the newest line of the history says was changed, apart from its deadlines and participants."""
    follow = sa.or_(AuditEvent.action.like("deadline:%"), AuditEvent.action.like("participant:%"))
    ours = sa.and_(AuditEvent.case_id == case.id, ~follow)
    newest = sa.select(AuditEvent).where(ours).order_by(AuditEvent.id.desc()).limit(1)
    return db.session.scalars(newest).one().changes


@pytest.mark.parametrize("verb", ["lot", "contract", "log", "plan", "undo", "change_lot"])
def test_nothing_is_added_to_what_was_cancelled_meanwhile(officer: Person, verb: str) -> None:
    case = procurement(officer)
    lot = service.add_lot(actor=officer, now=NOW, procurement=case, title="Del ett")
    supplier_id = supplier().id
    values: dict[str, Any] = {"actor": officer, "now": NOW}
    step = {**values, "procurement": case, "kind": case.milestones[0].kind}
    verbs: dict[str, Any] = {
        "lot": lambda: service.add_lot(**values, procurement=case, title="Del två"),
        "contract": lambda: contract(case, officer, supplier_id=supplier_id),
        "log": lambda: service.log_step(**step, on=TODAY),
        "plan": lambda: service.plan_step(**step, planned_on=TODAY),
        "undo": lambda: service.undo_step(**step),
        "change_lot": lambda: service.change_lot(
            **values, lot=lot, title="Del", number=1, atc_code=None, state=lot.state
        ),
    }
    cancelled(case)
    with pytest.raises(DomainError, match="avbruten"):
        verbs[verb]()


def test_no_contract_is_lost_by_cancelling_what_got_one_meanwhile(officer: Person) -> None:
    case, other = procurement(officer), procurement(officer)
    made = contract(other, officer)
    assert case.contracts == []
    meanwhile(sa.update(Contract).where(Contract.id == made.id).values(procurement_id=case.id))
    with pytest.raises(DomainError):
        service.cancel_procurement(actor=officer, now=NOW, procurement=case, cancelled_on=TODAY, reason="Inga anbud")
    assert case.phase != ProcurementPhase.CANCELLED


def test_a_case_stays_open_whose_contract_was_extended_meanwhile(officer: Person) -> None:
    case = procurement(officer)
    made = contract(case, officer, starts_on=date(2024, 1, 1), option_months=())
    assert case.phase == ProcurementPhase.ENDED
    meanwhile(sa.update(Contract).where(Contract.id == made.id).values(ends_on=date(2027, 6, 30)))
    with pytest.raises(DomainError) as refused:
        service.end_procurement(actor=officer, now=NOW, procurement=case, ended_on=TODAY)
    assert refused.value.field == "ended_on"


def test_a_round_leaves_alone_what_was_extended_after_it_had_looked(
    officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the round had looked before the extension.
    case = procurement(officer)
    made = contract(case, officer, option_months=())
    db.session.commit()
    look = sa.select(Case.id).where(Case.id == case.id)
    monkeypatch.setattr("tracker.procurements.queries.list_lapsed_ids", lambda _today: db.session.scalars(look).all())
    after = datetime(2028, 6, 1, 12, tzinfo=UTC)
    assert (made.ends_on, end_lapsed(now=after)) == (date(2028, 12, 31), 0)
    assert db.session.get_one(Procurement, case.id).closed_on is None


def test_an_option_waits_its_turn_when_the_one_before_was_taken_back_meanwhile(officer: Person) -> None:
    first, second = contract(procurement(officer), officer).options
    decide: dict[str, Any] = {"actor": officer, "now": NOW, "decided_on": TODAY, "reason": "Behövs"}
    service.decide_option(option=first, state=OptionState.EXERCISED, **decide)
    back = sa.update(ContractOption).where(ContractOption.id == first.id)
    meanwhile(back.values(state="undecided", decided_on=None, version=ContractOption.version + 1))
    with pytest.raises(DomainError):
        service.decide_option(option=second, state=OptionState.EXERCISED, **decide)
    assert second.state is OptionState.UNDECIDED


def test_no_contract_is_signed_in_a_standstill_that_was_told_of_meanwhile(officer: Person) -> None:
    case = procurement(officer)
    award = next(step for step in case.milestones if step.kind is StepKind.AWARD_NOTIFIED)
    assert award.actual_on is None
    meanwhile(sa.update(Milestone).where(Milestone.id == award.id).values(actual_on=TODAY))
    with pytest.raises(DomainError) as refused:
        contract(case, officer, signed_on=TODAY)
    assert refused.value.field == "signed_on"


def test_a_number_that_was_given_to_a_lot_meanwhile_is_told_on_its_field(officer: Person) -> None:
    case = procurement(officer)
    assert case.lots == []
    taken = {"procurement_id": case.id, "number": 1, "title": "Del ett", "state": "open", "version": 1}
    meanwhile(sa.insert(Lot.__table__).values(**taken))  # type: ignore[arg-type]
    with pytest.raises(DomainError) as refused:
        service.add_lot(actor=officer, now=NOW, procurement=case, title="Del ett", number=1)
    assert refused.value.field == "number"
    assert service.add_lot(actor=officer, now=NOW, procurement=case, title="Del två").number == 2


def facts(case: Procurement, **values: Any) -> dict[str, Any]:
    kept = {
        "title": case.title,
        "substance": case.substance,
        "atc_code": case.atc_code,
        "cpv_code": case.cpv_code,
        "responsible_id": case.responsible_id,
        "market_contact_id": None,
        "secrecy_class": SecrecyClass.OPEN,
        "succeeds_contract_id": None,
        "version": case.version,
    }
    return {"actor": case.responsible, "now": NOW, "procurement": case, **kept, **values}


def test_whoever_saves_what_was_changed_meanwhile_is_shown_both(officer: Person) -> None:
    case = procurement(officer, "Influensavaccin")
    told_of = facts(case, title="Vaccin mot influensa")
    meanwhile(sa.update(Case).where(Case.id == case.id).values(title="Pandemivaccin", version=case.version + 1))
    with pytest.raises(StaleVersion) as stale:
        service.change_facts(**told_of)
    assert stale.value.current["title"] == "Pandemivaccin"


def test_the_history_tells_what_stood_there_when_it_was_changed(officer: Person) -> None:
    case = procurement(officer, "Influensavaccin")
    told_of = facts(case, title="Vaccin mot influensa") | {"version": None}
    meanwhile(sa.update(Case).where(Case.id == case.id).values(title="Pandemivaccin", version=case.version + 1))
    service.change_facts(**told_of)
    assert told(case) == {"title": ["Pandemivaccin", "Vaccin mot influensa"]}


def test_a_market_contact_who_was_set_meanwhile_is_replaced(officer: Person) -> None:
    case = procurement(officer)
    earlier, later = person(Role.MARKET), person(Role.MARKET)
    assert case.participants == []
    set_by_another = {"case_id": case.id, "person_id": earlier.id, "role": "market_contact"}
    meanwhile(sa.insert(Participant.__table__).values(**set_by_another))  # type: ignore[arg-type]
    service.change_facts(**facts(case, market_contact_id=later.id))
    there = sa.select(Participant.person_id).where(Participant.role == ParticipantRole.MARKET_CONTACT)
    assert db.session.scalars(there).all() == [later.id]


def test_the_same_contract_sent_twice_makes_one_new_supplier(officer: Person) -> None:
    case = procurement(officer)
    terms: dict[str, Any] = {"starts_on": date(2027, 1, 1), "base_months": 24, "new_supplier": "Exempelbolaget AB"}
    before = db.session.scalar(sa.select(sa.func.count(Organisation.id)))
    made = [
        service.add_contract(actor=officer, now=NOW, procurement=case, submission_id="one", **terms) for _press in "ab"
    ]
    assert made[0] is made[1]
    assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == (before or 0) + 1
    found = find_organisation(made[0].supplier_id)
    assert found is not None and found.names[0].name == "Exempelbolaget AB"


def by_hand(case: Procurement, officer: Person) -> Deadline:
    return deadlines.add_manual(
        actor=officer, now=NOW, case_id=case.id, kind=DeadlineKind.OTHER, basis=Basis.INTERNAL, due_on=TODAY,
        reason="Mötet", subject="Svar", submission_id="one",
    )  # fmt: skip


def test_no_deadline_is_moved_or_done_that_was_dropped_meanwhile(officer: Person) -> None:
    made = by_hand(procurement(officer), officer)
    assert made.state is DeadlineState.OPEN
    meanwhile(sa.update(Deadline).where(Deadline.id == made.id).values(state="cancelled", version=made.version + 1))
    with pytest.raises(DomainError):
        deadlines.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY)
    meanwhile(sa.update(Deadline).where(Deadline.id == made.id).values(state="open"))
    meanwhile(sa.update(Deadline).where(Deadline.id == made.id).values(state="cancelled"))
    with pytest.raises(DomainError):
        deadlines.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 24), reason="Sjukdom")


def test_a_deadline_that_was_done_meanwhile_is_opened_again(officer: Person) -> None:
    made = by_hand(procurement(officer), officer)
    assert made.met_on is None
    done = sa.update(Deadline).where(Deadline.id == made.id)
    meanwhile(done.values(state="met", met_on=TODAY, version=made.version + 1))
    deadlines.reopen(actor=officer, now=NOW, deadline=made)
    assert (made.state, made.met_on) == (DeadlineState.OPEN, None)
    newest = db.session.scalars(sa.select(AuditEvent.changes).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert newest == {"state": ["met", "open"], "met_on": [TODAY.isoformat(), None]}


def test_nothing_of_a_change_is_missing_from_the_history(officer: Person) -> None:
    case, other = procurement(officer), person(Role.PURCHASING)
    body = organisation()
    values: dict[str, Any] = {"actor": officer, "now": NOW, "procurement": case}
    replaced = contract(procurement(officer), officer)
    service.change_facts(
        **values, title="Vaccin", substance="vaccin", atc_code="J07", cpv_code="33651600", responsible_id=other.id,
        market_contact_id=officer.id, secrecy_class=SecrecyClass.RESTRICTED, succeeds_contract_id=replaced.id,
    )  # fmt: skip
    facts_told = {"title", "substance", "atc_code", "cpv_code", "responsible_id", "secrecy_class"}
    assert set(told(case)) == facts_told | {"succeeds_contract_id"}
    service.change_assignment(**values, assigned_by_id=body.id, assignment_decision="RS 2026/1", assigned_on=TODAY)
    assert set(told(case)) == {"assigned_by_id", "assignment_decision", "assigned_on"}
    service.change_execution(
        **values, executing_body_id=body.id, executing_reason="Eget avtal", capacity=Capacity.AGENT
    )
    assert set(told(case)) == {"executing_body_id", "has_other_executing_body", "executing_reason", "capacity"}
    service.change_procedure(
        **values, procedure=Procedure.RESTRICTED, began_on=date(2026, 11, 2), wished_supply_on=date(2027, 10, 1),
        accepts_electronic_tenders=False, has_full_electronic_documents=False, is_accelerated=True,
        prior_information_notice_on=date(2026, 11, 1), notification_means=Means.PAPER,
    )  # fmt: skip
    assert set(told(case)) == {
        "procedure", "began_on", "wished_supply_on", "accepts_electronic_tenders", "has_full_electronic_documents",
        "is_accelerated", "prior_information_notice_on", "notification_means",
    }  # fmt: skip


def test_nothing_of_a_change_to_a_part_is_missing_from_the_history(officer: Person) -> None:
    case = procurement(officer)
    agreed = contract(case, officer)
    values: dict[str, Any] = {"actor": officer, "now": NOW}
    step = {**values, "procurement": case, "kind": StepKind.AWARD_NOTIFIED}
    service.plan_step(**step, planned_on=TODAY, reason="Mötet flyttades")
    assert set(told(case)) == {"step", "planned_on", "first_planned_on", "reason"}
    service.log_step(**step, on=TODAY, note="Skickat", means=Means.PAPER)
    assert set(told(case)) == {"step", "actual_on", "note", "notification_means"}
    lot = service.add_lot(**values, procurement=case, title="Del ett")
    service.change_lot(**values, lot=lot, title="Del två", number=2, atc_code="J07", state=LotState.AWARDED)
    assert set(told(case)) == {"lot", "title", "number", "atc_code", "state"}
    terms: dict[str, Any] = {
        "starts_on": date(2027, 2, 1),
        "base_months": 12,
        "option_months": (12,),
        "new_supplier": "Bolaget AB",
    }
    service.change_contract(
        **values, contract=agreed, **terms, lot_id=lot.id, reference="A 1", products="Vaccin", notice_months=6
    )
    dates = {"starts_on", "base_months", "base_ends_on", "ends_on", "options"}
    assert set(told(case)) == dates | {"supplier_id", "lot_id", "reference", "products", "notice_months"}
    service.decide_option(
        **values, option=agreed.options[0], state=OptionState.EXERCISED, decided_on=TODAY, reason="Behövs",
        notified_on=TODAY,
    )  # fmt: skip
    assert set(told(case)) == {"option", "state", "decided_on", "notified_on", "reason"}
