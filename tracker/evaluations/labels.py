"""What the codes are called on pages, in mails and in reports. Msgids in English, Swedish in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.cases import labels as case_labels
from tracker.cases.enums import SecrecyClass
from tracker.evaluations.enums import (
    ActionState,
    Assessment,
    CommentAnswer,
    CommentKind,
    Counterpart,
    Criterion,
    DeliverableKind,
    DeliverableState,
    DeliveredBy,
    EngagementKind,
    EvaluationPhase,
    Priority,
    ProgressAnswer,
    RecommendationState,
    ReminderDays,
    RequestState,
    ResponseKind,
    ReviewOutcome,
    Selection,
)
from tracker.evaluations.impartiality import Flag, Standing

# The steering group is in whatever the class: it assesses independence.
SECRECY: Mapping[SecrecyClass, Any] = {
    **case_labels.SECRECY,
    SecrecyClass.RESTRICTED: _l("Restricted to the steering group, the Market function and SKL Kommentus"),
    SecrecyClass.SEALED: _l("Only those who take part in the case, and the steering group"),
}

PHASES: Mapping[EvaluationPhase, Any] = {
    EvaluationPhase.PREPARATION: _l("Preparation"),
    EvaluationPhase.SELECTION: _l("Choosing an evaluator"),
    EvaluationPhase.UNDER_WAY: _l("Evaluation under way"),
    EvaluationPhase.RESPONSE: _l("Waiting for responses"),
    EvaluationPhase.FOLLOW_UP: _l("Follow-up of actions"),
    EvaluationPhase.CLOSED: _l("Evaluation closed"),
    EvaluationPhase.CANCELLED: _l("Evaluation cancelled"),
    EvaluationPhase.NOTED: _l("Noted only"),
}

# One colour and mark of the badge component per phase; the words say the same.
PHASE_LOOK: Mapping[EvaluationPhase, tuple[str, str | None]] = {
    EvaluationPhase.PREPARATION: ("neutral", "open"),
    EvaluationPhase.SELECTION: ("info", "lock"),
    EvaluationPhase.UNDER_WAY: ("accent", "open"),
    EvaluationPhase.RESPONSE: ("warning", "soon"),
    EvaluationPhase.FOLLOW_UP: ("info", "open"),
    EvaluationPhase.CLOSED: ("success", "done"),
    EvaluationPhase.CANCELLED: ("neutral", "stop"),
    EvaluationPhase.NOTED: ("neutral", None),
}

CRITERIA: Mapping[Criterion, Any] = {
    Criterion.RELEVANCE: _l("Relevance: is the model doing the right things?"),
    Criterion.COHERENCE: _l("Coherence: how well does it fit with others?"),
    Criterion.EFFECTIVENESS: _l("Effectiveness: does it reach its goals?"),
    Criterion.EFFICIENCY: _l("Efficiency: are resources well used?"),
    Criterion.IMPACT: _l("Impact: what difference does it make?"),
    Criterion.SUSTAINABILITY: _l("Sustainability: will the benefits last?"),
}

CRITERION_NAMES: Mapping[Criterion, Any] = {
    Criterion.RELEVANCE: _l("Relevance"),
    Criterion.COHERENCE: _l("Coherence"),
    Criterion.EFFECTIVENESS: _l("Effectiveness"),
    Criterion.EFFICIENCY: _l("Efficiency"),
    Criterion.IMPACT: _l("Impact"),
    Criterion.SUSTAINABILITY: _l("Sustainability"),
}

SELECTIONS: Mapping[Selection, Any] = {
    Selection.DIRECT_AWARD: _l("Direct award (LOU 19 a kap.)"),
    Selection.CALL_OFF: _l("Call-off from a framework agreement"),
    Selection.PROCUREMENT: _l("Procurement of its own"),
}

DELIVERABLES: Mapping[DeliverableKind, Any] = {
    DeliverableKind.TERMS_OF_REFERENCE: _l("Terms of reference"),
    DeliverableKind.INCEPTION_REPORT: _l("Inception report"),
    DeliverableKind.DRAFT_REPORT: _l("Draft report"),
    DeliverableKind.FACT_CHECK: _l("Fact check"),
    DeliverableKind.FINAL_REPORT: _l("Final report"),
    DeliverableKind.PRESENTATION: _l("Presentation"),
    DeliverableKind.OTHER: _l("Another deliverable"),
}

DELIVERED_BY: Mapping[DeliveredBy, Any] = {
    DeliveredBy.EVALUATOR: _l("The evaluator"),
    DeliveredBy.COMMISSIONER: _l("The commissioner"),
}

DELIVERABLE_STATES: Mapping[DeliverableState, Any] = {
    DeliverableState.OPEN: _l("Awaited"),
    DeliverableState.SUBMITTED: _l("Delivered, not yet reviewed"),
    DeliverableState.RETURNED: _l("Sent back with comments"),
    DeliverableState.APPROVED: _l("Approved"),
    DeliverableState.CANCELLED: _l("No longer asked for"),
}

DELIVERABLE_LOOK: Mapping[DeliverableState, tuple[str, str | None]] = {
    DeliverableState.OPEN: ("neutral", "open"),
    DeliverableState.SUBMITTED: ("accent", "soon"),
    DeliverableState.RETURNED: ("warning", "open"),
    DeliverableState.APPROVED: ("success", "done"),
    DeliverableState.CANCELLED: ("neutral", "stop"),
}

REVIEW_OUTCOMES: Mapping[ReviewOutcome, Any] = {
    ReviewOutcome.APPROVED: _l("Approved"),
    ReviewOutcome.RETURNED: _l("Sent back with comments"),
}

COMMENT_KINDS: Mapping[CommentKind, Any] = {
    CommentKind.FACTUAL_ERROR: _l("Factual error"),
    CommentKind.MISSING_FACT: _l("A fact is missing"),
    CommentKind.UNCLEAR: _l("Unclear"),
    CommentKind.VIEW: _l("View, for the evaluator to weigh"),
}

COMMENT_ANSWERS: Mapping[CommentAnswer, Any] = {
    CommentAnswer.ACCEPTED: _l("Changed as asked"),
    CommentAnswer.PARTLY: _l("Changed in part"),
    CommentAnswer.REJECTED: _l("Not changed"),
}

REMINDER_DAYS: Mapping[ReminderDays, Any] = {
    ReminderDays.USUAL: _l("As usual: 14, 7 and 2 working days before"),
    ReminderDays.MORE: _l("More often: 30, 14, 7, 2 and 1 working days before"),
    ReminderDays.CALENDAR: _l("Only the last, 2 working days before: my calendar reminds me of the rest"),
}

PROGRESS: Mapping[ProgressAnswer, Any] = {
    ProgressAnswer.ON_TRACK: _l("On track"),
    ProgressAnswer.MORE_TIME: _l("More time is needed"),
}

REQUEST_STATES: Mapping[RequestState, Any] = {
    RequestState.NOT_NEEDED: _l("Nothing to decide"),
    RequestState.PENDING: _l("Waits for a decision"),
    RequestState.APPROVED: _l("More time given"),
    RequestState.REFUSED: _l("More time refused"),
    RequestState.WITHDRAWN: _l("Replaced by a later answer"),
}

COUNTERPARTS: Mapping[Counterpart, Any] = {
    Counterpart.SKL: _l("SKL"),
    Counterpart.SKL_KOMMENTUS: _l("SKL Kommentus"),
    Counterpart.REGION: _l("A county council or region"),
    Counterpart.NT_COUNCIL: _l("The NT council"),
    Counterpart.MEDICINE_COMPANY: _l("A medicine company"),
    Counterpart.OTHER: _l("Somebody else"),
}

ENGAGEMENTS: Mapping[EngagementKind, Any] = {
    EngagementKind.EMPLOYMENT: _l("Employment"),
    EngagementKind.ASSIGNMENT: _l("Assignment"),
}

ASSESSMENTS: Mapping[Assessment, Any] = {
    Assessment.NONE: _l("No conflict of interest"),
    Assessment.MANAGEABLE: _l("Manageable with a measure"),
    Assessment.DISQUALIFYING: _l("Disqualifying"),
}

ASSESSMENT_LOOK: Mapping[Assessment, tuple[str, str | None]] = {
    Assessment.NONE: ("success", "done"),
    Assessment.MANAGEABLE: ("warning", "done"),
    Assessment.DISQUALIFYING: ("danger", "stop"),
}

STANDINGS: Mapping[Standing, Any] = {
    Standing.UNDECLARED: _l("Not signed"),
    Standing.UNASSESSED: _l("Signed, not assessed"),
    Standing.CLEAR: _l("No conflict of interest"),
    Standing.MANAGEABLE: _l("Manageable with a measure"),
    Standing.DISQUALIFIED: _l("Disqualifying"),
}

STANDING_LOOK: Mapping[Standing, tuple[str, str | None]] = {
    Standing.UNDECLARED: ("warning", "open"),
    Standing.UNASSESSED: ("warning", "soon"),
    Standing.CLEAR: ("success", "done"),
    Standing.MANAGEABLE: ("warning", "done"),
    Standing.DISQUALIFIED: ("danger", "stop"),
}

DECLARED_PARTS: Mapping[str, Any] = {
    "ownership": _l("Ownership"),
    "family": _l("People close to you"),
    "expectations": _l("Expectations"),
    "other": _l("Anything else"),
}

FLAGS: Mapping[Flag, Any] = {
    Flag.WITHIN_FIVE_YEARS: _l("Within five years"),
    Flag.DURING_COMMISSION: _l("At the same time as the commission"),
    Flag.SOMETHING_TOLD: _l("Something is declared"),
    Flag.OTHER_NAME: _l("Signed with another name than in the team"),
    Flag.KNOWN_NAME: _l("Likely names somebody close to the matter"),
}

PRIORITIES: Mapping[Priority, Any] = {
    Priority.HIGH: _l("High priority"),
    Priority.MEDIUM: _l("Medium priority"),
    Priority.LOW: _l("Low priority"),
}

PRIORITY_LOOK: Mapping[Priority, tuple[str, str | None]] = {
    Priority.HIGH: ("warning", None),
    Priority.MEDIUM: ("info", None),
    Priority.LOW: ("neutral", None),
}

RECOMMENDATION_STATES: Mapping[RecommendationState, Any] = {
    RecommendationState.DRAFT: _l("Not issued yet"),
    RecommendationState.UNANSWERED: _l("Waits for a response"),
    RecommendationState.WITHOUT_ACTION: _l("Answered, no action decided"),
    RecommendationState.UNDER_WAY: _l("Actions under way"),
    RecommendationState.TO_VERIFY: _l("Waits for verification"),
    RecommendationState.CLOSED: _l("Closed"),
    RecommendationState.NOTED: _l("Noted, answered by others"),
}

RECOMMENDATION_LOOK: Mapping[RecommendationState, tuple[str, str | None]] = {
    RecommendationState.DRAFT: ("neutral", "open"),
    RecommendationState.UNANSWERED: ("warning", "soon"),
    RecommendationState.WITHOUT_ACTION: ("warning", "open"),
    RecommendationState.UNDER_WAY: ("info", "open"),
    RecommendationState.TO_VERIFY: ("accent", "soon"),
    RecommendationState.CLOSED: ("success", "done"),
    RecommendationState.NOTED: ("neutral", None),
}

RESPONSES: Mapping[ResponseKind, Any] = {
    ResponseKind.ACCEPTED: _l("Accepted"),
    ResponseKind.PARTLY: _l("Accepted in part"),
    ResponseKind.REJECTED: _l("Rejected"),
}

RESPONSE_LOOK: Mapping[ResponseKind, tuple[str, str | None]] = {
    ResponseKind.ACCEPTED: ("success", "done"),
    ResponseKind.PARTLY: ("info", "done"),
    ResponseKind.REJECTED: ("neutral", "stop"),
}

ACTION_STATES: Mapping[ActionState, Any] = {
    ActionState.OPEN: _l("To be done"),
    ActionState.DONE: _l("Said to be done, not verified"),
    ActionState.VERIFIED: _l("Verified as done"),
    ActionState.NO_LONGER_APPLICABLE: _l("No longer applicable"),
}

ACTION_LOOK: Mapping[ActionState, tuple[str, str | None]] = {
    ActionState.OPEN: ("neutral", "open"),
    ActionState.DONE: ("accent", "soon"),
    ActionState.VERIFIED: ("success", "done"),
    ActionState.NO_LONGER_APPLICABLE: ("neutral", "stop"),
}


def phase_label(code: str) -> Any:
    """The phase's name; the code itself where it is not a phase of evaluations."""
    return PHASES[EvaluationPhase(code)] if code in set(EvaluationPhase) else code
