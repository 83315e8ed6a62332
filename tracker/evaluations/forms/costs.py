"""The form that shares a cost between the landsting."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Length

from tracker.core.forms import BaseForm, DateField, MoneyField, Required, SubmissionField, TextField, VersionField
from tracker.evaluations.service.costs import LONGEST_DECISION


def _day(code: str | None) -> date | None:
    try:
        return date.fromisoformat(str(code))
    except ValueError:
        return None


class CostForm(BaseForm):
    """``version`` is the sharing that stood when the form was opened, 0 for none."""

    amount_ore = MoneyField(_l("Amount to share, kronor without VAT"), [Required()])
    populations_day = RadioField(_l("Inhabitants on"), [Required(_l("Choose the day whose figures are used."))])
    decided_on = DateField(_l("Day of the decision"), [Required()])
    decision = TextField(
        _l("Decision"),
        [Required(), Length(max=LONGEST_DECISION)],
        description=_l("Number or paragraph, so that it can be found. For example: the styrgrupp's minutes § 12."),
    )
    version = VersionField()
    submission = SubmissionField()

    def values(self) -> dict[str, Any]:
        return {**super().values(), "populations_day": _day(self.populations_day.data)}
