"""How long documents are kept, by law and by kind. Nothing here deletes: to cull (gallra) is a decision of people.

Authorities keep what they hold unless a decision says otherwise (arkivlagen 1990:782, 3 and 10 §§). A central
purchasing body that buys in its own name is no authority; it keeps the documentation of a procurement for at least
four years from the award, and a contract at least as long as it runs (LOU 2016:1145, 12 kap. 17 §). Accounting
records are kept until the end of the seventh year after the financial year (bokföringslagen 1999:1078, 7 kap. 2 §).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.documents.enums import DocumentKind, RetentionRule

_DEFAULTS: Mapping[DocumentKind, RetentionRule] = {
    DocumentKind.TENDER: RetentionRule.YEARS_4_FROM_AWARD,
    DocumentKind.PROCUREMENT_DOCUMENT: RetentionRule.YEARS_4_FROM_AWARD,
}

NAMES: Mapping[RetentionRule, Any] = {
    RetentionRule.KEEP: _l("Kept for good"),
    RetentionRule.YEARS_4_FROM_AWARD: _l("At least 4 years from the award"),
    RetentionRule.YEARS_7: _l("7 years after the year it belongs to"),
    RetentionRule.YEARS_10: _l("10 years from its date"),
    RetentionRule.MINOR_IMPORTANCE: _l("Until it is no longer needed"),
}

SOURCES: Mapping[RetentionRule, Any] = {
    RetentionRule.KEEP: _l("Arkivlagen (1990:782) 3 §"),
    RetentionRule.YEARS_4_FROM_AWARD: _l("LOU (2016:1145) 12 kap. 17 §"),
    RetentionRule.YEARS_7: _l("Bokföringslagen (1999:1078) 7 kap. 2 §"),
    RetentionRule.YEARS_10: _l("The records schedule of the body that holds it"),
    RetentionRule.MINOR_IMPORTANCE: _l("The records schedule: of little and passing importance"),
}

_YEARS_OF_ACCOUNTS = 7
_YEARS_OF_OTHERS = 10


def default_rule(kind: DocumentKind) -> RetentionRule:
    """The rule that a document of this kind is given when nobody chooses another: to keep, unless a law counts."""
    return _DEFAULTS.get(kind, RetentionRule.KEEP)


def usual_rules() -> dict[RetentionRule, list[DocumentKind]]:
    """The rules with the kinds that they are usual for; none are named for the rule of all others."""
    found: dict[RetentionRule, list[DocumentKind]] = {}
    for kind, rule in _DEFAULTS.items():
        found.setdefault(rule, []).append(kind)
    return found | {RetentionRule.KEEP: []}


def kept_until_on(rule: RetentionRule, registered_on: date) -> date | None:
    """The last day on which the document must be kept, where its own date settles that; None where it does not (it is
    kept for good, or the count begins with the award)."""
    if rule is RetentionRule.YEARS_7:
        return date(registered_on.year + _YEARS_OF_ACCOUNTS, 12, 31)
    if rule is RetentionRule.YEARS_10:
        later = registered_on.year + _YEARS_OF_OTHERS
        # A document of 29 February is kept through 28 February.
        day = 28 if (registered_on.month, registered_on.day) == (2, 29) else registered_on.day
        return date(later, registered_on.month, day)
    return None
