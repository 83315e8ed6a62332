"""The form by which anybody checks a receipt."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField
from wtforms.validators import Length, ValidationError

from tracker.core.forms import BaseForm, TextField

_LONGEST = 60


class ReceiptCheckForm(BaseForm):
    """Number and code, or the PDF itself."""

    number = TextField(_l("Receipt number"), [Length(max=_LONGEST, message=_l("Check the number."))])
    code = TextField(_l("Check code"), [Length(max=_LONGEST, message=_l("Check the code."))])
    file = FileField(_l("The receipt as a PDF"))

    @property
    def chosen(self) -> Any:
        """The file that was sent, or None."""
        file = self.file.data
        return file if getattr(file, "filename", None) else None

    def validate_number(self, field: TextField) -> None:
        if not field.data and not self.chosen:
            raise ValidationError(_l("Write the receipt number, or choose the PDF."))

    def validate_code(self, field: TextField) -> None:
        if not field.data and not self.chosen:
            raise ValidationError(_l("Write the check code, or choose the PDF."))
