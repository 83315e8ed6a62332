"""Actions on a recommendation: owned by one, done with evidence, verified by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.accounts.queries import find_person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import ParticipantRole
from tracker.cases.secrecy import may_see
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, required_text, short_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.documents.models import Document
from tracker.evaluations.enums import ActionState, ResponseKind
from tracker.evaluations.models import Action, Evaluation, Recommendation
from tracker.evaluations.service.recommendations import (
    LONGEST_NAME,
    LONGEST_TEXT,
    checked_organisation,
    follow,
    refuse_ended,
)
from tracker.evaluations.standing import number_of
from tracker.organisations.queries import fold


def add(
    *,
    actor: Actor,
    now: datetime,
    recommendation: Recommendation,
    body: str,
    due_on: date,
    owner_id: int | None = None,
    owner_name: str | None = None,
    organisation_id: int | None = None,
    submission_id: str | None = None,
) -> Action:
    """Decide on an action. One more on a closed recommendation opens it again.

    :param owner_id: a person here, who may see the case from then on; else `owner_name` in `organisation_id`, who
        needs no account.
    :raises DomainError: before the response, after a rejection, or on its field.
    """
    evaluation = recommendation.evaluation
    hold(evaluation)
    made = made_before(Action, submission_id, recommendation_id=recommendation.id)
    if made is not None:
        return made
    refuse_ended(evaluation)
    response = recommendation.response
    if response is None:
        raise DomainError(_l("Record the response first: what is done follows from it."))
    if response.kind is ResponseKind.REJECTED:
        raise DomainError(_l("The recommendation was rejected. Change the response before you decide on an action."))
    action = Action(created_at=now, submission_id=submission_id, state=ActionState.OPEN)
    with db.session.no_autoflush:
        _fill(
            action,
            recommendation,
            body=body,
            due_on=due_on,
            owner_id=owner_id,
            owner_name=owner_name,
            organisation_id=organisation_id,
        )
        recommendation.actions.append(action)
    db.session.flush()
    told = {"action": number_of(action), "body": action.body, "owner": action.owner_name, "due_on": action.due_on}
    _record(AuditAction.ACTION_ADDED, actor, now, action, told)
    _let_in(actor, now, evaluation, action.owner)
    follow(actor=actor, now=now, evaluation=evaluation)
    return action


def change(
    *,
    actor: Actor,
    now: datetime,
    action: Action,
    body: str,
    due_on: date,
    owner_id: int | None = None,
    owner_name: str | None = None,
    organisation_id: int | None = None,
    version: int | None = None,
) -> Action:
    """Change what is to be done, by whom or when, while it is not done.

    :raises StaleVersion: when it was changed since the form was shown.
    """
    recommendation = action.recommendation
    hold(recommendation.evaluation)
    refuse_ended(recommendation.evaluation)
    check_version(action.version, version, action_texts(action))
    if action.state is not ActionState.OPEN:
        raise DomainError(_l("Only an action that is still to be done can be changed. Send it back first."))
    with db.session.no_autoflush:
        _fill(
            action,
            recommendation,
            body=body,
            due_on=due_on,
            owner_id=owner_id,
            owner_name=owner_name,
            organisation_id=organisation_id,
        )
        changes = audit.diff(action)
    if not changes:
        return action
    return _write(AuditAction.ACTION_CHANGED, actor, now, action, changes)


def mark_done(
    *,
    actor: Actor,
    now: datetime,
    action: Action,
    done_on: date,
    evidence: str | None = None,
    evidence_document_id: int | None = None,
    version: int | None = None,
) -> Action:
    """It is done, as its evidence shows. It stays open for the recommendation until somebody else has verified it.

    :param evidence_document_id: one of the case's documents. A text, a document, or both.
    :raises DomainError: without evidence, on a day to come, or when it is not to be done.
    """
    evaluation = action.recommendation.evaluation
    hold(evaluation)
    refuse_ended(evaluation)
    evidence = short_text(evidence, "evidence", LONGEST_TEXT)
    if action.state is ActionState.DONE and (action.done_on, action.evidence, action.evidence_document_id) == (
        done_on, evidence, evidence_document_id,
    ):  # fmt: skip
        return action
    check_version(action.version, version, done_texts(action))
    if action.state is not ActionState.OPEN:
        raise DomainError(_l("The action is already marked as done, or no longer applies."))
    not_in_future(done_on, now, "done_on")
    checked_year(done_on, "done_on")
    if evidence is None and evidence_document_id is None:
        raise DomainError(_l("Write what shows that it is done, or choose a document of the case."), "evidence")
    if evidence_document_id is not None:
        document = db.session.get(Document, evidence_document_id)
        if document is None or document.case_id != evaluation.id:
            raise DomainError(_l("The case has no such document."), "evidence_document_id")
    action.state, action.done_on = ActionState.DONE, done_on
    action.done_by_id, action.done_by_name = actor.id, actor.name
    action.evidence, action.evidence_document_id = evidence, evidence_document_id
    return _write(AuditAction.ACTION_DONE, actor, now, action, audit.diff(action))


def verify(
    *, actor: Actor, now: datetime, action: Action, note: str | None = None, version: int | None = None
) -> Action:
    """Somebody else has seen that it is done. The last one to be verified closes the recommendation.

    :raises DomainError: for its owner, for who marked it as done, or when it is not marked as done.
    """
    hold(action.recommendation.evaluation)
    refuse_ended(action.recommendation.evaluation)
    if action.state is ActionState.VERIFIED and action.verified_by_id == actor.id:
        return action
    check_version(action.version, version, action_texts(action))
    if action.state is not ActionState.DONE:
        raise DomainError(_l("Only an action that is marked as done can be verified."))
    _refuse_own(actor, action)
    action.state = ActionState.VERIFIED
    _decided(actor, now, action, short_text(note, "note", LONGEST_TEXT))
    return _write(AuditAction.ACTION_VERIFIED, actor, now, action, audit.diff(action))


def send_back(*, actor: Actor, now: datetime, action: Action, reason: str, version: int | None = None) -> Action:
    """It is not done after all. The action is to be done again, and its recommendation open; the trail keeps what
    was said to show that it was done. A verification, too, can be taken back.

    :raises DomainError: without a reason, or when the action is not marked as done.
    """
    hold(action.recommendation.evaluation)
    refuse_ended(action.recommendation.evaluation)
    check_version(action.version, version, action_texts(action))
    if action.state not in (ActionState.DONE, ActionState.VERIFIED):
        raise DomainError(_l("Only an action that is marked as done can be sent back."))
    reason = required_text(reason, "reason", _l("Write what is missing."), LONGEST_TEXT)
    _open_again(action)
    changes = {**audit.diff(action), "reason": reason}
    return _write(AuditAction.ACTION_SENT_BACK, actor, now, action, changes)


def drop(*, actor: Actor, now: datetime, action: Action, reason: str, version: int | None = None) -> Action:
    """The action no longer applies. That, too, is for somebody else than its owner to decide.

    :raises DomainError: without a reason, for its owner, or once it is verified.
    """
    hold(action.recommendation.evaluation)
    refuse_ended(action.recommendation.evaluation)
    check_version(action.version, version, action_texts(action))
    if action.state not in (ActionState.OPEN, ActionState.DONE):
        raise DomainError(_l("The action is verified, or no longer applies already."))
    reason = required_text(reason, "reason", _l("Write why the action no longer applies."), LONGEST_TEXT)
    _refuse_own(actor, action)
    action.state, action.dropped_reason = ActionState.NO_LONGER_APPLICABLE, reason
    _decided(actor, now, action, None)
    return _write(AuditAction.ACTION_DROPPED, actor, now, action, audit.diff(action))


def may_verify(actor: Actor, action: Action) -> bool:
    """Whether somebody is neither the owner of the action nor the one who said that it was done."""
    is_namesake = action.owner_id is None and fold(actor.name) == fold(action.owner_name)
    return actor.id is not None and actor.id not in (action.owner_id, action.done_by_id) and not is_namesake


def action_texts(action: Action) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "body": action.body,
        "due_on": action.due_on.isoformat(),
        "owner_id": str(action.owner_id or ""),
        "owner_name": action.owner_name if action.owner_id is None else "",
        "organisation_id": str(action.organisation_id or ""),
        "version": str(action.version),
    }


def done_texts(action: Action) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "done_on": action.done_on.isoformat() if action.done_on else "",
        "evidence": action.evidence or "",
        "evidence_document_id": str(action.evidence_document_id or ""),
        "version": str(action.version),
    }


def _fill(
    action: Action,
    recommendation: Recommendation,
    *,
    body: str,
    due_on: date,
    owner_id: int | None,
    owner_name: str | None,
    organisation_id: int | None,
) -> None:
    action.body = required_text(body, "body", _l("Write what is to be done."), LONGEST_TEXT)
    checked_year(due_on, "due_on")
    if recommendation.issued_on is not None and due_on < recommendation.issued_on:
        raise DomainError(
            _l("The recommendation was issued on %(on)s.", on=recommendation.issued_on.isoformat()), "due_on"
        )
    action.due_on = due_on
    if organisation_id is not None:
        checked_organisation(organisation_id, "organisation_id", _l("There is no such organisation."))
    action.organisation_id = organisation_id
    if owner_id is None:
        action.owner_id, action.owner = None, None
        action.owner_name = required_text(
            owner_name, "owner_name", _l("Choose who owns the action, or write who it is."), LONGEST_NAME
        )
        return
    person = find_person(owner_id)
    if person is None or not person.is_active or not person.roles:
        raise DomainError(_l("Choose a person who can sign in."), "owner_id")
    action.owner_id, action.owner, action.owner_name = person.id, person, person.name


def _refuse_own(actor: Actor, action: Action) -> None:
    if actor.id is None:
        raise DomainError(_l("Only a person can decide this."))
    if not may_verify(actor, action):
        raise DomainError(
            _l(
                "Somebody else has to decide this: neither the owner of the action nor whoever marked it as done can "
                "verify it or let it fall."
            )
        )


def _decided(actor: Actor, now: datetime, action: Action, note: str | None) -> None:
    action.verified_by_id, action.verified_by_name, action.verified_at = actor.id, actor.name, now
    action.verification_note = note


def _open_again(action: Action) -> None:
    action.state = ActionState.OPEN
    action.done_on = action.done_by_id = action.done_by_name = None
    action.evidence = action.evidence_document_id = None
    action.verified_by_id = action.verified_by_name = action.verified_at = action.verification_note = None


def _let_in(actor: Actor, now: datetime, evaluation: Evaluation, owner: Person | None) -> None:
    """An owner who could not open the case follows it from now on."""
    if owner is not None and not may_see(owner, evaluation):
        cases.add_participant(actor=actor, now=now, case=evaluation, person=owner, role=ParticipantRole.FOLLOWER)


def _write(kind: AuditAction, actor: Actor, now: datetime, action: Action, changes: dict[str, Any]) -> Action:
    db.session.flush()
    told = {name: value for name, value in changes.items() if name not in ("verified_at", "done_by_id")}
    if "state" in told:
        told["action_state"] = told.pop("state")
    _record(kind, actor, now, action, {"action": number_of(action), **told})
    evaluation = action.recommendation.evaluation
    _let_in(actor, now, evaluation, action.owner)
    follow(actor=actor, now=now, evaluation=evaluation)
    return action


def _record(kind: AuditAction, actor: Actor, now: datetime, action: Action, changes: dict[str, Any]) -> None:
    recommendation = action.recommendation
    audit.record(
        kind,
        actor=actor,
        now=now,
        case_id=recommendation.evaluation_id,
        subject=action,
        changes={"recommendation": recommendation.number, **changes},
    )
