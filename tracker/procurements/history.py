"""The history of a case in plain words: what was done, and each fact from old to new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases import labels as case_labels
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.procurements import labels
from tracker.procurements.enums import (
    Capacity,
    LotState,
    Means,
    OptionState,
    Procedure,
    ProcurementPhase,
    StandstillException,
    StepKind,
)

ACTIONS: Mapping[str, Any] = {
    AuditAction.PROCUREMENT_LOGGED: _l("Logged the procurement"),
    AuditAction.PROCUREMENT_IMPORTED: _l("Read the procurement from a file"),
    AuditAction.PROCUREMENT_CHANGED: _l("Changed the facts"),
    AuditAction.PROCUREMENT_CANCELLED: _l("Cancelled the procurement"),
    AuditAction.STEP_LOGGED: _l("Logged a step"),
    AuditAction.STEP_PLANNED: _l("Planned a step"),
    AuditAction.STEP_UNDONE: _l("Took a step back"),
    AuditAction.LOT_ADDED: _l("Added a lot"),
    AuditAction.LOT_CHANGED: _l("Changed a lot"),
    AuditAction.CONTRACT_ADDED: _l("Added a contract"),
    AuditAction.CONTRACT_CHANGED: _l("Changed a contract"),
    AuditAction.OPTION_EXERCISED: _l("Exercised an option"),
    AuditAction.OPTION_DECLINED: _l("Left an option unused"),
    AuditAction.NOTE_ADDED: _l("Wrote a note"),
    AuditAction.PARTICIPANT_ADDED: _l("Gave somebody a part in the case"),
    AuditAction.PARTICIPANT_REMOVED: _l("Took somebody's part in the case away"),
    AuditAction.DEADLINE_SET: _l("Deadline set"),
    AuditAction.DEADLINE_MOVED: _l("Deadline moved"),
    AuditAction.DEADLINE_MET: _l("Deadline met"),
    AuditAction.DEADLINE_REOPENED: _l("Deadline opened again"),
    AuditAction.DEADLINE_CANCELLED: _l("Deadline dropped"),
}

FIELDS: Mapping[str, Any] = {
    "registry_number": _l("Registry number"),
    "title": _l("Title"),
    "substance": _l("Substance"),
    "atc_code": _l("ATC code"),
    "cpv_code": _l("CPV code"),
    "procedure": _l("Procedure"),
    "phase": _l("Phase"),
    "wished_supply_on": _l("Wished start of supply"),
    "planned_publication_on": _l("Planned publication"),
    "began_on": _l("Began on"),
    "closed_on": _l("Closed on"),
    "assigned_on": _l("Date of the assignment"),
    "assignment_decision": _l("Decision"),
    "executing_reason": _l("Reason for another executing body"),
    "has_other_executing_body": _l("Another body than SKL Kommentus"),
    "capacity": _l("Capacity"),
    "secrecy_class": _l("Who may know of the case"),
    "accepts_electronic_tenders": _l("Electronic tenders"),
    "has_full_electronic_documents": _l("Documents fully accessible"),
    "is_accelerated": _l("Accelerated"),
    "prior_information_notice_on": _l("Prior information notice"),
    "notification_means": _l("How the award decision is sent"),
    "step": _l("Step"),
    "planned_on": _l("Planned date"),
    "first_planned_on": _l("First planned"),
    "actual_on": _l("Date"),
    "note": _l("Note"),
    "exception": _l("Ground to sign early"),
    "exception_reason": _l("What the ground rests on"),
    "reason": _l("Reason"),
    "lot": _l("Lot"),
    "number": _l("Number"),
    "state": _l("State"),
    "supplier": _l("Supplier"),
    "reference": _l("Contract number"),
    "products": _l("Products"),
    "signed_on": _l("Signed on"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "base_months": _l("Base period, months"),
    "base_ends_on": _l("End of the base period"),
    "options": _l("Options, months"),
    "option": _l("Option"),
    "notice_months": _l("Months of notice"),
    "decision_lead_days": _l("Days for our decision"),
    "long_term_reason": _l("Special reasons for more than four years"),
    "decided_on": _l("Decided on"),
    "notified_on": _l("Supplier notified on"),
    "person": _l("Person"),
    "role": _l("Part in the case"),
    "kind": _l("Deadline"),
    "due_on": _l("Date"),
    "basis": _l("Set by"),
    "met_on": _l("Done on"),
}

_CODES: Mapping[str, tuple[tuple[type[StrEnum], Mapping[Any, Any]], ...]] = {
    "procedure": ((Procedure, labels.PROCEDURES),),
    "phase": ((ProcurementPhase, labels.PHASES),),
    "capacity": ((Capacity, labels.CAPACITIES),),
    "secrecy_class": ((SecrecyClass, case_labels.SECRECY),),
    "notification_means": ((Means, labels.MEANS),),
    "step": ((StepKind, labels.STEPS),),
    "exception": ((StandstillException, labels.EXCEPTIONS),),
    "state": (
        (OptionState, labels.OPTION_STATES),
        (LotState, labels.LOT_STATES),
        (DeadlineState, deadline_labels.STATES),
    ),
    "role": ((ParticipantRole, case_labels.PARTICIPANTS),),
    "kind": ((DeadlineKind, deadline_labels.KINDS),),
    "basis": ((Basis, deadline_labels.BASES),),
}

_OF_CONTRACTS = frozenset(
    {
        AuditAction.CONTRACT_ADDED,
        AuditAction.CONTRACT_CHANGED,
        AuditAction.OPTION_EXERCISED,
        AuditAction.OPTION_DECLINED,
    }
)

# Numbers of rows, which tell a reader nothing, and what only repeats the step.
_UNTOLD = frozenset(
    {
        "id",
        "responsible_id",
        "executing_body_id",
        "assigned_by_id",
        "succeeds_contract_id",
        "supplier_id",
        "lot_id",
        "phase_since_on",
        "first_planned_on",
        "set_by_id",
        "set_by_name",
        "set_at",
        "date_version",
        "rule",
        "rule_set",
        "rule_set_version",
        "section",
        "raw_on",
        "subject",
        "submission_id",
        "basis",
    }
)
_REFERENCES: Mapping[str, Any] = {
    "responsible_id": _l("Responsible officer"),
    "executing_body_id": _l("Executing body"),
    "assigned_by_id": _l("Assigned by"),
    "succeeds_contract_id": _l("Replaces the contract"),
    "supplier_id": _l("Supplier"),
    "lot_id": _l("Lot"),
}

Names = Callable[[str, int], str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact. ``old`` is None where there was none, or where the fact is new as a whole."""

    label: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class HistoryLine:
    """What one person did at one time; ``consequences`` are the deadlines that followed from it."""

    at: datetime
    who: str
    what: str
    changes: list[Change] = field(default_factory=list)
    consequences: list[str] = field(default_factory=list)


def lines(events: Sequence[AuditEvent], *, with_tenders: bool = True) -> list[HistoryLine]:
    """The newest first. Events that the same person caused at the same instant are one line.

    :param with_tenders: whether the reader may know the contracts; without, nothing is told of them.
    """
    found: list[HistoryLine] = []
    for event in reversed(events):
        if not with_tenders and event.action in _OF_CONTRACTS:
            continue
        is_deadline = event.action.startswith("deadline:")
        previous = found[-1] if found else None
        belongs = previous is not None and (previous.at, previous.who) == (event.occurred_at, event.actor_name)
        if is_deadline and belongs and previous is not None:
            previous.consequences.append(_sentence(event))
            continue
        found.append(_line(event))
    return found[::-1]


def _line(event: AuditEvent) -> HistoryLine:
    what = ACTIONS.get(event.action)
    changes = [change for name, value in event.changes.items() if (change := _change(name, value)) is not None]
    return HistoryLine(event.occurred_at, event.actor_name, str(what) if what else event.action, changes)


def _sentence(event: AuditEvent) -> str:
    what = str(ACTIONS.get(event.action, event.action))
    told = event.changes
    kind = told.get("kind")
    label = _shown("kind", kind) if isinstance(kind, str) else None
    due = told.get("due_on")
    if isinstance(due, list):
        moved = gettext("%(old)s → %(new)s", old=due[0], new=due[1])
        return f"{what}: {moved}"
    return ": ".join(part for part in (what, label, due if isinstance(due, str) else None) if part)


def _change(name: str, value: Any) -> Change | None:
    if name in _REFERENCES and isinstance(value, list):
        return Change(str(_REFERENCES[name]), None, gettext("changed"))
    if name in _UNTOLD or value is None:
        return None
    label = str(FIELDS.get(name, name))
    if isinstance(value, list) and len(value) == 2 and name != "options":
        return Change(label, _shown(name, value[0]), _shown(name, value[1]))
    if name == "options" and value and isinstance(value[0], list):
        return Change(label, _shown(name, value[0]), _shown(name, value[1]))
    return Change(label, None, _shown(name, value))


def _shown(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return " + ".join(str(part) for part in value) or gettext("none")
    for codes, names in _CODES.get(name, ()):
        if value in set(codes):
            return str(names[codes(value)])
    return str(value)
