"""States of a planned reminder."""

from enum import StrEnum


class ReminderState(StrEnum):
    """``planned`` waits for its day; ``due`` has been given to people's morning mails; the rest are final."""

    PLANNED = "planned"
    DUE = "due"
    SENT = "sent"
    VOID = "void"
    SKIPPED = "skipped"


class ItemState(StrEnum):
    """One reminder for one person: waiting in a mail, mailed, or dropped with a reason."""

    WAITING = "waiting"
    MAILED = "mailed"
    DROPPED = "dropped"


class StopReason(StrEnum):
    """Why a reminder was not sent."""

    DATE_MOVED = "date_moved"
    DEADLINE_MET = "deadline_met"
    DEADLINE_CANCELLED = "deadline_cancelled"
    PASSED_WHEN_SET = "passed_when_set"
    NO_RECIPIENT = "no_recipient"
    PERSON_INACTIVE = "person_inactive"
    SUPERSEDED = "superseded"
