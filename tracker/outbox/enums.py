"""States of a message to a person."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is about; each kind has a renderer that composes it right before it is sent."""

    SIGN_IN_LINK = "sign_in_link"
    INVITATION = "invitation"
    REMINDER = "reminder"
    REPORT_READY = "report_ready"
    REPORT_FAILED = "report_failed"
    EVALUATOR_LINK = "evaluator_link"
    UPLOAD_RECEIPT = "upload_receipt"
    EVALUATION_NEWS = "evaluation_news"
    DOCUMENT_ALERT = "document_alert"


class MessageState(StrEnum):
    """``unknown``: the server may or may not have taken it (the line was lost after the final dot)."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SmtpPhase(StrEnum):
    """How far the conversation with the mail server had come.

    A row is written as ``data_sent`` before its conversation begins, so that after a crash at most one message per
    process is in doubt, and never one that is thought unsent though the server has it.
    """

    NONE = "none"
    CONNECTING = "connecting"
    ENVELOPE = "envelope"
    DATA_SENT = "data_sent"
    ACCEPTED = "accepted"


class MessageReason(StrEnum):
    """Why a message is not sent, or not sent yet."""

    BAD_ADDRESS = "bad_address"
    SERVER_AWAY = "server_away"
    DELAYED_BY_SERVER = "delayed_by_server"
    REFUSED_BY_SERVER = "refused_by_server"
    CANNOT_COMPOSE = "cannot_compose"
    LINE_LOST = "line_lost"
    WORKER_LOST = "worker_lost"
    TOO_OLD = "too_old"
    NO_LONGER_NEEDED = "no_longer_needed"
    PERSON_INACTIVE = "person_inactive"
    CANCELLED_BY_HAND = "cancelled_by_hand"
