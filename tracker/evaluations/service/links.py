"""Links that open one commission for one evaluator: made, mailed, renewed, revoked.

A link lives for 90 days, and always until thirty days after the last deliverable that the evaluator owes. Reading
pages never uses a link up: mail scanners follow every address in a mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from tracker.accounts.tokens import link_token, new_token, token_hash
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import hold
from tracker.core.actor import SYSTEM, Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents.models import Upload
from tracker.evaluations.enums import LinkState
from tracker.evaluations.models import EvaluatorLink, TeamMember
from tracker.evaluations.queries import links as queries
from tracker.outbox import service as outbox
from tracker.outbox.enums import MessageKind

LINK_DAYS = 90
RENEWALS_PER_DAY = 5
# A second press of the button within this time brings no second mail.
RENEWAL_PAUSE = timedelta(minutes=2)

SENDER = "link"
_PURPOSE = b"samordna evaluator link v1\0"


def make_link(
    *, actor: Actor, now: datetime, member: TeamMember, days: int = LINK_DAYS, renewed_from: EvaluatorLink | None = None
) -> EvaluatorLink:
    """A new link for a member of the team. Earlier ones keep working until they expire or are revoked.

    :raises DomainError: for a member who has left, a person who is disabled, an evaluation that is only noted.
    """
    if member.left_on is not None or not member.person.is_active:
        raise DomainError(_l("%(name)s is no longer in the team.", name=member.person.name))
    if not member.evaluation.is_own:
        raise DomainError(_l("An evaluation that is only noted has no workspace."))
    if not 1 <= days <= 365:
        raise DomainError(_l("A link lives for between 1 and 365 days."), "days")
    seed = new_token()
    made = EvaluatorLink(
        token_hash=token_hash(link_token(seed, _PURPOSE)),
        seed=seed,
        member=member,
        created_at=now,
        created_by_name=actor.name,
        expires_at=now + timedelta(days=days),
        renewed_from_id=renewed_from.id if renewed_from else None,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        AuditAction.EVALUATOR_LINK_RENEWED if renewed_from else AuditAction.EVALUATOR_LINK_MADE,
        actor=actor,
        now=now,
        case_id=member.evaluation_id,
        subject=made,
        changes={"member": member.person.name, "expires_at": queries.expires_at(made)},
    )
    return made


def token(link: EvaluatorLink) -> str:
    """The secret in the link's address, made anew from its seed and the secret key of its time."""
    return link_token(link.seed, _PURPOSE, stored_hash=link.token_hash)


def url(link: EvaluatorLink, path: str = "") -> str:
    """The address that opens the commission, with `path` below it (`/declaration`)."""
    # Never from the request: its Host header is whatever the visitor writes.
    return f"{current_app.config['SETTINGS'].base_url}/commission/{token(link)}{path}"


def mail_link(*, actor: Actor, now: datetime, link: EvaluatorLink) -> None:
    """Mail a link to its member. The mail is written when it is sent, and its text is kept nowhere.

    :raises DomainError: when the link no longer opens anything.
    """
    if queries.state_of(link, now) is not LinkState.LIVE:
        raise DomainError(_l("The link no longer works. Make a new one."))
    outbox.enqueue(
        kind=MessageKind.EVALUATOR_LINK,
        person=link.member.person,
        # Pressing a button twice brings one mail.
        dedupe_key=f"evaluator-link:{link.id}:{int(now.timestamp() // RENEWAL_PAUSE.total_seconds())}",
        params={"link_id": link.id, "sent_by": actor.name},
        cases=[link.member.evaluation_id],
        now=now,
    )


def make_and_mail(*, actor: Actor, now: datetime, member: TeamMember) -> EvaluatorLink:
    """A new link, mailed. Asked for twice within two minutes it is one link and one mail.

    :raises DomainError: as in `make_link`.
    """
    hold(member.evaluation)
    newest = queries.find_live_link(member, now)
    is_fresh = newest is not None and newest.created_at > now - RENEWAL_PAUSE
    made = newest if newest is not None and is_fresh else make_link(actor=actor, now=now, member=member)
    mail_link(actor=actor, now=now, link=made)
    return made


def renew(*, now: datetime, link: EvaluatorLink) -> EvaluatorLink:
    """Replace an expired link by one that is mailed to the same member; a link that still works is mailed again.

    :raises DomainError: for a revoked link or one whose successor was revoked, and after five renewals within a day.
    """
    member = link.member
    hold(member.evaluation)
    state = queries.state_of(link, now)
    if state is LinkState.REVOKED:
        raise DomainError(_l("The link has been withdrawn."))
    if state is LinkState.LIVE:
        mail_link(actor=member.person, now=now, link=link)
        return link
    links = queries.list_for_member(member)
    # Only people give access again, not an older link that had expired before the newest was withdrawn.
    if links[0].revoked_at is not None:
        raise DomainError(_l("The link has been withdrawn."))
    renewals = [made for made in links if made.renewed_from_id is not None]
    recent = [made for made in renewals if made.created_at > now - timedelta(days=1)]
    if recent and recent[0].created_at > now - RENEWAL_PAUSE:
        return recent[0]
    if len(recent) >= RENEWALS_PER_DAY:
        raise DomainError(
            _l("Several links have been mailed today. Look among the unwanted mail, or ask the contact person.")
        )
    made = make_link(actor=member.person, now=now, member=member, renewed_from=link)
    mail_link(actor=member.person, now=now, link=made)
    return made


def revoke(*, actor: Actor, now: datetime, link: EvaluatorLink) -> EvaluatorLink:
    """Make a link worthless at once. Revoking again changes nothing."""
    if link.revoked_at is not None:
        return link
    link.revoked_at, link.revoked_by_name = now, actor.name
    db.session.flush()
    audit.record(
        AuditAction.EVALUATOR_LINK_REVOKED,
        actor=actor,
        now=now,
        case_id=link.member.evaluation_id,
        subject=link,
        changes={"member": link.member.person.name},
    )
    return link


def live_link_for(member: TeamMember, now: datetime, *, actor: Actor = SYSTEM) -> EvaluatorLink:
    """The member's newest link that works, or a new one: for mails that lead into the workspace.

    Called when a mail is put into the queue. While it is written, `queries.links.find_live_link` finds the link.

    :raises DomainError: as in `make_link`, and when the newest link was revoked: only people give access again.
    """
    found = queries.find_live_link(member, now)
    if found is not None:
        return found
    if any(link.revoked_at is not None for link in queries.list_for_member(member)[:1]):
        raise DomainError(_l("The link of %(name)s was revoked. Mail a new one first.", name=member.person.name))
    return make_link(actor=actor, now=now, member=member)


def sender_of(link: EvaluatorLink) -> str:
    """The name under which files are sent by this link."""
    return f"{SENDER}:{link.id}"


def why_refused(upload: Upload, now: datetime) -> Any:
    """Why no more bytes are taken of a file that was begun by a link: the link no longer works. None while it does."""
    link = db.session.get(EvaluatorLink, int((upload.sender or "").partition(":")[2]))
    if link is not None and queries.state_of(link, now) is LinkState.LIVE:
        return None
    return _l("The link that the file was sent by no longer works. Open it again to see what you can do.")


def note_use(link: EvaluatorLink, now: datetime) -> None:
    """Remember when something was first sent through a link. Opening pages does not count: scanners do that, too."""
    if link.opened_at is None:
        link.opened_at = now
