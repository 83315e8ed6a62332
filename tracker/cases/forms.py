"""Forms that every case has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from tracker.core.forms import BaseForm, LongTextField, Required, SubmissionField, VersionField


class NoteForm(BaseForm):
    body = LongTextField(_l("Note"), [Required(_l("Write the note first.")), Length(max=10_000)])
    submission = SubmissionField()


class BareForm(BaseForm):
    """A button: nothing but the token and the version."""

    version = VersionField()
