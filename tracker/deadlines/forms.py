"""Forms of the deadline pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker.core.choices import FilterSelect
from tracker.core.forms import (
    BaseForm,
    DateField,
    FilterForm,
    LongTextField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
)
from tracker.deadlines import labels
from tracker.deadlines.enums import Basis, DeadlineKind

WHEN = {
    "overdue": _l("Overdue"),
    "this_week": _l("This week"),
    "next_week": _l("Next week"),
    "soon": _l("The next 90 days"),
    "all": _l("All open"),
    "met": _l("Done"),
}


def _when() -> list[Any]:
    return [SelectChoice(code, label) for code, label in WHEN.items()]


def _bases() -> list[Any]:
    return [SelectChoice("", _l("All")), *(SelectChoice(basis.value, label) for basis, label in labels.BASES.items())]


def _own_bases() -> list[Any]:
    # In this order: our own plan is the usual answer, a statutory date by hand the exception.
    order = (Basis.INTERNAL, Basis.CONTRACTUAL, Basis.STATUTORY)
    return [SelectChoice(basis.value, labels.BASES[basis]) for basis in order]


def _kinds() -> list[Any]:
    other_first = sorted(labels.KINDS.items(), key=lambda item: item[0] is not DeadlineKind.OTHER)
    return [SelectChoice(kind.value, label) for kind, label in other_first]


class DeadlineFilter(FilterForm):
    when = FilterSelect(_l("Due"), choices=_when, default="soon")
    basis = FilterSelect(_l("Set by"), choices=_bases)
    mine = BooleanField(_l("Only those that wait for me"))


class MetForm(BaseForm):
    met_on = DateField(_l("Done on"), [Required()])
    version = VersionField()


class MoveForm(BaseForm):
    due_on = DateField(_l("New date"), [Required()])
    reason = LongTextField(_l("Why is it moved?"), [Required(), Length(max=500)])
    version = VersionField()


class ReopenForm(BaseForm):
    version = VersionField()


class AddForm(BaseForm):
    kind = SelectField(_l("What kind of deadline is it?"), choices=_kinds, coerce=DeadlineKind)
    subject = TextField(_l("What has to be done?"), [Length(max=200)])
    due_on = DateField(_l("Date"), [Required()])
    basis = RadioField(_l("Who has set the date?"), choices=_own_bases, coerce=Basis, default=Basis.INTERNAL)
    source = TextField(
        _l("Act and section"),
        [Length(max=60)],
        description=_l("Only where the law sets the date, for example LOU 2007:1091, 16 kap. 6 §."),
    )
    reason = LongTextField(
        _l("Where does the date come from?"),
        [Required(), Length(max=500)],
        description=_l("For example a meeting, a letter or a clause of the contract."),
    )
    submission = SubmissionField()
