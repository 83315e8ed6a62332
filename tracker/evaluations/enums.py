"""Phases, deliverables, declarations, recommendations and their answers."""

from enum import StrEnum


class EvaluationPhase(StrEnum):
    """Where an evaluation stands. ``noted``: commissioned by others, kept for knowledge only."""

    PREPARATION = "preparation"
    SELECTION = "selection"
    UNDER_WAY = "under_way"
    RESPONSE = "response"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NOTED = "noted"


class Criterion(StrEnum):
    """The OECD-DAC criteria for evaluation, as adopted on 10 December 2019."""

    RELEVANCE = "relevance"
    COHERENCE = "coherence"
    EFFECTIVENESS = "effectiveness"
    EFFICIENCY = "efficiency"
    IMPACT = "impact"
    SUSTAINABILITY = "sustainability"


class Selection(StrEnum):
    """How the evaluator was chosen."""

    DIRECT_AWARD = "direct_award"  # LOU 19 a:2, under the limit for direct award
    CALL_OFF = "call_off"
    PROCUREMENT = "procurement"


class DeliverableKind(StrEnum):
    """What is to be delivered."""

    TERMS_OF_REFERENCE = "terms_of_reference"
    INCEPTION_REPORT = "inception_report"
    DRAFT_REPORT = "draft_report"
    FACT_CHECK = "fact_check"
    FINAL_REPORT = "final_report"
    PRESENTATION = "presentation"
    OTHER = "other"


class DeliveredBy(StrEnum):
    """Whose turn a deliverable is."""

    EVALUATOR = "evaluator"
    COMMISSIONER = "commissioner"


class DeliverableState(StrEnum):
    """``returned``: comments were sent back and a new version is asked for."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class ReviewOutcome(StrEnum):
    """What the commissioner decided about a submitted version."""

    APPROVED = "approved"
    RETURNED = "returned"


class CommentKind(StrEnum):
    """What a comment in the fact check is about. Only facts bind; views are the evaluator's to weigh (UNEG 2016)."""

    FACTUAL_ERROR = "factual_error"
    MISSING_FACT = "missing_fact"
    UNCLEAR = "unclear"
    VIEW = "view"


class CommentAnswer(StrEnum):
    """What the evaluator did with a comment."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class ProgressAnswer(StrEnum):
    """What the evaluator says before a deliverable is due."""

    ON_TRACK = "on_track"
    MORE_TIME = "more_time"


class ReminderDays(StrEnum):
    """How often an evaluator is reminded before a day. None of them leaves out the last reminder."""

    USUAL = "usual"
    MORE = "more"
    CALENDAR = "calendar"


class RequestState(StrEnum):
    """A wish for more time; ``withdrawn`` when a later answer replaced it."""

    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Counterpart(StrEnum):
    """With whom a declared engagement was."""

    SKL = "skl"
    SKL_KOMMENTUS = "skl_kommentus"
    REGION = "region"
    NT_COUNCIL = "nt_council"
    MEDICINE_COMPANY = "medicine_company"
    OTHER = "other"


class EngagementKind(StrEnum):
    """What a declared engagement was."""

    EMPLOYMENT = "employment"
    ASSIGNMENT = "assignment"


class Assessment(StrEnum):
    """The styrgrupp's view of a declaration."""

    NONE = "none"
    MANAGEABLE = "manageable"
    DISQUALIFYING = "disqualifying"


class Priority(StrEnum):
    """How much a recommendation matters to the evaluator."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RecommendationState(StrEnum):
    """Where a recommendation stands. It follows from its response and actions and is stored nowhere.

    ``noted``: of an evaluation by others, kept for knowledge; its commissioner answers it.
    """

    DRAFT = "draft"
    UNANSWERED = "unanswered"
    WITHOUT_ACTION = "without_action"
    UNDER_WAY = "under_way"
    TO_VERIFY = "to_verify"
    CLOSED = "closed"
    NOTED = "noted"


class ResponseKind(StrEnum):
    """The management response to one recommendation."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class ActionState(StrEnum):
    """``done`` is what the owner says, ``verified`` what somebody else has checked."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    NO_LONGER_APPLICABLE = "no_longer_applicable"


class LinkState(StrEnum):
    """Whether a link opens its commission."""

    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
