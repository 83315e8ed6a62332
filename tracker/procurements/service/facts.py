"""Changing the facts of a procurement, one section of its page at a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, optional_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations.queries import find_organisation
from tracker.procurements.deadlines import derive
from tracker.procurements.enums import Capacity, Means, Procedure, StepKind
from tracker.procurements.models import Contract, Procurement
from tracker.procurements.planning import earliest_signing_on
from tracker.procurements.service.intake import (
    add_market_contact,
    add_missing_steps,
    checked_atc,
    checked_body,
    checked_contract,
    checked_cpv,
    checked_officer,
    checked_title,
)
from tracker.procurements.service.standing import settle
from tracker.procurements.service.steps import check_signings


def change_facts(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    title: str,
    substance: str | None,
    atc_code: str | None,
    cpv_code: str | None,
    responsible_id: int,
    market_contact_id: int | None,
    secrecy_class: SecrecyClass,
    succeeds_contract_id: int | None,
    leaves: bool = False,
    version: int | None = None,
) -> Procurement:
    """What is procured, who is responsible, how widely it is known, what it replaces.

    :param market_contact_id: the contact person at the Market function; at most one.
    :param leaves: the actor knows that they will no longer see the case.
    :raises DomainError: on its field; on ``leaves`` when that has to be said first.
    """
    replaced = (procurement.succeeds_contract, checked_contract(succeeds_contract_id))
    cases.hold(procurement, *(contract.procurement for contract in replaced if contract is not None))
    cases.check_version(procurement.version, version, facts_texts(procurement))
    if succeeds_contract_id is not None and any(c.id == succeeds_contract_id for c in procurement.contracts):
        raise DomainError(_l("A procurement cannot replace its own contract."), "succeeds_contract_id")
    if responsible_id != procurement.responsible_id:
        checked_officer(responsible_id)
    title, atc_code, cpv_code = checked_title(title), checked_atc(atc_code), checked_cpv(cpv_code)
    # Nothing is looked up from here on: a query would write half of the change, and the history lose that half.
    old_contract_id = procurement.succeeds_contract_id
    procurement.title = title
    procurement.substance = optional_text(substance) or ""
    procurement.atc_code, procurement.cpv_code = atc_code, cpv_code
    procurement.responsible_id = responsible_id
    procurement.secrecy_class = secrecy_class
    procurement.succeeds_contract_id = succeeds_contract_id
    _write(actor, now, procurement)
    _set_market_contact(actor, now, procurement, market_contact_id)
    if not leaves:
        cases.refuse_lost_sight(actor, procurement)
    _derive_replaced(actor, now, {old_contract_id, procurement.succeeds_contract_id})
    return procurement


def change_assignment(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    assigned_by_id: int | None,
    assignment_decision: str | None,
    assigned_on: date | None,
    version: int | None = None,
) -> Procurement:
    """Who gave the assignment, by which decision, when. The step "assignment given" follows the date."""
    cases.hold(procurement)
    cases.check_version(procurement.version, version, assignment_texts(procurement))
    if assigned_by_id is not None and find_organisation(assigned_by_id) is None:
        raise DomainError(_l("There is no such organisation."), "assigned_by_id")
    if assigned_on is not None:
        not_in_future(assigned_on, now, "assigned_on")
        checked_year(assigned_on, "assigned_on")
    for step in procurement.milestones:
        if step.kind is StepKind.ASSIGNMENT:
            step.actual_on = assigned_on
    procurement.assigned_by_id = assigned_by_id
    procurement.assignment_decision = optional_text(assignment_decision)
    procurement.assigned_on = assigned_on
    return _write(actor, now, procurement)


def change_execution(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    executing_body_id: int,
    executing_reason: str | None,
    capacity: Capacity | None,
    version: int | None = None,
) -> Procurement:
    """Who carries the procurement out, in which capacity; another body than SKL Kommentus needs a reason (clause 9)."""
    cases.hold(procurement)
    cases.check_version(procurement.version, version, execution_texts(procurement))
    body_id, is_other = checked_body(executing_body_id, executing_reason)
    procurement.executing_body_id, procurement.has_other_executing_body = body_id, is_other
    procurement.executing_reason = optional_text(executing_reason)
    procurement.capacity = capacity
    return _write(actor, now, procurement)


def change_procedure(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    procedure: Procedure,
    began_on: date,
    wished_supply_on: date | None,
    accepts_electronic_tenders: bool,
    has_full_electronic_documents: bool,
    prior_information_notice_on: date | None,
    is_accelerated: bool,
    notification_means: Means,
    version: int | None = None,
) -> Procurement:
    """Procedure, law and the facts that change time limits. Dates of steps are kept; deadlines are computed anew."""
    cases.hold(procurement)
    cases.check_version(procurement.version, version, procedure_texts(procurement))
    for field, day in (
        ("began_on", began_on),
        ("wished_supply_on", wished_supply_on),
        ("prior_information_notice_on", prior_information_notice_on),
    ):
        checked_year(day, field)
    before = (procurement.procedure, procurement.notification_means)
    procurement.procedure = procedure
    procurement.began_on = began_on
    procurement.wished_supply_on = wished_supply_on
    procurement.accepts_electronic_tenders = accepts_electronic_tenders
    procurement.has_full_electronic_documents = has_full_electronic_documents
    procurement.prior_information_notice_on = prior_information_notice_on
    procurement.is_accelerated = is_accelerated
    procurement.notification_means = notification_means
    with db.session.no_autoflush:
        if before != (procedure, notification_means):
            check_signings(procurement, earliest_signing_on(procurement), "notification_means")
        add_missing_steps(procurement)
    return _write(actor, now, procurement)


def facts_texts(procurement: Procurement) -> dict[str, str]:
    """What is stored, by the names of the form's fields, as the form would show it."""
    contacts = [part.person_id for part in procurement.participants if part.role is ParticipantRole.MARKET_CONTACT]
    return {
        "title": procurement.title,
        "substance": procurement.substance,
        "atc_code": procurement.atc_code or "",
        "cpv_code": procurement.cpv_code or "",
        "responsible_id": str(procurement.responsible_id),
        "secrecy_class": procurement.secrecy_class.value,
        "succeeds_contract_id": str(procurement.succeeds_contract_id or ""),
        "market_contact_id": str(contacts[0]) if contacts else "",
        "version": str(procurement.version),
    }


def assignment_texts(procurement: Procurement) -> dict[str, str]:
    return {
        "assigned_by_id": str(procurement.assigned_by_id or ""),
        "assignment_decision": procurement.assignment_decision or "",
        "assigned_on": _iso(procurement.assigned_on),
        "version": str(procurement.version),
    }


def execution_texts(procurement: Procurement) -> dict[str, str]:
    return {
        "executing_body_id": str(procurement.executing_body_id),
        "executing_reason": procurement.executing_reason or "",
        "capacity": procurement.capacity.value if procurement.capacity else "",
        "version": str(procurement.version),
    }


def procedure_texts(procurement: Procurement) -> dict[str, str]:
    return {
        "procedure": procurement.procedure.value,
        "began_on": _iso(procurement.began_on),
        "wished_supply_on": _iso(procurement.wished_supply_on),
        "prior_information_notice_on": _iso(procurement.prior_information_notice_on),
        "notification_means": procurement.notification_means.value,
        "version": str(procurement.version),
    }


def _write(actor: Actor, now: datetime, procurement: Procurement) -> Procurement:
    changes: dict[str, Any] = audit.diff(procurement)
    if not changes:
        return procurement
    settle(procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.PROCUREMENT_CHANGED,
        actor=actor,
        now=now,
        case_id=procurement.id,
        subject=procurement,
        changes=changes,
    )
    derive(actor=actor, now=now, procurement=procurement)
    return procurement


def _set_market_contact(actor: Actor, now: datetime, procurement: Procurement, person_id: int | None) -> None:
    there = [part for part in procurement.participants if part.role is ParticipantRole.MARKET_CONTACT]
    if [part.person_id for part in there] == ([person_id] if person_id else []):
        return
    # A part of the facts: whoever has their form open meets a conflict instead of taking it back.
    procurement.updated_at = now
    flag_modified(procurement, "updated_at")
    for part in there:
        cases.remove_participant(actor=actor, now=now, case=procurement, participant=part)
    if person_id is not None:
        add_market_contact(actor, now, procurement, person_id)


def _derive_replaced(actor: Actor, now: datetime, contract_ids: set[int | None]) -> None:
    if len(contract_ids) < 2:
        return
    for contract_id in contract_ids - {None}:
        contract = db.session.get(Contract, contract_id)
        if contract is not None:
            db.session.expire(contract, ["successors"])
            derive(actor=actor, now=now, procurement=contract.procurement)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
