"""From a wished start of supply back to the latest day for each step. Pure.

Statutory minima come from the rule set; what the law leaves open are named allowances of our own, which a person can
change and which are never presented as law.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tracker.core import calendar
from tracker.deadlines.enums import Basis
from tracker.deadlines.procedures import ProcedureRules, rules_of
from tracker.deadlines.rules import Facts, RuleSet, Step, StepCode, compute, latest_start, suitable
from tracker.deadlines.rules.steps import Unit, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """Our own times where the law sets none. ``mobilisation_days``, ``tendering_days`` and ``dialogue_days`` are
    calendar days, the others working days."""

    mobilisation_days: int = 60
    signing_working_days: int = 5
    evaluation_working_days: int = 30
    selection_working_days: int = 15
    tendering_days: int = 25
    dialogue_days: int = 90


DEFAULT_ALLOWANCES = Allowances()


@dataclass(frozen=True, slots=True)
class PlannedMilestone:
    """The latest day for a step. ``kind`` is a code of ``procurements.enums.StepKind``."""

    kind: str
    latest_on: date
    basis: Basis
    rule: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class BackwardPlan:
    """Milestones in the order they come.

    ``earliest_supply_on``: the first possible start of supply if the first step is taken on the next working day.
    ``shortfall_days``: how many days that is after the wished start; 0 while the first step can still be in time.
    """

    milestones: tuple[PlannedMilestone, ...]
    earliest_supply_on: date
    shortfall_days: int


def plan_back(
    supply_on: date,
    procedure: str,
    *,
    today: date,
    rule_set: RuleSet,
    facts: Facts | None = None,
    allowances: Allowances = DEFAULT_ALLOWANCES,
) -> BackwardPlan:
    """The latest dates that still let supply begin on `supply_on`.

    :param facts: facts of the procurement; those a rule does not take are left out for it.
    :raises CalendarError: when the plan leads outside the years that are known.
    """
    track = _Track(rule_set, rules_of(procedure), facts or Facts(), allowances)
    milestones = track.back_from(supply_on)
    earliest = track.forward_from(calendar.roll_forward(today).on)
    too_late = milestones[0].latest_on < today
    return BackwardPlan(milestones, earliest, (earliest - supply_on).days if too_late else 0)


class _Track:
    """The steps of one procedure, walked backwards from supply or forwards from the first step."""

    def __init__(self, rule_set: RuleSet, rules: ProcedureRules, facts: Facts, allowances: Allowances) -> None:
        self.rule_set = rule_set
        self.rules = rules
        self.facts = facts
        self.allowances = allowances
        is_negotiated = rules.tender in ("tender_dialogue", "tender_innovation")
        self.open_days = allowances.dialogue_days if is_negotiated else allowances.tendering_days
        self.open_kind = "dialogue" if is_negotiated else "tendering"

    def back_from(self, supply_on: date) -> tuple[PlannedMilestone, ...]:
        own = self.allowances
        supply = PlannedMilestone("supply_start", supply_on, Basis.INTERNAL, None, ())
        if not self.rules.awards:
            ready_on = calendar.add_working_days(calendar.roll_back(supply_on).on, -own.selection_working_days)
            return (*reversed(self._competition_back(ready_on)), supply)
        signed_on = calendar.roll_back(calendar.add_days(supply_on, -own.mobilisation_days)).on
        found = [
            supply,
            _internal("contract_signed", signed_on, "mobilisation", own.mobilisation_days, Unit.DAYS),
        ]
        ready_on = calendar.add_working_days(signed_on, -own.signing_working_days)
        found.extend(self._award_back(ready_on))
        decided_on = found[-1].latest_on
        if self.rules.tender is None and self.rules.request is None:
            return tuple(reversed(found))
        tenders_on = calendar.add_working_days(decided_on, -own.evaluation_working_days)
        found.extend(self._competition_back(tenders_on))
        return tuple(reversed(found))

    def _award_back(self, contract_on: date) -> list[PlannedMilestone]:
        signing = _allowance_step("signing", self.allowances.signing_working_days, Unit.WORKING_DAYS)
        if self.rules.no_standstill is not None:
            return [PlannedMilestone("award_notified", contract_on, Basis.INTERNAL, None, (signing,))]
        sent_on = latest_start(self.rule_set, "standstill", self._fit("standstill"), contract_on=contract_on)
        standstill = compute(self.rule_set, "standstill", sent_on, self._fit("standstill"))
        assert standstill.due_on is not None
        return [
            PlannedMilestone("standstill_end", standstill.due_on, Basis.STATUTORY, "standstill", standstill.steps),
            PlannedMilestone("award_notified", sent_on, Basis.STATUTORY, "standstill", (signing, *standstill.steps)),
        ]

    def _competition_back(self, tenders_on: date) -> list[PlannedMilestone]:
        own, rules = self.allowances, self.rules
        found: list[PlannedMilestone] = []
        if rules.tender is not None:
            found.append(
                _internal("tenders_due", tenders_on, "evaluation", own.evaluation_working_days, Unit.WORKING_DAYS)
            )
            first = "publication" if rules.tender in ("tender_open", "tender_national") else "invitation"
            found.append(self._period_back(first, rules.tender, tenders_on))
        if rules.request is None:
            return found
        requests_on = tenders_on
        if found:
            requests_on = calendar.add_working_days(found[-1].latest_on, -own.selection_working_days)
        found.append(_internal("requests_due", requests_on, "selection", own.selection_working_days, Unit.WORKING_DAYS))
        found.append(self._period_back("publication", rules.request, requests_on))
        return found

    def _period_back(self, kind: str, rule: str, due_on: date) -> PlannedMilestone:
        if self._has_no_number(rule, due_on):
            on = calendar.roll_back(calendar.add_days(due_on, -self.open_days)).on
            return _internal(kind, on, self.open_kind, self.open_days, Unit.DAYS)
        start = latest_start(self.rule_set, rule, self._fit(rule), due_on=due_on)
        result = compute(self.rule_set, rule, start, self._fit(rule))
        return PlannedMilestone(kind, start, Basis.STATUTORY, rule, result.steps)

    def forward_from(self, first_on: date) -> date:
        """The first day supply could begin if the first step is taken on `first_on`."""
        own, rules = self.allowances, self.rules
        day = first_on
        if rules.request is not None:
            day = calendar.add_working_days(self._period_end(rules.request, day), own.selection_working_days)
        if not rules.awards:
            return day
        if rules.tender is not None:
            day = calendar.add_working_days(self._period_end(rules.tender, day), own.evaluation_working_days)
        if rules.no_standstill is None:
            result = compute(self.rule_set, "standstill", day, self._fit("standstill"))
            assert result.earliest_contract_on is not None
            day = calendar.roll_forward(result.earliest_contract_on).on
        signed_on = calendar.add_working_days(day, own.signing_working_days)
        return calendar.add_days(signed_on, own.mobilisation_days)

    def _period_end(self, rule: str, start: date) -> date:
        if self._has_no_number(rule, start):
            return calendar.roll_forward(calendar.add_days(start, self.open_days)).on
        due_on = compute(self.rule_set, rule, start, self._fit(rule)).due_on
        assert due_on is not None
        return due_on

    def _has_no_number(self, rule: str, near: date) -> bool:
        return compute(self.rule_set, rule, near, self._fit(rule)).due_on is None

    def _fit(self, rule: str) -> Facts:
        fitting = suitable(self.rule_set.rule(rule).options, self.facts)
        # A plan has no candidates to agree with, and an invitation without its notice day cannot be judged by 11:5.
        is_undated = rule != "tender_open" and fitting.notice_on is None
        return replace(fitting, agreed_on=None, prior_notice_on=None if is_undated else fitting.prior_notice_on)


def _internal(kind: str, on: date, allowance: str, count: int, unit: Unit) -> PlannedMilestone:
    return PlannedMilestone(kind, on, Basis.INTERNAL, None, (_allowance_step(allowance, count, unit),))


def _allowance_step(kind: str, count: int, unit: Unit) -> Step:
    return step(StepCode.ALLOWANCE, kind=kind, count=count, unit=unit.value)
