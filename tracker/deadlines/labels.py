"""What people read for the codes of this domain."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState

KINDS: dict[DeadlineKind, Any] = {
    DeadlineKind.PUBLICATION: _l("Publish the notice"),
    DeadlineKind.REQUESTS_DUE: _l("Last day for requests to participate"),
    DeadlineKind.INVITATION: _l("Send the invitation to tender"),
    DeadlineKind.SUPPLEMENTARY_INFORMATION: _l("Last day for supplementary information"),
    DeadlineKind.TENDERS_DUE: _l("Last tender day"),
    DeadlineKind.AWARD_DECISION: _l("Award decision"),
    DeadlineKind.AWARD_NOTIFICATION: _l("Notify the award decision"),
    DeadlineKind.STANDSTILL_END: _l("Standstill ends"),
    DeadlineKind.CONTRACT_SIGNING: _l("Sign the contract"),
    DeadlineKind.AWARD_NOTICE: _l("Publish the contract award notice"),
    DeadlineKind.DOCUMENTATION: _l("Complete the documentation"),
    DeadlineKind.SUPPLY_START: _l("Supply starts"),
    DeadlineKind.CONTRACT_END: _l("Contract ends"),
    DeadlineKind.OPTION_DECIDE_BY: _l("Decide on the option to extend"),
    DeadlineKind.OPTION_NOTIFY_BY: _l("Give notice of the extension"),
    DeadlineKind.SUCCESSOR_START: _l("Start the next procurement"),
    DeadlineKind.DELIVERABLE: _l("Deliver"),
    DeadlineKind.INDEPENDENCE: _l("Assess the declarations of independence"),
    DeadlineKind.MANAGEMENT_RESPONSE: _l("Give the management response"),
    DeadlineKind.ACTION: _l("Carry out the action"),
    DeadlineKind.OTHER: _l("Other deadline"),
}
BASES: dict[Basis, Any] = {
    Basis.STATUTORY: _l("Set by law"),
    Basis.CONTRACTUAL: _l("Set by contract"),
    Basis.INTERNAL: _l("Our own plan"),
}
STATES: dict[DeadlineState, Any] = {
    DeadlineState.OPEN: _l("Open"),
    DeadlineState.MET: _l("Done"),
    DeadlineState.CANCELLED: _l("Cancelled"),
}


def title(kind: DeadlineKind, subject: str | None) -> str:
    """What a deadline is called in lists: its kind, and its subject where it has one. In the reader's language."""
    label = str(KINDS[kind])
    if not subject:
        return label
    return subject if kind is DeadlineKind.OTHER else f"{label}: {subject}"
