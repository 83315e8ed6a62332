"""Deadlines put into words for the reader of the present page."""

from __future__ import annotations

from datetime import date

from flask_babel import get_translations, gettext

from tracker.core.filters import date_long
from tracker.deadlines import explain, rules
from tracker.deadlines.models import Deadline
from tracker.deadlines.service import BY_HAND


def reader() -> explain.Language:
    """The language of the present request."""
    return explain.Language(get_translations(), _day)


def _day(day: date) -> str:
    return date_long(day)


def working_of(deadline: Deadline) -> list[str]:
    """The steps of the count, one sentence each; where the date was set by hand, who set it and from what."""
    if deadline.working:
        return explain.sentences(deadline.working, reader())
    said = [gettext("The date was set by hand by %(name)s.", name=deadline.set_by_name)]
    if deadline.reason:
        said.append(gettext("Stated source: %(reason)s", reason=deadline.reason))
    return said


def source_of(deadline: Deadline) -> str:
    """Rule, section, rule set and its version in one sentence; empty where no rule was applied."""
    if deadline.rule == BY_HAND:
        return gettext("Section: %(section)s. No rules are kept for this act.", section=deadline.section)
    if not deadline.rule or not deadline.rule_set:
        return ""
    return gettext(
        "Rule: %(title)s (%(rule)s). Section: %(section)s. Rule set: %(law)s, version %(version)s.",
        title=_rule_title(deadline.rule_set, deadline.rule),
        rule=deadline.rule,
        section=deadline.section,
        law=explain.law_name(deadline.rule_set),
        version=deadline.rule_set_version,
    )


def _rule_title(rule_set: str, rule: str) -> str:
    # A date may stem from a version whose rule has since been renamed; its code still tells what it was.
    known = next((one for one in rules.RULE_SETS if one.code == rule_set and rule in one.rules), None)
    return gettext(known.rules[rule].title) if known else rule
