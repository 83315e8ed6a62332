"""The forms of the import page."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, ValidationError

from tracker.core.forms import BaseForm

# A page keeps the file between the trial and the import; larger ones go through the command.
MAX_PAGE_BYTES = 250_000
MAX_PAGE_ROWS = 100


class UploadForm(BaseForm):
    """The file to try out."""

    file = FileField(_l("File with procurements (CSV or XLSX)"))

    def validate_file(self, field: Any) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_l("Choose a file."))
        self.content: bytes = field.data.read(MAX_PAGE_BYTES + 1)
        if len(self.content) > MAX_PAGE_BYTES:
            raise ValidationError(
                _l("The file is larger than 250 kB. Divide it, or have it read in with the command samordna import.")
            )


class RecommendationUploadForm(UploadForm):
    file = FileField(_l("File with recommendations (CSV or XLSX)"))


class ConfirmForm(BaseForm):
    """The same file again, as the page carried it along, to be read in. It is checked anew from the first byte."""

    content = HiddenField()

    def validate_content(self, field: Any) -> None:
        try:
            unpacker = zlib.decompressobj()
            self.file_content = unpacker.decompress(base64.b64decode(field.data or "", validate=True), MAX_PAGE_BYTES)
            if unpacker.unconsumed_tail or not unpacker.eof:
                raise ValueError
        except (binascii.Error, zlib.error, ValueError):
            raise ValidationError(_l("The file was damaged on the way. Choose it again.")) from None


class ConfirmSeenForm(ConfirmForm):
    """``seen`` is the digest of what the page showed would happen."""

    seen = HiddenField()


def packed(content: bytes) -> str:
    """A file as `ConfirmForm` carries it."""
    return base64.b64encode(zlib.compress(content)).decode("ascii")
