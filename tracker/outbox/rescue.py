"""What is done each minute about messages whose worker, time or fate is lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import CursorResult

from tracker.core.db import db
from tracker.core.dispatch import TaskName, after_commit
from tracker.outbox import claims
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.models import OutboxMessage

# Long enough for a person, or for a log of the mail server, to settle it first.
DOUBT = timedelta(minutes=15)
RESEND = "resend"
# Sent twice does no harm, not sent at all does. A sign-in link is asked for again by whoever misses it.
RESENT_KINDS = (
    MessageKind.REMINDER,
    MessageKind.INVITATION,
    MessageKind.REPORT_READY,
    MessageKind.REPORT_FAILED,
)


def rescue(*, now: datetime) -> Counter[str]:
    """Take back what a lost worker held, give up what is too old, settle what is in doubt; then ring for a drain."""
    waiting, in_doubt = claims.take_back_lost(now)
    found = Counter(
        taken_back=waiting,
        in_doubt=in_doubt,
        given_up=claims.give_up_stale(now) + _expire_in_doubt(now),
        resent=_resend_in_doubt(now) if current_app.config["SETTINGS"].mail_unknown == RESEND else 0,
    )
    if found["taken_back"] or found["resent"]:
        after_commit(TaskName.OUTBOX_DRAIN)
    return +found


def _resend_in_doubt(now: datetime) -> int:
    """Once, with the same Message-ID, so that many mail systems show one copy even if both arrived."""
    return _update(
        sa.and_(
            OutboxMessage.state == MessageState.UNKNOWN,
            OutboxMessage.settled_at <= now - DOUBT,
            OutboxMessage.kind.in_(RESENT_KINDS),
            OutboxMessage.is_resent.is_(False),
        ),
        state=MessageState.PENDING,
        is_resent=True,
        claim_token=None,
        smtp_phase=SmtpPhase.NONE,
        settled_at=None,
        next_attempt_at=now,
    )


def _expire_in_doubt(now: datetime) -> int:
    return _update(
        sa.and_(
            OutboxMessage.state == MessageState.UNKNOWN,
            OutboxMessage.kind.not_in(RESENT_KINDS),
            OutboxMessage.stale_after_at <= now,
        ),
        state=MessageState.CANCELLED,
        reason=MessageReason.TOO_OLD,
        settled_at=now,
    )


def _update(condition: sa.ColumnElement[bool], **values: Any) -> int:
    statement = sa.update(OutboxMessage).where(condition).values(**values)
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
