"""Procurements for tests, through the services, as a person would make them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.factories.organisations import supplier as make_supplier
from tracker.accounts.models import Person
from tracker.procurements import service
from tracker.procurements.enums import Procedure
from tracker.procurements.models import Contract, Procurement

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
_number = count(1)


def procurement(actor: Person, title: str | None = None, **answers: Any) -> Procurement:
    """A procurement logged by `actor`; needs the reference data (``organisations.load_reference``)."""
    values: dict[str, Any] = {"now": NOW, "procedure": Procedure.OPEN, **answers}
    return service.log_procurement(actor=actor, title=title or f"Upphandling {next(_number)}", **values)


def contract(procurement: Procurement, actor: Person, **terms: Any) -> Contract:
    """A contract of two years with two options of one year, unless told otherwise."""
    values: dict[str, Any] = {
        "starts_on": date(2027, 1, 1),
        "base_months": 24,
        "option_months": (12, 12),
        **terms,
    }
    supplier_id = values.pop("supplier_id", None) or make_supplier().id
    return service.add_contract(actor=actor, now=NOW, procurement=procurement, supplier_id=supplier_id, **values)
