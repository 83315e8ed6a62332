"""Finding what an imported row may be about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.cases.secrecy import may_see
from tracker.core.actor import SystemActor
from tracker.core.db import db
from tracker.procurements.models import Procurement


def find_by_registry_number(registry_number: str) -> Procurement | None:
    """The procurement with this number. Asks not who may see it: tell what it holds only after `is_open_to`."""
    return db.session.scalar(sa.select(Procurement).where(Procurement.registry_number == registry_number.strip()))


def is_open_to(actor: Any, procurement: Procurement) -> bool:
    """Whether whoever imports may know of the procurement; a command on the server itself may."""
    return isinstance(actor, SystemActor) or may_see(actor, procurement)
