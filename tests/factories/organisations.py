"""Organisations for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.organisations import service
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import CpvCode, Organisation, OrganisationName, Population, ReferenceLoad

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_number = count(1)
# Parents before children.
_REFERENCE = (Organisation, OrganisationName, Population, CpvCode, ReferenceLoad)
_kept: dict[type[Any], list[dict[str, Any]]] = {}


def load_reference() -> None:
    """The project's reference data, flushed.

    Read from its files once in a process: half of the tests want it, and reading costs more than most of them do. The
    rows are put back without the audit event of their loading.
    """
    is_empty = not any(db.session.scalar(sa.select(sa.exists(sa.select(1).select_from(model)))) for model in _REFERENCE)
    if is_empty and _kept:
        _put_back()
        return
    service.load_reference(actor=SYSTEM, now=NOW)
    db.session.flush()
    if is_empty:
        _kept.update({model: _rows(model) for model in _REFERENCE})


def _rows(model: type[Any]) -> list[dict[str, Any]]:
    table = model.__table__
    return [dict(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key)).mappings()]


def _put_back() -> None:
    for model, rows in _kept.items():
        table = model.__table__
        db.session.execute(sa.insert(table), rows)
        if db.engine.dialect.name == "postgresql" and "id" in table.c:
            last = max(row["id"] for row in rows)
            db.session.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), last)))


def organisation(kind: OrganisationKind = OrganisationKind.OTHER, name: str | None = None) -> Organisation:
    """An organisation of its own, flushed."""
    number = next(_number)
    made = Organisation(
        code=f"made-{number}",
        kind=kind,
        source="made for a test",
        names=[
            OrganisationName(
                name=name or f"Organisation {number}", valid_from_on=date(2000, 1, 1), source="made for a test"
            )
        ],
    )
    db.session.add(made)
    db.session.flush()
    return made


def supplier(name: str | None = None) -> Organisation:
    """A supplier, flushed."""
    return organisation(OrganisationKind.SUPPLIER, name)
