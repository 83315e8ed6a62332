"""What every change to an evaluation has in common: whether it may be changed, its phase, search text and stamp."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import search_text_of
from tracker.core.actor import Actor
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.deadlines import derive
from tracker.evaluations.enums import DeliverableKind, DeliverableState, EvaluationPhase, RequestState
from tracker.evaluations.models import Deliverable, Evaluation, Recommendation
from tracker.evaluations.workflow import IDLE_PHASES, Answered, Facts, standing


def settle(evaluation: Evaluation, now: datetime) -> None:
    """Bring phase, search text and stamp in step with the rest of the record. Flushes nothing."""
    today = local_date(now)
    if evaluation.phase not in IDLE_PHASES:
        stands = standing(facts_of(evaluation, today))
        if evaluation.phase != stands.phase:
            evaluation.phase, evaluation.phase_since_on = stands.phase.value, stands.since_on
    evaluation.search_text = _search_text(evaluation)
    evaluation.updated_at = now


def facts_of(evaluation: Evaluation, today: date) -> Facts:
    """What the phase follows from."""
    # The first one starts the clocks of others; a corrected report that is asked for later does not turn them back.
    reported = [
        item.approved_at
        for item in evaluation.deliverables
        if item.kind is DeliverableKind.FINAL_REPORT and item.state is DeliverableState.APPROVED and item.approved_at
    ]
    is_chosen = evaluation.selection is not None or evaluation.provider_id is not None or evaluation.ended_contracts
    is_selecting = evaluation.phase == EvaluationPhase.SELECTION
    return Facts(
        opened_on=evaluation.opened_on,
        selection_on=(evaluation.phase_since_on if is_selecting else today) if is_chosen else None,
        contract_signed_on=evaluation.contract_signed_on,
        reported_on=local_date(min(reported)) if reported else None,
        recommendations=[
            Answered(item.response.responded_on if item.response else None, item.closed_on)
            for item in evaluation.recommendations
        ],
    )


def open_recommendations(evaluation: Evaluation) -> list[Recommendation]:
    """Those that nobody has closed yet, by number."""
    return [item for item in evaluation.recommendations if item.closed_on is None]


def undelivered(evaluation: Evaluation) -> list[Deliverable]:
    """What is still asked for, of either side."""
    return [
        item for item in evaluation.deliverables if item.state in (DeliverableState.OPEN, DeliverableState.RETURNED)
    ]


def withdraw_wishes(deliverable: Deliverable, until: date = date.max) -> None:
    """What was delivered, cancelled, sent back or moved answers the wish for more time that nobody had decided on.

    :param until: the new day; a wish for a later one still waits.
    """
    for answer in deliverable.answers:
        if answer.state is RequestState.PENDING and (answer.wished_on or until) <= until:
            answer.state = RequestState.WITHDRAWN


def refuse_unreviewed(evaluation: Evaluation) -> None:
    """:raises DomainError: while something that was delivered waits for its review; it says what."""
    waiting = [item.title for item in evaluation.deliverables if item.state is DeliverableState.SUBMITTED]
    if waiting:
        raise DomainError(
            _l(
                "These deliveries are not reviewed yet: %(titles)s. Approve each, or send it back, first.",
                titles=", ".join(waiting),
            )
        )


def refuse_idle(evaluation: Evaluation) -> None:
    """:raises DomainError: when the evaluation is over, or only noted."""
    if not evaluation.is_own:
        raise DomainError(_l("This evaluation was commissioned by others and is only noted here."))
    if evaluation.phase == EvaluationPhase.CANCELLED:
        raise DomainError(_l("The evaluation is cancelled, so this can no longer be added or changed."))
    if evaluation.phase == EvaluationPhase.CLOSED:
        raise DomainError(_l("The evaluation is closed, so this can no longer be added or changed."))


def _search_text(evaluation: Evaluation) -> str:
    provider = evaluation.provider
    return search_text_of(
        [
            evaluation.registry_number,
            evaluation.title,
            evaluation.commissioner_name,
            evaluation.provider_name,
            *(name.name for name in (provider.names if provider is not None else ())),
            *(item.title for item in evaluation.deliverables),
        ]
    )


def save(actor: Actor, now: datetime, evaluation: Evaluation, action: AuditAction, **told: Any) -> Evaluation:
    """Write what was changed on the evaluation's own row, with its line in the history; nothing when nothing was.

    :param told: what the history tells beside that.
    """
    changes: dict[str, Any] = audit.diff(evaluation)
    if not changes:
        return evaluation
    settle(evaluation, now)
    db.session.flush()
    audit.record(action, actor=actor, now=now, case_id=evaluation.id, subject=evaluation, changes={**changes, **told})
    derive(actor=actor, now=now, evaluation=evaluation)
    return evaluation


def kronor(ore: int | None) -> str:
    """An amount as its field shows it."""
    if ore is None:
        return ""
    whole, rest = divmod(ore, 100)
    return f"{whole},{rest:02}" if rest else str(whole)


def iso(day: date | None) -> str:
    """A day as its field shows it."""
    return day.isoformat() if day else ""
