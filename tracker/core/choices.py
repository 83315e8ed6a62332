"""Choices of selects and radio buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.widgets import CheckboxInput, ListWidget

NOT_GIVEN = _l("Not given")


# An address that was kept, or sent by somebody else, may ask for what is no longer there.
NO_SUCH_CHOICE = _l("The address asks for something that cannot be chosen here. Choose again.")


class FilterSelect(SelectField):
    """A select of a list's filter, whose value comes from an address."""

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data:
            return
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(NO_SUCH_CHOICE) from None


class CheckboxesField(SelectMultipleField):
    """Any number of choices, drawn by the `checkboxes` macro."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices_of(names: Any, empty: Any = None) -> list[Any]:
    """Choices of a select from a mapping of codes to labels, with an empty one before them where it has a text."""
    first = [SelectChoice("", empty)] if empty is not None else []
    return first + [SelectChoice(code.value, label) for code, label in names.items()]


def id_choices(pairs: Iterable[tuple[int, str]], empty: Any = None) -> list[Any]:
    """Choices of a select from (id, name)."""
    first = [SelectChoice("", empty)] if empty is not None else []
    return first + [SelectChoice(str(number), name) for number, name in pairs]


def whole_number(value: Any) -> int | None:
    """A chosen id; None for the empty choice."""
    return int(value) if value not in (None, "", "None") else None
