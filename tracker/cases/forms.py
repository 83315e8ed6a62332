"""Forms that every case has."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Length

from tracker.core.forms import BaseForm, LongTextField, Required, SubmissionField, VersionField


class NoteForm(BaseForm):
    body = LongTextField(_l("Note"), [Required(_l("Write the note first.")), Length(max=10_000)])
    submission = SubmissionField()


class LeavesField(BooleanField):
    """Asked only of somebody who would no longer see the case after the change (`service.refuse_lost_sight`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_l("I leave the case and will no longer see it."), **kwargs)

    @property
    def is_asked(self) -> bool:
        return bool(self.errors or self.data)


class BareForm(BaseForm):
    """A button: nothing but the token and the version."""

    version = VersionField()
