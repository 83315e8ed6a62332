"""Which deadlines a procurement has: from its plan, its logged steps, its contracts and their options.

`wanted` is pure over a loaded procurement; `derive` writes the difference through the deadlines' service. Keys:
``step:<kind>`` (our plan), ``law:<rule>`` (from steps that happened), ``contract:<id>:end``,
``contract:<id>:successor``, ``option:<id>:decide_by`` and ``option:<id>:notify_by``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import is_known_to_all_inside
from tracker.core.actor import Actor
from tracker.core.clock import local_date
from tracker.deadlines import rules
from tracker.deadlines import service as deadlines
from tracker.deadlines.contract_terms import ContractPlan, plan_contract, term_end
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.deadlines.procedures import rules_of
from tracker.deadlines.queries import list_for_case
from tracker.deadlines.rules.steps import Event, StepCode, Unit, step
from tracker.organisations.queries import name_on
from tracker.procurements import planning
from tracker.procurements.enums import OptionState, ProcurementPhase, StepKind
from tracker.procurements.models import Contract, ContractOption, Procurement
from tracker.procurements.workflow import CLOSED_PHASES, ORDERS

# Our own time for what comes before the notice: assignment, mandates of the county councils, the documents.
PREPARATION_DAYS = 120
LONGEST_SUBJECT = 200

_KIND_OF_STEP = {
    StepKind.PUBLICATION: DeadlineKind.PUBLICATION,
    StepKind.REQUESTS_DUE: DeadlineKind.REQUESTS_DUE,
    StepKind.INVITATION: DeadlineKind.INVITATION,
    StepKind.TENDERS_DUE: DeadlineKind.TENDERS_DUE,
    StepKind.AWARD_DECISION: DeadlineKind.AWARD_DECISION,
    StepKind.AWARD_NOTIFIED: DeadlineKind.AWARD_NOTIFICATION,
    StepKind.CONTRACT_SIGNED: DeadlineKind.CONTRACT_SIGNING,
    StepKind.SUPPLY_START: DeadlineKind.SUPPLY_START,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deadline as it should be. ``met_on`` is set when what it asks for is done; until ``matters_until`` an open one
    is worth telling of although its day was past when the case was logged."""

    source_key: str
    kind: DeadlineKind
    due_on: date
    basis: Basis
    subject: str | None = None
    result: rules.Result | None = None
    steps: Sequence[rules.Step] = ()
    met_on: date | None = None
    matters_until: date | None = None


def wanted(procurement: Procurement, today: date) -> list[Wanted]:
    """Every deadline that the record gives, those that were over before the case was logged left out."""
    logged_on = local_date(procurement.created_at)
    if procurement.phase == ProcurementPhase.CANCELLED:
        found = [*_after_cancellation(procurement)]
    else:
        found = [*_planned(procurement, today), *_lawful(procurement), *_contractual(procurement, today)]
    return [item for item in found if not _was_over(item, logged_on)]


def derive(*, actor: Actor, now: datetime, procurement: Procurement) -> None:
    """Make the stored deadlines those that are wanted: set, move, mark met, reopen, cancel."""
    items = wanted(procurement, local_date(now))
    if procurement.phase in CLOSED_PHASES:
        items = [item for item in items if item.met_on or item.source_key.startswith("law:")]
    stored = {deadline.source_key: deadline for deadline in list_for_case(procurement.id)}
    for item in items:
        before = stored.get(item.source_key)
        if before is not None and before.state is DeadlineState.MET and item.met_on is None and _follows_a_step(item):
            deadlines.open_again(actor=actor, now=now, deadline=before)
        deadline = _set(actor, now, procurement, item)
        if item.met_on is not None:
            deadlines.meet(actor=actor, now=now, deadline=deadline, met_on=item.met_on)
    keep = {item.source_key for item in items}
    for prefix in ("step:", "law:", "contract:", "option:"):
        deadlines.cancel_missing(actor=actor, now=now, case_id=procurement.id, prefix=prefix, keep=keep)


def _set(actor: Actor, now: datetime, procurement: Procurement, item: Wanted) -> Deadline:
    working = deadlines.Working.of(item.result) if item.result else deadlines.Working(steps=tuple(item.steps))
    return deadlines.set_deadline(
        actor=actor,
        now=now,
        case_id=procurement.id,
        source_key=item.source_key,
        kind=item.kind,
        due_on=item.due_on,
        basis=item.basis,
        working=working,
        subject=item.subject,
    )


def _follows_a_step(item: Wanted) -> bool:
    # A person may mark other dates as met on their own page: they are left as that person said.
    return item.source_key.startswith(deadlines.OF_STEPS)


def _was_over(item: Wanted, logged_on: date) -> bool:
    if item.due_on >= logged_on:
        return False
    if item.met_on is None and item.matters_until is not None and item.matters_until >= logged_on:
        return False
    # A plan that is late from its first day is kept: it says that the wish cannot be met.
    return item.met_on is not None or not item.source_key.startswith("step:")


def _planned(procurement: Procurement, today: date) -> Iterator[Wanted]:
    plan = None
    if procurement.wished_supply_on is not None:
        plan = planning.make_plan(
            wished_supply_on=procurement.wished_supply_on,
            procedure=procurement.procedure,
            today=today,
            began_on=procurement.began_on,
            facts=planning.facts_of(procurement),
        )
    jumped = _jumped_over(procurement)
    for milestone in procurement.milestones:
        kind = _KIND_OF_STEP.get(milestone.kind)
        if kind is None or milestone.planned_on is None or milestone.kind in jumped:
            continue
        steps: Sequence[rules.Step] = ()
        if plan is not None and plan.dates.get(milestone.kind) == milestone.planned_on:
            steps = plan.steps[milestone.kind]
        yield Wanted(
            source_key=f"step:{milestone.kind.value}",
            kind=kind,
            due_on=milestone.planned_on,
            basis=Basis.INTERNAL,
            steps=steps,
            met_on=milestone.actual_on,
        )


def _jumped_over(procurement: Procurement) -> set[StepKind]:
    """Steps not logged although a later one is: nobody waits for them any more."""
    done = {step.kind for step in procurement.milestones if step.actual_on is not None}
    if procurement.contracts:
        done.add(StepKind.CONTRACT_SIGNED)
    order = ORDERS[procurement.procedure]
    furthest = max((rank for rank, group in enumerate(order) if not done.isdisjoint(group)), default=-1)
    own = {kind for group in order for kind in group}
    earlier = {kind for group in order[: max(furthest, 0)] for kind in group} | (set(StepKind) - own)
    return earlier - done


def _lawful(procurement: Procurement) -> Iterator[Wanted]:
    own = rules_of(procurement.procedure.value)
    at = {step.kind: step for step in procurement.milestones}

    def actual(kind: StepKind) -> date | None:
        return at[kind].actual_on if kind in at else None

    tenders = at.get(StepKind.TENDERS_DUE)
    last_tender_day = (tenders.actual_on or tenders.planned_on) if tenders else None
    found = [
        _by_rule(
            procurement,
            "standstill" if own.no_standstill is None else None,
            DeadlineKind.STANDSTILL_END,
            actual(StepKind.AWARD_NOTIFIED),
            actual(StepKind.STANDSTILL_END) or actual(StepKind.CONTRACT_SIGNED),
        ),
        _by_rule(
            procurement,
            own.supplementary,
            DeadlineKind.SUPPLEMENTARY_INFORMATION,
            last_tender_day,
            actual(StepKind.TENDERS_DUE),
        ),
    ]
    signed_on = actual(StepKind.CONTRACT_SIGNED)
    for rule, kind, step_kind in (
        (own.award_notice, DeadlineKind.AWARD_NOTICE, StepKind.AWARD_NOTICE),
        (own.documentation, DeadlineKind.DOCUMENTATION, StepKind.DOCUMENTATION),
    ):
        found.append(_by_rule(procurement, rule, kind, signed_on, actual(step_kind)))
    yield from (item for item in found if item is not None)


def _by_rule(
    procurement: Procurement, rule: str | None, kind: DeadlineKind, start: date | None, met_on: date | None
) -> Wanted | None:
    if rule is None or start is None:
        return None
    result = planning.compute(procurement, rule, start)
    if result is None or result.due_on is None:
        return None
    return Wanted(f"law:{rule}", kind, result.due_on, Basis.STATUTORY, result=result, met_on=met_on)


def _after_cancellation(procurement: Procurement) -> Iterator[Wanted]:
    """The decision to cancel is documented too, within 30 days (LOU 12:14, 19:22)."""
    rule = rules_of(procurement.procedure.value).documentation
    documented = next((s.actual_on for s in procurement.milestones if s.kind is StepKind.DOCUMENTATION), None)
    item = _by_rule(procurement, rule, DeadlineKind.DOCUMENTATION, procurement.closed_on, documented)
    if item is not None:
        yield item


def _contractual(procurement: Procurement, today: date) -> Iterator[Wanted]:
    for contract in procurement.contracts:
        subject = contract_subject(contract, today)
        over = contract.ends_on if contract.ends_on < today else None
        yield Wanted(
            source_key=f"contract:{contract.id}:end",
            kind=DeadlineKind.CONTRACT_END,
            due_on=contract.ends_on,
            basis=Basis.CONTRACTUAL,
            subject=subject,
            steps=_end_steps(contract),
            met_on=over,
        )
        periods = {period.position: period for period in contract_plan(contract).options}
        for option in contract.options:
            if option.position in periods and not _is_void(option):
                yield from _of_option(option, periods[option.position].steps, subject)
        successor = _successor(contract, today, subject)
        if successor is not None:
            yield successor


def _of_option(option: ContractOption, steps: Sequence[rules.Step], subject: str | None) -> Iterator[Wanted]:
    cut = next((rank for rank, item in enumerate(steps) if item.code is StepCode.DECISION_LEAD), len(steps))
    decide = Wanted(
        source_key=f"option:{option.id}:decide_by",
        kind=DeadlineKind.OPTION_DECIDE_BY,
        due_on=option.decide_by_on,
        basis=Basis.INTERNAL,
        subject=subject,
        steps=steps,
        met_on=option.decided_on,
        matters_until=option.starts_on - timedelta(days=1),
    )
    yield decide
    # Nobody has to be told of an option that is left unused.
    told_on = option.notified_on if option.state is OptionState.EXERCISED else option.decided_on
    yield replace(
        decide,
        source_key=f"option:{option.id}:notify_by",
        kind=DeadlineKind.OPTION_NOTIFY_BY,
        due_on=option.must_notify_by_on,
        basis=Basis.CONTRACTUAL,
        steps=steps[:cut],
        met_on=told_on,
    )


def _is_void(option: ContractOption) -> bool:
    """Undecided after one that was left unused: the contract has ended before it."""
    return option.state is OptionState.UNDECIDED and any(
        other.state is OptionState.DECLINED and other.position < option.position for other in option.contract.options
    )


def _successor(contract: Contract, today: date, subject: str | None) -> Wanted | None:
    """The latest start of a procurement that takes over when the contract can be extended no more."""
    usable = [o for o in contract.options if o.state is OptionState.UNDECIDED and not _is_void(o)]
    last_end = max([contract.ends_on, *(option.ends_on for option in usable)])
    plan = planning.make_plan(
        wished_supply_on=last_end + timedelta(days=1),
        procedure=contract.procurement.procedure,
        today=min(today, contract.starts_on),
        began_on=max(contract.starts_on, today),
    )
    if plan is None:
        return None
    first_on = min(plan.dates.values())
    started = min((p.began_on for p in contract.successors), default=None)
    preparation = step(StepCode.ALLOWANCE, kind="preparation", count=PREPARATION_DAYS, unit=Unit.DAYS.value)
    first_kind = min(plan.dates, key=lambda kind: plan.dates[kind])
    return Wanted(
        source_key=f"contract:{contract.id}:successor",
        kind=DeadlineKind.SUCCESSOR_START,
        due_on=first_on - timedelta(days=PREPARATION_DAYS),
        basis=Basis.INTERNAL,
        subject=subject,
        steps=(preparation, *plan.steps[first_kind]),
        met_on=started,
        matters_until=last_end,
    )


def contract_plan(contract: Contract) -> ContractPlan:
    """The contract's periods as they follow from its terms."""
    counted_end = term_end(contract.starts_on, contract.base_months)
    return plan_contract(
        contract.starts_on,
        contract.base_months,
        [option.months for option in contract.options],
        notice_months=contract.notice_months,
        decision_lead_days=contract.decision_lead_days,
        base_ends_on=None if contract.base_ends_on == counted_end else contract.base_ends_on,
    )


def contract_subject(contract: Contract, today: date) -> str | None:
    """Which contract: its supplier, where all who know the case may know that, and its lot where it has one."""
    parts = [contract.lot.title] if contract.lot is not None else []
    if is_known_to_all_inside(contract.procurement, InformationClass.TENDER):
        parts.insert(0, name_on(contract.supplier, today))
    return ", ".join(parts)[:LONGEST_SUBJECT] or None


def _end_steps(contract: Contract) -> tuple[rules.Step, ...]:
    months = contract.base_months + sum(o.months for o in contract.options if o.state is OptionState.EXERCISED)
    return (
        step(StepCode.START, on=contract.starts_on, event=Event.TERM_STARTED.value),
        step(StepCode.TERM_COUNTED, count=months, unit=Unit.MONTHS.value, on=contract.ends_on),
    )
