"""Kinds of case, secrecy classes and the parts people play in a case."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What sort of case it is."""

    PROCUREMENT = "procurement"
    EVALUATION = "evaluation"
    GOVERNANCE = "governance"


class SecrecyClass(StrEnum):
    """How widely a case is known. See ``cases.secrecy`` for who sees what, and when."""

    OPEN = "open"
    RESTRICTED = "restricted"
    SEALED = "sealed"


class InformationClass(StrEnum):
    """What a piece of information is about, for the secrecy table (OSL 19:3)."""

    GENERAL = "general"
    TENDER = "tender"
    PRICE = "price"


class ParticipantRole(StrEnum):
    """The part a person plays in one case."""

    MARKET_CONTACT = "market_contact"
    PURCHASING_CONTACT = "purchasing_contact"
    DEPUTY = "deputy"
    FOLLOWER = "follower"
