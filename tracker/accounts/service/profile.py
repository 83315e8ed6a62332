"""What people change about themselves."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from tracker.accounts import passwords
from tracker.accounts.enums import LinkPurpose, Locale
from tracker.accounts.models import Person
from tracker.accounts.service.links import revoke_links, use_invitation
from tracker.accounts.service.sessions import end_sessions_of
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion


def change_profile(*, person: Person, name: str, locale: Locale, version: int, now: datetime) -> Person:
    """Change the own name and language. Raises StaleVersion when somebody saved first."""
    if person.version != version:
        raise StaleVersion(
            _l("The person was changed after you opened the page."),
            {"name": person.name, "locale": person.locale.value, "version": str(person.version)},
        )
    person.name, person.locale = name, locale
    _record(person, now)
    return person


def accept_invitation(token: str, *, name: str, locale: Locale, password: str | None, now: datetime) -> Person:
    """Consume an invitation and take over the account. Raises LinkUnusable, WeakPassword on `password`."""
    person = use_invitation(token, now=now)
    person.name, person.locale = name, locale
    if password is not None:
        passwords.check_strength(password, about=(name, person.email))
        person.password_hash = passwords.hash_password(password)
    changes = audit.diff(person)
    db.session.flush()
    audit.record(AuditAction.PERSON_JOINED, actor=person, now=now, subject=person, changes=changes)
    return person


def set_password(*, person: Person, new: str, now: datetime, current_password: str | None = None) -> None:
    """Set or change the own password. All sessions end; the view begins a new one for this browser.

    Raises DomainError on `current_password` where a password is set and this is not it, WeakPassword on `password`.
    """
    if person.password_hash is not None and not passwords.verify(person.password_hash, current_password or ""):
        raise DomainError(_l("This is not your present password."), "current_password")
    passwords.check_strength(new, about=(person.name, person.email))
    person.password_hash = passwords.hash_password(new)
    db.session.flush()
    revoke_links(person, now=now, purpose=LinkPurpose.SIGN_IN)
    ended = end_sessions_of(person, now=now)
    audit.record(AuditAction.PASSWORD_SET, actor=person, now=now, subject=person, changes={"sessions_ended": ended})


def _record(person: Person, now: datetime) -> None:
    changes = audit.diff(person)
    db.session.flush()
    if changes:
        audit.record(AuditAction.PERSON_CHANGED, actor=person, now=now, subject=person, changes=changes)
