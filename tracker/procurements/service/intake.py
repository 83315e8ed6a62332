"""Logging a procurement: four answers are enough, everything else has a default that can be changed later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.accounts.permissions import Permission, has_permission
from tracker.accounts.queries import find_person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import CaseKind, ParticipantRole, SecrecyClass
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, optional_text, required_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines import rules
from tracker.organisations import cpv
from tracker.organisations.enums import SKL_KOMMENTUS
from tracker.organisations.queries import find_cpv, find_organisation, get_by_code
from tracker.procurements import atc
from tracker.procurements.deadlines import derive
from tracker.procurements.enums import Capacity, Means, Procedure, ProcurementPhase, StepKind
from tracker.procurements.models import Contract, Milestone, Procurement
from tracker.procurements.planning import Plan, facts_of, make_plan
from tracker.procurements.service.standing import LONGEST_TITLE, settle
from tracker.procurements.workflow import steps_of


class Answers(TypedDict, total=False):
    """What may be told beside the title and the procedure; each has a default.

    ``responsible_id`` is the actor and ``began_on`` today. ``registry_number``: one that is given already, else the
    next one is drawn. ``executing_body_id``: SKL Kommentus; another one needs ``executing_reason``. ``import_key`` and
    ``submission_id`` tell one row of a file, one press of a button, from the next.
    """

    substance: str | None
    atc_code: str | None
    wished_supply_on: date | None
    responsible_id: int | None
    registry_number: str | None
    began_on: date | None
    cpv_code: str | None
    assigned_by_id: int | None
    assignment_decision: str | None
    assigned_on: date | None
    executing_body_id: int | None
    executing_reason: str | None
    capacity: Capacity | None
    planned_publication_on: date | None
    notification_means: Means
    accepts_electronic_tenders: bool
    has_full_electronic_documents: bool
    prior_information_notice_on: date | None
    is_accelerated: bool
    secrecy_class: SecrecyClass
    succeeds_contract_id: int | None
    market_contact_id: int | None
    source: str | None
    import_key: str | None
    submission_id: str | None
    is_example: bool


# Told as they are; the others are checked or derived.
_AS_TOLD = (
    "assigned_by_id", "assigned_on", "capacity", "planned_publication_on", "wished_supply_on",
    "prior_information_notice_on", "succeeds_contract_id", "submission_id",
)  # fmt: skip
_TEXTS = ("assignment_decision", "executing_reason", "source", "import_key")
_DEFAULTS: dict[str, Any] = {
    "notification_means": Means.ELECTRONIC,
    "accepts_electronic_tenders": True,
    "has_full_electronic_documents": True,
    "is_accelerated": False,
    "secrecy_class": SecrecyClass.OPEN,
    "is_example": False,
}


def log_procurement(
    *, actor: Actor, now: datetime, title: str, procedure: Procedure, **answers: Unpack[Answers]
) -> Procurement:
    """Open a case for a procurement, plan it backwards from the wished start of supply, and set its deadlines.

    The same `submission_id` or `import_key` again gives back the procurement made before, unchanged.

    :raises DomainError: on the field it belongs to: no title, a bad code, a number that is taken, another executing
        body without a reason (decision clause 9).
    """
    today = local_date(now)
    # Before the look-up: the second of a doubled submission then finds the first one.
    cases.hold_register(today.year)
    made = _made_before(answers.get("submission_id"), answers.get("import_key"))
    if made is not None:
        return made
    replaced = checked_contract(answers.get("succeeds_contract_id"))
    if replaced is not None:
        cases.hold(replaced.procurement)
    procurement = Procurement(
        title=checked_title(title),
        procedure=procedure,
        created_at=now,
        created_by_id=actor.id,
        updated_at=now,
        **_checked(actor, today, answers),
    )
    add_missing_steps(procurement)
    _fill_plan(procurement, today)
    settle(procurement, now)
    db.session.add(procurement)
    db.session.flush()
    audit.record(
        AuditAction.PROCUREMENT_IMPORTED if procurement.import_key else AuditAction.PROCUREMENT_LOGGED,
        actor=actor,
        now=now,
        case_id=procurement.id,
        subject=procurement,
        changes=_told(procurement),
    )
    derive(actor=actor, now=now, procurement=procurement)
    if replaced is not None:
        # It has a deadline for starting this procurement, which is met now.
        db.session.expire(replaced, ["successors"])
        derive(actor=actor, now=now, procurement=replaced.procurement)
    contact_id = answers.get("market_contact_id")
    if contact_id is not None:
        add_market_contact(actor, now, procurement, contact_id)
    return procurement


def _checked(actor: Actor, today: date, answers: Answers) -> dict[str, Any]:
    """The columns of a new procurement, checked; the registry number is drawn last, when all else is well."""
    began_on = answers.get("began_on") or today
    wished_supply_on, assigned_by_id = answers.get("wished_supply_on"), answers.get("assigned_by_id")
    for field, day in (("began_on", began_on), ("wished_supply_on", wished_supply_on)):
        checked_year(day, field)
    if assigned_by_id is not None and find_organisation(assigned_by_id) is None:
        raise DomainError(_l("There is no such organisation."), "assigned_by_id")
    body_id, is_other = checked_body(answers.get("executing_body_id"), answers.get("executing_reason"))
    values: dict[str, Any] = {name: answers.get(name) for name in _AS_TOLD}
    values |= {name: optional_text(answers.get(name)) for name in _TEXTS}  # type: ignore[arg-type]
    values |= {name: answers.get(name, usual) for name, usual in _DEFAULTS.items()}
    values |= {
        "kind": CaseKind.PROCUREMENT,
        "phase": ProcurementPhase.PLANNING.value,
        "phase_since_on": began_on,
        "opened_on": began_on,
        "began_on": began_on,
        "responsible_id": checked_person(answers.get("responsible_id") or actor.id, "responsible_id"),
        "executing_body_id": body_id,
        "has_other_executing_body": is_other,
        "substance": optional_text(answers.get("substance")) or "",
        "atc_code": checked_atc(answers.get("atc_code")),
        "cpv_code": checked_cpv(answers.get("cpv_code")),
    }
    given = optional_text(answers.get("registry_number"))
    number = cases.take_registry_number(given, began_on.year) if given else cases.next_registry_number(today.year)
    return values | {
        "registry_number": number.text,
        "registry_year": number.year,
        "registry_sequence": number.sequence,
    }


def plan_for(
    *, now: datetime, procedure: Procedure, wished_supply_on: date, began_on: date | None = None
) -> Plan | None:
    """The backward plan that logging would give; nothing is written."""
    today = local_date(now)
    return make_plan(
        wished_supply_on=wished_supply_on,
        procedure=procedure,
        today=today,
        began_on=began_on or today,
        facts=rules.Facts(electronic_tenders=True),
    )


def add_missing_steps(procurement: Procurement) -> None:
    """A row for each step of the procedure. Rows of steps that it does not have stay, with the dates they hold."""
    there = {step.kind for step in procurement.milestones}
    for kind in steps_of(procurement.procedure):
        if kind not in there:
            procurement.milestones.append(Milestone(kind=kind, position=list(StepKind).index(kind)))


def checked_title(title: str | None) -> str:
    title = required_text(title, "title", _l("Write what is to be procured."))
    if len(title) > LONGEST_TITLE:
        raise DomainError(_l("A title has at most %(longest)d characters.", longest=LONGEST_TITLE), "title")
    return title


def checked_atc(text: str | None) -> str | None:
    if not optional_text(text):
        return None
    try:
        return atc.normalise(text or "")
    except ValueError:
        raise DomainError(
            _l(
                "%(code)s is not an ATC code. Write a whole code such as J07BX03, or an upper level such as J07.",
                code=text,
            ),
            "atc_code",
        ) from None


def checked_cpv(text: str | None) -> str | None:
    if not optional_text(text):
        return None
    try:
        code = cpv.normalise(text or "")
    except ValueError:
        code = ""
    if not code or find_cpv(code) is None:
        raise DomainError(_l("%(code)s is not among the CPV codes for medicines.", code=text), "cpv_code")
    return code


def checked_person(person_id: int | None, field: str) -> int:
    person = find_person(person_id) if person_id is not None else None
    if person is None or not person.is_active or person.is_contact:
        raise DomainError(_l("Choose a person who is active in Samordna."), field)
    return person.id


def checked_officer(person_id: int | None) -> int:
    """Who answers for a procurement has to be able to log its steps."""
    checked = checked_person(person_id, "responsible_id")
    if not has_permission(find_person(checked), Permission.PROCUREMENT_STEP):
        raise DomainError(_l("Choose somebody whose role lets them log what is done."), "responsible_id")
    return checked


def add_market_contact(actor: Actor, now: datetime, procurement: Procurement, person_id: int) -> None:
    person, role = checked_contact(person_id), ParticipantRole.MARKET_CONTACT
    cases.add_participant(actor=actor, now=now, case=procurement, person=person, role=role)


def checked_contact(person_id: int) -> Person:
    """Whoever is a contact at the Market function works there."""
    person = find_person(checked_person(person_id, "market_contact_id"))
    if person is None or not has_permission(person, Permission.PROCUREMENT_EDIT):
        raise DomainError(_l("Choose somebody of the Market function."), "market_contact_id")
    return person


def checked_body(body_id: int | None, reason: str | None) -> tuple[int, bool]:
    """The executing body, and whether it is another than SKL Kommentus (then a reason is demanded, clause 9)."""
    usual = get_by_code(SKL_KOMMENTUS)
    if body_id is None or body_id == usual.id:
        return usual.id, False
    if find_organisation(body_id) is None:
        raise DomainError(_l("There is no such organisation."), "executing_body_id")
    required_text(
        reason,
        "executing_reason",
        _l(
            "Say why another body than SKL Kommentus carries out the procurement: the decision of 2014 says that it is"
            " preferably SKL Kommentus."
        ),
    )
    return body_id, True


def checked_contract(contract_id: int | None) -> Contract | None:
    """The contract that the procurement replaces, if it does."""
    if contract_id is None:
        return None
    contract = db.session.get(Contract, contract_id)
    if contract is None:
        raise DomainError(_l("There is no such contract."), "succeeds_contract_id")
    return contract


def _made_before(submission_id: str | None, import_key: str | None) -> Procurement | None:
    for column, value in ((Procurement.submission_id, submission_id), (Procurement.import_key, import_key)):
        if value:
            made = db.session.scalar(sa.select(Procurement).where(column == value))
            if made is not None:
                return made
    return None


def _fill_plan(procurement: Procurement, today: date) -> None:
    dates: dict[StepKind, date] = {}
    if procurement.wished_supply_on is not None:
        plan = make_plan(
            wished_supply_on=procurement.wished_supply_on,
            procedure=procurement.procedure,
            today=today,
            began_on=procurement.began_on,
            facts=facts_of(procurement),
        )
        dates.update(plan.dates if plan else {StepKind.SUPPLY_START: procurement.wished_supply_on})
    if procurement.planned_publication_on is not None:
        dates[StepKind.PUBLICATION] = procurement.planned_publication_on
    elif StepKind.PUBLICATION in dates:
        procurement.planned_publication_on = dates[StepKind.PUBLICATION]
    for step in procurement.milestones:
        step.first_planned_on = step.planned_on = dates.get(step.kind)
        if step.kind is StepKind.ASSIGNMENT and procurement.assigned_on is not None:
            step.actual_on = procurement.assigned_on


def _told(procurement: Procurement) -> dict[str, Any]:
    told = {
        "registry_number": procurement.registry_number,
        "title": procurement.title,
        "substance": procurement.substance or None,
        "atc_code": procurement.atc_code,
        "procedure": procurement.procedure,
        "wished_supply_on": procurement.wished_supply_on,
    }
    return {key: value for key, value in told.items() if value is not None}
