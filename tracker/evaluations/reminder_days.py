"""On which days an evaluator is reminded of what is to be delivered. Pure.

Each choice keeps the last reminder before the day, the one on the day, and those after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.deadlines.enums import DeadlineKind
from tracker.deadlines.ladders import ladder, steps_before
from tracker.evaluations.enums import ReminderDays

_USUAL = steps_before(DeadlineKind.DELIVERABLE)
# Swedish working days before the day.
STEPS: Mapping[ReminderDays, tuple[int, ...]] = {
    ReminderDays.USUAL: _USUAL,
    ReminderDays.MORE: (30, *_USUAL, 1),
    ReminderDays.CALENDAR: (min(_USUAL),),
}


def mailed_on(choice: ReminderDays, due_on: date) -> list[date]:
    """The working days on which mail goes out, up to and with the day itself."""
    return [rung.planned_on for rung in ladder(DeadlineKind.DELIVERABLE, due_on, STEPS[choice])]


def rung_in_calendar(choice: ReminderDays, due_on: date) -> list[date]:
    """The days on which a calendar rings, before the day: those of the mails, or of the usual mails where the calendar
    stands in for them."""
    days = mailed_on(ReminderDays.USUAL if choice is ReminderDays.CALENDAR else choice, due_on)
    return [day for day in days if day < due_on]
