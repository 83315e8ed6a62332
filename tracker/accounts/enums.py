"""Roles, languages and purposes of links."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the collaboration. ``evaluator`` and ``region_contact`` see only cases they take part in."""

    MARKET = "market"
    PURCHASING = "purchasing"
    STEERING = "steering"
    SUPPORT = "support"
    EVALUATOR = "evaluator"
    HEALTH_CARE_DELEGATION = "health_care_delegation"
    REGION_CONTACT = "region_contact"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Locale(StrEnum):
    """Languages of pages and mails."""

    SV = "sv"
    EN = "en"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    SIGN_IN = "sign_in"
    INVITATION = "invitation"
