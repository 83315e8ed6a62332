"""The form that gives the evaluator a document."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from tracker.core.choices import whole_number
from tracker.core.forms import BaseForm, Required


class MoveForm(BaseForm):
    """What a document is for."""

    deliverable_id = SelectField(
        _l("Shown beside"),
        choices=(),
        coerce=whole_number,
        description=_l("A template stands best beside what is written by it."),
    )


class GiveForm(MoveForm):
    """A document of the case, and what it is for."""

    document_id = SelectField(
        _l("Document of the case"), [Required(_l("Choose a document."))], choices=(), coerce=whole_number
    )
