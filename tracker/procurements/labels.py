"""What the codes are called on pages. Msgids in English, Swedish in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

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

PROCEDURES: Mapping[Procedure, Any] = {
    Procedure.OPEN: _l("Open procedure"),
    Procedure.RESTRICTED: _l("Restricted procedure"),
    Procedure.NEGOTIATED_WITH_NOTICE: _l("Negotiated procedure with prior publication"),
    Procedure.NEGOTIATED_WITHOUT_NOTICE: _l("Negotiated procedure without prior publication"),
    Procedure.COMPETITIVE_DIALOGUE: _l("Competitive dialogue"),
    Procedure.INNOVATION_PARTNERSHIP: _l("Innovation partnership"),
    Procedure.DPS_SETUP: _l("Dynamic purchasing system, set-up"),
    Procedure.DPS_PROCUREMENT: _l("Procurement within a dynamic purchasing system"),
    Procedure.MINI_COMPETITION: _l("Reopened competition within a framework agreement"),
    Procedure.NATIONAL_ADVERTISED: _l("Advertised procurement below the threshold"),
    Procedure.DIRECT_AWARD: _l("Direct award"),
}

PHASES: Mapping[ProcurementPhase, Any] = {
    ProcurementPhase.PLANNING: _l("Planning"),
    ProcurementPhase.ADVERTISED: _l("Advertised"),
    ProcurementPhase.EVALUATION: _l("Tender evaluation"),
    ProcurementPhase.STANDSTILL: _l("Standstill"),
    ProcurementPhase.SIGNING: _l("Signing of contracts"),
    ProcurementPhase.IN_FORCE: _l("Contract in force"),
    ProcurementPhase.ENDED: _l("Ended"),
    ProcurementPhase.CANCELLED: _l("Procurement cancelled"),
}

# One colour and mark of the badge component per phase; the words say the same.
PHASE_LOOK: Mapping[ProcurementPhase, tuple[str, str | None]] = {
    ProcurementPhase.PLANNING: ("neutral", "open"),
    ProcurementPhase.ADVERTISED: ("info", "open"),
    ProcurementPhase.EVALUATION: ("info", "lock"),
    ProcurementPhase.STANDSTILL: ("warning", "soon"),
    ProcurementPhase.SIGNING: ("accent", "open"),
    ProcurementPhase.IN_FORCE: ("success", "done"),
    ProcurementPhase.ENDED: ("neutral", "done"),
    ProcurementPhase.CANCELLED: ("neutral", "stop"),
}

STEPS: Mapping[StepKind, Any] = {
    StepKind.ASSIGNMENT: _l("Assignment given"),
    StepKind.PUBLICATION: _l("Contract notice sent"),
    StepKind.REQUESTS_DUE: _l("Last day for requests to participate"),
    StepKind.INVITATION: _l("Invitation to tender sent"),
    StepKind.TENDERS_DUE: _l("Last tender day"),
    StepKind.TENDER_OPENING: _l("Tenders opened"),
    StepKind.AWARD_DECISION: _l("Award decision"),
    StepKind.AWARD_NOTIFIED: _l("Award decision notified"),
    StepKind.STANDSTILL_END: _l("Standstill over"),
    StepKind.CONTRACT_SIGNED: _l("Contract signed"),
    StepKind.AWARD_NOTICE: _l("Contract award notice sent"),
    StepKind.DOCUMENTATION: _l("Documentation complete"),
    StepKind.SUPPLY_START: _l("Supply begins"),
}

CAPACITIES: Mapping[Capacity, Any] = {
    Capacity.OWN_NAME: _l("In its own name"),
    Capacity.AGENT: _l("As agent for the county councils"),
}

MEANS: Mapping[Means, Any] = {
    Means.ELECTRONIC: _l("Electronically to everyone"),
    Means.PAPER: _l("In another way to at least one"),
}

LOT_STATES: Mapping[LotState, Any] = {
    LotState.OPEN: _l("Not decided"),
    LotState.AWARDED: _l("Awarded"),
    LotState.UNSUCCESSFUL: _l("No award"),
    LotState.CANCELLED: _l("Lot cancelled"),
}

OPTION_STATES: Mapping[OptionState, Any] = {
    OptionState.UNDECIDED: _l("Not decided"),
    OptionState.EXERCISED: _l("Exercised"),
    OptionState.DECLINED: _l("Not exercised"),
}

EXCEPTIONS: Mapping[StandstillException, Any] = {
    StandstillException.EXEMPT_AWARD: _l("The award has no standstill (LOU 20 kap. 2 §)"),
    StandstillException.COURT_DECISION: _l(
        "A court has decided that the standstill does not apply (LOU 20 kap. 8, 10 §§)"
    ),
}

# Bars of the timeline chart.
CHART: Mapping[str, Any] = {
    "procurement": _l("Procurement under way"),
    "contract": _l("Contract in force"),
    "option": _l("Option to extend"),
}


def phase_label(code: str) -> Any:
    """The phase's name; the code itself where it is not a phase of procurements."""
    return PHASES[ProcurementPhase(code)] if code in set(ProcurementPhase) else code
