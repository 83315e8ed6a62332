"""What happens if nothing is done, in one sentence per kind of deadline."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.deadlines.enums import Basis, DeadlineKind

BY_KIND: dict[DeadlineKind, Any] = {
    DeadlineKind.PUBLICATION: _l("If nothing is done, every later date of the procurement moves."),
    DeadlineKind.SUPPLEMENTARY_INFORMATION: _l(
        "If information is given later than this, the time for tenders has to be extended."
    ),
    DeadlineKind.AWARD_DECISION: _l("If the decision is late, the tenders may lapse before the contract is signed."),
    DeadlineKind.AWARD_NOTIFICATION: _l("The standstill does not begin until all tenderers have been notified."),
    DeadlineKind.STANDSTILL_END: _l("The contract may be signed after this day, unless a review is under way."),
    DeadlineKind.CONTRACT_SIGNING: _l("Until the contract is signed, the supply cannot begin as planned."),
    DeadlineKind.AWARD_NOTICE: _l("If the notice is not published in time, the law is not followed."),
    DeadlineKind.DOCUMENTATION: _l("Without the documentation we cannot show how the decisions were taken."),
    DeadlineKind.SUPPLY_START: _l("If the supply is late, the county councils stand without the medicine."),
    DeadlineKind.CONTRACT_END: _l("After this day there is no agreement to order from."),
    DeadlineKind.OPTION_DECIDE_BY: _l("Without a decision, the extension cannot be notified in time."),
    DeadlineKind.OPTION_NOTIFY_BY: _l("If the supplier is not told by this day, the right to extend is lost."),
    DeadlineKind.SUCCESSOR_START: _l("A later start of the next procurement leaves a gap between the agreements."),
    DeadlineKind.DELIVERABLE: _l("If it is late, everything that follows in the evaluation moves."),
    DeadlineKind.INDEPENDENCE: _l("Until the declarations are assessed there can be no contract and no delivery."),
    DeadlineKind.MANAGEMENT_RESPONSE: _l("A recommendation without an answer stays open in every status report."),
    DeadlineKind.ACTION: _l("The recommendation stays open in every status report until the action is verified."),
}
STATUTORY = _l("The date is set by law and cannot be moved.")
CONTRACTUAL = _l("The date is set by the contract and binds both parties.")
INTERNAL = _l("The date is our own; others plan by it.")
LATE = _l("The reminder comes back every fifth working day until it is logged as done.")


def consequence(kind: DeadlineKind, basis: Basis, *, is_late: bool) -> str:
    """What happens if nothing is done, in the reader's language."""
    by_basis = {Basis.STATUTORY: STATUTORY, Basis.CONTRACTUAL: CONTRACTUAL, Basis.INTERNAL: INTERNAL}[basis]
    first = str(BY_KIND.get(kind, by_basis))
    return f"{first} {LATE}" if is_late else first
