"""One-time links: made, mailed, used once, revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.accounts import queries
from tracker.accounts.enums import LinkPurpose
from tracker.accounts.models import OneTimeLink, Person
from tracker.accounts.tokens import link_token, new_token, token_hash
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.outbox import service as outbox
from tracker.outbox.enums import MessageKind

SIGN_IN_LIFETIME = timedelta(minutes=15)
INVITATION_LIFETIME = timedelta(days=7)

_LIFETIMES = {LinkPurpose.SIGN_IN: SIGN_IN_LIFETIME, LinkPurpose.INVITATION: INVITATION_LIFETIME}
_MESSAGES = {LinkPurpose.SIGN_IN: MessageKind.SIGN_IN_LINK, LinkPurpose.INVITATION: MessageKind.INVITATION}
_MADE = {LinkPurpose.SIGN_IN: AuditAction.SIGN_IN_LINK_MADE, LinkPurpose.INVITATION: AuditAction.PERSON_INVITED}


class LinkUnusable(DomainError):
    """The link is used, revoked, expired or was never ours."""

    def __init__(self) -> None:
        super().__init__(_l("The link has been used, has expired or has been replaced by a newer one."))


def create_sign_in_link(
    *, person: Person, actor: Actor, now: datetime, purpose: LinkPurpose = LinkPurpose.SIGN_IN
) -> str:
    """Make a link and give back its token, which is stored nowhere. For commands that print it."""
    seed, _ = _make(person=person, purpose=purpose, actor=actor, now=now)
    return link_token(seed)


def mail_sign_in_link(*, person: Person, actor: Actor, now: datetime, target: str | None = None) -> OneTimeLink:
    """Mail a sign-in link that leads on to `target`, a path that the caller has checked.

    The outbox row holds a seed that is worth nothing without the secret key.
    """
    return mail_link(person=person, purpose=LinkPurpose.SIGN_IN, actor=actor, now=now, target=target)


def mail_link(
    *, person: Person, purpose: LinkPurpose, actor: Actor, now: datetime, target: str | None = None
) -> OneTimeLink:
    """Make a link of either purpose and enqueue its mail."""
    seed, link = _make(person=person, purpose=purpose, actor=actor, now=now)
    outbox.enqueue(
        kind=_MESSAGES[purpose],
        person=person,
        dedupe_key=f"{purpose.value}:{link.id}",
        params={"link_id": link.id, "seed": seed, "target": target},
        now=now,
        stale_after=link.expires_at,
    )
    return link


def use_sign_in_link(token: str, *, now: datetime) -> Person:
    """Consume a sign-in link. Raises LinkUnusable; of two simultaneous uses one does."""
    return _use(token, LinkPurpose.SIGN_IN, now)


def use_invitation(token: str, *, now: datetime) -> Person:
    """Consume an invitation, as part of accepting it. Raises LinkUnusable."""
    return _use(token, LinkPurpose.INVITATION, now)


def revoke_links(person: Person, *, now: datetime, purpose: LinkPurpose | None = None) -> int:
    """Make every unused link of a person worthless, of one purpose or of all; how many that were."""
    query = sa.update(OneTimeLink).where(
        OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None)
    )
    if purpose is not None:
        query = query.where(OneTimeLink.purpose == purpose)
    result = db.session.execute(query.values(revoked_at=now).execution_options(synchronize_session="fetch"))
    return int(getattr(result, "rowcount", 0))


def _make(*, person: Person, purpose: LinkPurpose, actor: Actor, now: datetime) -> tuple[str, OneTimeLink]:
    if not person.is_active:
        raise DomainError(_l("The person is disabled and cannot sign in."))
    if person.is_contact:
        raise DomainError(_l("The person is a contact without a role, and cannot sign in."))
    if purpose is LinkPurpose.INVITATION:
        revoke_links(person, now=now, purpose=purpose)
    seed = new_token()
    link = OneTimeLink(
        token_hash=token_hash(link_token(seed)),
        person_id=person.id,
        purpose=purpose,
        created_at=now,
        expires_at=now + _LIFETIMES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    audit.record(_MADE[purpose], actor=actor, now=now, subject=person, changes={"link": link.id})
    return seed, link


def _use(token: str, purpose: LinkPurpose, now: datetime) -> Person:
    link = queries.find_usable_link(token, purpose, now, lock=True)
    if link is None:
        raise LinkUnusable
    link.used_at = now
    person = link.person
    if person.joined_at is None:
        person.joined_at = now
    db.session.flush()
    return person
