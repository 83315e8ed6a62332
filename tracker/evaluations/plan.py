"""The usual deliverables and their days, counted from the day the final report is wanted. Pure.

Every day is a working day to come, and each deliverable has one of its own: where the time is too short for that it is
said, and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from tracker.core.calendar import (
    CalendarError,
    add_days,
    add_working_days,
    is_working_day,
    next_working_day,
    previous_working_day,
    roll_back,
    roll_forward,
    working_days_between,
)
from tracker.core.errors import DomainError
from tracker.core.filters import date_long
from tracker.evaluations.enums import DeliverableKind, DeliveredBy

_K, _E, _C = DeliverableKind, DeliveredBy.EVALUATOR, DeliveredBy.COMMISSIONER
# The usual set: what, by whom, and how much of the time until the final report has then gone, in per cent.
USUAL = (
    (_K.TERMS_OF_REFERENCE, _C, 10),
    (_K.INCEPTION_REPORT, _E, 30),
    (_K.DRAFT_REPORT, _E, 70),
    (_K.FACT_CHECK, _C, 85),
    (_K.FINAL_REPORT, _E, 100),
    (_K.PRESENTATION, _E, None),
)
DAYS_TO_PRESENT = 14
_SHARES = [share for _kind, _who, share in USUAL if share is not None]


@dataclass(frozen=True, slots=True)
class Suggested:
    """One of the usual deliverables, with the day that fits the wished final report."""

    kind: DeliverableKind
    delivered_by: DeliveredBy
    due_on: date


def suggest(today: date, report_on: date) -> list[Suggested]:
    """The usual deliverables between today and the day the final report is wanted, which is its own, and after it.

    :raises DomainError: on ``report_on`` when it is not later than today, no working day, too far away, or so near that
        some would have to share a day: it says how many working days are missing.
    """
    if report_on <= today:
        raise DomainError(_l("The final report is wanted on a day to come."), "report_on")
    try:
        _refuse_day_off(report_on)
        _refuse_too_short(today, report_on)
        days = [*_days_before(today, report_on), roll_forward(add_days(report_on, DAYS_TO_PRESENT)).on]
    except CalendarError:
        raise DomainError(_l("Check the year: %(given)s.", given=report_on.isoformat()), "report_on") from None
    return [Suggested(kind, who, day) for (kind, who, _share), day in zip(USUAL, days, strict=True)]


def lacking(there: Collection[DeliverableKind]) -> list[DeliverableKind]:
    """The kinds of the usual set that are not asked for yet, in order."""
    return [kind for kind, _who, _share in USUAL if kind not in there]


def oddities(days: Mapping[DeliverableKind, date], today: date) -> tuple[list[DeliverableKind], list[DeliverableKind]]:
    """Which of these days a person should look at again: kinds whose day is past or no working day, and kinds that
    share their day with another.

    :raises CalendarError: for a year whose holidays are not known.
    """
    off = [kind for kind, day in days.items() if day < today or not is_working_day(day)]
    shared = [kind for kind, day in days.items() if list(days.values()).count(day) > 1]
    return off, shared


def _days_before(today: date, report_on: date) -> list[date]:
    """A working day for each share of the time, in order, each later than the one before; the last is `report_on`."""
    span, days = (report_on - today).days, [today]
    for share in _SHARES:
        wished = roll_back(add_days(today, span * share // 100)).on
        days.append(max(wished, next_working_day(days[-1])))
    days = [*days[1:-1], report_on]
    for place in range(len(days) - 2, -1, -1):
        days[place] = min(days[place], previous_working_day(days[place + 1]))
    return days


def _refuse_day_off(report_on: date) -> None:
    if is_working_day(report_on):
        return
    raise DomainError(
        _l(
            "%(day)s is not a working day. The closest ones are %(before)s and %(after)s.",
            day=date_long(report_on),
            before=date_long(previous_working_day(report_on)),
            after=date_long(next_working_day(report_on)),
        ),
        "report_on",
    )


def _refuse_too_short(today: date, report_on: date) -> None:
    missing = len(_SHARES) - working_days_between(today, min(report_on, add_working_days(today, len(_SHARES))))
    if missing > 0:
        raise DomainError(
            lazy_ngettext(
                "The time is too short for the usual deliverables: it takes %(num)d more working day to give each a day"
                " of its own. The first day that fits is %(first)s. Choose it or a later one, or leave this empty and"
                " write the days yourself.",
                "The time is too short for the usual deliverables: it takes %(num)d more working days to give each a"
                " day of its own. The first day that fits is %(first)s. Choose it or a later one, or leave this empty"
                " and write the days yourself.",
                missing,
                first=date_long(add_working_days(today, len(_SHARES))),
            ),
            "report_on",
        )
