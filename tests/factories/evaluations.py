"""Evaluations for tests, through the services, as people would make them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tracker.accounts.models import Person
from tracker.evaluations.enums import Assessment, DeliverableKind, Selection
from tracker.evaluations.models import Declaration, Deliverable, Evaluation, TeamMember
from tracker.evaluations.service import commission, deliverables, independence, selection, team

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_number = count(1)


def evaluation(actor: Person, title: str | None = None, **answers: Any) -> Evaluation:
    """An evaluation of ours opened by `actor`; needs the reference data (``organisations.load_reference``)."""
    values: dict[str, Any] = {"now": NOW, **answers}
    return commission.open_evaluation(actor=actor, title=title or f"Utvärdering {next(_number)}", **values)


def noted(actor: Person, title: str | None = None, **answers: Any) -> Evaluation:
    """An evaluation commissioned by others."""
    values: dict[str, Any] = {"now": NOW, "commissioner_name": "En annan myndighet", **answers}
    return commission.note_evaluation(actor=actor, title=title or f"Noterad {next(_number)}", **values)


def member(evaluation: Evaluation, actor: Person, name: str | None = None, **values: Any) -> TeamMember:
    """Somebody in the team; the first one is its contact."""
    number = next(_number)
    told: dict[str, Any] = {"now": NOW, "email": f"evaluator{number}@example.org", **values}
    return team.add_member(actor=actor, evaluation=evaluation, name=name or f"Utvärderare {number}", **told)


def declared(member: TeamMember, **values: Any) -> Declaration:
    """A declaration with nothing to tell, signed by the member."""
    told: dict[str, Any] = {"now": NOW, "ownership": "", "family": "", "expectations": "", "other": "", **values}
    told.setdefault("engagements", [])
    return independence.sign(actor=member.person, member=member, signed_name=member.person.name, **told)


def assessed(member: TeamMember, assessor: Person, assessment: Assessment = Assessment.NONE) -> Declaration:
    """A declaration that the styrgrupp has assessed."""
    return independence.assess(
        actor=assessor,
        now=NOW,
        declaration=declared(member),
        assessment=assessment,
        measure="Granskar inte det egna landstinget" if assessment is Assessment.MANAGEABLE else None,
        reason="Anställd av ett läkemedelsbolag" if assessment is Assessment.DISQUALIFYING else None,
    )


def deliverable(
    evaluation: Evaluation,
    actor: Person,
    kind: DeliverableKind = DeliverableKind.FINAL_REPORT,
    due_on: date = date(2027, 6, 1),
    **values: Any,
) -> Deliverable:
    """Something to be delivered, by the evaluator unless the kind says otherwise."""
    told: dict[str, Any] = {"now": NOW, **values}
    return deliverables.add_deliverable(actor=actor, evaluation=evaluation, kind=kind, due_on=due_on, **told)


def ready(actor: Person, assessor: Person, **answers: Any) -> tuple[Evaluation, TeamMember, Deliverable]:
    """An evaluation that can take deliveries: one member, assessed, and a final report to deliver."""
    made = evaluation(actor, **answers)
    who = member(made, actor)
    assessed(who, assessor)
    return made, who, deliverable(made, actor)


def contracted(officer: Person, evaluation: Evaluation, provider: str = "Första Utvärdering AB") -> None:
    """Let the evaluator be chosen, by a call-off, and the contract be signed."""
    selection.change_selection(
        actor=officer, now=NOW, evaluation=evaluation, selection=Selection.CALL_OFF, selection_reason="Avrop",
        procurement_id=None,
    )  # fmt: skip
    selection.choose_evaluator(actor=officer, now=NOW, evaluation=evaluation, new_provider=provider)
    selection.sign_contract(
        actor=officer, now=NOW, evaluation=evaluation, signed_on=TODAY, ends_on=None, contract_ore=40_000_000,
        reference="A-1",
    )  # fmt: skip
