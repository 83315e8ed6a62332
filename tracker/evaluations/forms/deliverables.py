"""Forms of deliverables."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Length

from tracker.core.choices import choices_of
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
from tracker.evaluations import labels
from tracker.evaluations.enums import DeliverableKind, DeliveredBy


class DeliverableForm(BaseForm):
    """A deliverable that is there: the kind stays."""

    title = TextField(_l("What it is called"), [Required(), Length(max=200)])
    due_on = DateField(_l("Due on"), [Required()])
    delivered_by = RadioField(_l("Who delivers?"), choices=lambda: choices_of(labels.DELIVERED_BY), coerce=DeliveredBy)
    format = TextField(
        _l("Format"), [Length(max=200)], description=_l("For example: PDF, at most 40 pages, with a summary.")
    )
    next_step = LongTextField(
        _l("What happens next"), [Length(max=500)], description=_l("Told to the evaluator when it is delivered.")
    )
    reason = TextField(
        _l("Why is the day moved?"),
        [Length(max=500)],
        description=_l("Needed once the contract is signed. The evaluator is told."),
    )
    version = VersionField()


class NewDeliverableForm(BaseForm):
    kind = SelectField(
        _l("What is to be delivered?"),
        choices=lambda: choices_of(labels.DELIVERABLES),
        coerce=DeliverableKind,
        default=DeliverableKind.FINAL_REPORT,
    )
    title = TextField(
        _l("What it is called"), [Length(max=200)], description=_l("Leave empty to call it what is chosen above.")
    )
    due_on = DateField(_l("Due on"), [Required()])
    delivered_by = RadioField(
        _l("Who delivers?"),
        choices=lambda: choices_of(labels.DELIVERED_BY),
        coerce=DeliveredBy,
        default=DeliveredBy.EVALUATOR,
    )
    format = TextField(
        _l("Format"), [Length(max=200)], description=_l("For example: PDF, at most 40 pages, with a summary.")
    )
    next_step = LongTextField(
        _l("What happens next"), [Length(max=500)], description=_l("Told to the evaluator when it is delivered.")
    )
    submission = SubmissionField()


class UsualFilter(FilterForm):
    report_on = DateField(_l("When is the final report wanted?"))


class UsualForm(BaseForm):
    """The usual set: for each kind whether it is asked for, and by when."""

    is_meant = BooleanField(_l("The days are meant so."))
    submission = SubmissionField()


def _each(kind: DeliverableKind) -> None:
    setattr(UsualForm, f"take_{kind.value}", BooleanField(labels.DELIVERABLES[kind], default=True))
    setattr(UsualForm, f"due_{kind.value}", DateField(_l("Due on: %(what)s", what=labels.DELIVERABLES[kind])))


class CancelDeliverableForm(BaseForm):
    reason = TextField(_l("Why is it no longer asked for?"), [Required(), Length(max=500)])
    version = VersionField()


def usual_kinds() -> tuple[DeliverableKind, ...]:
    """The kinds of the usual set, in order."""
    return tuple(kind for kind in DeliverableKind if kind is not DeliverableKind.OTHER)


for _kind in usual_kinds():
    _each(_kind)


def line_of(form: Any, kind: DeliverableKind) -> tuple[Any, Any]:
    """The fields of one kind: whether it is asked for, and its day."""
    return form[f"take_{kind.value}"], form[f"due_{kind.value}"]
