"""Contracts with their base period and options, and what is decided of the options."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.calendar import CalendarError
from tracker.core.checks import checked_year, not_in_future, optional_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.deadlines.contract_terms import DEFAULT_DECISION_LEAD_DAYS, ContractPlan, TermError, plan_contract
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_organisation, name_on
from tracker.organisations.service import add_supplier
from tracker.procurements.deadlines import derive
from tracker.procurements.enums import OptionState, StandstillException, StepKind
from tracker.procurements.labels import STEPS
from tracker.procurements.models import Contract, ContractOption, Lot, Procurement
from tracker.procurements.planning import earliest_signing_on
from tracker.procurements.service.standing import done_steps, milestone_of, refuse_cancelled, settle
from tracker.procurements.service.steps import check_exception
from tracker.procurements.workflow import order_conflict, steps_of

LONGEST_NOTICE_MONTHS = 36
DEFAULT_NOTICE_MONTHS = 3


class Terms(TypedDict, total=False):
    """The terms of a contract; the first two are needed, and one of ``supplier_id`` and ``new_supplier`` (its name).

    ``base_months`` and ``option_months``: lengths of the periods. ``base_ends_on``: a printed end of the base period
    that is not start + n months − 1 day. ``notice_months`` before an option (3), ``decision_lead_days`` that our own
    decision takes before that (30). ``long_term_reason``: special reasons for more than four years (LOU 7:2).
    """

    starts_on: Required[date]
    base_months: Required[int]
    supplier_id: int | None
    new_supplier: str | None
    option_months: Sequence[int]
    lot_id: int | None
    reference: str | None
    products: str | None
    signed_on: date | None
    notice_months: int
    decision_lead_days: int
    base_ends_on: date | None
    long_term_reason: str | None


def add_contract(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    submission_id: str | None = None,
    **terms: Unpack[Terms],
) -> Contract:
    """Record a contract. Ends follow from the periods: start + n months − 1 day.

    :raises DomainError: on its field; above all more than four years with all options and no reason (LOU 7:2).
    """
    hold(procurement)
    refuse_cancelled(procurement)
    made = made_before(Contract, submission_id, procurement_id=procurement.id)
    if made is not None:
        return made
    supplier = _supplier(actor, now, terms)
    contract = Contract(submission_id=submission_id)
    with db.session.no_autoflush:
        _fill(contract, procurement, now, supplier, terms)
        procurement.contracts.append(contract)
        _log_signing(procurement, contract)
        settle(procurement, now)
    db.session.flush()
    told = {
        "supplier": name_on(contract.supplier, local_date(now)),
        "starts_on": contract.starts_on,
        "base_months": contract.base_months,
        "options": [option.months for option in contract.options],
        "ends_on": contract.ends_on,
    }
    audit.record(
        AuditAction.CONTRACT_ADDED, actor=actor, now=now, case_id=procurement.id, subject=contract, changes=told
    )
    derive(actor=actor, now=now, procurement=procurement)
    return contract


def change_contract(
    *, actor: Actor, now: datetime, contract: Contract, version: int | None = None, **terms: Unpack[Terms]
) -> Contract:
    """Change a contract. Options that are decided keep their decision; their periods cannot be changed any more.

    :raises StaleVersion: when the contract was changed since the form was shown.
    """
    hold(contract.procurement)
    refuse_cancelled(contract.procurement)
    check_version(contract.version, version, contract_texts(contract))
    procurement = contract.procurement
    supplier = _supplier(actor, now, terms)
    with db.session.no_autoflush:
        before = [option.months for option in contract.options]
        _fill(contract, procurement, now, supplier, terms)
        changes: dict[str, Any] = audit.diff(contract)
        after = [option.months for option in contract.options]
    if before != after:
        changes["options"] = [before, after]
    if not changes:
        return contract
    settle(procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.CONTRACT_CHANGED, actor=actor, now=now, case_id=procurement.id, subject=contract, changes=changes
    )
    derive(actor=actor, now=now, procurement=procurement)
    return contract


def decide_option(
    *,
    actor: Actor,
    now: datetime,
    option: ContractOption,
    state: OptionState,
    decided_on: date | None,
    reason: str | None = None,
    notified_on: date | None = None,
    version: int | None = None,
) -> ContractOption:
    """Record that an option is exercised or left unused, or (``undecided``) take that back.

    :param notified_on: the day the supplier was told of an exercised option; the notice date stays open without.
    :raises DomainError: out of turn, without a day or a reason, or told before it was decided.
    """
    hold(option.contract.procurement)
    check_version(option.version, version, option_texts(option))
    contract = option.contract
    if state is OptionState.UNDECIDED:
        decided_on = notified_on = reason = None
    else:
        _check_decision(option, state, decided_on, reason, notified_on, now)
    _check_turn(option, state)
    option.state, option.decided_on, option.notified_on = state, decided_on, notified_on
    option.reason = optional_text(reason)
    changes = {"option": option.position, **audit.diff(option)}
    contract.ends_on = _present_end(contract)
    settle(contract.procurement, now)
    db.session.flush()
    action = AuditAction.OPTION_DECLINED if state is OptionState.DECLINED else AuditAction.OPTION_EXERCISED
    if state is OptionState.UNDECIDED:
        action = AuditAction.CONTRACT_CHANGED
    audit.record(action, actor=actor, now=now, case_id=contract.procurement_id, subject=option, changes=changes)
    derive(actor=actor, now=now, procurement=contract.procurement)
    return option


def contract_texts(contract: Contract) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "supplier_id": str(contract.supplier_id),
        "lot_id": str(contract.lot_id or ""),
        "reference": contract.reference or "",
        "products": contract.products or "",
        "signed_on": contract.signed_on.isoformat() if contract.signed_on else "",
        "starts_on": contract.starts_on.isoformat(),
        "term": term_text(contract),
        "base_ends_on": contract.base_ends_on.isoformat(),
        "notice_months": str(contract.notice_months),
        "decision_lead_days": str(contract.decision_lead_days),
        "long_term_reason": contract.long_term_reason or "",
        "version": str(contract.version),
    }


def option_texts(option: ContractOption) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "state": option.state.value,
        "decided_on": option.decided_on.isoformat() if option.decided_on else "",
        "notified_on": option.notified_on.isoformat() if option.notified_on else "",
        "reason": option.reason or "",
        "version": str(option.version),
    }


def term_text(contract: Contract) -> str:
    """Base period and options in months, as the form takes them: ``24 + 12 + 12``."""
    return " + ".join(str(months) for months in (contract.base_months, *(o.months for o in contract.options)))


def _supplier(actor: Actor, now: datetime, terms: Terms) -> Organisation:
    """The supplier that was chosen, or one that is new and known from the start of the contract."""
    name, supplier_id = optional_text(terms.get("new_supplier")), terms.get("supplier_id")
    if name is not None:
        try:
            return add_supplier(actor=actor, now=now, name=name, valid_from_on=terms["starts_on"])
        except DomainError as error:
            raise DomainError(error.message, "new_supplier") from None
    supplier = find_organisation(supplier_id) if supplier_id is not None else None
    if supplier is None:
        raise DomainError(_l("Choose a supplier, or write a new one's name."), "supplier_id")
    return supplier


def _fill(contract: Contract, procurement: Procurement, now: datetime, supplier: Organisation, terms: Terms) -> None:
    """Put the terms into the contract, once all of them are checked."""
    lot = _lot(procurement, terms.get("lot_id"))
    signed_on = terms.get("signed_on")
    if signed_on is not None:
        not_in_future(signed_on, now, "signed_on")
        checked_year(signed_on, "signed_on")
        _check_order(procurement, signed_on)
        _check_standstill(procurement, signed_on)
    elif contract not in procurement.contracts:
        # A contract that is recorded is signed, today at the latest.
        _check_standstill(procurement, local_date(now))
    checked_year(terms["starts_on"], "starts_on")
    notice_months = terms.get("notice_months", DEFAULT_NOTICE_MONTHS)
    lead_days = terms.get("decision_lead_days", DEFAULT_DECISION_LEAD_DAYS)
    plan = _plan(terms, notice_months, lead_days)
    reason = optional_text(terms.get("long_term_reason"))
    if plan.needs_long_term_reason and reason is None:
        raise DomainError(
            _l(
                "With all options the contract runs until %(end)s, longer than four years. Give the special reasons "
                "(LOU 7 kap. 2 §).",
                end=plan.max_ends_on.isoformat(),
            ),
            "long_term_reason",
        )
    _check_decided(contract, plan)
    contract.supplier, contract.lot = supplier, lot
    # The history tells columns; theirs would follow only when the row is written.
    contract.supplier_id, contract.lot_id = supplier.id, lot.id if lot is not None else None
    contract.reference, contract.products = optional_text(terms.get("reference")), optional_text(terms.get("products"))
    contract.signed_on, contract.starts_on = signed_on, terms["starts_on"]
    contract.base_months, contract.base_ends_on = terms["base_months"], plan.base_ends_on
    contract.notice_months, contract.decision_lead_days = notice_months, lead_days
    contract.long_term_reason = reason
    _fill_options(contract, plan)
    contract.ends_on = _present_end(contract)


def _log_signing(procurement: Procurement, contract: Contract) -> None:
    """The first contract's day of signing is the step's, unless that is logged already."""
    if contract.signed_on is None or StepKind.CONTRACT_SIGNED not in steps_of(procurement.procedure):
        return
    step = milestone_of(procurement, StepKind.CONTRACT_SIGNED)
    if step.actual_on is None:
        step.actual_on = contract.signed_on


def _plan(terms: Terms, notice_months: int, lead_days: int) -> ContractPlan:
    starts_on, base_ends_on = terms["starts_on"], terms.get("base_ends_on")
    base_months, option_months = terms["base_months"], terms.get("option_months", ())
    if base_ends_on is not None and base_ends_on < starts_on:
        raise DomainError(_l("The contract cannot end before it starts."), "base_ends_on")
    if base_months < 1 or any(months < 1 for months in option_months):
        raise DomainError(_l("Every period lasts at least one month."), "term")
    if not 0 <= notice_months <= LONGEST_NOTICE_MONTHS:
        raise DomainError(
            _l("A notice period is 0 to %(longest)d months.", longest=LONGEST_NOTICE_MONTHS), "notice_months"
        )
    if lead_days < 0:
        raise DomainError(_l("Give the number of days, 0 or more."), "decision_lead_days")
    try:
        return plan_contract(
            starts_on,
            base_months,
            option_months,
            notice_months=notice_months,
            decision_lead_days=lead_days,
            base_ends_on=base_ends_on,
        )
    except (TermError, CalendarError):
        raise DomainError(_l("These periods lead to dates that cannot be counted. Check them."), "term") from None


def _check_decided(contract: Contract, plan: ContractPlan) -> None:
    months = {period.position: period.months for period in plan.options}
    for option in contract.options:
        if option.state is not OptionState.UNDECIDED and months.get(option.position) != option.months:
            raise DomainError(_l("An option that is decided keeps its length. Take the decision back first."), "term")


def _fill_options(contract: Contract, plan: ContractPlan) -> None:
    old = {option.position: option for option in contract.options}
    for period in plan.options:
        option = old.pop(period.position, None)
        if option is None:
            option = ContractOption(position=period.position, state=OptionState.UNDECIDED)
            contract.options.append(option)
        option.months = period.months
        option.starts_on, option.ends_on = period.starts_on, period.ends_on
        option.must_notify_by_on, option.decide_by_on = period.must_notify_by_on, period.decide_by_on
    for option in old.values():
        contract.options.remove(option)


def _present_end(contract: Contract) -> date:
    exercised = [option.ends_on for option in contract.options if option.state is OptionState.EXERCISED]
    return max([contract.base_ends_on, *exercised])


def _lot(procurement: Procurement, lot_id: int | None) -> Lot | None:
    if lot_id is None:
        return None
    for lot in procurement.lots:
        if lot.id == lot_id:
            return lot
    raise DomainError(_l("The procurement has no such lot."), "lot_id")


def _check_order(procurement: Procurement, signed_on: date) -> None:
    order = steps_of(procurement.procedure)
    if StepKind.CONTRACT_SIGNED not in order:
        return
    before = order[: order.index(StepKind.CONTRACT_SIGNED)]
    done = {kind: on for kind, on in done_steps(procurement).items() if kind in before}
    other = order_conflict(procurement.procedure, StepKind.CONTRACT_SIGNED, signed_on, done)
    if other is not None:
        raise DomainError(
            _l(
                "This cannot come before the step %(step)s, which is logged on %(on)s.",
                step=STEPS[other.kind],
                on=other.on.isoformat(),
            ),
            "signed_on",
        )


def _check_standstill(procurement: Procurement, signed_on: date) -> None:
    earliest_on = earliest_signing_on(procurement)
    if earliest_on is None or signed_on >= earliest_on:
        return
    step = next((s for s in procurement.milestones if s.kind is StepKind.CONTRACT_SIGNED), None)
    ground: StandstillException | None = step.exception if step else None
    check_exception(earliest_on, ground, step.exception_reason if step else None, field="signed_on")


def _check_decision(
    option: ContractOption,
    state: OptionState,
    decided_on: date | None,
    reason: str | None,
    notified_on: date | None,
    now: datetime,
) -> None:
    if decided_on is None:
        raise DomainError(_l("Give the day of the decision."), "decided_on")
    not_in_future(decided_on, now, "decided_on")
    checked_year(decided_on, "decided_on")
    if state is OptionState.EXERCISED and decided_on >= option.starts_on:
        raise DomainError(
            _l(
                "The contract ended on %(end)s unless extended before that: an option cannot be exercised afterwards.",
                end=(option.starts_on - timedelta(days=1)).isoformat(),
            ),
            "decided_on",
        )
    if not optional_text(reason):
        raise DomainError(_l("Write the reason in one line."), "reason")
    if notified_on is None:
        return
    if state is OptionState.DECLINED:
        raise DomainError(_l("Nobody is notified of an option that is not exercised."), "notified_on")
    not_in_future(notified_on, now, "notified_on")
    if notified_on < decided_on:
        raise DomainError(_l("The supplier cannot be told before the decision."), "notified_on")


def _check_turn(option: ContractOption, state: OptionState) -> None:
    """Options are used one after the other: none after one that was left unused."""
    for other in option.contract.options:
        if other.position < option.position and state is not OptionState.UNDECIDED:
            if other.state is OptionState.UNDECIDED:
                raise DomainError(_l("Option %(number)d comes first.", number=other.position))
            if other.state is OptionState.DECLINED and state is OptionState.EXERCISED:
                raise DomainError(
                    _l("Option %(number)d was not exercised, so the contract has ended.", number=other.position)
                )
        is_built_on = other.position > option.position and other.state is OptionState.EXERCISED
        if is_built_on and state is not OptionState.EXERCISED:
            raise DomainError(_l("Option %(number)d builds on this one.", number=other.position))
