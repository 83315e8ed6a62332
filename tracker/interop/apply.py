"""A draft to a procurement, by the verbs that the pages use, so that deadlines, reminders and history are the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.core.actor import Actor
from tracker.interop.contract_rows import ContractDraft, LotDraft
from tracker.interop.procurement_rows import ProcurementDraft
from tracker.interop.resolve import Resolved
from tracker.procurements import service
from tracker.procurements.enums import Capacity, Means, OptionState, Procedure, StepKind
from tracker.procurements.models import Contract, Procurement

At = Callable[[int | None, str | None], None]

_STEPS = {
    "publication_on": StepKind.PUBLICATION,
    "tenders_due_on": StepKind.TENDERS_DUE,
    "award_notified_on": StepKind.AWARD_NOTIFIED,
    "signed_on": StepKind.CONTRACT_SIGNED,
    "supply_started_on": StepKind.SUPPLY_START,
}


def create(
    draft: ProcurementDraft,
    resolved: Resolved,
    at: At,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    is_example: bool,
) -> Procurement:
    """Log the procurement with its lots, steps and contracts. ``at`` is told which cell the work stands at.

    :raises DomainError: from the service that refuses.
    """
    procurement = _log(draft, resolved, at, actor=actor, now=now, today=today, is_example=is_example)
    lots = {}
    for lot in draft.lots:
        at(lot.row, "lot_title")
        made = service.add_lot(
            actor=actor, now=now, procurement=procurement, title=lot.title, number=lot.number, atc_code=lot.atc
        )
        lots[id(lot)] = made.id
    means = Means(draft.values.get("means", Means.ELECTRONIC))
    for column, kind in _STEPS.items():
        on = draft.values.get(column)
        if on is None:
            continue
        at(None, column)
        if on > today:
            service.plan_step(actor=actor, now=now, procurement=procurement, kind=kind, planned_on=on)
        else:
            service.log_step(
                actor=actor,
                now=now,
                procurement=procurement,
                kind=kind,
                on=on,
                means=means if kind is StepKind.AWARD_NOTIFIED else None,
            )
    for contract in draft.contracts:
        _add_contract(draft, contract, resolved, lots, at, procurement, actor=actor, now=now, today=today)
    return procurement


def _log(
    draft: ProcurementDraft,
    resolved: Resolved,
    at: At,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    is_example: bool,
) -> Procurement:
    values = draft.values
    publication_on = values.get("publication_on")
    at(draft.row, None)
    return service.log_procurement(
        actor=actor,
        now=now,
        title=draft.title,
        procedure=Procedure(values.get("procedure", Procedure.OPEN)),
        substance=values.get("substance", ""),
        atc_code=values.get("atc"),
        wished_supply_on=values.get("wished_supply_on"),
        responsible_id=resolved.responsible_id,
        registry_number=values.get("registry_number"),
        began_on=resolved.began_on,
        cpv_code=values.get("cpv"),
        assigned_by_id=resolved.assigned_by_id,
        assignment_decision=values.get("assignment_decision"),
        assigned_on=values.get("assigned_on"),
        executing_body_id=resolved.executing_body_id,
        executing_reason=values.get("executing_reason"),
        capacity=Capacity(values["capacity"]) if "capacity" in values else None,
        planned_publication_on=publication_on if publication_on and publication_on > today else None,
        notification_means=Means(values.get("means", Means.ELECTRONIC)),
        succeeds_contract_id=resolved.succeeds_contract_id,
        market_contact_id=resolved.market_contact_id,
        source=values.get("source"),
        import_key=draft.import_key,
        is_example=is_example,
    )


def _add_contract(
    draft: ProcurementDraft,
    contract: ContractDraft,
    resolved: Resolved,
    lots: dict[int, int],
    at: At,
    procurement: Procurement,
    *,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    at(contract.row, "contract_start")
    lot: LotDraft | None = contract.lot
    signed_on = draft.values.get("signed_on")
    made = service.add_contract(
        actor=actor,
        now=now,
        procurement=procurement,
        supplier_id=resolved.suppliers[contract.row],
        starts_on=contract.plan.starts_on,
        base_months=contract.base_months,
        option_months=contract.option_months,
        lot_id=lots[id(lot)] if lot is not None else None,
        reference=contract.values.get("contract_reference"),
        products=contract.values.get("products"),
        signed_on=signed_on if signed_on and signed_on <= today else None,
        base_ends_on=None if "term" in contract.values else contract.plan.base_ends_on,
        long_term_reason=contract.values.get("long_term_reason"),
        **({"notice_months": contract.values["notice_months"]} if "notice_months" in contract.values else {}),
    )
    at(contract.row, "extended_to")
    _use_options(made, contract.used_options, actor=actor, now=now, today=today)


def _use_options(contract: Contract, count: int, *, actor: Actor, now: datetime, today: date) -> None:
    for option in contract.options[:count]:
        service.decide_option(
            actor=actor,
            now=now,
            option=option,
            state=OptionState.EXERCISED,
            decided_on=min(option.must_notify_by_on, today),
            reason=str(
                _l("Extended according to the file read in. The last day for notice stands for the day of decision.")
            ),
        )
