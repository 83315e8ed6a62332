"""The fields of a form that takes a file, drawn by ``components/upload.html``."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Form, HiddenField

from tracker.core.forms import tidy
from tracker.documents import incoming


class UploadField(HiddenField):
    """The address of a file that was uploaded before the form was sent. Kept when the form is shown again, so that
    nobody has to upload twice."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[tidy], **kwargs)


class FileFields(Form):
    """Mix into a form that takes one file. What was sent is read with `documents.incoming.chosen`."""

    file = FileField(_l("File"))
    upload = UploadField()

    @property
    def kept_name(self) -> str | None:
        """The name of a file that was uploaded before the form was sent, when the form is shown again."""
        return incoming.find_name(self.upload.data) if self.upload.data else None
