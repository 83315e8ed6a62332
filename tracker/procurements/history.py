"""The history of a case in plain words: what was done, and each fact from old to new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases import history
from tracker.cases.history import Codes, HistoryLine, Vocabulary
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.documents import labels as document_labels
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
}

FIELDS: Mapping[str, Any] = {
    "substance": _l("Substance"),
    "atc_code": _l("ATC code"),
    "cpv_code": _l("CPV code"),
    "procedure": _l("Procedure"),
    "wished_supply_on": _l("Wished start of supply"),
    "planned_publication_on": _l("Planned publication"),
    "began_on": _l("Began on"),
    "assigned_on": _l("Date of the assignment"),
    "assignment_decision": _l("Decision"),
    "executing_reason": _l("Reason for another executing body"),
    "has_other_executing_body": _l("Another body than SKL Kommentus"),
    "capacity": _l("Capacity"),
    "accepts_electronic_tenders": _l("Electronic tenders"),
    "has_full_electronic_documents": _l("Documents fully accessible"),
    "is_accelerated": _l("Accelerated"),
    "prior_information_notice_on": _l("Prior information notice"),
    "notification_means": _l("How the award decision is sent"),
    "step": _l("Step"),
    "planned_on": _l("Planned date"),
    "first_planned_on": _l("First planned"),
    "actual_on": _l("Date"),
    "exception": _l("Ground to sign early"),
    "exception_reason": _l("What the ground rests on"),
    "lot": _l("Lot"),
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
}

_CODES: Mapping[str, Codes] = {
    "procedure": ((Procedure, labels.PROCEDURES),),
    "phase": ((ProcurementPhase, labels.PHASES),),
    "capacity": ((Capacity, labels.CAPACITIES),),
    "notification_means": ((Means, labels.MEANS),),
    "step": ((StepKind, labels.STEPS),),
    "exception": ((StandstillException, labels.EXCEPTIONS),),
    "state": (
        (OptionState, labels.OPTION_STATES),
        (LotState, labels.LOT_STATES),
        (DeadlineState, deadline_labels.STATES),
    ),
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

_REFERENCES: Mapping[str, Any] = {
    "responsible_id": _l("Responsible officer"),
    "executing_body_id": _l("Executing body"),
    "assigned_by_id": _l("Assigned by"),
    "succeeds_contract_id": _l("Replaces the contract"),
    "supplier_id": _l("Supplier"),
    "lot_id": _l("Lot"),
}

_WORDS = Vocabulary(
    actions=ACTIONS,
    fields={**document_labels.FIELDS, **FIELDS},
    codes={**document_labels.CODES, **_CODES},
    references=_REFERENCES,
    # What only repeats the step.
    untold=document_labels.UNTOLD | {"first_planned_on"},
    lists=frozenset({"options"}),
    sums=frozenset({"options"}),
)


def lines(events: Sequence[AuditEvent], *, with_tenders: bool = True) -> list[HistoryLine]:
    """The newest first. Events that the same person caused at the same instant are one line.

    :param with_tenders: whether the reader may know the contracts; without, nothing is told of them.
    """
    return history.lines([event for event in events if with_tenders or event.action not in _OF_CONTRACTS], _WORDS)
