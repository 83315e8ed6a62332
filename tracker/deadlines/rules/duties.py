"""LOU 2016:1145: what the authority must do by a certain day, and how long a framework agreement may run."""

from __future__ import annotations

from datetime import date

from tracker.core import calendar
from tracker.deadlines.rules.facts import Facts
from tracker.deadlines.rules.rule import Counting, Period, Rule, always
from tracker.deadlines.rules.steps import N_, Event, StepCode, Unit, Why, step

# Chapters 19 and 19 a were rewritten by SFS 2021:1110, for procurements begun on 1 February 2022 or later.
NATIONAL_SINCE = date(2022, 2, 1)
FRAMEWORK_MONTHS = 48  # 7:2


def _supplementary(_start: date, facts: Facts) -> Period:
    count, section, why = 6, "12 kap. 11 § första stycket", Why.MAIN_RULE
    if facts.accelerated:
        count, section, why = 4, "12 kap. 11 § andra stycket", Why.ACCELERATED
    if facts.full_days:
        longer = step(StepCode.LENGTHENED, count=count, by=1, total=count + 1, why=Why.FULL_DAYS.value, section=section)
        return Period(count + 1, Unit.DAYS, section, why, (longer,), count)
    return Period(count, Unit.DAYS, section, why)


def _dps_assessment(_start: date, facts: Facts) -> Period:
    count, why = (15, Why.EXTENDED) if facts.extended else (10, Why.MAIN_RULE)
    return Period(count, Unit.WORKING_DAYS, "8 kap. 7 § andra stycket", why)


def _quarterly(start: date, _facts: Facts) -> Period:
    quarter_start = date(start.year, start.month - (start.month - 1) % 3, 1)
    quarter_end = calendar.add_days(calendar.add_months(quarter_start, 3), -1)
    days_left = (quarter_end - start).days
    return Period(
        days_left + 30,
        Unit.DAYS,
        "10 kap. 4 § andra stycket",
        Why.MAIN_RULE,
        (step(StepCode.QUARTER_END, on=quarter_end, left=days_left, total=days_left + 30),),
        30,
    )


def _duty(code: str, title: str, section: str, event: Event, days: int, since: date | None = None) -> Rule:
    return Rule(
        code=code,
        title=title,
        section=section,
        event=event,
        counting=Counting.DUTY,
        period_of=always(days, Unit.DAYS, section),
        since=since,
    )


def _before_last_tender_day(code: str, title: str, section: str, days: int, since: date | None = None) -> Rule:
    return Rule(
        code=code,
        title=title,
        section=section,
        event=Event.LAST_TENDER_DAY,
        counting=Counting.BACKWARD,
        period_of=always(days, Unit.DAYS, section),
        since=since,
    )


DUTY_RULES = (
    Rule(
        code="supplementary_information",
        title=N_("Last day to give supplementary information"),
        section="12 kap. 11 §",
        event=Event.LAST_TENDER_DAY,
        counting=Counting.BACKWARD,
        period_of=_supplementary,
        options=frozenset({"accelerated", "full_days"}),
    ),
    _before_last_tender_day(
        "supplementary_information_national",
        N_("Last day to give supplementary information, below the threshold"),
        "19 kap. 13 §",
        6,
        NATIONAL_SINCE,
    ),
    Rule(
        code="question_deadline",
        title=N_("Suggested last day for tenderers' questions"),
        section="prop. 2015/16:195 s. 1074",
        event=Event.LAST_TENDER_DAY,
        counting=Counting.BACKWARD,
        period_of=always(10, Unit.DAYS, "prop. 2015/16:195 s. 1074", Why.SUGGESTED),
        is_statutory=False,
    ),
    Rule(
        code="dps_request_assessment",
        title=N_("Assessment of a request to join a dynamic purchasing system"),
        section="8 kap. 7 §",
        event=Event.REQUEST_RECEIVED,
        counting=Counting.WORKING_DAYS,
        period_of=_dps_assessment,
        options=frozenset({"extended"}),
    ),
    Rule(
        code="dps_self_declaration",
        title=N_("Renewed self-declaration in a dynamic purchasing system"),
        section="8 kap. 13 §",
        event=Event.REQUEST_SENT,
        counting=Counting.WORKING_DAYS,
        period_of=always(5, Unit.WORKING_DAYS, "8 kap. 13 §"),
    ),
    _duty("award_notice", N_("Contract award notice"), "10 kap. 4 §", Event.CONTRACT_CONCLUDED, 30),
    _duty(
        "award_notice_dps",
        N_("Contract award notice, dynamic purchasing system"),
        "10 kap. 4 §",
        Event.CONTRACT_AWARDED,
        30,
    ),
    Rule(
        code="award_notice_dps_quarterly",
        title=N_("Contract award notices of a quarter, dynamic purchasing system"),
        section="10 kap. 4 § andra stycket",
        event=Event.CONTRACT_AWARDED,
        counting=Counting.DUTY,
        period_of=_quarterly,
    ),
    _duty(
        "award_notice_national",
        N_("Contract award notice, below the threshold"),
        "19 kap. 7 §",
        Event.CONTRACT_CONCLUDED,
        30,
        NATIONAL_SINCE,
    ),
    _duty(
        "award_notice_direct",
        N_("Contract award notice, direct award"),
        "19 a kap. 13 §",
        Event.CONTRACT_CONCLUDED,
        30,
        NATIONAL_SINCE,
    ),
    _duty("documentation", N_("Documentation complete"), "12 kap. 14 §", Event.CONTRACT_OR_CANCELLATION, 30),
    _duty("individual_report", N_("Individual report drawn up"), "12 kap. 16 §", Event.CONTRACT_OR_CANCELLATION, 30),
    _duty(
        "documentation_national",
        N_("Documentation complete, below the threshold"),
        "19 kap. 22 §",
        Event.CONTRACT_OR_CANCELLATION,
        30,
        NATIONAL_SINCE,
    ),
    _duty(
        "documentation_direct",
        N_("Documentation complete, direct award"),
        "19 a kap. 11 §",
        Event.CONTRACT_OR_CANCELLATION,
        30,
        NATIONAL_SINCE,
    ),
    _duty("reasons_on_request", N_("Reasons given to a tenderer who asks"), "12 kap. 13 §", Event.REQUEST_RECEIVED, 15),
    _duty(
        "reasons_on_request_national",
        N_("Reasons given to a tenderer who asks, below the threshold"),
        "19 kap. 20 §",
        Event.REQUEST_RECEIVED,
        15,
        NATIONAL_SINCE,
    ),
    Rule(
        code="framework_term",
        title=N_("Longest term of a framework agreement without special reasons"),
        section="7 kap. 2 §",
        event=Event.TERM_STARTED,
        counting=Counting.TERM,
        period_of=always(FRAMEWORK_MONTHS, Unit.MONTHS, "7 kap. 2 §"),
    ),
)
