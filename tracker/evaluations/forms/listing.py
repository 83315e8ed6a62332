"""The filter of the list of evaluations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from tracker.core.choices import FilterSelect, choices_of
from tracker.core.forms import FilterForm, TextField
from tracker.evaluations import labels

RUNNING = "running"


def _phases() -> list[Any]:
    every, running = SelectChoice("", _l("All")), SelectChoice(RUNNING, _l("Not closed"))
    return [every, running, *choices_of(labels.PHASES)]


class ListFilter(FilterForm):
    q = TextField(_l("Search"))
    phase = FilterSelect(_l("Phase"), choices=_phases)
    overdue = BooleanField(_l("Only with something overdue"))
    open = BooleanField(_l("Only with open recommendations"))
