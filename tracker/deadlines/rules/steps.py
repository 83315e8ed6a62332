"""The steps of a count, kept as codes and values so that each reader gets them in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tracker.core.calendar import Rolled


def N_(message: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is shown."""
    return message


class StepCode(StrEnum):
    """What a step says. ``deadlines.explain`` has one sentence for each."""

    LAW = "law"
    START = "start"
    PERIOD = "period"
    LENGTHENED = "lengthened"
    NOTICE_UNUSABLE = "notice_unusable"
    COUNTED = "counted"
    TERM_COUNTED = "term_counted"
    ROLLED = "rolled"
    TWO_WORKING_DAYS = "two_working_days"
    LAST_DAY = "last_day"
    NOT_LATER = "not_later"
    STATED = "stated"
    CONTRACT_FROM = "contract_from"
    DOES_NOT_APPLY = "does_not_apply"
    NO_FIXED_PERIOD = "no_fixed_period"
    AGREED = "agreed"
    QUARTER_END = "quarter_end"
    ALLOWANCE = "allowance"
    NOTICE_MONTHS = "notice_months"
    DECISION_LEAD = "decision_lead"


class Unit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Event(StrEnum):
    """What happened (or shall happen) on the day that a count starts from."""

    NOTIFICATION_SENT = "notification_sent"
    CANCELLATION_SENT = "cancellation_sent"
    TRANSPARENCY_NOTICE_PUBLISHED = "transparency_notice_published"
    JUDGMENT = "judgment"
    REVIEW_APPLIED = "review_applied"
    NOTICE_DISPATCHED = "notice_dispatched"
    INVITATION_SENT = "invitation_sent"
    LAST_TENDER_DAY = "last_tender_day"
    CONTRACT_CONCLUDED = "contract_concluded"
    CONTRACT_OR_CANCELLATION = "contract_or_cancellation"
    CONTRACT_AWARDED = "contract_awarded"
    REQUEST_RECEIVED = "request_received"
    REQUEST_SENT = "request_sent"
    AWARD_NOTICE_PUBLISHED = "award_notice_published"
    CONTRACT_KNOWN = "contract_known"
    TERM_STARTED = "term_started"


class Why(StrEnum):
    """Why the law gives this number of days and no other."""

    SENT_ELECTRONICALLY = "sent_electronically"
    SENT_OTHERWISE = "sent_otherwise"
    MAIN_RULE = "main_rule"
    ELECTRONIC_TENDERS = "electronic_tenders"
    PRIOR_NOTICE = "prior_notice"
    ACCELERATED = "accelerated"
    NO_AGREEMENT = "no_agreement"
    NO_FULL_ACCESS = "no_full_access"
    EXTENDED = "extended"
    FULL_DAYS = "full_days"
    SUGGESTED = "suggested"


Param = str | int | list[list[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``params`` hold text, integers, ISO dates and lists of them, so that the step can be stored as JSON."""

    code: StepCode
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code.value, "params": dict(self.params)}


def step(code: StepCode, **params: Param | date) -> Step:
    """A step with its dates written as ISO text."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in params.items()}
    return Step(code, MappingProxyType(plain))


def moved_forward(rolled: Rolled, source: str) -> tuple[Step, ...]:
    """The step that tells which days were passed over on the way to a later one; none if the date did not move."""
    if not rolled.skipped:
        return ()
    return (step(StepCode.ROLLED, skipped=_days(rolled), to_on=rolled.on, source=source),)


def not_moved_later(rolled: Rolled) -> tuple[Step, ...]:
    """The step that tells why a duty is done on an earlier working day; none if the date is one."""
    if not rolled.skipped:
        return ()
    return (step(StepCode.NOT_LATER, skipped=_days(rolled), to_on=rolled.on),)


def _days(rolled: Rolled) -> list[list[str]]:
    return [[day.on.isoformat(), day.reason.value] for day in sorted(rolled.skipped, key=lambda day: day.on)]
