"""Organisations for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.organisations import service
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation, OrganisationName

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_number = count(1)


def load_reference() -> None:
    """The project's reference data, flushed."""
    service.load_reference(actor=SYSTEM, now=NOW)
    db.session.flush()


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
