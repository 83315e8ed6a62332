"""What administrators do with people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts import queries
from tracker.accounts.enums import LinkPurpose, Locale, Role
from tracker.accounts.models import Person, RoleGrant
from tracker.accounts.service.links import mail_link, revoke_links
from tracker.accounts.service.sessions import end_sessions_of
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion


def add_person(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    actor: Actor,
    now: datetime,
    organisation_id: int | None = None,
    locale: Locale = Locale.SV,
    is_example: bool = False,
) -> Person:
    """Add a person without telling them. Raises DomainError on `email` (no address, or taken) and `roles` (none)."""
    address = checked_address(email)
    if queries.find_person_by_email(address) is not None:
        raise DomainError(_l("There is already a person with this address."), "email")
    if not roles:
        raise DomainError(_l("Choose at least one role."), "roles")
    person = Person(
        email=address,
        name=name.strip(),
        organisation_id=organisation_id,
        locale=locale,
        is_example=is_example,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    changes = {"email": address, "roles": sorted(role.value for role in roles)}
    audit.record(AuditAction.PERSON_ADDED, actor=actor, now=now, subject=person, changes=changes)
    _grant(person, roles, actor=actor, now=now)
    db.session.flush()
    return person


def invite_person(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    actor: Actor,
    now: datetime,
    organisation_id: int | None = None,
    locale: Locale = Locale.SV,
) -> Person:
    """Add a person and mail an invitation that works once, for seven days. Errors as `add_person`."""
    person = add_person(
        email=email, name=name, roles=roles, actor=actor, now=now, organisation_id=organisation_id, locale=locale
    )
    mail_link(person=person, purpose=LinkPurpose.INVITATION, actor=actor, now=now)
    return person


def invite_again(*, person: Person, actor: Actor, now: datetime) -> None:
    """Mail a fresh invitation; the one before stops working. Raises DomainError when the person has joined."""
    if person.joined_at is not None:
        raise DomainError(_l("The person has already joined and can ask for a sign-in link."))
    mail_link(person=person, purpose=LinkPurpose.INVITATION, actor=actor, now=now)


def change_person(
    *,
    person: Person,
    version: int,
    email: str,
    name: str,
    roles: Collection[Role],
    organisation_id: int | None,
    locale: Locale,
    actor: Actor,
    now: datetime,
) -> Person:
    """Change a person; takes effect at their next request.

    When address or roles change, open invitations and sign-in links stop working. Raises StaleVersion when somebody
    saved first, DomainError on `email` and `roles`.
    """
    if person.version != version:
        raise _stale(person)
    address = checked_address(email)
    taken = queries.find_person_by_email(address)
    if taken is not None and taken.id != person.id:
        raise DomainError(_l("There is already a person with this address."), "email")
    if not roles:
        raise DomainError(_l("Choose at least one role."), "roles")
    _keep_an_admin(person, roles=roles)
    is_other = address != person.email or set(roles) != person.roles
    person.email, person.name, person.locale, person.organisation_id = address, name.strip(), locale, organisation_id
    changes = audit.diff(person)
    # Roles are rows of their own; the version has to follow them, too.
    flag_modified(person, "name")
    db.session.flush()
    if changes:
        audit.record(AuditAction.PERSON_CHANGED, actor=actor, now=now, subject=person, changes=changes)
    _grant(person, set(roles) - person.roles, actor=actor, now=now)
    _revoke(person, person.roles - set(roles), actor=actor, now=now)
    if is_other:
        revoke_links(person, now=now)
    db.session.flush()
    return person


def disable_person(*, person: Person, actor: Actor, now: datetime) -> None:
    """Close the account: sessions end, links stop working. Raises DomainError for oneself and the last admin."""
    if person.id == actor.id:
        raise DomainError(_l("You cannot disable yourself. Ask another administrator."))
    _keep_an_admin(person, roles=())
    person.is_active = False
    db.session.flush()
    ended = end_sessions_of(person, now=now)
    revoke_links(person, now=now)
    audit.record(AuditAction.PERSON_DISABLED, actor=actor, now=now, subject=person, changes={"sessions_ended": ended})


def enable_person(*, person: Person, actor: Actor, now: datetime) -> None:
    """Open the account again, with the roles it had."""
    person.is_active = True
    db.session.flush()
    audit.record(AuditAction.PERSON_CHANGED, actor=actor, now=now, subject=person, changes={"is_active": [False, True]})


def choose_locale(*, person: Person, locale: Locale, actor: Actor, now: datetime) -> None:
    """Change a person's language of pages and mails."""
    if person.locale is locale:
        return
    changes = {"locale": [person.locale.value, locale.value]}
    person.locale = locale
    db.session.flush()
    audit.record(AuditAction.PERSON_CHANGED, actor=actor, now=now, subject=person, changes=changes)


def checked_address(email: str) -> str:
    """The address as it is stored. Raises DomainError on `email`."""
    address = queries.normalise_email(email)
    try:
        # Example domains are what tests and example people use; whether mail arrives is for the mail server to say.
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise DomainError(_l("Write an e-mail address, for example name@example.org."), "email") from error
    return address


def _grant(person: Person, roles: Collection[Role], *, actor: Actor, now: datetime) -> None:
    for role in sorted(roles):
        person.grants.append(RoleGrant(role=role, granted_by_id=actor.id, granted_at=now))
        audit.record(AuditAction.ROLE_GRANTED, actor=actor, now=now, subject=person, changes={"role": role})


def _revoke(person: Person, roles: Collection[Role], *, actor: Actor, now: datetime) -> None:
    for grant in [grant for grant in person.grants if grant.role in roles]:
        person.grants.remove(grant)
        audit.record(AuditAction.ROLE_REVOKED, actor=actor, now=now, subject=person, changes={"role": grant.role})


def _keep_an_admin(person: Person, *, roles: Collection[Role]) -> None:
    """Refuse to take away the last active administrator."""
    if Role.ADMIN not in person.roles or Role.ADMIN in roles or not person.is_active:
        return
    others = (
        sa.select(sa.func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMIN, Person.is_active.is_(True), Person.id != person.id)
    )
    if not db.session.scalar(others):
        raise DomainError(_l("This is the last active administrator. Make someone else administrator first."), "roles")


def _stale(person: Person) -> StaleVersion:
    current = {
        "email": person.email,
        "name": person.name,
        "locale": person.locale.value,
        "roles": "\n".join(sorted(role.value for role in person.roles)),
        "organisation": str(person.organisation_id or ""),
        "version": str(person.version),
    }
    return StaleVersion(_l("The person was changed after you opened the page."), current)
