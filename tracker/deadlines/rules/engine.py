"""Applies one rule to one start day, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core import calendar
from tracker.deadlines.rules.facts import DEFAULT_FACTS, Facts
from tracker.deadlines.rules.rule import Counting, Exempt, Fixed, NoRuleSet, Period, Rule, RuleSet, UnsuitableFacts
from tracker.deadlines.rules.steps import Step, StepCode, Unit, moved_forward, not_moved_later, step

NATIONAL_ROLLING = "2 § lag (1930:173)"
EU_ROLLING = "art. 3.4 (EEG, Euratom) 1182/71"
EU_TWO_WORKING_DAYS = "art. 3.5 (EEG, Euratom) 1182/71"
_SEARCH_LIMIT_DAYS = 400


@dataclass(frozen=True, slots=True)
class Result:
    """A computed date and its working.

    ``raw_on``  where the bare count ends
    ``due_on``  the date to act on: rolled forward for periods that others have, the last working day before for duties
    ``earliest_contract_on``  the first day a contract may be concluded, for rules that bar contracts; else None
    All three are None when the rule does not apply or the law sets no number of days; ``steps`` then say why.
    """

    raw_on: date | None
    due_on: date | None
    earliest_contract_on: date | None
    rule: str
    section: str
    rule_set: str
    rule_set_version: str
    is_statutory: bool
    steps: tuple[Step, ...]


def compute(
    rule_set: RuleSet, rule_name: str, start: date, facts: Facts = DEFAULT_FACTS, *, began_on: date | None = None
) -> Result:
    """The date that the rule gives from `start` (day 0) under `facts`, in a procurement begun on `began_on`.

    Without `began_on` the procurement is taken to have begun on `start`; it cannot have begun later.

    :raises RuleError: an unknown rule, facts that it does not take, or a rule younger than the procurement.
    :raises CalendarError: a date outside the years whose holidays are known.
    """
    rule = rule_set.rule(rule_name)
    _check(rule_set, rule, min(start, began_on or start), facts)
    calendar.check_year(start.year)
    found = rule.period_of(start, facts)
    law = step(StepCode.LAW, rule_set=rule_set.code, version=rule_set.version, section=found.section)
    day0 = step(StepCode.START, on=start, event=rule.event.value)
    if isinstance(found, Exempt):
        return _result(rule_set, rule, found.section, (law, *found.steps), None, None)
    if isinstance(found, Fixed):
        return _result(rule_set, rule, found.section, (law, day0, *found.steps), found.on, found.on)
    base = found.count if found.before is None else found.before
    period_step = step(StepCode.PERIOD, count=base, unit=found.unit.value, why=found.why.value)
    raw_on, due_on, counted = _count(rule.counting, start, found)
    steps = (law, day0, period_step, *found.more, *counted)
    if facts.stated_until is not None:
        due_on, stated = _stated_standstill(due_on, facts.stated_until)
        steps += stated
    return _result(rule_set, rule, found.section, steps, raw_on, due_on)


def latest_start(rule_set: RuleSet, rule_name: str, facts: Facts, *, contract_on: date | None = None,
                 due_on: date | None = None) -> date:  # fmt: skip
    """The last working day to start the count so that it has run out by `due_on`, or lets a contract be concluded on
    `contract_on`. Give exactly one of them.

    :raises UnsuitableFacts: when the rule gives no date under `facts`.
    """
    bound = contract_on if contract_on is not None else due_on
    if bound is None or (contract_on is not None and due_on is not None):
        raise TypeError("give either contract_on or due_on")
    start = calendar.roll_back(bound).on
    for _ in range(_SEARCH_LIMIT_DAYS):
        result = compute(rule_set, rule_name, start, facts)
        reached = result.earliest_contract_on if contract_on is not None else result.due_on
        if reached is None:
            raise UnsuitableFacts(f"the rule {rule_name} gives no date to count back from")
        if reached <= bound:
            return start
        start = calendar.previous_working_day(start)
    raise UnsuitableFacts(f"the rule {rule_name} takes longer than {_SEARCH_LIMIT_DAYS} working days")


def _check(rule_set: RuleSet, rule: Rule, began_on: date, facts: Facts) -> None:
    if began_on < rule_set.begun_from:
        raise NoRuleSet(
            f"{began_on.isoformat()} is before {rule_set.begun_from.isoformat()}, the first day of {rule_set.code}: "
            "a procurement begun then follows an earlier act, so enter its dates by hand with their source"
        )
    if rule.since is not None and began_on < rule.since:
        raise NoRuleSet(
            f"the rule {rule.code} is kept as worded for procurements begun on {rule.since.isoformat()} or later; "
            "enter the dates of earlier ones by hand with their source"
        )
    unknown = facts.given() - rule.options
    if unknown:
        raise UnsuitableFacts(f"the rule {rule.code} does not depend on: {', '.join(sorted(unknown))}")


def _count(counting: Counting, start: date, period: Period) -> tuple[date, date, tuple[Step, ...]]:
    raw_on = _raw_end(counting, start, period)
    counted = step(
        StepCode.TERM_COUNTED if counting is Counting.TERM else StepCode.COUNTED,
        count=-period.count if counting is Counting.BACKWARD else period.count,
        unit=period.unit.value,
        on=raw_on,
    )
    if counting in (Counting.TERM, Counting.WORKING_DAYS):
        return raw_on, raw_on, (counted, step(StepCode.LAST_DAY, on=raw_on))
    if counting in (Counting.DUTY, Counting.BACKWARD):
        due_on, settled = _never_later(raw_on)
    elif counting is Counting.EU:
        due_on, settled = _roll_eu(start, raw_on)
    else:
        due_on, settled = _roll(raw_on, NATIONAL_ROLLING)
    return raw_on, due_on, (counted, *settled)


def _raw_end(counting: Counting, start: date, period: Period) -> date:
    if counting is Counting.WORKING_DAYS:
        return calendar.add_working_days(start, period.count)
    if counting is Counting.TERM:
        return calendar.add_days(calendar.add_months(start, period.count), -1)
    sign = -1 if counting is Counting.BACKWARD else 1
    match period.unit:
        case Unit.MONTHS:
            return calendar.add_months(start, sign * period.count)
        case Unit.YEARS:
            return calendar.add_months(start, sign * 12 * period.count)
        case Unit.WEEKS:
            return calendar.add_days(start, sign * 7 * period.count)
        case _:
            return calendar.add_days(start, sign * period.count)


def _roll(raw_on: date, source: str) -> tuple[date, tuple[Step, ...]]:
    rolled = calendar.roll_forward(raw_on)
    return rolled.on, (*moved_forward(rolled, source), step(StepCode.LAST_DAY, on=rolled.on))


def _roll_eu(start: date, raw_on: date) -> tuple[date, tuple[Step, ...]]:
    due_on, steps = _roll(raw_on, EU_ROLLING)
    at_least = calendar.add_working_days(start, 2)
    if due_on >= at_least:
        return due_on, steps
    return at_least, (
        *steps[:-1],
        step(StepCode.TWO_WORKING_DAYS, on=at_least, source=EU_TWO_WORKING_DAYS),
        step(StepCode.LAST_DAY, on=at_least),
    )


def _never_later(raw_on: date) -> tuple[date, tuple[Step, ...]]:
    rolled = calendar.roll_back(raw_on)
    return rolled.on, not_moved_later(rolled) or (step(StepCode.LAST_DAY, on=raw_on),)


def _stated_standstill(due_on: date, stated_until: date) -> tuple[date, tuple[Step, ...]]:
    # 20:18 speaks of the length of a standstill without exception, so a stated last day is moved like any other.
    stated = step(StepCode.STATED, on=stated_until)
    if stated_until <= due_on:
        return due_on, (stated, step(StepCode.LAST_DAY, on=due_on))
    moved_to, steps = _roll(stated_until, NATIONAL_ROLLING)
    return moved_to, (stated, *steps)


def _result(
    rule_set: RuleSet, rule: Rule, section: str, steps: tuple[Step, ...], raw_on: date | None, due_on: date | None
) -> Result:
    contract_on = None
    if rule.opens_contract and due_on is not None:
        contract_on = calendar.add_days(due_on, 1)
        steps += (step(StepCode.CONTRACT_FROM, on=contract_on),)
    return Result(
        raw_on=raw_on,
        due_on=due_on,
        earliest_contract_on=contract_on,
        rule=rule.code,
        section=section,
        rule_set=rule_set.code,
        rule_set_version=rule_set.version,
        is_statutory=rule.is_statutory,
        steps=steps,
    )
