"""Which law applies: the one in force when the procurement began."""

from __future__ import annotations

from datetime import date

from tracker.deadlines.rules.lou_2016 import LOU_2016_1145
from tracker.deadlines.rules.rule import NoRuleSet, RuleSet

RULE_SETS: tuple[RuleSet, ...] = (LOU_2016_1145,)

# LOU 2007:1091 applied to procurements begun in 2008–2016. Its rules are not kept here, and no other act's are used.
WITHOUT_RULES = (("lou_2007_1091", "LOU 2007:1091", date(2008, 1, 1), date(2016, 12, 31)),)


def rule_set_for(began_on: date) -> RuleSet:
    """The rule set for a procurement that began on `began_on`.

    :raises NoRuleSet: no rules are kept for the act that applied then.
    """
    for rule_set in RULE_SETS:
        if rule_set.begun_from <= began_on and (rule_set.begun_until is None or began_on <= rule_set.begun_until):
            return rule_set
    act = next((title for _, title, first, last in WITHOUT_RULES if first <= began_on <= last), "an act before 2008")
    raise NoRuleSet(
        f"a procurement begun on {began_on.isoformat()} follows {act}, for which no rules are kept: "
        "its dates must be entered by hand with their source"
    )


def law_code_for(began_on: date) -> str | None:
    """The code of the act that applies, also where no rules are kept for it; None before 2008."""
    for rule_set in RULE_SETS:
        if rule_set.begun_from <= began_on:
            return rule_set.code
    return next((code for code, _, first, last in WITHOUT_RULES if first <= began_on <= last), None)


def rule_set_named(code: str) -> RuleSet:
    """The rule set with this code.

    :raises NoRuleSet: no rules are kept under it.
    """
    for rule_set in RULE_SETS:
        if rule_set.code == code:
            return rule_set
    raise NoRuleSet(f"no rules are kept for {code}: its dates must be entered by hand with their source")
