"""The facts that the rules of the law ask for, the backward plan, and the checks on tender periods. Pure.

Works on plain values and on loaded procurements; touches no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from tracker.core.calendar import CalendarError
from tracker.deadlines import rules
from tracker.deadlines.backward_plan import BackwardPlan, plan_back
from tracker.deadlines.procedures import rules_of
from tracker.procurements.enums import Means, Procedure, StepKind
from tracker.procurements.labels import STEPS
from tracker.procurements.workflow import steps_of

if TYPE_CHECKING:
    from tracker.procurements.models import Procurement

DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """The latest day of each step for a wished start of supply. ``weeks_missing`` is 0 when the plan holds."""

    dates: Mapping[StepKind, date]
    steps: Mapping[StepKind, tuple[rules.Step, ...]]
    earliest_supply_on: date
    weeks_missing: int


def rule_set_or_none(began_on: date) -> rules.RuleSet | None:
    """The rules that apply, or None where none are kept for the law of that time (dates are then set by hand)."""
    try:
        return rules.rule_set_for(began_on)
    except rules.NoRuleSet:
        return None


def make_plan(
    *, wished_supply_on: date, procedure: Procedure, today: date, began_on: date, facts: rules.Facts | None = None
) -> Plan | None:
    """Count back from the wished start of supply; None where no rules are kept, or the years are unknown."""
    rule_set = rule_set_or_none(began_on)
    if rule_set is None:
        return None
    try:
        plan = plan_back(wished_supply_on, procedure.value, today=today, rule_set=rule_set, facts=facts)
    except (CalendarError, rules.NoRuleSet):
        return None
    return _plan_of(plan, procedure)


def _plan_of(plan: BackwardPlan, procedure: Procedure) -> Plan:
    own = set(steps_of(procedure))
    found = {StepKind(milestone.kind): milestone for milestone in plan.milestones if StepKind(milestone.kind) in own}
    return Plan(
        dates={kind: milestone.latest_on for kind, milestone in found.items()},
        steps={kind: milestone.steps for kind, milestone in found.items()},
        earliest_supply_on=plan.earliest_supply_on,
        weeks_missing=-(-plan.shortfall_days // DAYS_PER_WEEK),
    )


def facts_of(procurement: Procurement) -> rules.Facts:
    """What the rules want to know of a procurement."""
    notice = next((step for step in procurement.milestones if step.kind is StepKind.PUBLICATION), None)
    return rules.Facts(
        means=rules.Means(procurement.notification_means.value),
        electronic_tenders=procurement.accepts_electronic_tenders,
        accelerated=procurement.is_accelerated,
        prior_notice_on=procurement.prior_information_notice_on,
        notice_on=(notice.actual_on or notice.planned_on) if notice else None,
        no_full_access=not procurement.has_full_electronic_documents,
        award_under=rules_of(procurement.procedure.value).no_standstill,
    )


def compute(procurement: Procurement, rule: str, start: date, means: Means | None = None) -> rules.Result | None:
    """One rule applied to a procurement; None where no rules are kept or the rule gives no date."""
    rule_set = rule_set_or_none(procurement.began_on)
    if rule_set is None:
        return None
    facts = rules.suitable(rule_set.rule(rule).options, facts_of(procurement))
    if means is not None:
        facts = replace(facts, means=rules.Means(means.value))
    try:
        result = rules.compute(rule_set, rule, start, facts, began_on=procurement.began_on)
    except (rules.RuleError, CalendarError):
        return None
    return result if result.due_on is not None else None


def tender_period_warnings(procurement: Procurement) -> list[Any]:
    """A sentence for each last day that comes before the law's minimum period has run out (LOU 11 kap., 8:8, 8:11)."""
    own = rules_of(procurement.procedure.value)
    on = {step.kind: step.actual_on or step.planned_on for step in procurement.milestones}
    tender_start = StepKind.INVITATION if own.request or on.get(StepKind.INVITATION) else StepKind.PUBLICATION
    checks = (
        (own.request, StepKind.PUBLICATION, StepKind.REQUESTS_DUE),
        (own.tender, tender_start, StepKind.TENDERS_DUE),
    )
    found = []
    for rule, start, end in checks:
        start_on, end_on = on.get(start), on.get(end)
        if rule is None or start_on is None or end_on is None:
            continue
        result = compute(procurement, rule, start_on)
        if result is not None and result.due_on is not None and end_on < result.due_on:
            found.append(
                _l(
                    "%(step)s, %(given)s, is too early: %(section)s gives until %(earliest)s at the least.",
                    step=STEPS[end],
                    given=end_on.isoformat(),
                    section=f"LOU {result.section}",
                    earliest=result.due_on.isoformat(),
                )
            )
    return found


def earliest_signing_on(
    procurement: Procurement, notified_on: date | None = None, means: Means | None = None
) -> date | None:
    """The first day a contract may be signed, from the notified award; None while nothing bars or it is not known.

    :param notified_on: the day of the notification, where it is not the one that is logged; `means` likewise.
    """
    if notified_on is None:
        notified = next((step for step in procurement.milestones if step.kind is StepKind.AWARD_NOTIFIED), None)
        notified_on = notified.actual_on if notified else None
    if notified_on is None:
        return None
    result = compute(procurement, "standstill", notified_on, means)
    return result.earliest_contract_on if result else None
