"""What every form shares: fields that keep what was typed, the version, the submission number, errors of the matter.

A view reads::

    form = NoteForm(obj=note)
    if form.validate_on_submit():
        with form.domain_errors():
            note = service.revise_note(...)
            return redirect(...)
    return render_template("...", form=form), form.status

A ``DomainError`` from the service lands on its field (or on the whole form), a ``StaleVersion`` shows both texts; the
``with`` block then ends quietly and the page is shown again with everything that was typed.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType
from wtforms import Field, HiddenField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import HiddenInput, TextInput

from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleVersion, Unavailable

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mar mars march",
            "apr april",
            "maj may",
            "jun juni june",
            "jul juli july",
            "aug augusti august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{2})[-/. ]?(\d{2})|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})")
_MONTH_NAMED = re.compile(r"(?:den )?(\d{1,2})[. ]+([a-z]+)[. ]+(\d{4})")


def parse_date(text: str) -> date:
    """The date that a person wrote: 2026-11-22, 20261122, 22/11 2026, 22.11.2026, 22 november 2026, idag.

    :raises ValueError: where it is no date, does not exist, or its year is not written in full.
    """
    said = " ".join(text.strip().lower().split())
    if said in ("idag", "i dag", "today"):
        return clock.today()
    if found := _YEAR_FIRST.fullmatch(said):
        year, month, day = (part for part in found.groups() if part is not None)
        return date(int(year), int(month), int(day))
    if found := _DAY_FIRST.fullmatch(said):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if (found := _MONTH_NAMED.fullmatch(said)) and found[2] in _MONTHS:
        return date(int(found[3]), _MONTHS[found[2]], int(found[1]))
    raise ValueError(text)


def tidy(text: Any) -> Any:
    """Text as it should be stored: composed, without control characters or outer blanks; empty becomes None."""
    if not isinstance(text, str):
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign for sign in composed if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return kept.strip() or None


class Required(InputRequired):
    """Something was written or chosen. Says so in words, and leaves other faults of the field alone."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("This needs an answer."))

    def __call__(self, form: Any, field: Any) -> None:
        # Tidied, since a field keeps nothing of signs that cannot be seen.
        if field.raw_data and tidy(str(field.raw_data[0] or "")):
            return
        field.errors[:] = []
        raise StopValidation(self.message)


class TextField(StringField):
    """One line of text; ``data`` is tidied, None when empty."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[tidy, *kwargs.pop("filters", ())], **kwargs)


class LongTextField(TextAreaField):
    """Several lines of text; ``data`` is tidied, None when empty."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[tidy, *kwargs.pop("filters", ())], **kwargs)


class DateField(Field):
    """A date in one text field. ``data`` is a date or None; what was typed is shown again as it was typed."""

    data: date | None

    widget = TextInput()

    @property
    def example(self) -> str:
        return clock.today().isoformat()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        typed = str(valuelist[0] or "").strip()
        if not typed:
            return
        try:
            self.data = parse_date(typed)
        except ValueError:
            raise ValueError(
                _l(
                    "This is not a date that exists. Write year, month and day, for example %(example)s.",
                    example=self.example,
                )
            ) from None


class MoneyField(Field):
    """An amount in kronor in one text field. ``data`` is whole öre, or None."""

    data: int | None

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        kronor, ore = divmod(abs(int(self.data)), 100)
        sign = "-" if self.data < 0 else ""
        return f"{sign}{kronor},{ore:02}" if ore else f"{sign}{kronor}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        typed = re.sub(r"\s|kr$", "", str(valuelist[0] or "").strip().lower())
        if not typed:
            return
        try:
            amount = Decimal(typed.replace(",", ".")) * 100
            if amount != amount.to_integral_value() or abs(amount) >= 10**17:
                raise ValueError
        except (InvalidOperation, ValueError):
            raise ValueError(_l("Write an amount in kronor, for example 1 234,50.")) from None
        self.data = int(amount)


class WholeNumberField(IntegerField):
    """A whole number in one text field. What is no number is told as that, and as nothing else."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = re.sub(r"\s", "", str(valuelist[0] or "")) if valuelist else ""
        if not typed:
            return
        if not re.fullmatch(r"[-+]?\d{1,9}", typed, re.ASCII):
            raise ValueError(_l("Write a whole number in digits."))
        self.data = int(typed)

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


class VersionField(IntegerField):
    """Which version of the record the form was filled in from (optimistic locking)."""

    data: int | None
    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        # A record that is not there yet has no version: its form sends the field empty.
        if valuelist and str(valuelist[0] or "").strip():
            super().process_formdata(valuelist)
        elif self.object_data is not None:
            raise ValueError(_l("The form was damaged on the way. Open the page again."))
        else:
            self.data = None

    def renew(self, version: int) -> None:
        """Stand on ``version`` from now on."""
        self.data, self.raw_data = version, None


class SubmissionField(HiddenField):
    """A number drawn when the form is first shown, so that a doubled submission creates one record."""

    data: str | None

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, default=lambda: str(uuid.uuid4()), **kwargs)

    def pre_validate(self, form: Any) -> None:
        try:
            self.data = str(uuid.UUID(str(self.data)))
        except ValueError:
            raise ValidationError(_l("The form was damaged on the way. Open the page again.")) from None


class BaseForm(FlaskForm):
    """A form that writes."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What the page's form sent. Flask-WTF would take JSON as well, with values that no field expects.

            :raises UnsupportedMediaType: the request carries JSON.
            """
            if form.is_submitted() and request.is_json:
                raise UnsupportedMediaType
            return super().wrap_formdata(form, formdata)

    conflict: str | None = None
    form_errors: list[Any]

    @property
    def status(self) -> int:
        """HTTP status of the page that shows this form: 200, 409 after a conflict, 422 with faults."""
        if self.conflict:
            return 409
        return 422 if self.errors else 200

    def values(self) -> dict[str, Any]:
        """What was filled in, as the service takes it: by the names of the fields, and the number of the form as
        ``submission_id``. A form that names something otherwise than its service says how it is meant."""
        return {
            "submission_id" if isinstance(field, SubmissionField) else name: field.data
            for name, field in self._fields.items()
            if name != self.meta.csrf_field_name
        }

    @contextmanager
    def domain_errors(self) -> Iterator[None]:
        """Turn a refusal by the service into words on this form, with the unit of work rolled back."""
        try:
            yield
        except (NotFound, Forbidden, Unavailable):
            raise
        except StaleVersion as error:
            db.session.rollback()
            self.add_conflict(error)
        except DomainError as error:
            db.session.rollback()
            self.add_error(error)

    def add_error(self, error: DomainError) -> None:
        """Put ``error`` on its field, or on the form where it has none."""
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors = [*self.form_errors, error.message]

    def add_conflict(self, error: StaleVersion) -> None:
        """Show the stored text beside each field that differs, and stand on the stored version from now on.

        ``error.current`` holds the stored texts by field name, and the stored number under ``version``.
        """
        self.conflict = str(error.message)
        for name, stored in error.current.items():
            field = self._fields.get(name)
            if isinstance(field, VersionField):
                field.renew(int(stored))
            elif field is not None and _typed(field) != (stored or ""):
                field.stored_text = stored or ""


def _typed(field: Field) -> str:
    if field.raw_data:
        return "\n".join(str(value) for value in field.raw_data).replace("\r\n", "\n").strip()
    value = field._value() if hasattr(field, "_value") else field.data
    return "" if value is None else str(value)


class FilterForm(FlaskForm):
    """A form that only asks: it lives in the URL and needs no token."""

    class Meta(FlaskForm.Meta):
        csrf = False

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(request.args if formdata is None else formdata, **kwargs)

    @property
    def is_active(self) -> bool:
        """Whether the URL narrows the list at all."""
        return any(field.data not in (None, "", [], False) for field in self)


__all__ = [
    "BaseForm",
    "DateField",
    "FilterForm",
    "LongTextField",
    "MoneyField",
    "Required",
    "SubmissionField",
    "TextField",
    "VersionField",
    "WholeNumberField",
    "parse_date",
    "tidy",
]
