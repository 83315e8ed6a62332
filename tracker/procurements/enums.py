"""Codes of the procurement domain."""

from enum import StrEnum


class Procedure(StrEnum):
    """Procurement procedures, LOU 2016:1145 chapters 6, 7, 8, 19 and 19 a."""

    OPEN = "open"
    RESTRICTED = "restricted"
    NEGOTIATED_WITH_NOTICE = "negotiated_with_notice"
    NEGOTIATED_WITHOUT_NOTICE = "negotiated_without_notice"
    COMPETITIVE_DIALOGUE = "competitive_dialogue"
    INNOVATION_PARTNERSHIP = "innovation_partnership"
    DPS_SETUP = "dps_setup"
    DPS_PROCUREMENT = "dps_procurement"
    MINI_COMPETITION = "mini_competition"
    NATIONAL_ADVERTISED = "national_advertised"
    DIRECT_AWARD = "direct_award"


class ProcurementPhase(StrEnum):
    """Where a procurement stands; ``workflow`` says which step leads where."""

    PLANNING = "planning"
    ADVERTISED = "advertised"
    EVALUATION = "evaluation"
    STANDSTILL = "standstill"
    SIGNING = "signing"
    IN_FORCE = "in_force"
    ENDED = "ended"
    CANCELLED = "cancelled"


class StepKind(StrEnum):
    """Milestones of a procurement, in the order they usually come."""

    ASSIGNMENT = "assignment"
    PUBLICATION = "publication"
    REQUESTS_DUE = "requests_due"
    INVITATION = "invitation"
    TENDERS_DUE = "tenders_due"
    TENDER_OPENING = "tender_opening"
    AWARD_DECISION = "award_decision"
    AWARD_NOTIFIED = "award_notified"
    STANDSTILL_END = "standstill_end"
    CONTRACT_SIGNED = "contract_signed"
    AWARD_NOTICE = "award_notice"
    DOCUMENTATION = "documentation"
    SUPPLY_START = "supply_start"


class Capacity(StrEnum):
    """Whether SKL Kommentus procures in its own name or as agent (ombud) for the landsting."""

    OWN_NAME = "own_name"
    AGENT = "agent"


class Means(StrEnum):
    """How the award decision was sent to the tenderers (LOU 20:1)."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class StandstillException(StrEnum):
    """Why a contract may be signed before the standstill has run out."""

    EXEMPT_AWARD = "exempt_award"  # LOU 20:2
    COURT_DECISION = "court_decision"  # LOU 20:8 second paragraph, 20:10 third paragraph


class LotState(StrEnum):
    """Where a lot stands."""

    OPEN = "open"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class OptionState(StrEnum):
    """What was decided of an extension option."""

    UNDECIDED = "undecided"
    EXERCISED = "exercised"
    DECLINED = "declined"
