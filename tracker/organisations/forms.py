"""The filter of the list of organisations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from tracker.core.choices import FilterSelect
from tracker.core.forms import FilterForm, TextField
from tracker.organisations.enums import OrganisationKind

KIND_LABELS = {
    OrganisationKind.REGION: _l("County council or region"),
    OrganisationKind.ASSOCIATION: _l("Association"),
    OrganisationKind.CENTRAL_PURCHASING_BODY: _l("Central purchasing body"),
    OrganisationKind.BODY: _l("Body of the collaboration"),
    OrganisationKind.SUPPLIER: _l("Supplier"),
    OrganisationKind.EVALUATION_PROVIDER: _l("Evaluation provider"),
    OrganisationKind.OTHER: _l("Other organisation"),
}


def _kinds() -> list[Any]:
    return [SelectChoice("", _l("All")), *(SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items())]


class OrganisationFilter(FilterForm):
    q = TextField(_l("Name or number"))
    kind = FilterSelect(_l("Kind"), choices=_kinds)
