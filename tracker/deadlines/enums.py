"""Kinds of deadline and what they rest on."""

from enum import StrEnum


class Basis(StrEnum):
    """What binds: the law, a contract, or our own plan."""

    STATUTORY = "statutory"
    CONTRACTUAL = "contractual"
    INTERNAL = "internal"


class DeadlineKind(StrEnum):
    """What a deadline is about; the default ladder of reminders is chosen by it."""

    PUBLICATION = "publication"
    REQUESTS_DUE = "requests_due"
    INVITATION = "invitation"
    SUPPLEMENTARY_INFORMATION = "supplementary_information"
    TENDERS_DUE = "tenders_due"
    AWARD_DECISION = "award_decision"
    AWARD_NOTIFICATION = "award_notification"
    STANDSTILL_END = "standstill_end"
    CONTRACT_SIGNING = "contract_signing"
    AWARD_NOTICE = "award_notice"
    DOCUMENTATION = "documentation"
    SUPPLY_START = "supply_start"
    CONTRACT_END = "contract_end"
    OPTION_DECIDE_BY = "option_decide_by"
    OPTION_NOTIFY_BY = "option_notify_by"
    SUCCESSOR_START = "successor_start"
    DELIVERABLE = "deliverable"
    INDEPENDENCE = "independence"
    MANAGEMENT_RESPONSE = "management_response"
    ACTION = "action"
    OTHER = "other"


class DeadlineState(StrEnum):
    """A deadline is open until it is met or cancelled; overdue is derived from today's date."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"
