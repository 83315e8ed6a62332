"""What must be known of a procurement, beside the start day, to apply a rule."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class Means(StrEnum):
    """How a notification was sent (LOU 20:1): electronically to everyone, or otherwise to someone."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class NoStandstill(StrEnum):
    """The awards without standstill of LOU 20:2, and the direct awards of 19 a:10."""

    NEGOTIATED_WITHOUT_NOTICE = "negotiated_without_notice"
    MINI_COMPETITION = "mini_competition"
    DPS_PROCUREMENT = "dps_procurement"
    DIRECT_AWARD = "direct_award"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts that change a count. A rule refuses facts that it does not know, `means` excepted.

    ``stated_until``       the notification states a standstill that lasts until this day (20:1 third paragraph)
    ``award_under``        the kind of award that has no standstill (20:2)
    ``is_voluntary``       a standstill is kept although none is required (20:15)
    ``electronic_tenders`` tenders may be sent electronically (11:6)
    ``accelerated``        lack of time makes the usual limits impossible (11:10)
    ``prior_notice_on``    the day a full prior information notice was sent for publication (11:5)
    ``notice_on``          the day the contract notice was sent, where the count starts from an invitation (11:5)
    ``agreed_on``          the last tender day agreed with all selected candidates (11:7)
    ``no_agreement``       agreement was sought and not reached (11:7 second paragraph)
    ``no_full_access``     the documents are not fully and freely accessible by electronic means (11:9)
    ``extended``           the longer time for a reasoned case (8:7)
    ``full_days``          count full days between, as the Danish authority reads the directive
    """

    means: Means = Means.ELECTRONIC
    stated_until: date | None = None
    award_under: NoStandstill | None = None
    is_voluntary: bool = False
    electronic_tenders: bool = False
    accelerated: bool = False
    prior_notice_on: date | None = None
    notice_on: date | None = None
    agreed_on: date | None = None
    no_agreement: bool = False
    no_full_access: bool = False
    extended: bool = False
    full_days: bool = False

    def given(self) -> frozenset[str]:
        """Names of the facts that differ from the default, `means` excepted: every rule may be told it."""
        return frozenset(
            field.name for field in fields(self) if field.name != "means" and getattr(self, field.name) != field.default
        )


DEFAULT_FACTS = Facts()


def suitable(options: frozenset[str], facts: Facts) -> Facts:
    """`facts` without those that a rule with these `options` does not take."""
    kept = {name: getattr(facts, name) for name in facts.given() & options}
    return Facts(means=facts.means, **kept)
