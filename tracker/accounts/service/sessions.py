"""Server-side sessions: begun, replaced, ended, cleaned away."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker.accounts.models import BrowserSession, OneTimeLink, Person
from tracker.accounts.tokens import new_token, token_hash
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import db

# How long an ended or expired session, and a link that no longer works, can still be looked at.
KEPT_AFTER_END = timedelta(days=30)
# A visitor who never signed in leaves only a form's token behind.
ANONYMOUS_KEPT = timedelta(days=1)


def sign_in(
    *,
    person: Person,
    now: datetime,
    lifetime: timedelta,
    means: str,
    replaces: str | None = None,
    user_agent: str = "",
    address: str = "",
) -> str:
    """Begin a session and give back its token for the cookie; only its hash is stored.

    `replaces` is the hash of the session before sign-in, which ends. `means` says how: password, link, invitation.
    """
    if person.joined_at is None:
        person.joined_at = now
    token = start_session(
        person_id=person.id, now=now, lifetime=lifetime, replaces=replaces, user_agent=user_agent, address=address
    )
    audit.record(AuditAction.SIGNED_IN, actor=person, now=now, subject=person, changes={"means": means})
    return token


def start_session(
    *,
    person_id: int | None,
    now: datetime,
    lifetime: timedelta,
    replaces: str | None = None,
    user_agent: str = "",
    address: str = "",
) -> str:
    """A new session row under a new token, in place of the session `replaces` (a token's hash)."""
    if replaces is not None:
        db.session.execute(sa.delete(BrowserSession).where(BrowserSession.token_hash == replaces))
    token = new_token()
    db.session.add(
        BrowserSession(
            token_hash=token_hash(token),
            person_id=person_id,
            data={},
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            user_agent=user_agent[:300],
            address=address[:45],
        )
    )
    db.session.flush()
    return token


def sign_out(*, person: Person, session_hash: str, now: datetime) -> None:
    """End the session that the person is in."""
    _end(person.id, now, BrowserSession.token_hash == session_hash)
    audit.record(AuditAction.SIGNED_OUT, actor=person, now=now, subject=person)


def end_session(*, person: Person, session_hash: str, actor: Actor, now: datetime) -> int:
    """End one session of a person; 0 when it is not theirs or had ended."""
    count = _end(person.id, now, BrowserSession.token_hash == session_hash)
    if count:
        audit.record(AuditAction.SESSION_ENDED, actor=actor, now=now, subject=person, changes={"sessions": count})
    return count


def end_other_sessions(*, person: Person, session_hash: str, actor: Actor, now: datetime) -> int:
    """End every session of a person but one; how many that were."""
    count = _end(person.id, now, BrowserSession.token_hash != session_hash)
    if count:
        audit.record(AuditAction.SESSION_ENDED, actor=actor, now=now, subject=person, changes={"sessions": count})
    return count


def end_sessions_of(person: Person, *, now: datetime) -> int:
    """End every session of a person, as part of a verb that records why."""
    return _end(person.id, now, sa.true())


def remove_expired(*, now: datetime) -> int:
    """Delete sessions and links that have been over for 30 days, anonymous sessions after a day; how many rows."""
    over = now - KEPT_AFTER_END
    removed = 0
    for query in (
        sa.delete(BrowserSession).where(sa.or_(BrowserSession.expires_at < over, BrowserSession.ended_at < over)),
        sa.delete(BrowserSession).where(
            BrowserSession.person_id.is_(None), BrowserSession.last_seen_at < now - ANONYMOUS_KEPT
        ),
        sa.delete(OneTimeLink).where(OneTimeLink.expires_at < over),
    ):
        result = db.session.execute(query.execution_options(synchronize_session=False))
        removed += int(getattr(result, "rowcount", 0))
    return removed


def _end(person_id: int, now: datetime, which: sa.ColumnElement[bool]) -> int:
    query = (
        sa.update(BrowserSession)
        .where(BrowserSession.person_id == person_id, BrowserSession.ended_at.is_(None), which)
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return int(getattr(db.session.execute(query), "rowcount", 0))
