"""Contacts: people outside whom mail must reach, without roles, without an account, and never signed in."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from tracker.accounts import queries
from tracker.accounts.enums import Locale
from tracker.accounts.models import Person
from tracker.accounts.service.people import checked_address
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations.queries import fold


def find_or_add_contact(
    *, email: str, name: str, actor: Actor, now: datetime, locale: Locale = Locale.SV, is_example: bool = False
) -> Person:
    """The person with this address, or a new contact. Whoever is there keeps their name and language.

    :raises DomainError: on ``email`` (no address; an account that is closed; somebody with another name has it) and
        ``name`` (none for a new contact).
    """
    address = checked_address(email)
    person = queries.find_person_by_email(address)
    if person is not None:
        if not person.is_active:
            raise DomainError(_l("The account with this address is disabled."), "email")
        if name.strip() and fold(name) != fold(person.name):
            raise DomainError(
                _l(
                    "The address belongs to %(name)s already. Write the name like that if it is the same person, and"
                    " otherwise another address.",
                    name=person.name,
                ),
                "email",
            )
        return person
    if not name.strip():
        raise DomainError(_l("Write the person's name."), "name")
    contact = Person(email=address, name=name.strip(), locale=locale, is_example=is_example, created_at=now)
    db.session.add(contact)
    db.session.flush()
    changes = {"email": address, "is_contact": True}
    audit.record(AuditAction.PERSON_ADDED, actor=actor, now=now, subject=contact, changes=changes)
    return contact
