"""The form that gives the evaluator a document."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from tracker.core.choices import whole_number
from tracker.core.forms import BaseForm


class GiveForm(BaseForm):
    """A document of the case, and what it is for."""

    document_id = SelectField(_l("Document of the case"), choices=(), coerce=whole_number)
    deliverable_id = SelectField(
        _l("Shown beside"),
        choices=(),
        coerce=whole_number,
        description=_l("A template stands best beside what is written by it."),
    )
