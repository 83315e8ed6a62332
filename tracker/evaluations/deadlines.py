"""Which deadlines an evaluation has: what is to be delivered, assessed, answered and done.

`wanted` is pure over a loaded evaluation; `derive` writes the difference through the deadlines' service. Keys:
``deliverable:ID``, ``independence``, ``response:RECOMMENDATION``, ``action:ID``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.actor import Actor
from tracker.core.calendar import add_working_days
from tracker.core.clock import local_date
from tracker.deadlines import events
from tracker.deadlines import service as deadlines
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.deadlines.queries import list_for_case
from tracker.evaluations.enums import ActionState, DeliverableState, DeliveredBy
from tracker.evaluations.impartiality import Standing, current_team, latest, standing
from tracker.evaluations.models import Deliverable, Evaluation, TeamMember
from tracker.evaluations.workflow import IDLE_PHASES

# Our own times, in working days: to sign after joining, to assess after signing, to find somebody else.
DAYS_TO_DECLARE = 10
DAYS_TO_ASSESS = 5
LONGEST_SUBJECT = 200

PREFIXES = ("deliverable:", "independence", "response:", "action:")
_INDEPENDENCE = "independence"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A deadline as it should be. ``met_on`` is set when what it asks for is done; ``owner_id`` None: the responsible
    officer of the case."""

    source_key: str
    kind: DeadlineKind
    due_on: date
    basis: Basis
    subject: str | None = None
    owner_id: int | None = None
    met_on: date | None = None


def wanted(evaluation: Evaluation) -> list[Wanted]:
    """Every deadline that the record gives. One that is over, or only noted, keeps what was met."""
    if not evaluation.is_own:
        return []
    found = [*_of_deliverables(evaluation), *_of_independence(evaluation), *_of_recommendations(evaluation)]
    if evaluation.phase in IDLE_PHASES:
        return [item for item in found if item.met_on is not None]
    return found


def derive(*, actor: Actor, now: datetime, evaluation: Evaluation) -> None:
    """Make the stored deadlines those that are wanted: set, move, mark met, reopen, cancel."""
    items = wanted(evaluation)
    stored = {deadline.source_key: deadline for deadline in list_for_case(evaluation.id)}
    for item in items:
        before = stored.get(item.source_key)
        if before is not None and _is_as(before, item):
            continue
        if before is not None and before.state is DeadlineState.MET and item.met_on is None:
            deadlines.open_again(actor=actor, now=now, deadline=before)
        before_owner_id = before.owner_id if before is not None else None
        deadline = deadlines.set_deadline(
            actor=actor,
            now=now,
            case_id=evaluation.id,
            source_key=item.source_key,
            kind=item.kind,
            due_on=item.due_on,
            basis=item.basis,
            owner_id=item.owner_id,
            subject=item.subject,
        )
        if before is not None and before_owner_id != item.owner_id:
            # Whoever owes it now may have chosen other days to be reminded on.
            events.deadline_replanned.send(deadline, now=now)
        if item.met_on is not None:
            deadlines.meet(actor=actor, now=now, deadline=deadline, met_on=item.met_on)
    keep = {item.source_key for item in items}
    for prefix in PREFIXES:
        deadlines.cancel_missing(actor=actor, now=now, case_id=evaluation.id, prefix=prefix, keep=keep)


def _is_as(deadline: Deadline, item: Wanted) -> bool:
    """Whether the stored one is what is wanted already: most are, whatever was changed."""
    state = DeadlineState.OPEN if item.met_on is None else DeadlineState.MET
    stored = (deadline.state, deadline.met_on, deadline.kind, deadline.due_on, deadline.basis)
    return stored == (state, item.met_on, item.kind, item.due_on, item.basis) and (
        (deadline.subject, deadline.owner_id) == (item.subject, item.owner_id)
    )


def contact_of(evaluation: Evaluation) -> TeamMember | None:
    """Who speaks for the evaluation team now, and gets its reminders."""
    team = current_team(evaluation)
    return next((member for member in team if member.is_contact), None)


def _of_deliverables(evaluation: Evaluation) -> Iterator[Wanted]:
    contact = contact_of(evaluation)
    for item in evaluation.deliverables:
        if item.state is DeliverableState.CANCELLED:
            continue
        is_evaluators = item.delivered_by is DeliveredBy.EVALUATOR
        # What was asked of an earlier evaluator stays as it was agreed then, and is nobody's to deliver any more.
        is_past = item.ended_contract_id is not None
        yield Wanted(
            source_key=f"deliverable:{item.id}",
            kind=DeadlineKind.DELIVERABLE,
            due_on=item.due_on,
            basis=Basis.CONTRACTUAL if is_evaluators and (is_past or evaluation.contract_signed_on) else Basis.INTERNAL,
            subject=item.title[:LONGEST_SUBJECT],
            owner_id=contact.person_id if is_evaluators and contact is not None and not is_past else None,
            met_on=delivered_on(item),
        )


def delivered_on(deliverable: Deliverable) -> date | None:
    """The day a deliverable came in, while what came in stands; None while it is awaited."""
    if deliverable.state not in (DeliverableState.SUBMITTED, DeliverableState.APPROVED):
        return None
    at = deliverable.submitted_at or deliverable.approved_at
    return local_date(at) if at is not None else None


def _of_independence(evaluation: Evaluation) -> Iterator[Wanted]:
    team = current_team(evaluation)
    waiting = [day for member in team if (day := _independence_due_on(member)) is not None]
    if waiting:
        yield Wanted(_INDEPENDENCE, DeadlineKind.INDEPENDENCE, min(waiting), Basis.INTERNAL)
        return
    assessed = [item.assessed_at for member in team if (item := latest(member)) is not None and item.assessed_at]
    if assessed:
        done_on = local_date(max(assessed))
        due_on = max(add_working_days(member.joined_on, DAYS_TO_DECLARE) for member in team)
        yield Wanted(_INDEPENDENCE, DeadlineKind.INDEPENDENCE, max(due_on, done_on), Basis.INTERNAL, met_on=done_on)


def _independence_due_on(member: TeamMember) -> date | None:
    """When somebody has to move for this member; None once the declaration is assessed and does not disqualify."""
    declaration = latest(member)
    if declaration is None:
        return add_working_days(member.joined_on, DAYS_TO_DECLARE)
    if declaration.assessed_at is None:
        return add_working_days(local_date(declaration.signed_at), DAYS_TO_ASSESS)
    if standing(member) is Standing.DISQUALIFIED:
        return add_working_days(local_date(declaration.assessed_at), DAYS_TO_ASSESS)
    return None


def _of_recommendations(evaluation: Evaluation) -> Iterator[Wanted]:
    for item in evaluation.recommendations:
        subject = f"{item.number}. {' '.join(item.body.split())}"[:LONGEST_SUBJECT]
        if item.response_due_on is not None:
            yield Wanted(
                source_key=f"response:{item.id}",
                kind=DeadlineKind.MANAGEMENT_RESPONSE,
                due_on=item.response_due_on,
                basis=Basis.INTERNAL,
                subject=subject,
                met_on=item.response.responded_on if item.response is not None else None,
            )
        for action in item.actions:
            if action.state is ActionState.NO_LONGER_APPLICABLE:
                continue
            yield Wanted(
                source_key=f"action:{action.id}",
                kind=DeadlineKind.ACTION,
                due_on=action.due_on,
                basis=Basis.INTERNAL,
                subject=" ".join(action.body.split())[:LONGEST_SUBJECT],
                owner_id=action.owner_id,
                met_on=action.done_on if action.state is not ActionState.OPEN else None,
            )
