"""The words of an evaluation's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases import history
from tracker.cases.enums import SecrecyClass
from tracker.cases.history import Codes, HistoryLine, Vocabulary
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.documents import labels as document_labels
from tracker.evaluations import labels
from tracker.evaluations.enums import (
    ActionState,
    CommentAnswer,
    CommentKind,
    Criterion,
    DeliverableKind,
    DeliverableState,
    DeliveredBy,
    EvaluationPhase,
    Priority,
    ProgressAnswer,
    ReminderDays,
    RequestState,
    ResponseKind,
    ReviewOutcome,
    Selection,
)

ACTIONS: Mapping[str, Any] = {
    AuditAction.EVALUATION_OPENED: _l("Opened the evaluation"),
    AuditAction.EVALUATION_NOTED: _l("Noted an evaluation that others commissioned"),
    AuditAction.EVALUATION_CHANGED: _l("Changed the commission"),
    AuditAction.EVALUATION_CONTRACTED: _l("Recorded the contract with the evaluator"),
    AuditAction.EVALUATION_CONTRACT_ENDED: _l("Ended the contract with the evaluator"),
    AuditAction.EVALUATION_CONTRACT_CORRECTED: _l("Corrected the contract with the evaluator"),
    AuditAction.EVALUATION_CONTRACT_TAKEN_BACK: _l("Took back a contract that was recorded by mistake"),
    AuditAction.EVALUATION_CANCELLED: _l("Cancelled the evaluation"),
    AuditAction.EVALUATION_CLOSED: _l("Closed the evaluation"),
    AuditAction.TEAM_MEMBER_ADDED: _l("Added a member to the evaluation team"),
    AuditAction.TEAM_MEMBER_CHANGED: _l("Changed a member of the evaluation team"),
    AuditAction.TEAM_MEMBER_LEFT: _l("A member left the evaluation team"),
    AuditAction.DECLARATION_SIGNED: _l("Signed a declaration of independence"),
    AuditAction.DECLARATION_ASSESSED: _l("Assessed a declaration of independence"),
    AuditAction.DECLARATION_READ: _l("Read a declaration of independence"),
    AuditAction.EVALUATOR_LINK_MADE: _l("Made a link for an evaluator"),
    AuditAction.EVALUATOR_LINK_RENEWED: _l("Renewed an evaluator's link"),
    AuditAction.EVALUATOR_LINK_REVOKED: _l("Withdrew an evaluator's link"),
    AuditAction.DOCUMENT_GIVEN: _l("Gave the evaluator a document"),
    AuditAction.DOCUMENT_TAKEN_BACK: _l("Took a document back from the evaluator"),
    AuditAction.DELIVERABLE_ADDED: _l("Asked for a deliverable"),
    AuditAction.DELIVERABLE_CHANGED: _l("Changed a deliverable"),
    AuditAction.DELIVERABLE_CANCELLED: _l("No longer asks for a deliverable"),
    AuditAction.DELIVERABLE_DELIVERED: _l("Delivered"),
    AuditAction.DELIVERABLE_REVIEWED: _l("Reviewed a delivered version"),
    AuditAction.PROGRESS_ANSWERED: _l("Answered how the work goes"),
    AuditAction.EXTENSION_DECIDED: _l("Decided on a wish for more time"),
    AuditAction.COMMENT_ADDED: _l("Commented on a version"),
    AuditAction.COMMENT_CHANGED: _l("Changed a comment"),
    AuditAction.COMMENT_REMOVED: _l("Took a comment away before it was sent"),
    AuditAction.COMMENT_ANSWERED: _l("Answered a comment"),
    AuditAction.QUESTION_ASKED: _l("Asked the commissioner a question"),
    AuditAction.QUESTION_ANSWERED: _l("Answered the evaluator's question"),
    AuditAction.RECOMMENDATION_ADDED: _l("Entered a recommendation"),
    AuditAction.RECOMMENDATION_CHANGED: _l("Changed a recommendation"),
    AuditAction.RECOMMENDATION_REMOVED: _l("Took a recommendation away"),
    AuditAction.RECOMMENDATIONS_ISSUED: _l("Issued the recommendations with the approved report"),
    AuditAction.RESPONSE_RECORDED: _l("Recorded a management response"),
    AuditAction.ACTION_ADDED: _l("Added an action"),
    AuditAction.ACTION_CHANGED: _l("Changed an action"),
    AuditAction.ACTION_DONE: _l("Said that an action is done"),
    AuditAction.ACTION_VERIFIED: _l("Verified an action"),
    AuditAction.ACTION_SENT_BACK: _l("Sent an action back"),
    AuditAction.ACTION_DROPPED: _l("Decided that an action no longer applies"),
    AuditAction.COST_ALLOCATED: _l("Shared the cost between the county councils"),
}

FIELDS: Mapping[str, Any] = {
    "commissioner_name": _l("Commissioned by"),
    "commissioned_on": _l("Date of the commission"),
    "commission_decision": _l("Decision on the commission"),
    "purpose": _l("Purpose"),
    "questions": _l("Questions"),
    "criteria": _l("Criteria"),
    "scope": _l("Limits"),
    "budget_ore": _l("Budget"),
    "selection": _l("How the evaluator is chosen"),
    "selection_reason": _l("Reasons for the choice"),
    "provider_name": _l("Evaluator"),
    "is_outside": _l("Without ties to the one whose name stands in the evaluator's"),
    "contract_signed_on": _l("Contract signed on"),
    "contract_ends_on": _l("Contract ends on"),
    "ended_on": _l("Ended on"),
    "contract_reference": _l("Contract number"),
    "contract_ore": _l("Contract value"),
    "response_days": _l("Days for responses"),
    "is_sharing_responses": _l("The evaluator may read the responses"),
    "published_on": _l("Published on"),
    "report_url": _l("Address of the report"),
    "source": _l("Source"),
    "cancel_reason": _l("Why it was cancelled"),
    "part": _l("Part in the team"),
    "is_contact": _l("Contact"),
    "reminder_days": _l("Reminders"),
    "joined_on": _l("Joined on"),
    "left_on": _l("Left on"),
    "member": _l("Member"),
    "deliverable": _l("Deliverable"),
    "delivered_by": _l("Delivered by"),
    "first_due_on": _l("Day first agreed"),
    "format": _l("Format"),
    "next_step": _l("What happens next"),
    "submitted_at": _l("Delivered at"),
    "approved_at": _l("Approved at"),
    "days_late": _l("Days late"),
    "for": _l("For"),
    "answer": _l("Answer"),
    "wished_on": _l("Wished day"),
    "granted_on": _l("Day granted"),
    "new_due_on": _l("New day"),
    "outcome": _l("Outcome"),
    "version": _l("Version"),
    "same_as_version": _l("The same file as version"),
    "expires_at": _l("Works until"),
    "recommendation": _l("Recommendation"),
    "recommendations": _l("Recommendations"),
    "response": _l("Response"),
    "action": _l("Action"),
    "action_state": _l("State"),
    "owner": _l("Owner"),
    "body": _l("Text"),
    "page": _l("Page"),
    "priority": _l("Priority"),
    "addressee": _l("Addressee"),
    "suggested_owner": _l("Suggested owner"),
    "issued_on": _l("Issued on"),
    "response_due_on": _l("Response due on"),
    "responded_on": _l("Responded on"),
    "responded_by": _l("Responded by"),
    "decision_reference": _l("Decision"),
    "owner_name": _l("Owner"),
    "done_on": _l("Said to be done on"),
    "evidence": _l("Evidence"),
    "verification_note": _l("What was seen"),
    "dropped_reason": _l("Why it no longer applies"),
    "amount_ore": _l("Amount"),
    "populations_on": _l("Inhabitants on"),
    "decided_on": _l("Decided on"),
    "decision": _l("Decision"),
}

_CODES: Mapping[str, Codes] = {
    "phase": ((EvaluationPhase, labels.PHASES),),
    "secrecy_class": ((SecrecyClass, labels.SECRECY),),
    "criteria": ((Criterion, labels.CRITERION_NAMES),),
    "selection": ((Selection, labels.SELECTIONS),),
    "delivered_by": ((DeliveredBy, labels.DELIVERED_BY),),
    "state": (
        (DeliverableState, labels.DELIVERABLE_STATES),
        (ActionState, labels.ACTION_STATES),
        (RequestState, labels.REQUEST_STATES),
        (DeadlineState, deadline_labels.STATES),
    ),
    "kind": (
        (DeadlineKind, deadline_labels.KINDS),
        (DeliverableKind, labels.DELIVERABLES),
        (ResponseKind, labels.RESPONSES),
        (CommentKind, labels.COMMENT_KINDS),
    ),
    "reminder_days": ((ReminderDays, labels.REMINDER_DAYS),),
    "answer": ((ProgressAnswer, labels.PROGRESS), (CommentAnswer, labels.COMMENT_ANSWERS)),
    "outcome": ((ReviewOutcome, labels.REVIEW_OUTCOMES),),
    "priority": ((Priority, labels.PRIORITIES),),
    "response": ((ResponseKind, labels.RESPONSES),),
    "action_state": ((ActionState, labels.ACTION_STATES),),
    "basis": ((Basis, deadline_labels.BASES),),
}

_REFERENCES: Mapping[str, Any] = {
    "responsible_id": _l("Responsible officer"),
    "commissioner_id": _l("Commissioned by"),
    "provider_id": _l("Evaluator"),
    "procurement_id": _l("Procurement"),
    "contract_document_id": _l("Contract document"),
    "addressee_id": _l("Addressee"),
    "organisation_id": _l("Organisation"),
    "evidence_document_id": _l("Evidence, document"),
}

_ROWS = frozenset(
    {"progress_id", "document_id", "done_by_id", "done_by_name", "verified_by_id", "verified_by_name", "verified_at"}
)
_WORDS = Vocabulary(
    actions=ACTIONS,
    fields={**document_labels.FIELDS, **FIELDS},
    codes={**document_labels.CODES, **_CODES},
    references=_REFERENCES,
    untold=_ROWS | document_labels.UNTOLD,
    lists=frozenset({"recommendations"}),
    amounts=frozenset({"budget_ore", "contract_ore", "amount_ore"}),
    counts=frozenset({"days_late"}),
)
# How a declaration was assessed is known to those who commission only.
_WORDS_FOR_OTHERS = replace(_WORDS, untold=_WORDS.untold | {"assessment"})
# What an evaluator was asked for, fact by fact: budgets, choices and whoever commissions are none of it.
ASKED: Mapping[str, frozenset[str]] = {
    AuditAction.EVALUATION_CHANGED: frozenset({"title", "purpose", "questions", "criteria", "scope"}),
    AuditAction.DELIVERABLE_ADDED: frozenset({"due_on", "delivered_by"}),
    AuditAction.DELIVERABLE_CHANGED: frozenset({"title", "due_on", "format", "next_step", "delivered_by"}),
    AuditAction.DELIVERABLE_CANCELLED: frozenset(),
    AuditAction.DOCUMENT_GIVEN: frozenset({"document"}),
    AuditAction.DOCUMENT_TAKEN_BACK: frozenset({"document"}),
}
# What is told beside these facts, and is no change itself.
_BESIDE = frozenset({"deliverable", "reason"})


def lines(events: Sequence[AuditEvent], *, with_assessments: bool = False) -> list[HistoryLine]:
    """The newest first. What the same person caused at the same instant follows in one line."""
    return history.lines(events, _WORDS if with_assessments else _WORDS_FOR_OTHERS)


def lines_for_evaluator(events: Sequence[AuditEvent]) -> list[HistoryLine]:
    """What became another assignment than the one that was read before, the newest first."""
    return [_WORDS.line(told) for event in events if (told := _asked(event)) is not None]


def _asked(event: AuditEvent) -> AuditEvent | None:
    facts = ASKED.get(event.action)
    if facts is None:
        return None
    is_changed = event.action in (AuditAction.EVALUATION_CHANGED, AuditAction.DELIVERABLE_CHANGED)
    if is_changed and facts.isdisjoint(event.changes):
        return None
    # A row of its own that no session knows: the trail's is never touched.
    return AuditEvent(
        occurred_at=event.occurred_at,
        actor_name=event.actor_name,
        action=event.action,
        changes={name: value for name, value in event.changes.items() if name in facts | _BESIDE},
    )
