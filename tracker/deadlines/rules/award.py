"""LOU 2016:1145 chapter 20: standstill, the ten-day period, review and damages."""

from __future__ import annotations

from datetime import date

from tracker.deadlines.rules.facts import Facts, Means, NoStandstill
from tracker.deadlines.rules.rule import Counting, Exempt, Period, Rule, UnsuitableFacts, always
from tracker.deadlines.rules.steps import N_, Event, StepCode, Unit, Why, step

# 10 and 15 days, 20:1 and 20:12.
_DAYS_BY_MEANS = {Means.ELECTRONIC: (10, Why.SENT_ELECTRONICALLY), Means.PAPER: (15, Why.SENT_OTHERWISE)}
_VOLUNTARY = {NoStandstill.MINI_COMPETITION, NoStandstill.DPS_PROCUREMENT}
_EXEMPT_SECTION = {
    NoStandstill.NEGOTIATED_WITHOUT_NOTICE: "20 kap. 2 § 1",
    NoStandstill.MINI_COMPETITION: "20 kap. 2 § 2",
    NoStandstill.DPS_PROCUREMENT: "20 kap. 2 § 3",
    NoStandstill.DIRECT_AWARD: "19 a kap. 10 §",
}


def _standstill(start: date, facts: Facts) -> Period | Exempt:
    exempt_as = facts.award_under
    if facts.is_voluntary and exempt_as not in _VOLUNTARY:
        raise UnsuitableFacts(
            "a standstill is voluntary only for a mini-competition or a procurement in a dynamic purchasing system "
            "(LOU 20 kap. 15 §)"
        )
    if exempt_as is not None and not facts.is_voluntary:
        section = _EXEMPT_SECTION[exempt_as]
        return Exempt(section, (step(StepCode.DOES_NOT_APPLY, award_under=exempt_as.value, section=section),))
    if facts.stated_until is not None and facts.stated_until <= start:
        raise UnsuitableFacts("the standstill that the notification states must end after the day it was sent")
    count, why = _DAYS_BY_MEANS[facts.means]
    return Period(count, Unit.DAYS, "20 kap. 15 §" if facts.is_voluntary else "20 kap. 1 §", why)


def _review_of_cancellation(_start: date, facts: Facts) -> Period:
    count, why = _DAYS_BY_MEANS[facts.means]
    return Period(count, Unit.DAYS, "20 kap. 12 §", why)


AWARD_RULES = (
    Rule(
        code="standstill",
        title=N_("Standstill after the award notification"),
        section="20 kap. 1 §",
        event=Event.NOTIFICATION_SENT,
        counting=Counting.NATIONAL,
        period_of=_standstill,
        options=frozenset({"stated_until", "award_under", "is_voluntary"}),
        opens_contract=True,
    ),
    Rule(
        code="standstill_veat",
        title=N_("Standstill after a voluntary ex-ante transparency notice"),
        section="20 kap. 3 §",
        event=Event.TRANSPARENCY_NOTICE_PUBLISHED,
        counting=Counting.NATIONAL,
        period_of=always(10, Unit.DAYS, "20 kap. 3 §"),
        opens_contract=True,
    ),
    Rule(
        code="ten_day_period",
        title=N_("Ten-day period after the court has decided"),
        section="20 kap. 10 §",
        event=Event.JUDGMENT,
        counting=Counting.NATIONAL,
        period_of=always(10, Unit.DAYS, "20 kap. 10 §"),
        opens_contract=True,
    ),
    Rule(
        code="review_cancellation",
        title=N_("Application for review of a decision to cancel"),
        section="20 kap. 12 §",
        event=Event.CANCELLATION_SENT,
        counting=Counting.NATIONAL,
        period_of=_review_of_cancellation,
    ),
    Rule(
        code="review_new_grounds",
        title=N_("New grounds in a review case"),
        section="20 kap. 5 b §",
        event=Event.REVIEW_APPLIED,
        counting=Counting.NATIONAL,
        period_of=always(3, Unit.WEEKS, "20 kap. 5 b §"),
    ),
    Rule(
        code="validity_review",
        title=N_("Application for review of a contract's validity"),
        section="20 kap. 17 § första stycket",
        event=Event.CONTRACT_CONCLUDED,
        counting=Counting.NATIONAL,
        period_of=always(6, Unit.MONTHS, "20 kap. 17 § första stycket"),
    ),
    Rule(
        code="validity_review_after_notice",
        title=N_("The same, once the award notice is published or the tenderers are told"),
        section="20 kap. 17 § andra stycket",
        event=Event.AWARD_NOTICE_PUBLISHED,
        counting=Counting.NATIONAL,
        period_of=always(30, Unit.DAYS, "20 kap. 17 § andra stycket"),
    ),
    Rule(
        code="damages",
        title=N_("Action for damages"),
        section="20 kap. 21 §",
        event=Event.CONTRACT_KNOWN,
        counting=Counting.NATIONAL,
        period_of=always(1, Unit.YEARS, "20 kap. 21 §"),
    ),
)
