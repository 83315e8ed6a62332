"""People for tests, by role and with invented names."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person, RoleGrant
from tracker.core.db import db

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_number = count(1)


def person(*roles: Role, name: str | None = None, email: str | None = None, locale: Locale = Locale.SV) -> Person:
    """Somebody with these roles, flushed."""
    number = next(_number)
    made = Person(
        email=email or f"person{number}@example.org",
        name=name or f"Test Person {number}",
        locale=locale,
        created_at=NOW,
        grants=[RoleGrant(role=role, granted_at=NOW) for role in roles],
    )
    db.session.add(made)
    db.session.flush()
    return made
