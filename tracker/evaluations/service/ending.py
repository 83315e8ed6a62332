"""Ending a contract before its report: the evaluator failed or withdrew, and another is to be found. Or it was recorded
by mistake, and never was.

The act itself, with its notices and claims, is done outside; here it is recorded on the day it takes effect. What the
evaluator delivered and what was approved stays with those who commission, who may give it to the next evaluator as
documents; the evaluation waits for a new choice, a new team and its declarations.
"""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.checks import not_in_future, required_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.enums import DeliveredBy
from tracker.evaluations.models import Deliverable, EndedContract, Evaluation
from tracker.evaluations.queries.given import list_given
from tracker.evaluations.service import deliverables, recommendations, team
from tracker.evaluations.service.deliverables import LONGEST_REASON
from tracker.evaluations.service.progress import AWAITED
from tracker.evaluations.service.record import refuse_idle, refuse_unreviewed, save
from tracker.evaluations.workflow import RESPONDING


def end_contract(
    *, actor: Actor, now: datetime, evaluation: Evaluation, ended_on: date, reason: str, version: int | None = None
) -> EndedContract:
    """The contract has ended: the team leaves, its links are revoked, and the evaluator is chosen anew.

    What is still asked for is asked for afresh, so that the next evaluator finds nothing of this one's in it. Its days
    stand until they are moved, and are then agreed with the next contract. Recommendations that no approved report has
    issued are taken away with the report they were for; the trail keeps their texts.

    :raises DomainError: without a contract, once a report is approved, while a delivery is not reviewed; on
        ``ended_on`` for a day to come or before the signing, on ``reason``.
    """
    hold(evaluation)
    check_version(evaluation.version, version, {})
    refuse_idle(evaluation)
    if evaluation.contract_signed_on is None or evaluation.provider_id is None:
        raise DomainError(_l("No contract is recorded, so there is none to end."))
    if evaluation.phase in RESPONDING:
        raise DomainError(_l("The final report is approved: there is nothing left to replace the evaluator for."))
    not_in_future(ended_on, now, "ended_on")
    if ended_on < evaluation.contract_signed_on:
        signed_on = evaluation.contract_signed_on.isoformat()
        raise DomainError(_l("The contract was signed on %(on)s; it cannot end before.", on=signed_on), "ended_on")
    reason = required_text(reason, "reason", _l("Write why the contract ended."), LONGEST_REASON)
    refuse_unreviewed(evaluation)
    ended = EndedContract(
        provider_id=evaluation.provider_id,
        signed_on=evaluation.contract_signed_on,
        ended_on=ended_on,
        reason=reason,
        reference=evaluation.contract_reference,
        contract_ore=evaluation.contract_ore,
        document_id=evaluation.contract_document_id,
        ended_at=now,
        ended_by_name=actor.name,
    )
    evaluation.ended_contracts.append(ended)
    team.dissolve(actor=actor, now=now, evaluation=evaluation, ended=ended)
    for drafted in list(evaluation.recommendations):
        recommendations.remove(actor=actor, now=now, recommendation=drafted, reason=reason)
    for item in [item for item in evaluation.deliverables if _is_evaluators(item) and item.ended_contract_id is None]:
        if item.state in AWAITED:
            _ask_afresh(actor, now, item, reason)
        item.ended_contract = ended
    db.session.flush()
    # Another evaluator is another award, on grounds of its own.
    evaluation.provider_id = evaluation.selection = evaluation.selection_reason = evaluation.procurement_id = None
    _clear_contract(evaluation)
    # Written last: whoever reads the history, the newest first, meets the cause before what followed from it.
    save(actor, now, evaluation, AuditAction.EVALUATION_CONTRACT_ENDED, ended_on=ended.ended_on, reason=ended.reason)
    return ended


def take_back_contract(
    *, actor: Actor, now: datetime, evaluation: Evaluation, reason: str, version: int | None = None
) -> Evaluation:
    """The contract was recorded by mistake: there is none. The choice of evaluator, the team, its links and what is
    asked for stand as before it was recorded; the trail keeps what was written.

    :raises DomainError: without a contract, once something is handed in, on ``reason``.
    """
    hold(evaluation)
    check_version(evaluation.version, version, {})
    refuse_idle(evaluation)
    if evaluation.contract_signed_on is None:
        raise DomainError(_l("No contract is recorded, so there is none to take back."))
    titles = handed_in(evaluation)
    if titles:
        raise DomainError(
            _l(
                "The evaluator has handed in already (%(titles)s), so the contract can be corrected or ended, but not"
                " taken back.",
                titles=", ".join(titles),
            )
        )
    reason = required_text(reason, "reason", _l("Write what the mistake was."), LONGEST_REASON)
    _clear_contract(evaluation)
    return save(actor, now, evaluation, AuditAction.EVALUATION_CONTRACT_TAKEN_BACK, reason=reason)


def handed_in(evaluation: Evaluation) -> list[str]:
    """The titles of what the evaluator of today has handed in, by due date."""
    return [item.title for item in evaluation.deliverables if item.ended_contract_id is None and item.deliveries]


def _clear_contract(evaluation: Evaluation) -> None:
    evaluation.contract_signed_on = evaluation.contract_ends_on = None
    evaluation.contract_reference = evaluation.contract_ore = evaluation.contract_document_id = None


def _is_evaluators(deliverable: Deliverable) -> bool:
    """Whether the evaluator owed it, or said something of it before the commissioner took it over."""
    return deliverable.delivered_by is DeliveredBy.EVALUATOR or bool(deliverable.answers)


def _ask_afresh(actor: Actor, now: datetime, deliverable: Deliverable, reason: str) -> None:
    deliverables.cancel_deliverable(actor=actor, now=now, deliverable=deliverable, reason=reason)
    anew = deliverables.add_deliverable(
        actor=actor,
        now=now,
        evaluation=deliverable.evaluation,
        kind=deliverable.kind,
        title=deliverable.title,
        due_on=deliverable.due_on,
        delivered_by=deliverable.delivered_by,
        format=deliverable.format,
        next_step=deliverable.next_step,
    )
    for given in list_given(deliverable.evaluation):
        if given.deliverable_id == deliverable.id:
            given.deliverable = anew
