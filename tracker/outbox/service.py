"""Putting messages into the queue, and what a person may do about one that got stuck."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.dispatch import TaskName, after_commit
from tracker.core.errors import DomainError
from tracker.outbox import queries
from tracker.outbox.addresses import MAX_LENGTH, BadAddress, envelope_address
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import OutboxMessage, OutboxMessageCase
from tracker.outbox.renderers import register_renderer

__all__ = ["Recipient", "Request", "cancel", "enqueue", "enqueue_many", "register_renderer", "retry"]

# Nobody reads a reminder about last week as news; a server that is away over a long weekend loses nothing.
DEFAULT_STALE_AFTER = timedelta(days=5)
STALE_AFTER = {MessageKind.SIGN_IN_LINK: timedelta(minutes=30)}
_URGENT = (MessageKind.SIGN_IN_LINK,)


class Recipient(Protocol):
    """Whom a message goes to. ``accounts.Person`` fits, and so does a row of a query."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def locale(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Request:
    """One message to be enqueued. ``cases`` are ids of the cases it speaks of."""

    person: Recipient
    dedupe_key: str
    params: Mapping[str, Any]
    cases: Sequence[int] = field(default=())


def enqueue(
    *,
    kind: MessageKind,
    person: Recipient,
    dedupe_key: str,
    params: Mapping[str, Any],
    now: datetime,
    cases: Iterable[int] = (),
    not_before: datetime | None = None,
    stale_after: datetime | None = None,
) -> OutboxMessage | None:
    """Put one message into the queue, in the transaction of its cause; None when ``dedupe_key`` is there already.

    The workers are rung after the commit. ``stale_after`` is when it is no longer worth sending (default 30 minutes
    for a sign-in link, else five days). An address that no mail server takes is no error here: the message is kept as
    failed, with the reason, for people to see.
    """
    request = Request(person, dedupe_key, params, tuple(cases))
    made = enqueue_many(kind=kind, requests=[request], now=now, not_before=not_before, stale_after=stale_after)
    return db.session.get(OutboxMessage, made[dedupe_key]) if dedupe_key in made else None


def enqueue_many(
    *,
    kind: MessageKind,
    requests: Sequence[Request],
    now: datetime,
    not_before: datetime | None = None,
    stale_after: datetime | None = None,
) -> dict[str, uuid.UUID]:
    """Put many messages of one kind into the queue; dedupe key -> id of those that were not there before."""
    if not requests:
        return {}
    start = max(now, not_before or now)
    common = {
        "kind": kind,
        "created_at": now,
        "not_before_at": start,
        "next_attempt_at": start,
        "stale_after_at": stale_after or start + STALE_AFTER.get(kind, DEFAULT_STALE_AFTER),
        "priority": 0 if kind in _URGENT else 1,
    }
    made: dict[str, uuid.UUID] = {}
    for first in range(0, len(requests), 500):
        rows = [_row(request, common) for request in requests[first : first + 500]]
        inserted = db.session.execute(_insert_new(), rows)
        made.update({row.dedupe_key: row.id for row in inserted})
    links = [
        {"message_id": made[request.dedupe_key], "case_id": case_id}
        for request in requests
        if request.dedupe_key in made
        for case_id in dict.fromkeys(request.cases)
    ]
    if links:
        db.session.execute(sa.insert(OutboxMessageCase), links)
    if made:
        after_commit(TaskName.OUTBOX_DRAIN)
    return made


def _insert_new() -> Any:
    insert: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(OutboxMessage).on_conflict_do_nothing(index_elements=[OutboxMessage.dedupe_key])
    return statement.returning(OutboxMessage.id, OutboxMessage.dedupe_key)


def _row(request: Request, common: Mapping[str, Any]) -> dict[str, Any]:
    row_id = uuid.uuid4()
    row = {
        **common,
        "id": row_id,
        "dedupe_key": request.dedupe_key,
        "person_id": request.person.id,
        "locale": str(request.person.locale),
        "params": dict(request.params),
        "message_id": f"<{row_id}@{current_app.config['SETTINGS'].mail_domain}>",
        "state": MessageState.PENDING,
        "smtp_phase": SmtpPhase.NONE,
        "attempts": 0,
        "is_resent": False,
        "reason": None,
        "last_error": None,
        "settled_at": None,
    }
    try:
        row["address"] = envelope_address(request.person.email)
    except BadAddress as error:
        row["address"] = request.person.email[:MAX_LENGTH]
        row["state"], row["settled_at"] = MessageState.FAILED, common["created_at"]
        row["reason"], row["last_error"] = MessageReason.BAD_ADDRESS, str(error)[:500]
    return row


def retry(*, actor: Actor, now: datetime, message_id: uuid.UUID) -> OutboxMessage:
    """Put a message that failed, is in doubt or was given up back into the queue, at the person's own risk.

    :raises NotFound: for an unknown message.
    :raises DomainError: when it is being sent, was sent, or has an address that cannot work.
    """
    message = queries.get_message(message_id)
    if message.state not in (MessageState.FAILED, MessageState.UNKNOWN, MessageState.PENDING, MessageState.CANCELLED):
        raise DomainError(_l("The message is already sent, or is being sent right now."))
    if message.reason is MessageReason.BAD_ADDRESS:
        raise DomainError(_l("The address cannot receive mail. Correct it on the person first."))
    audit.record(
        AuditAction.MESSAGE_REQUEUED,
        actor=actor,
        now=now,
        subject=message,
        changes={"state": [message.state, "pending"]},
    )
    message.state = MessageState.PENDING
    message.claim_token = message.lease_until = message.settled_at = None
    message.smtp_phase = SmtpPhase.NONE
    message.next_attempt_at = now
    if message.stale_after_at is not None and message.stale_after_at <= now:
        message.stale_after_at = now + STALE_AFTER.get(message.kind, DEFAULT_STALE_AFTER)
    db.session.flush()
    after_commit(TaskName.OUTBOX_DRAIN)
    return message


def cancel(*, actor: Actor, now: datetime, message_id: uuid.UUID) -> OutboxMessage:
    """Take a message out of the queue for good, or close one that failed or is in doubt.

    :raises NotFound: for an unknown message.
    :raises DomainError: when it is being sent, was sent, or is cancelled already.
    """
    message = queries.get_message(message_id)
    if message.state not in (MessageState.FAILED, MessageState.UNKNOWN, MessageState.PENDING):
        raise DomainError(_l("The message cannot be cancelled any more."))
    changes = {"state": [message.state, MessageState.CANCELLED]}
    audit.record(AuditAction.MESSAGE_CANCELLED, actor=actor, now=now, subject=message, changes=changes)
    message.state, message.reason = MessageState.CANCELLED, MessageReason.CANCELLED_BY_HAND
    message.claim_token, message.settled_at = None, now
    db.session.flush()
    return message
