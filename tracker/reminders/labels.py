"""What people read for the codes of this domain."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.reminders.enums import Part, ReminderState, StopReason

STATES: dict[ReminderState, Any] = {
    ReminderState.PLANNED: _l("Waits for its day"),
    ReminderState.DUE: _l("In the morning's mail"),
    ReminderState.VOID: _l("Not sent"),
    ReminderState.SKIPPED: _l("Not sent"),
}
REASONS: dict[StopReason, Any] = {
    StopReason.DATE_MOVED: _l("The date was moved."),
    StopReason.DEADLINE_MET: _l("The deadline was met before."),
    StopReason.DEADLINE_CANCELLED: _l("The deadline was cancelled."),
    StopReason.PASSED_WHEN_SET: _l("The day had passed when the date was set."),
    StopReason.NO_RECIPIENT: _l("Nobody who can be reached is responsible."),
    StopReason.PERSON_INACTIVE: _l("The person's account is not active."),
}
PARTS: dict[Part, Any] = {
    Part.OWNER: _l("responsible for the deadline"),
    Part.RESPONSIBLE: _l("responsible officer"),
    Part.MARKET_CONTACT: _l("contact at the Market function"),
}


def step(working_days: int) -> str:
    """How far a rung is from the deadline, in the reader's language."""
    if working_days == 0:
        return _("on the day")
    if working_days < 0:
        return ngettext("%(num)d working day before", "%(num)d working days before", -working_days)
    return ngettext("%(num)d working day after", "%(num)d working days after", working_days)
