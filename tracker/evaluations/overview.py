"""What the page of an evaluation tells of a loaded one: whose turn it is, and what deserves a look. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.clock import local_date
from tracker.evaluations.deadlines import contact_of
from tracker.evaluations.enums import (
    ActionState,
    DeliverableKind,
    DeliverableState,
    DeliveredBy,
    EvaluationPhase,
)
from tracker.evaluations.impartiality import Standing, current_team, latest, standing
from tracker.evaluations.models import Deliverable, Evaluation, Recommendation
from tracker.evaluations.queries.review import Waiting, WaitingKind
from tracker.evaluations.service.record import open_recommendations
from tracker.evaluations.workflow import BEFORE_CONTRACT, IDLE_PHASES, RESPONDING
from tracker.organisations.models import Organisation


class Place(StrEnum):
    """Where on the pages a thing is done."""

    BRIEF = "brief"
    DELIVERABLES = "deliverables"
    DELIVERABLE = "deliverable"
    SELECTION = "selection"
    EVALUATOR = "evaluator"
    TEAM = "team"
    MEMBERS = "members"
    LINKS = "links"
    ASSESS = "assess"
    CONTRACT = "contract"
    RECOMMENDATIONS = "recommendations"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that has to be done for the evaluation to go on. ``who`` has the ball; ``on`` is its last day.
    ``row_id`` is the deliverable's, declaration's or recommendation's number, by the place."""

    what: Any
    who: Any
    place: Place
    on: date | None = None
    row_id: int | None = None


_COMMISSIONER = _l("The commissioner")
_STEERING_GROUP = _l("The steering group")
_EVALUATOR = _l("The evaluator")
_NOT_CLEARED = _l("%(name)s is not cleared.")


def turns(
    evaluation: Evaluation,
    waiting: Sequence[Waiting],
    named: Callable[[Organisation], str],
    *,
    linked: Collection[int],
    may_read: bool = False,
) -> list[Turn]:
    """What has to be done now, the first thing first. Empty when the evaluation is over or only noted.

    :param waiting: what waits for those who commission (``queries.review.list_waiting``).
    :param named: what an organisation is called.
    :param linked: the members who have been mailed a link at some time (``queries.links.list_linked``).
    :param may_read: whether the reader may know how declarations were assessed.
    """
    if not evaluation.is_own or evaluation.phase in IDLE_PHASES:
        return []
    found = [*_extensions(waiting)]
    if evaluation.phase in BEFORE_CONTRACT:
        found += _preparing(evaluation)
    if evaluation.phase != EvaluationPhase.PREPARATION or current_team(evaluation):
        found += _independence(evaluation, linked, may_read)
    if evaluation.phase in BEFORE_CONTRACT and not found:
        found.append(Turn(_l("Record the contract"), _COMMISSIONER, Place.CONTRACT))
    if evaluation.phase not in BEFORE_CONTRACT:
        found += _delivering(evaluation)
        found += _following_up(evaluation, named)
    return found


def _extensions(waiting: Sequence[Waiting]) -> Iterator[Turn]:
    for item in waiting:
        if item.kind is WaitingKind.EXTENSION and item.progress is not None:
            deliverable = item.progress.deliverable
            yield Turn(
                _l("Decide on the wish for more time: %(title)s", title=deliverable.title),
                _COMMISSIONER,
                Place.DELIVERABLE,
                deliverable.due_on,
                deliverable.id,
            )


def _preparing(evaluation: Evaluation) -> Iterator[Turn]:
    if not evaluation.purpose or not evaluation.questions:
        yield Turn(_l("Write the purpose and the questions"), _COMMISSIONER, Place.BRIEF)
    if not [item for item in evaluation.deliverables if item.state is not DeliverableState.CANCELLED]:
        yield Turn(_l("Decide what is to be delivered, and when"), _COMMISSIONER, Place.DELIVERABLES)
    for item in evaluation.deliverables:
        if item.kind is DeliverableKind.TERMS_OF_REFERENCE and item.state is DeliverableState.OPEN:
            yield _deliver(evaluation, item)
    if evaluation.selection is None:
        yield Turn(_l("Decide how the evaluator is chosen"), _COMMISSIONER, Place.SELECTION)
    elif evaluation.provider_id is None:
        yield Turn(_l("Record who the evaluator is, once that is decided"), _COMMISSIONER, Place.EVALUATOR)


def _independence(evaluation: Evaluation, linked: Collection[int], may_read: bool) -> Iterator[Turn]:
    team = current_team(evaluation)
    if not team:
        if evaluation.provider_id is not None:
            yield Turn(_l("Enter the people of the evaluation team"), _COMMISSIONER, Place.TEAM)
        return
    for member in team:
        name, stands, declaration = member.person.name, standing(member), latest(member)
        if stands is Standing.UNDECLARED and member.id not in linked:
            what = _l("Mail %(name)s the link to the declaration of independence", name=name)
            yield Turn(what, _COMMISSIONER, Place.LINKS)
        elif stands is Standing.UNDECLARED:
            yield Turn(_l("Sign the declaration of independence"), name, Place.LINKS)
        elif stands is Standing.UNASSESSED and declaration is not None:
            what = _l("Assess the declaration of independence of %(name)s", name=name)
            yield Turn(what, _STEERING_GROUP, Place.ASSESS, row_id=declaration.id)
        elif stands is Standing.DISQUALIFIED:
            what = _l("Replace %(name)s, who is disqualified", name=name) if may_read else _NOT_CLEARED % {"name": name}
            yield Turn(what, _COMMISSIONER, Place.MEMBERS)


def _delivering(evaluation: Evaluation) -> Iterator[Turn]:
    awaited = [item for item in evaluation.deliverables if item.state in _AWAITED]
    to_review = [item for item in evaluation.deliverables if item.state is DeliverableState.SUBMITTED]
    for item in to_review:
        yield Turn(
            _l("Review what is delivered: %(title)s", title=item.title),
            _COMMISSIONER,
            Place.DELIVERABLE,
            row_id=item.id,
        )
    if awaited:
        yield _deliver(evaluation, min(awaited, key=lambda item: (item.due_on, item.id)))
    elif not to_review and evaluation.phase == EvaluationPhase.UNDER_WAY:
        yield Turn(_l("Ask for the final report: nothing more is awaited"), _COMMISSIONER, Place.DELIVERABLES)


_AWAITED = (DeliverableState.OPEN, DeliverableState.RETURNED)


def _deliver(evaluation: Evaluation, item: Deliverable) -> Turn:
    what = _l("Deliver: %(title)s", title=item.title)
    if item.delivered_by is DeliveredBy.COMMISSIONER:
        return Turn(what, _COMMISSIONER, Place.DELIVERABLE, item.due_on, item.id)
    contact = contact_of(evaluation)
    who = contact.person.name if contact is not None else _EVALUATOR
    return Turn(what, who, Place.DELIVERABLE, item.due_on, item.id)


def _following_up(evaluation: Evaluation, named: Callable[[Organisation], str]) -> Iterator[Turn]:
    if evaluation.phase not in RESPONDING:
        return
    unanswered = [item for item in evaluation.recommendations if item.response is None]
    if unanswered:
        days = [item.response_due_on for item in unanswered if item.response_due_on is not None]
        what = _l("Answer the recommendations (%(count)d left)", count=len(unanswered))
        who = ", ".join(dict.fromkeys(named(item.addressee) for item in unanswered))
        yield Turn(what, who, Place.RECOMMENDATIONS, min(days, default=None), _only(unanswered))
    answered = [item for item in open_recommendations(evaluation) if item.response is not None]
    actions = [action for item in answered for action in item.actions]
    to_do = [action for action in actions if action.state is ActionState.OPEN]
    to_verify = [action for action in actions if action.state is ActionState.DONE]
    without = [item for item in answered if not item.actions]
    if without:
        what = _l("Decide on actions for recommendations that have none (%(count)d)", count=len(without))
        yield Turn(what, _COMMISSIONER, Place.RECOMMENDATIONS, row_id=_only(without))
    if to_verify:
        what = _l("Verify what is said to be done (%(count)d)", count=len(to_verify))
        where = _only([action.recommendation for action in to_verify])
        yield Turn(what, _l("Somebody else than the owner"), Place.RECOMMENDATIONS, row_id=where)
    if to_do:
        first = min(to_do, key=lambda action: (action.due_on, action.id))
        what = _l("Carry out the actions (%(count)d left)", count=len(to_do))
        where = _only([action.recommendation for action in to_do])
        yield Turn(what, first.owner_name, Place.RECOMMENDATIONS, first.due_on, where)
    if not open_recommendations(evaluation):
        yield Turn(_l("Close the evaluation: everything is followed up"), _COMMISSIONER, Place.CLOSE)


def _only(recommendations: Sequence[Recommendation]) -> int | None:
    """The number of the one that it is about, so that its page is one press away; None where there are several."""
    numbers = {item.id for item in recommendations}
    return numbers.pop() if len(numbers) == 1 else None


class Remark(StrEnum):
    """What deserves a look, though nothing forbids it."""

    OVER_BUDGET = "over_budget"
    DUE_AFTER_CONTRACT = "due_after_contract"
    SIGNED_BEFORE_ASSESSED = "signed_before_assessed"
    NO_CONTRACT_DOCUMENT = "no_contract_document"


def remarks(evaluation: Evaluation) -> list[Remark]:
    """What deserves a look in the contract."""
    found, signed_on = [], evaluation.contract_signed_on
    if signed_on is None or evaluation.phase in IDLE_PHASES:
        return []
    value, budget, ends_on = evaluation.contract_ore, evaluation.budget_ore, evaluation.contract_ends_on
    if value is not None and budget is not None and value > budget:
        found.append(Remark.OVER_BUDGET)
    due = [item.due_on for item in evaluation.deliverables if item.state in _AWAITED]
    if ends_on is not None and any(day > ends_on for day in due):
        found.append(Remark.DUE_AFTER_CONTRACT)
    assessed = [item.assessed_at for member in current_team(evaluation) for item in member.declarations[:1]]
    if any(at is not None and local_date(at) > signed_on for at in assessed):
        found.append(Remark.SIGNED_BEFORE_ASSESSED)
    if evaluation.contract_document_id is None:
        found.append(Remark.NO_CONTRACT_DOCUMENT)
    return found
