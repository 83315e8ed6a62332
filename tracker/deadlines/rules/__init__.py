"""Statutory rule sets: pure functions from a start day and the facts of a procurement to dates with their working.

``select.rule_set_for`` chooses the law by the date the procurement began; ``engine.compute`` applies one rule.
"""

from tracker.deadlines.rules.engine import Result, compute, latest_start
from tracker.deadlines.rules.facts import Facts, Means, NoStandstill, suitable
from tracker.deadlines.rules.rule import NoRuleSet, Rule, RuleError, RuleSet, UnknownRule, UnsuitableFacts
from tracker.deadlines.rules.select import RULE_SETS, law_code_for, rule_set_for, rule_set_named
from tracker.deadlines.rules.steps import Step, StepCode

__all__ = [
    "RULE_SETS",
    "Facts",
    "Means",
    "NoRuleSet",
    "NoStandstill",
    "Result",
    "Rule",
    "RuleError",
    "RuleSet",
    "Step",
    "StepCode",
    "UnknownRule",
    "UnsuitableFacts",
    "compute",
    "latest_start",
    "law_code_for",
    "rule_set_for",
    "rule_set_named",
    "suitable",
]
