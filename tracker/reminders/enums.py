"""States of a planned reminder."""

from enum import StrEnum


class ReminderState(StrEnum):
    """``planned`` waits for its day; ``due`` has gone into people's morning mails; the other two are never sent."""

    PLANNED = "planned"
    DUE = "due"
    VOID = "void"
    SKIPPED = "skipped"


class ItemState(StrEnum):
    """One reminder for one person: it belongs in a mail, or was dropped before the mail went.

    Whether it was mailed is what the mail's message says.
    """

    LIVE = "live"
    DROPPED = "dropped"


class StopReason(StrEnum):
    """Why a reminder was not sent."""

    DATE_MOVED = "date_moved"
    DEADLINE_MET = "deadline_met"
    DEADLINE_CANCELLED = "deadline_cancelled"
    PASSED_WHEN_SET = "passed_when_set"
    NO_RECIPIENT = "no_recipient"
    PERSON_INACTIVE = "person_inactive"


class Part(StrEnum):
    """Why somebody is reminded of a deadline."""

    OWNER = "owner"
    RESPONSIBLE = "responsible"
    MARKET_CONTACT = "market_contact"
