"""LOU 2016:1145 chapters 8, 11 and 19: the least time for requests to participate and for tenders."""

from __future__ import annotations

from datetime import date
from functools import partial

from tracker.core import calendar
from tracker.deadlines.rules.facts import Facts
from tracker.deadlines.rules.rule import Counting, Exempt, Fixed, Period, Rule, UnsuitableFacts, always
from tracker.deadlines.rules.steps import N_, Event, Step, StepCode, Unit, Why, step

FULL_ACCESS_DAYS = 5  # 11:9
NOTICE_LEAD_DAYS = 35  # 11:5 second paragraph 2
NOTICE_LIFE_MONTHS = 12


def _open(start: date, facts: Facts) -> Period:
    if facts.accelerated:
        return Period(15, Unit.DAYS, "11 kap. 10 § 2", Why.ACCELERATED)  # 11:9 is not for accelerated limits
    usable, refused = _prior_notice(facts.prior_notice_on, start)
    if usable:
        return _with_access(facts, 15, "11 kap. 5 § första stycket 1", Why.PRIOR_NOTICE)
    if facts.electronic_tenders:
        return _with_access(facts, 30, "11 kap. 6 § 1", Why.ELECTRONIC_TENDERS, refused)
    return _with_access(facts, 35, "11 kap. 2 §", Why.MAIN_RULE, refused)


def _after_invitation(start: date, facts: Facts) -> Period | Fixed:
    """Restricted procedure and negotiated procedure with prior notice: from the invitation to tender."""
    if facts.agreed_on is not None:
        return _agreed(start, facts, "11 kap. 7 § första stycket")
    if facts.accelerated:
        return Period(10, Unit.DAYS, "11 kap. 10 § 3", Why.ACCELERATED)
    if facts.prior_notice_on is not None and facts.notice_on is None:
        raise UnsuitableFacts("to shorten by a prior information notice, say also when the contract notice was sent")
    usable, refused = _prior_notice(facts.prior_notice_on, facts.notice_on or start)
    if usable:
        return _with_access(facts, 10, "11 kap. 5 § första stycket 2", Why.PRIOR_NOTICE)
    if facts.no_agreement:
        return _with_access(facts, 10, "11 kap. 7 § andra stycket", Why.NO_AGREEMENT, refused)
    if facts.electronic_tenders:
        return _with_access(facts, 25, "11 kap. 6 § 2", Why.ELECTRONIC_TENDERS, refused)
    return _with_access(facts, 30, "11 kap. 3 § andra stycket", Why.MAIN_RULE, refused)


def _dps_tender(start: date, facts: Facts) -> Period | Fixed:
    if facts.agreed_on is not None:
        return _agreed(start, facts, "8 kap. 11 § andra stycket")
    return _with_access(facts, 10, "8 kap. 11 § första stycket", Why.MAIN_RULE)


def _request(_start: date, facts: Facts) -> Period:
    if facts.accelerated:
        return Period(15, Unit.DAYS, "11 kap. 10 § 1", Why.ACCELERATED)
    return Period(30, Unit.DAYS, "11 kap. 3 § första stycket")


def _agreed(start: date, facts: Facts, section: str) -> Fixed:
    assert facts.agreed_on is not None
    if facts.agreed_on <= start:
        raise UnsuitableFacts("the agreed last tender day must be after the day the invitation was sent")
    return Fixed(facts.agreed_on, section, (step(StepCode.AGREED, on=facts.agreed_on),))


def _prior_notice(sent_on: date | None, notice_on: date) -> tuple[bool, tuple[Step, ...]]:
    """Whether a prior information notice shortens the time, and the step that says why it does not."""
    if sent_on is None:
        return False, ()
    latest = calendar.add_days(notice_on, -NOTICE_LEAD_DAYS)
    earliest = calendar.add_months(notice_on, -NOTICE_LIFE_MONTHS)
    if earliest <= sent_on <= latest:
        return True, ()
    return False, (
        step(StepCode.NOTICE_UNUSABLE, sent_on=sent_on, notice_on=notice_on, earliest=earliest, latest=latest),
    )


def _with_access(facts: Facts, count: int, section: str, why: Why, more: tuple[Step, ...] = ()) -> Period:
    if not facts.no_full_access:
        return Period(count, Unit.DAYS, section, why, more)
    longer = step(StepCode.LENGTHENED, count=count, by=FULL_ACCESS_DAYS, total=count + FULL_ACCESS_DAYS,
                  why=Why.NO_FULL_ACCESS.value, section="11 kap. 9 §")  # fmt: skip
    return Period(count + FULL_ACCESS_DAYS, Unit.DAYS, f"{section}, 11 kap. 9 §", why, (*more, longer), count)


def _no_number(section: str, _start: date, _facts: Facts) -> Exempt:
    return Exempt(section, (step(StepCode.NO_FIXED_PERIOD, section=section),))


def _requests(code: str, title: str, *, may_accelerate: bool) -> Rule:
    return Rule(
        code=code,
        title=title,
        section="11 kap. 3 § första stycket",
        event=Event.NOTICE_DISPATCHED,
        counting=Counting.EU,
        period_of=_request,
        options=frozenset({"accelerated"}) if may_accelerate else frozenset(),
    )


def _tenders_after_invitation(code: str, title: str) -> Rule:
    return Rule(
        code=code,
        title=title,
        section="11 kap. 3 § andra stycket",
        event=Event.INVITATION_SENT,
        counting=Counting.EU,
        period_of=_after_invitation,
        options=frozenset(
            {
                "electronic_tenders",
                "accelerated",
                "prior_notice_on",
                "notice_on",
                "agreed_on",
                "no_agreement",
                "no_full_access",
            }
        ),
    )


TENDER_RULES = (
    Rule(
        code="tender_open",
        title=N_("Tenders, open procedure"),
        section="11 kap. 2 §",
        event=Event.NOTICE_DISPATCHED,
        counting=Counting.EU,
        period_of=_open,
        options=frozenset({"electronic_tenders", "accelerated", "prior_notice_on", "no_full_access"}),
    ),
    _requests("request_restricted", N_("Requests to participate, restricted procedure"), may_accelerate=True),
    _tenders_after_invitation("tender_restricted", N_("Tenders, restricted procedure")),
    _requests(
        "request_negotiated", N_("Requests to participate, negotiated procedure with notice"), may_accelerate=True
    ),
    _tenders_after_invitation("tender_negotiated", N_("Tenders, negotiated procedure with notice")),
    _requests("request_dialogue", N_("Requests to participate, competitive dialogue"), may_accelerate=False),
    _requests("request_innovation", N_("Requests to participate, innovation partnership"), may_accelerate=False),
    Rule(
        code="tender_dialogue",
        title=N_("Tenders, competitive dialogue"),
        section="11 kap. 1 §",
        event=Event.INVITATION_SENT,
        counting=Counting.EU,
        period_of=partial(_no_number, "11 kap. 1 §"),
    ),
    Rule(
        code="tender_innovation",
        title=N_("Tenders, innovation partnership"),
        section="11 kap. 1 §",
        event=Event.INVITATION_SENT,
        counting=Counting.EU,
        period_of=partial(_no_number, "11 kap. 1 §"),
    ),
    Rule(
        code="request_dps_setup",
        title=N_("Requests to participate, when a dynamic purchasing system is set up"),
        section="8 kap. 8 §",
        event=Event.NOTICE_DISPATCHED,
        counting=Counting.EU,
        period_of=always(30, Unit.DAYS, "8 kap. 8 §"),
    ),
    Rule(
        code="tender_dps",
        title=N_("Tenders in a dynamic purchasing system"),
        section="8 kap. 11 §",
        event=Event.INVITATION_SENT,
        counting=Counting.EU,
        period_of=_dps_tender,
        options=frozenset({"agreed_on", "no_full_access"}),
    ),
    Rule(
        code="tender_mini_competition",
        title=N_("Tenders in a mini-competition under a framework agreement"),
        section="7 kap. 9 § andra stycket 2",
        event=Event.INVITATION_SENT,
        counting=Counting.EU,
        period_of=partial(_no_number, "7 kap. 9 § andra stycket 2"),
    ),
    Rule(
        code="tender_national",
        title=N_("Tenders, advertised procurement below the threshold"),
        section="19 kap. 11 §",
        event=Event.NOTICE_DISPATCHED,
        counting=Counting.EU,
        period_of=partial(_no_number, "19 kap. 11 §"),
        since=date(2022, 2, 1),
    ),
)
