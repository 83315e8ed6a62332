"""What every change to an evaluation has in common: whether it may be changed, its phase, search text and stamp."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.cases.service import search_text_of
from tracker.core.clock import local_date
from tracker.core.errors import DomainError
from tracker.evaluations.enums import DeliverableKind, DeliverableState, EvaluationPhase
from tracker.evaluations.models import Evaluation, Recommendation
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
    reports = [
        item
        for item in evaluation.deliverables
        if item.kind is DeliverableKind.FINAL_REPORT and item.state is not DeliverableState.CANCELLED
    ]
    approved = [item.approved_at for item in reports if item.state is DeliverableState.APPROVED and item.approved_at]
    is_chosen = evaluation.selection is not None or evaluation.provider_id is not None
    is_selecting = evaluation.phase == EvaluationPhase.SELECTION
    return Facts(
        opened_on=evaluation.opened_on,
        selection_on=(evaluation.phase_since_on if is_selecting else today) if is_chosen else None,
        contract_signed_on=evaluation.contract_signed_on,
        reported_on=local_date(max(approved)) if approved and len(approved) == len(reports) else None,
        recommendations=[
            Answered(item.response.responded_on if item.response else None, item.closed_on)
            for item in evaluation.recommendations
        ],
    )


def open_recommendations(evaluation: Evaluation) -> list[Recommendation]:
    """Those that nobody has closed yet, by number."""
    return [item for item in evaluation.recommendations if item.closed_on is None]


def refuse_idle(evaluation: Evaluation) -> None:
    """:raises DomainError: when the evaluation is over, or only noted."""
    if not evaluation.is_own:
        raise DomainError(_l("This evaluation was commissioned by others and is only noted here."))
    if evaluation.phase == EvaluationPhase.CANCELLED:
        raise DomainError(_l("The evaluation is cancelled; nothing can be added to it or changed."))
    if evaluation.phase == EvaluationPhase.CLOSED:
        raise DomainError(_l("The evaluation is closed; nothing can be added to it or changed."))


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
