"""Messages to people: the queue of record. Celery only says that there may be something here."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model
from tracker.core.types import JSONColumn, UTCDateTime, enum_column
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase


class OutboxMessage(Model):
    """One mail to one person, at most once per ``dedupe_key``.

    ``params`` are what the kind's renderer needs (ids, a sealed one-time token). Subject and text are filled when the
    mail is composed, right before it is sent; a secret one keeps neither its text nor its ``params``. ``priority`` 0
    goes before 1: somebody sits and waits for it.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        sa.Index(
            "ix_outbox_messages_due",
            "priority",
            "next_attempt_at",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_outbox_messages_trouble",
            "state",
            postgresql_where=sa.text("state IN ('failed', 'unknown')"),
            sqlite_where=sa.text("state IN ('failed', 'unknown')"),
        ),
        sa.Index(
            "ix_outbox_messages_lease",
            "lease_until",
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    dedupe_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    kind: Mapped[MessageKind] = mapped_column(enum_column(MessageKind, "kind"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    locale: Mapped[str] = mapped_column(sa.String(2))
    params: Mapped[dict[str, Any]] = mapped_column(JSONColumn, default=dict)
    subject: Mapped[str | None] = mapped_column(sa.String(300))
    text: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    not_before_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stale_after_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState, "state"), default=MessageState.PENDING)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claim_token: Mapped[str | None] = mapped_column(sa.String(36))
    smtp_phase: Mapped[SmtpPhase] = mapped_column(enum_column(SmtpPhase, "smtp_phase"), default=SmtpPhase.NONE)
    reason: Mapped[MessageReason | None] = mapped_column(enum_column(MessageReason, "reason"))
    last_code: Mapped[int | None] = mapped_column()
    last_error: Mapped[str | None] = mapped_column(sa.String(500))
    is_resent: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str] = mapped_column(sa.String(200))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    cases: Mapped[list[OutboxMessageCase]] = relationship(back_populates="message", cascade="all, delete-orphan")


class OutboxMessageCase(Model):
    """The cases a message speaks of, so that its delivery shows on each of them."""

    __tablename__ = "outbox_message_cases"

    message_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("outbox_messages.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)

    message: Mapped[OutboxMessage] = relationship(back_populates="cases")


class DeliveryAttempt(Model):
    """One conversation with the mail server that did not end in a plain success."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)
    attempted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    phase: Mapped[SmtpPhase] = mapped_column(enum_column(SmtpPhase, "phase"))
    code: Mapped[int | None] = mapped_column()
    error: Mapped[str] = mapped_column(sa.String(500))


class MailRoute(Model):
    """Whether the mail server answers. While it does not, one probe at a time is made, whatever waits in the queue."""

    __tablename__ = "mail_routes"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str | None] = mapped_column(sa.String(500))
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
