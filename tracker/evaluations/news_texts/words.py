"""What every piece of news has in common: the events, one mail's words, and small helpers of those who write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.core.db import Model, db
from tracker.evaluations.labels import DELIVERABLES
from tracker.evaluations.models import Deliverable, Evaluation, Question, TeamMember
from tracker.outbox.enums import MessageReason
from tracker.outbox.renderers import Withdraw

_LONGEST = 600
Row = TypeVar("Row", bound=Model)


class NewsEvent(StrEnum):
    """What has happened. Each has a writer below, and the params that the writer asks for."""

    # To those who commission
    DECLARATION_SIGNED = "declaration_signed"  # declaration_id
    TEAM_CLEARED = "team_cleared"  # declaration_id, version
    PROGRESS_ANSWERED = "progress_answered"  # progress_id
    DELIVERED = "delivered"  # delivery_id
    QUESTION_ASKED = "question_asked"  # since, until
    MEMBER_DECLINED = "member_declined"  # member_id, version
    # To those who evaluate
    DECLARATION_ASSESSED = "declaration_assessed"  # declaration_id, version
    EXTENSION_DECIDED = "extension_decided"  # progress_id
    RETURNED = "returned"  # review_id
    APPROVED = "approved"  # review_id
    QUESTION_ANSWERED = "question_answered"  # since, until
    DELIVERY_OPEN = "delivery_open"  # member_id, since
    ASKED_CHANGED = "asked_changed"  # since, until
    CANCELLED = "cancelled"  # nothing


TO_EVALUATORS = frozenset(
    {
        NewsEvent.DECLARATION_ASSESSED,
        NewsEvent.EXTENSION_DECIDED,
        NewsEvent.RETURNED,
        NewsEvent.APPROVED,
        NewsEvent.QUESTION_ANSWERED,
        NewsEvent.DELIVERY_OPEN,
        NewsEvent.ASKED_CHANGED,
        NewsEvent.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """One mail. ``ask`` is its first sentence, ``lines`` are facts, ``path`` goes behind the case's or the workspace's
    address."""

    subject: str
    ask: str
    lines: list[str]
    button: str
    path: str = ""


Writer = Callable[[Evaluation, Mapping[str, Any], bool], Words]


def what_of(deliverable: Deliverable, is_open: bool) -> str:
    return deliverable.title if is_open else str(DELIVERABLES[deliverable.kind])


def about(what: str) -> str:
    return _("What it is about: %(what)s.", what=what)


def short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def get(model: type[Row], row_id: int) -> Row:
    row = db.session.get(model, row_id)
    if row is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    return row


def within(instant: Any, params: Mapping[str, Any]) -> list[Any]:
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    return [instant >= since, instant < until]


def questions_of(evaluation: Evaluation, instant_of: Any, params: Mapping[str, Any], *told: Any) -> list[Question]:
    """Those of the mail's few minutes, the oldest first. Raises Withdraw when there are none."""
    theirs = (Question.evaluation_id == evaluation.id, TeamMember.ended_contract_id.is_(None))
    query = sa.select(Question).join(Question.member).where(*theirs, *within(instant_of, params), *told)
    found = list(db.session.scalars(query.order_by(Question.id)))
    if not found:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    return found
