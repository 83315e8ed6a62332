"""The filter of the list of procurements. Its choices are drawn once per language and answer, not once per request."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import BooleanField, Field, ValidationError
from wtforms.form import BaseForm
from wtforms.widgets import html_params

from tracker.core.choices import NO_SUCH_CHOICE
from tracker.core.filters import locale_code
from tracker.core.forms import FilterForm, TextField
from tracker.procurements import atc, labels
from tracker.procurements.enums import ProcurementPhase

RUNNING = "running"
PHASE_CODES = frozenset(phase.value for phase in ProcurementPhase)
MONTHS = ("3", "6", "12", "24")

_ALL = _l("All")
_TABLES: dict[str, tuple[tuple[str, Any], ...]] = {
    "phase": (
        ("", _ALL),
        (RUNNING, _l("Not closed")),
        *((phase.value, label) for phase, label in labels.PHASES.items()),
    ),
    "procedure": (("", _ALL), *((procedure.value, label) for procedure, label in labels.PROCEDURES.items())),
    "ends": (
        ("", _l("Any time")),
        *zip(MONTHS, (_l("3 months"), _l("6 months"), _l("12 months"), _l("24 months")), strict=True),
    ),
    "examples": (("", _l("With the others")), ("without", _l("Without examples")), ("only", _l("Only examples"))),
}


class FilterChoice(Field):
    """A select whose value is a plain code or number.

    ``rows`` are (id, name) to choose from; without them the choices are those of the table by the field's name.
    """

    rows: tuple[tuple[int, str], ...] | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        rows = _TABLES[self.name] if self.rows is None else self.rows
        if self.data and self.data not in {str(value) for value, _name in rows}:
            raise ValidationError(NO_SUCH_CHOICE)

    def __call__(self, **kwargs: Any) -> Markup:
        chosen = self.data or ""
        if self.rows is None:
            options = _named_options(locale_code(), self.name, chosen)
        else:
            options = _row_options(str(_ALL), self.rows, chosen)
        kwargs.setdefault("id", self.id)
        return Markup("<select {}>{}</select>").format(
            Markup(html_params(name=self.name, **kwargs)),
            options,
        )


@lru_cache(maxsize=256)
def _named_options(_language: str, table: str, chosen: str) -> Markup:
    return _options(tuple((code, str(label)) for code, label in _TABLES[table]), chosen)


@lru_cache(maxsize=256)
def _row_options(empty: str, rows: tuple[tuple[int, str], ...], chosen: str) -> Markup:
    return _options((("", empty), *((str(number), name) for number, name in rows)), chosen)


def _options(pairs: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            escape(value), Markup(" selected") if value == chosen else "", label
        )
        for value, label in pairs
    )


class ListFilter(FilterForm):
    q = TextField(_l("Search"))
    phase = FilterChoice(_l("Phase"))
    procedure = FilterChoice(_l("Procedure"))
    responsible = FilterChoice(_l("Responsible officer"))
    atc = TextField(_l("ATC code begins with"))
    body = FilterChoice(_l("Executing body"))
    ends = FilterChoice(_l("Contract ends within"))
    examples = FilterChoice(_l("Example cases"))
    overdue = BooleanField(_l("Only with something overdue"))
    mine = BooleanField(_l("Only mine"))

    def validate_atc(self, field: TextField) -> None:
        if field.data and not atc.is_beginning(field.data):
            raise ValidationError(
                _l(
                    "No ATC code begins with %(text)s. Write a letter and what follows, such as J07 or J07BX03.",
                    text=field.data,
                )
            )
