"""Reading the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import MailRoute, OutboxMessage

TROUBLED = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one message stands, without its text and parameters."""

    id: uuid.UUID
    kind: MessageKind
    address: str
    subject: str | None
    state: MessageState
    reason: MessageReason | None
    phase: SmtpPhase
    attempts: int
    code: int | None
    error: str | None
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None

    @property
    def is_waiting_long(self) -> bool:
        """Whether it has been tried and waits to be tried again."""
        return self.state is MessageState.PENDING and self.attempts > 0


@dataclass(frozen=True, slots=True)
class Status:
    """The queue in figures. ``oldest_due_at``: since when the first message that is due has waited."""

    counts: dict[MessageState, int]
    due: int
    oldest_due_at: datetime | None
    closed_until: datetime | None
    server_error: str | None


_DELIVERY_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.kind,
    OutboxMessage.address,
    OutboxMessage.subject,
    OutboxMessage.state,
    OutboxMessage.reason,
    OutboxMessage.smtp_phase,
    OutboxMessage.attempts,
    OutboxMessage.last_code,
    OutboxMessage.last_error,
    OutboxMessage.created_at,
    OutboxMessage.next_attempt_at,
    OutboxMessage.sent_at,
    OutboxMessage.settled_at,
)


def get_message(message_id: uuid.UUID) -> OutboxMessage:
    """The message, held against other writers.

    :raises NotFound: when there is none.
    """
    found = db.session.scalar(
        sa.select(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .options(selectinload(OutboxMessage.cases))
        .with_for_update(of=OutboxMessage)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_l("There is no such message."))
    return found


def list_messages(*, states: Sequence[MessageState], number: int = 1, per_page: int = 50) -> Page[Delivery]:
    """The messages in one of ``states``, newest first."""
    chosen = OutboxMessage.state.in_(states)
    query = (
        sa.select(*_DELIVERY_COLUMNS)
        .where(chosen)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage).where(chosen)) or 0
    return Page(
        items=[Delivery(*tuple(row)) for row in db.session.execute(query)],
        total=total,
        number=number,
        per_page=per_page,
    )


def get_status(now: datetime) -> Status:
    """The queue in figures, for the command and the health page."""
    counts = {
        row.state: row.total
        for row in db.session.execute(
            sa.select(OutboxMessage.state, sa.func.count().label("total")).group_by(OutboxMessage.state)
        )
    }
    due = db.session.execute(
        sa.select(sa.func.count().label("total"), sa.func.min(OutboxMessage.next_attempt_at).label("oldest")).where(
            OutboxMessage.state == MessageState.PENDING, OutboxMessage.next_attempt_at <= now
        )
    ).one()
    route = db.session.execute(
        sa.select(MailRoute.closed_until, MailRoute.last_error).where(MailRoute.closed_until.is_not(None))
    ).first()
    return Status(
        counts={state: counts.get(state, 0) for state in MessageState},
        due=due.total,
        oldest_due_at=due.oldest,
        closed_until=route.closed_until if route else None,
        server_error=route.last_error if route else None,
    )
