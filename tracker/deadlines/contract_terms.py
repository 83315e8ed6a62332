"""Contract periods and extension options: ends, and the days to decide and to give notice by. Pure.

Each end is counted from the first day of the contract, so that rounding at short months never adds up:
end = start + n months − 1 day. A duty to give notice is never moved later, so it falls on a working day or earlier.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core import calendar
from tracker.deadlines.rules.duties import FRAMEWORK_MONTHS
from tracker.deadlines.rules.steps import Step, StepCode, not_moved_later, step

MONTHS_PER_YEAR = 12
DEFAULT_DECISION_LEAD_DAYS = 30
_TERM = re.compile(r"\d{1,2}m?(\+\d{1,2}m?)*")


class TermError(ValueError):
    """A term or date that makes no contract; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class OptionPeriod:
    """One extension option. ``position`` counts from 1; ``steps`` show how the two dates came about."""

    position: int
    months: int
    starts_on: date
    ends_on: date
    must_notify_by_on: date
    decide_by_on: date
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """A contract with its options. ``max_ends_on`` is the end with every option used.

    ``framework_limit_on``: the last day of four years from the start; ``needs_long_term_reason`` when the contract with
    all options runs past it (LOU 7 kap. 2 §).
    """

    starts_on: date
    base_ends_on: date
    options: tuple[OptionPeriod, ...]
    max_ends_on: date
    framework_limit_on: date

    @property
    def needs_long_term_reason(self) -> bool:
        return self.max_ends_on > self.framework_limit_on


def parse_term(text: str) -> tuple[int, ...]:
    """Months of the base period and of each option from the usual shorthand in years: "2+1+1" -> (24, 12, 12).

    A number followed by m is months: "18m+6m".
    :raises TermError: for anything else, and for a period of no length.
    """
    compact = text.replace(" ", "").lower()
    if not _TERM.fullmatch(compact):
        raise TermError(f"{text!r} is not a term: write years such as 2+1+1, or months such as 18m+6m")
    months = tuple(int(part[:-1]) if part.endswith("m") else int(part) * MONTHS_PER_YEAR for part in compact.split("+"))
    if 0 in months:
        raise TermError(f"{text!r} has a period of no length")
    return months


def term_end(starts_on: date, months: int) -> date:
    """The last day of a term of `months` that begins on `starts_on`: start + months − 1 day."""
    if months < 1:
        raise TermError("a term lasts at least one month")
    return calendar.add_days(calendar.add_months(starts_on, months), -1)


def plan_contract(
    starts_on: date,
    base_months: int,
    option_months: Sequence[int] = (),
    *,
    notice_months: int,
    decision_lead_days: int = DEFAULT_DECISION_LEAD_DAYS,
    base_ends_on: date | None = None,
) -> ContractPlan:
    """The ends, decide-by and must-notify-by dates of a contract.

    :param base_ends_on: the printed end of the base period where it is not start + months − 1 day; options then count
        from the day after it.
    :param decision_lead_days: calendar days that our own decision needs before notice must be given.
    :raises TermError: a period of no length, an end before the start, a negative lead.
    """
    base_end = base_ends_on or term_end(starts_on, base_months)
    if base_end < starts_on:
        raise TermError("the contract ends before it starts")
    if notice_months < 0:
        raise TermError("a notice period cannot be negative")
    if decision_lead_days < 0:
        raise TermError("the time for the decision cannot be negative")
    if any(months < 1 for months in option_months):
        raise TermError("an option lasts at least one month")
    anchor, passed = (calendar.add_days(base_ends_on, 1), 0) if base_ends_on else (starts_on, base_months)
    options: list[OptionPeriod] = []
    previous_end = base_end
    for position, months in enumerate(option_months, start=1):
        passed += months
        ends_on = calendar.add_days(calendar.add_months(anchor, passed), -1)
        options.append(_option(position, months, previous_end, ends_on, notice_months, decision_lead_days))
        previous_end = ends_on
    return ContractPlan(
        starts_on=starts_on,
        base_ends_on=base_end,
        options=tuple(options),
        max_ends_on=previous_end,
        framework_limit_on=term_end(starts_on, FRAMEWORK_MONTHS),
    )


def _option(
    position: int, months: int, previous_end: date, ends_on: date, notice_months: int, lead_days: int
) -> OptionPeriod:
    notice_raw = calendar.add_months(previous_end, -notice_months)
    notify_by = calendar.roll_back(notice_raw)
    lead_raw = calendar.add_days(notify_by.on, -lead_days)
    decide_by = calendar.roll_back(lead_raw)
    steps = (
        step(StepCode.NOTICE_MONTHS, ends_on=previous_end, months=notice_months, on=notice_raw),
        *not_moved_later(notify_by),
        step(StepCode.DECISION_LEAD, notify_on=notify_by.on, days=lead_days, on=lead_raw),
        *not_moved_later(decide_by),
    )
    return OptionPeriod(
        position, months, calendar.add_days(previous_end, 1), ends_on, notify_by.on, decide_by.on, steps
    )
