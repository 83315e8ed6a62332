"""Taking messages out of the queue and settling them. One statement each; the caller commits.

A claim is a lease with a token. Whatever is written about a claimed message names its token, so a worker that was
paused past its lease overwrites nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import CursorResult

from tracker.core.db import db
from tracker.outbox.enums import MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import DeliveryAttempt, OutboxMessage
from tracker.outbox.renderers import Outgoing

# Longer than a task may live (hard limit 90 s), so that a lease never runs out under a worker that still works.
LEASE = timedelta(seconds=120)

_messages = cast(sa.Table, OutboxMessage.__table__)
_columns = _messages.c


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a message did not go out this time, and what state that leaves it in."""

    state: MessageState
    reason: MessageReason
    phase: SmtpPhase
    error: str
    code: int | None = None
    next_attempt_at: datetime | None = None
    is_attempt: bool = True


def _run(statement: sa.Executable, parameters: Any = None) -> int:
    result = cast("CursorResult[Any]", db.session.execute(statement, parameters))
    return result.rowcount


def claim(token: str, now: datetime, limit: int) -> list[Outgoing]:
    """Take up to ``limit`` messages that are due, urgent ones first. No other worker gets them while the lease runs."""
    due = (
        sa.select(_columns.id)
        .where(_columns.state == MessageState.PENDING, _columns.next_attempt_at <= now)
        .order_by(_columns.priority, _columns.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = (
        sa.update(OutboxMessage)
        .where(_columns.id.in_(due))
        .values(state=MessageState.SENDING, claim_token=token, lease_until=now + LEASE, smtp_phase=SmtpPhase.NONE)
        .returning(
            _columns.id,
            _columns.kind,
            _columns.person_id,
            _columns.address,
            _columns.locale,
            _columns.params,
            _columns.created_at,
            _columns.message_id,
            _columns.attempts,
            _columns.stale_after_at,
            _columns.priority,
            _columns.next_attempt_at,
        )
        .execution_options(synchronize_session=False)
    )
    rows = sorted(db.session.execute(taken), key=lambda row: (row.priority, row.next_attempt_at))
    return [Outgoing(*row[:10]) for row in rows]


def _passing_on() -> sa.Update:
    """One statement for both ends of the step from one message to the next, so that it costs one round trip."""
    done, next_one = _columns.id == sa.bindparam("b_done"), _columns.id == sa.bindparam("b_next")
    ours = _columns.claim_token == sa.bindparam("b_token")
    is_done = sa.and_(done, ours, _columns.state.in_([MessageState.SENDING, MessageState.UNKNOWN]))
    lease_lasts = _columns.lease_until > sa.bindparam("b_now", type_=_columns.lease_until.type)
    is_next = sa.and_(next_one, ours, _columns.state == MessageState.SENDING, lease_lasts)

    def choose(name: str, when_done: Any, when_next: Any) -> sa.ColumnElement[Any]:
        column = _columns[name]
        values = [
            value if isinstance(value, sa.ColumnElement) else sa.literal(value, column.type)
            for value in (when_done, when_next)
        ]
        return sa.case((done, values[0]), else_=values[1])

    def bound(name: str, column: str) -> sa.ColumnElement[Any]:
        return sa.bindparam(name, type_=_columns[column].type)

    now = bound("b_now", "sent_at")
    return (
        sa.update(_messages)
        .where(sa.or_(is_done, is_next))
        .values(
            state=choose("state", MessageState.SENT, MessageState.SENDING),
            smtp_phase=choose("smtp_phase", SmtpPhase.ACCEPTED, SmtpPhase.DATA_SENT),
            sent_at=choose("sent_at", now, None),
            settled_at=choose("settled_at", now, None),
            lease_until=choose("lease_until", None, bound("b_lease", "lease_until")),
            reason=choose("reason", None, _columns.reason),
            last_code=choose("last_code", bound("b_code", "last_code"), _columns.last_code),
            last_error=choose("last_error", None, _columns.last_error),
            attempts=choose("attempts", _columns.attempts, _columns.attempts + 1),
            subject=choose("subject", _columns.subject, bound("b_subject", "subject")),
            text=choose("text", _columns.text, bound("b_text", "text")),
        )
        .returning(_columns.id)
    )


_PASS_ON = _passing_on()


def pass_on(
    connection: sa.Connection,
    token: str,
    now: datetime,
    *,
    done: uuid.UUID | None = None,
    code: int | None = None,
    following: uuid.UUID | None = None,
    subject: str | None = None,
    text: str | None = None,
) -> set[uuid.UUID]:
    """Write that the server has taken ``done`` and that ``following`` may now reach the point of no return.

    ``done`` also holds where its lease ran out meanwhile and nobody took it up. Gives the ids for which that was
    written; a ``following`` that is not among them is no longer ours and must not be sent.
    """
    parameters = {
        "b_done": done,
        "b_next": following,
        "b_token": token,
        "b_now": now,
        "b_lease": now + LEASE,
        "b_code": code,
        "b_subject": subject[:300] if subject else None,
        "b_text": text,
    }
    return set(connection.execute(_PASS_ON, parameters).scalars())


def wipe(message_id: uuid.UUID) -> None:
    """Forget what a secret mail was written from, once it is sent."""
    _run(sa.update(OutboxMessage).where(_columns.id == message_id).values(params={}))


def set_back(message_id: uuid.UUID, token: str, now: datetime, setback: Setback) -> bool:
    """The message did not go out, or may not have. Keeps a line of the attempt's log."""
    settled = setback.state is not MessageState.PENDING
    values: dict[str, Any] = {
        "state": setback.state,
        "reason": setback.reason,
        "smtp_phase": setback.phase,
        "last_code": setback.code,
        "last_error": setback.error[:500],
        "lease_until": None,
        "settled_at": now if settled else None,
    }
    if setback.state is not MessageState.UNKNOWN:
        values["claim_token"] = None
    if setback.next_attempt_at is not None:
        values["next_attempt_at"] = setback.next_attempt_at
    ours = sa.and_(_columns.id == message_id, _columns.claim_token == token)
    if _run(sa.update(OutboxMessage).where(ours).values(values)) != 1:
        return False
    if setback.is_attempt:
        log = {"message_id": message_id, "attempted_at": now, "phase": setback.phase, "code": setback.code}
        _run(sa.insert(DeliveryAttempt).values(log | {"error": setback.error[:500]}))
    return True


def release(ids: Iterable[uuid.UUID], token: str, next_attempt_at: datetime | None = None) -> int:
    """Give back claimed messages that nobody has tried, without counting an attempt."""
    wanted: Sequence[uuid.UUID] = list(ids)
    if not wanted:
        return 0
    values: dict[str, Any] = {"state": MessageState.PENDING, "claim_token": None, "lease_until": None}
    values["smtp_phase"] = SmtpPhase.NONE
    if next_attempt_at is not None:
        values["next_attempt_at"] = next_attempt_at
    ours = sa.and_(_columns.id.in_(wanted), _columns.claim_token == token, _columns.state == MessageState.SENDING)
    return _run(sa.update(OutboxMessage).where(ours).values(values).execution_options(synchronize_session=False))


def take_back_lost(now: datetime) -> tuple[int, int]:
    """Messages whose worker is gone: untouched ones wait again, one that may have been handed over is in doubt.

    :returns: how many wait again, how many are in doubt.
    """
    lost = sa.and_(_columns.state == MessageState.SENDING, _columns.lease_until < now)
    untouched = (
        sa.update(OutboxMessage)
        .where(lost, _columns.smtp_phase != SmtpPhase.DATA_SENT)
        .values(state=MessageState.PENDING, claim_token=None, lease_until=None, reason=MessageReason.WORKER_LOST)
    )
    in_doubt = (
        sa.update(OutboxMessage)
        .where(lost)
        .values(state=MessageState.UNKNOWN, lease_until=None, reason=MessageReason.WORKER_LOST, settled_at=now)
    )
    # The token stays on what is in doubt: if the worker was only paused, it may still say that the mail was taken.
    return tuple(_run(each.execution_options(synchronize_session=False)) for each in (untouched, in_doubt))  # type: ignore[return-value]


def give_up_stale(now: datetime) -> int:
    """Cancel what waited past its age: it would say something that no longer holds."""
    stale = sa.and_(_columns.state == MessageState.PENDING, _columns.stale_after_at <= now)
    values = {"state": MessageState.CANCELLED, "reason": MessageReason.TOO_OLD, "settled_at": now}
    return _run(sa.update(OutboxMessage).where(stale).values(values).execution_options(synchronize_session=False))
