"""The fields of a form that takes a file, drawn by ``components/upload.html``."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Form, HiddenField

from tracker.core import clock
from tracker.core.forms import tidy
from tracker.documents import incoming


class UploadField(HiddenField):
    """The address of a file that was uploaded before the form was sent. Kept when the form is shown again, so that
    nobody has to upload twice."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[tidy], **kwargs)


class FileFields(Form):
    """Mix into a form that takes one file. What was sent is read with `documents.incoming.chosen`; before a view shows
    the form again it calls `documents.keeping.keep_sent`.

    ``drafted`` is a file that goes in when none is chosen, where the form has a draft.
    """

    file = FileField(_l("File"))
    upload = UploadField()
    drafted: incoming.Waiting | None = None

    def values(self) -> dict[str, Any]:
        """As `BaseForm.values`, without the file, which is read by itself."""
        told: dict[str, Any] = super().values()
        return {name: value for name, value in told.items() if name not in ("file", "upload")}

    @property
    def kept(self) -> incoming.Waiting | None:
        """The file that goes in when no other is chosen."""
        sent = incoming.find_waiting(self.upload.data, clock.now()) if self.upload.data else None
        return sent or self.drafted

    @property
    def is_file_refused(self) -> bool:
        """Whether the file itself is what keeps the form from going in."""
        return bool(self.file.errors)
