"""What is said about deliverables on the way: progress, wishes for more time, reviews and comments."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model
from tracker.core.types import UTCDateTime, Versioned, enum_column
from tracker.documents.models import DocumentVersion
from tracker.evaluations.enums import CommentAnswer, CommentKind, ProgressAnswer, RequestState, ReviewOutcome

if TYPE_CHECKING:
    from tracker.evaluations.models.commission import Deliverable, TeamMember


class Progress(Model):
    """An answer to "on track?", and what was decided about a wish for more time."""

    __tablename__ = "progress_answers"
    __table_args__ = (
        sa.CheckConstraint("answer <> 'more_time' OR wished_on IS NOT NULL", name="wished_day_given"),
        sa.CheckConstraint("answer <> 'more_time' OR length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deliverable_id: Mapped[int] = mapped_column(sa.ForeignKey("deliverables.id"), index=True)
    answer: Mapped[ProgressAnswer] = mapped_column(enum_column(ProgressAnswer, "answer"))
    wished_on: Mapped[date | None] = mapped_column()
    reason: Mapped[str | None] = mapped_column(sa.Text)
    due_on: Mapped[date] = mapped_column()
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by_name: Mapped[str] = mapped_column(sa.String(200))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team_members.id"))
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState, "state"))
    granted_on: Mapped[date | None] = mapped_column()
    decision_note: Mapped[str | None] = mapped_column(sa.Text)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    deliverable: Mapped[Deliverable] = relationship(back_populates="answers")
    member: Mapped[TeamMember | None] = relationship()


class Review(Model):
    """The commissioner's decision about one version: approved, or sent back with reasons and a new day."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.CheckConstraint("outcome <> 'returned' OR length(reason) > 0", name="reason_given"),
        sa.CheckConstraint("outcome <> 'returned' OR new_due_on IS NOT NULL", name="new_day_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deliverable_id: Mapped[int] = mapped_column(sa.ForeignKey("deliverables.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_versions.id"), unique=True)
    outcome: Mapped[ReviewOutcome] = mapped_column(enum_column(ReviewOutcome, "outcome"))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    new_due_on: Mapped[date | None] = mapped_column()
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_name: Mapped[str] = mapped_column(sa.String(200))

    deliverable: Mapped[Deliverable] = relationship(back_populates="reviews")
    version: Mapped[DocumentVersion] = relationship()


class ReviewComment(Versioned, Model):
    """A comment on one version in the fact check. The evaluator sees it once ``sent_at`` is set, and answers it."""

    __tablename__ = "review_comments"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "number"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deliverable_id: Mapped[int] = mapped_column(sa.ForeignKey("deliverables.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_versions.id"))
    number: Mapped[int] = mapped_column()
    kind: Mapped[CommentKind] = mapped_column(enum_column(CommentKind, "kind"))
    page: Mapped[str | None] = mapped_column(sa.String(40))
    quote: Mapped[str | None] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    author_name: Mapped[str] = mapped_column(sa.String(200))
    for_name: Mapped[str | None] = mapped_column(sa.String(200))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[CommentAnswer | None] = mapped_column(enum_column(CommentAnswer, "answer"))
    answer_text: Mapped[str | None] = mapped_column(sa.Text)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    deliverable: Mapped[Deliverable] = relationship()
    document_version: Mapped[DocumentVersion] = relationship()
