"""The fact check: comments on a version, sending it back with reasons, answering, and approving.

Only the latest version can be decided on. An approval is final: it starts clocks for others. What turns out wrong
afterwards is mended by a new deliverable (a corrected report), and both stay readable. Comments bind only where they
are about facts; how its findings are put is for the evaluator to decide (UNEG 2016, independence).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core import clock
from tracker.core.actor import Actor
from tracker.core.checks import checked_year
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.documents.models import DocumentVersion
from tracker.documents.queries import is_downloadable
from tracker.evaluations import deadlines, news
from tracker.evaluations.enums import (
    CommentAnswer,
    CommentKind,
    DeliverableKind,
    DeliverableState,
    DeliveredBy,
    ReviewOutcome,
)
from tracker.evaluations.models import Deliverable, Review, ReviewComment
from tracker.evaluations.news import NewsEvent
from tracker.evaluations.service import deliverables, recommendations
from tracker.evaluations.service.deliverables import LONGEST_REASON
from tracker.evaluations.service.record import refuse_idle, settle, withdraw_wishes


def add_comment(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    kind: CommentKind,
    body: str,
    page: str | None = None,
    quote: str | None = None,
    for_name: str | None = None,
    submission_id: str | None = None,
) -> ReviewComment:
    """Comment on the latest version. The evaluator sees it first when the version is sent back.

    :param for_name: whom the comment is handed on for, such as a landsting that was asked to check facts.
    :raises DomainError: when there is nothing to comment on now, or on ``body``.
    """
    hold(deliverable.evaluation)
    made = made_before(ReviewComment, submission_id, deliverable_id=deliverable.id)
    if made is not None:
        return made
    version = _submitted(deliverable)
    query = sa.select(sa.func.max(ReviewComment.number)).where(ReviewComment.version_id == version.id)
    comment = ReviewComment(
        deliverable=deliverable,
        version_id=version.id,
        number=(db.session.scalar(query) or 0) + 1,
        kind=kind,
        page=page or None,
        quote=quote or None,
        body=_body(body),
        author_id=actor.id,
        author_name=actor.name,
        for_name=for_name or None,
        written_at=now,
        submission_id=submission_id,
    )
    db.session.add(comment)
    db.session.flush()
    _record(AuditAction.COMMENT_ADDED, actor, now, comment, {})
    return comment


def change_comment(
    *,
    actor: Actor,
    now: datetime,
    comment: ReviewComment,
    kind: CommentKind,
    body: str,
    page: str | None = None,
    quote: str | None = None,
    for_name: str | None = None,
    version: int | None = None,
) -> ReviewComment:
    """Reword a comment that is not sent yet.

    :raises DomainError: once it is sent, or on ``body``.
    :raises StaleVersion: when it was changed since `version`.
    """
    hold(comment.deliverable.evaluation)
    _refuse_sent(comment)
    wanted = (kind, _body(body), page or None, quote or None, for_name or None)
    if (comment.kind, comment.body, comment.page, comment.quote, comment.for_name) == wanted:
        return comment
    check_version(comment.version, version, comment_texts(comment))
    comment.kind, comment.body, comment.page, comment.quote, comment.for_name = wanted
    db.session.flush()
    _record(AuditAction.COMMENT_CHANGED, actor, now, comment, {})
    return comment


def remove_comment(*, actor: Actor, now: datetime, comment: ReviewComment, version: int | None = None) -> None:
    """Take back a comment that is not sent yet. Its number is not given again while later ones stand.

    :raises DomainError: once it is sent.
    :raises StaleVersion: when it was changed since `version`.
    """
    hold(comment.deliverable.evaluation)
    _refuse_sent(comment)
    check_version(comment.version, version, comment_texts(comment))
    _record(AuditAction.COMMENT_REMOVED, actor, now, comment, {})
    db.session.delete(comment)
    db.session.flush()


def answer_comment(
    *,
    actor: Actor,
    now: datetime,
    comment: ReviewComment,
    answer: CommentAnswer,
    text: str | None = None,
    version: int | None = None,
) -> ReviewComment:
    """Say what was done with a comment. Can be changed until the deliverable is approved.

    :raises DomainError: on ``answer_text`` when a comment is not or only partly followed without a word why; for a
        comment that was never sent, or an approved deliverable.
    :raises StaleVersion: when it was answered since `version`.
    """
    hold(comment.deliverable.evaluation)
    refuse_idle(comment.deliverable.evaluation)
    if comment.sent_at is None:
        raise DomainError(_l("This comment has not been sent."))
    if comment.deliverable.state in (DeliverableState.APPROVED, DeliverableState.CANCELLED):
        raise DomainError(_l("This deliverable is closed, so its comments can no longer be answered."))
    text = text or None
    if (comment.answer, comment.answer_text) == (answer, text):
        return comment
    check_version(comment.version, version, answer_texts(comment))
    if answer is not CommentAnswer.ACCEPTED and not text:
        raise DomainError(_l("Write why you do not, or only partly, follow the comment."), "answer_text")
    comment.answer, comment.answer_text = answer, text
    comment.answered_at, comment.answered_by_name = now, actor.name
    db.session.flush()
    _record(AuditAction.COMMENT_ANSWERED, actor, now, comment, {"answer": answer})
    return comment


def return_version(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    version_id: int,
    reason: str,
    new_due_on: date,
    seen: str | None = None,
) -> Review:
    """Send the latest version back with reasons, a new day, and every comment on it that is not sent yet.

    :param seen: `comments_mark` of the comments that were shown; None asks nothing.
    :raises DomainError: when the version is not the latest or is decided on, when comments were changed since they were
        shown, or on ``reason`` and ``new_due_on``.
    """
    hold(deliverable.evaluation)
    reason = (reason or "").strip()
    made = _find_review(version_id)
    if made is not None and (made.outcome, made.reason, made.new_due_on) == (
        ReviewOutcome.RETURNED,
        reason,
        new_due_on,
    ):
        return made
    if deliverable.delivered_by is not DeliveredBy.EVALUATOR:
        raise DomainError(_l("This is not the evaluator's to deliver, so it cannot be sent back to them."))
    version = _decidable(deliverable, version_id, made)
    unsent = unsent_comments(version.id)
    if seen is not None and seen != comments_mark(unsent):
        raise DomainError(_l("Somebody changed the comments since you opened the page. Read them again, then send."))
    if not reason:
        raise DomainError(_l("Write what has to be done before it can be approved."), "reason")
    checked_year(new_due_on, "new_due_on")
    if new_due_on <= clock.local_date(now):
        raise DomainError(_l("The new day has to be a day to come."), "new_due_on")
    for comment in unsent:
        comment.sent_at = now
    withdraw_wishes(deliverable)
    review = _decide(
        actor, now, deliverable, version, outcome=ReviewOutcome.RETURNED, reason=reason, new_due_on=new_due_on
    )
    if deliverable.due_on != new_due_on:
        why = reason[:LONGEST_REASON]
        deliverables.move_due(actor=actor, now=now, deliverable=deliverable, due_on=new_due_on, reason=why)
    else:
        deadlines.derive(actor=actor, now=now, evaluation=deliverable.evaluation)
    _tell(now, review, NewsEvent.RETURNED)
    return review


def approve_version(
    *, actor: Actor, now: datetime, deliverable: Deliverable, version_id: int, note: str | None = None
) -> Review:
    """Approve the latest version, for good. With the final report the recommendations are issued: the clock of the
    management responses starts. Approved again it changes nothing.

    :raises DomainError: when the version is not the latest, is decided on otherwise, or cannot be read yet.
    """
    hold(deliverable.evaluation)
    made = _find_review(version_id)
    if made is not None and made.outcome is ReviewOutcome.APPROVED:
        return made
    version = _decidable(deliverable, version_id, made)
    if not is_downloadable(version):
        raise DomainError(_l("Nobody can read this file yet: it waits for its check, or is set aside."))
    review = _decide(
        actor, now, deliverable, version, outcome=ReviewOutcome.APPROVED, reason=(note or "").strip() or None
    )
    evaluation = deliverable.evaluation
    if deliverable.kind is DeliverableKind.FINAL_REPORT:
        recommendations.issue(actor=actor, now=now, evaluation=evaluation, on=clock.local_date(now))
    settle(evaluation, now)
    deadlines.derive(actor=actor, now=now, evaluation=evaluation)
    if deliverable.delivered_by is DeliveredBy.EVALUATOR:
        _tell(now, review, NewsEvent.APPROVED)
    return review


def latest_version(deliverable: Deliverable) -> DocumentVersion | None:
    """The version that stands."""
    return deliverable.document.versions[-1] if deliverable.document and deliverable.document.versions else None


def unsent_comments(version_id: int) -> list[ReviewComment]:
    """The comments on a version that the evaluator has not seen, by number."""
    query = sa.select(ReviewComment).where(ReviewComment.version_id == version_id, ReviewComment.sent_at.is_(None))
    return list(db.session.scalars(query.order_by(ReviewComment.number)))


def comments_mark(comments: Iterable[ReviewComment]) -> str:
    """Which comments were shown, in which wording: what is sent is what was read."""
    return ".".join(f"{comment.id}-{comment.version}" for comment in comments)


def comment_texts(comment: ReviewComment) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "kind": comment.kind.value,
        "page": comment.page or "",
        "quote": comment.quote or "",
        "body": comment.body,
        "for_name": comment.for_name or "",
        "version": str(comment.version),
    }


def answer_texts(comment: ReviewComment) -> dict[str, str]:
    """The stored answer, by the names of the form's fields."""
    return {
        "answer": comment.answer.value if comment.answer else "",
        "answer_text": comment.answer_text or "",
        "version": str(comment.version),
    }


def _find_review(version_id: int) -> Review | None:
    return db.session.scalar(sa.select(Review).where(Review.version_id == version_id))


def _submitted(deliverable: Deliverable) -> DocumentVersion:
    """The version that waits for a decision."""
    refuse_idle(deliverable.evaluation)
    version = latest_version(deliverable)
    if deliverable.state is DeliverableState.APPROVED:
        raise DomainError(
            _l("This deliverable is approved, and that is final. Ask for a correction by adding a new deliverable.")
        )
    if version is None or deliverable.state is not DeliverableState.SUBMITTED:
        raise DomainError(_l("Nothing waits for your review here: a new version has to be delivered first."))
    return version


def _decidable(deliverable: Deliverable, version_id: int, made: Review | None) -> DocumentVersion:
    if made is not None and made.deliverable_id == deliverable.id:
        raise DomainError(
            _l(
                "%(name)s has decided about this version already. Look at what was decided.",
                name=made.decided_by_name,
            )
        )
    version = _submitted(deliverable)
    if version.id != version_id:
        raise DomainError(_l("A newer version has been delivered. Read that one; only the latest can be decided on."))
    return version


def _decide(
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    version: DocumentVersion,
    *,
    outcome: ReviewOutcome,
    reason: str | None,
    new_due_on: date | None = None,
) -> Review:
    review = Review(
        version_id=version.id,
        outcome=outcome,
        reason=reason,
        new_due_on=new_due_on,
        decided_at=now,
        decided_by_name=actor.name,
    )
    deliverable.reviews.append(review)
    is_approved = outcome is ReviewOutcome.APPROVED
    deliverable.state = DeliverableState.APPROVED if is_approved else DeliverableState.RETURNED
    deliverable.approved_at = now if is_approved else None
    db.session.flush()
    audit.record(
        AuditAction.DELIVERABLE_REVIEWED,
        actor=actor,
        now=now,
        case_id=deliverable.evaluation_id,
        subject=deliverable,
        changes={
            "deliverable": deliverable.title,
            "version": version.number,
            "outcome": outcome,
            "new_due_on": new_due_on,
        },
    )
    return review


def _tell(now: datetime, review: Review, event: NewsEvent) -> None:
    evaluation = review.deliverable.evaluation
    news.tell(
        now=now,
        evaluation=evaluation,
        event=event,
        people=news.evaluators(evaluation),
        params={"review_id": review.id},
    )


def _body(body: str) -> str:
    body = (body or "").strip()
    if not body:
        raise DomainError(_l("Write the comment."), "body")
    return body


def _refuse_sent(comment: ReviewComment) -> None:
    if comment.sent_at is not None:
        raise DomainError(_l("This comment is sent and can no longer be changed. Add another one."))


def _record(action: AuditAction, actor: Actor, now: datetime, comment: ReviewComment, more: dict[str, Any]) -> None:
    # The words are in the comment; the trail tells which one.
    audit.record(
        action,
        actor=actor,
        now=now,
        case_id=comment.deliverable.evaluation_id,
        subject=comment,
        changes={"deliverable": comment.deliverable.title, "number": comment.number, **more},
    )
