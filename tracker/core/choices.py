"""Choices of selects and radio buttons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

NOT_GIVEN = _l("Not given")


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
