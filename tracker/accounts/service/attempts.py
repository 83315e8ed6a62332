"""Checking a password, and recording what was refused."""

from __future__ import annotations

from datetime import datetime

from tracker.accounts import passwords, queries
from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import SYSTEM, Actor
from tracker.core.db import db


def verify_password(email: str, password: str) -> Person | None:
    """The active person whom the address and the password belong to.

    Takes as long for an address that nobody has. A hash of yesterday's cost is replaced.
    """
    person = queries.find_person_by_email(email)
    stored = person.password_hash if person is not None and person.is_active else None
    if not passwords.verify(stored, password) or person is None or stored is None:
        return None
    if passwords.needs_rehash(stored):
        person.password_hash = passwords.hash_password(password)
        db.session.flush()
    return person


def record_failed_sign_in(*, email: str, means: str, address: str, now: datetime) -> None:
    """Record a refused sign-in. An address that nobody has is not stored: it may be a password in the wrong field."""
    person = queries.find_person_by_email(email)
    audit.record(
        AuditAction.SIGN_IN_FAILED,
        actor=SYSTEM,
        now=now,
        subject=person,
        changes={"means": means, "address": address, "is_known": person is not None},
    )


def record_denial(*, actor: Actor, what: str, method: str, now: datetime) -> None:
    """Record that a signed-in person asked for something their roles do not allow."""
    audit.record(AuditAction.ACCESS_DENIED, actor=actor, now=now, changes={"endpoint": what, "method": method})
