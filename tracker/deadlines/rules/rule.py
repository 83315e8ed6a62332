"""A rule, the set it belongs to, and what can go wrong when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tracker.deadlines.rules.facts import Facts
from tracker.deadlines.rules.steps import Event, Step, Unit, Why


class RuleError(ValueError):
    """A date cannot be computed; the message says why and what to do."""


class UnknownRule(RuleError):
    """No rule of that name in the set."""


class UnsuitableFacts(RuleError):
    """The rule does not take these facts, or needs one that is missing."""


class NoRuleSet(RuleError):
    """No rule set is known for the law that applies: the dates must be entered by hand with their source."""


class Counting(StrEnum):
    """How a period is counted once its length is known. The start day is always day 0.

    ``NATIONAL``      forward; a last day that is not a working day moves to the next one (2 § lag (1930:173))
    ``EU``            the same by article 3(4) of Regulation 1182/71, with two working days at least (3(5))
    ``DUTY``          forward; the last day for something we must do, so it is never moved later
    ``BACKWARD``      back from the start day; never moved later either
    ``WORKING_DAYS``  forward, counting working days only
    ``TERM``          a contract term: it ends on the day before the anniversary and is never moved
    """

    NATIONAL = "national"
    EU = "eu"
    DUTY = "duty"
    BACKWARD = "backward"
    WORKING_DAYS = "working_days"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Period:
    """The length that the law gives in this case, where it says so, and why.

    ``more`` are steps that explain it further; ``before``: the length that they lengthen, where they do.
    """

    count: int
    unit: Unit
    section: str
    why: Why = Why.MAIN_RULE
    more: tuple[Step, ...] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Exempt:
    """The rule gives no date in this case; the steps say why."""

    section: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The date is given by the facts themselves (an agreed last tender day)."""

    on: date
    section: str
    steps: tuple[Step, ...]


PeriodOf = Callable[[date, Facts], Period | Exempt | Fixed]


def always(count: int, unit: Unit, section: str, why: Why = Why.MAIN_RULE) -> PeriodOf:
    """A period that no fact changes."""
    period = Period(count, unit, section, why)
    return lambda _start, _facts: period


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a rule set.

    ``title``: an English msgid. ``options``: names of the `Facts` that it understands beside `means`.
    ``opens_contract``: a contract may be concluded on the day after the last day. ``since``: the first day on which a
    procurement can begin for the rule to exist. ``is_statutory``: False for a recommendation.
    """

    code: str
    title: str
    section: str
    event: Event
    counting: Counting
    period_of: PeriodOf
    options: frozenset[str] = frozenset()
    opens_contract: bool = False
    is_statutory: bool = True
    since: date | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one act in one consolidated version, for procurements begun in a span of days."""

    code: str
    title: str
    version: str
    begun_from: date
    begun_until: date | None
    rules: Mapping[str, Rule]

    @staticmethod
    def of(
        code: str, title: str, version: str, begun_from: date, begun_until: date | None, rules: Iterable[Rule]
    ) -> RuleSet:
        by_code: dict[str, Rule] = {}
        for rule in rules:
            if rule.code in by_code:
                raise RuntimeError(f"two rules are called {rule.code}")
            by_code[rule.code] = rule
        return RuleSet(code, title, version, begun_from, begun_until, MappingProxyType(by_code))

    def rule(self, name: str) -> Rule:
        """The rule of that name; hyphens and underscores are the same.

        :raises UnknownRule: when there is none.
        """
        try:
            return self.rules[name.strip().lower().replace("-", "_")]
        except KeyError:
            raise UnknownRule(f"there is no rule called {name!r} in {self.code}") from None
