"""On which days a deadline is spoken of. Pure.

Steps are Swedish working days from the deadline: three reminders over a weekend would be used up before anybody has
seen the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core import calendar
from tracker.deadlines.enums import DeadlineKind

DEFAULT = (30, 14, 7, 2)
# Where the law or the procedure leaves a few weeks at most, thirty working days before would be before the beginning.
SHORTER: dict[DeadlineKind, tuple[int, ...]] = {
    DeadlineKind.INVITATION: (7, 2),
    DeadlineKind.SUPPLEMENTARY_INFORMATION: (7, 2),
    DeadlineKind.REQUESTS_DUE: (14, 7, 2),
    DeadlineKind.TENDERS_DUE: (14, 7, 2),
    DeadlineKind.AWARD_DECISION: (14, 7, 2),
    DeadlineKind.AWARD_NOTIFICATION: (7, 2),
    DeadlineKind.STANDSTILL_END: (2,),
    DeadlineKind.CONTRACT_SIGNING: (7, 2),
    DeadlineKind.AWARD_NOTICE: (14, 7, 2),
    DeadlineKind.DOCUMENTATION: (14, 7, 2),
    DeadlineKind.DELIVERABLE: (14, 7, 2),
    DeadlineKind.INDEPENDENCE: (7, 2),
    DeadlineKind.MANAGEMENT_RESPONSE: (14, 7, 2),
    DeadlineKind.ACTION: (14, 7, 2),
}
FIRST_OVERDUE = 1
EVERY_OVERDUE = 5


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One day on which a deadline is spoken of; ``step`` is negative before it, 0 on the day, positive when overdue."""

    step: int
    planned_on: date


def steps_before(kind: DeadlineKind) -> tuple[int, ...]:
    """How many working days before a deadline of this kind it is spoken of."""
    return SHORTER.get(kind, DEFAULT)


def ladder(kind: DeadlineKind, due_on: date, steps: tuple[int, ...] | None = None) -> list[Rung]:
    """The rungs up to and with the day itself, in order of time.

    :param steps: working days before, where somebody has chosen others than those of the kind.

    A deadline that falls on a day off is spoken of on the working day before, not after it. Rungs before the years
    whose working days are known are left out.
    """
    rungs = []
    for before in sorted(steps or steps_before(kind), reverse=True):
        try:
            rungs.append(Rung(-before, calendar.add_working_days(due_on, -before)))
        except calendar.CalendarError:
            continue
    rungs.append(Rung(0, calendar.roll_back(due_on).on))
    return rungs


def overdue_rung(due_on: date, after: date) -> Rung:
    """The first overdue rung (1st, 6th, 11th … working day after the deadline) whose day is later than ``after``.

    :raises CalendarError: past the years whose working days are known.
    """
    passed = max(0, calendar.working_days_between(due_on, after))
    step = FIRST_OVERDUE
    if passed >= FIRST_OVERDUE:
        step += EVERY_OVERDUE * ((passed - FIRST_OVERDUE) // EVERY_OVERDUE + 1)
    start = calendar.roll_back(after).on if after > due_on else due_on
    return Rung(step, calendar.add_working_days(start, step - passed))


def rungs_from(
    kind: DeadlineKind, due_on: date, today: date, steps: tuple[int, ...] | None = None
) -> tuple[list[Rung], list[Rung]]:
    """What is still ahead (today included) and what has passed already, for a date that is set ``today``.

    Something is always ahead: a date that has passed goes on with its next overdue rung.
    """
    rungs = ladder(kind, due_on, steps)
    ahead = [rung for rung in rungs if rung.planned_on >= today]
    if not ahead:
        ahead = [overdue_rung(due_on, today - timedelta(days=1))]
    return ahead, [rung for rung in rungs if rung.planned_on < today]
