"""Reading declarations, versions with their comments, and what waits for those who commission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.documents.models import DocumentText, DocumentVersion, Receipt
from tracker.documents.queries import is_downloadable
from tracker.evaluations.comparing import TextChanges, compare
from tracker.evaluations.enums import DeliverableState, DeliveredBy, RequestState
from tracker.evaluations.impartiality import Standing, current_team, latest, standing
from tracker.evaluations.models import (
    Declaration,
    Deliverable,
    Delivery,
    Evaluation,
    Progress,
    Review,
    ReviewComment,
    TeamMember,
)

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between a version and the one before it, in plain facts. ``words`` is None until both are read.

    ``texts``: those of both, where they were read in full and the files may be handed out.
    """

    size_bytes: int
    words: int | None
    is_same_file: bool
    texts: tuple[str, str] | None = None

    def text_changes(self) -> TextChanges | None:
        """Compares the texts, which takes up to a second; None where they are not there, or are too long."""
        return compare(*self.texts) if self.texts else None


@dataclass(slots=True)
class VersionRow:
    """One version of a deliverable with all that was said about it. ``answered``: comments on the version before."""

    version: DocumentVersion
    delivery: Delivery | None
    receipt: Receipt | None
    review: Review | None
    comments: list[ReviewComment]
    difference: Difference | None = None
    answered: list[ReviewComment] = field(default_factory=list)
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What the evaluator was told of one version: the decision about it, and the comments that were sent."""

    version: DocumentVersion
    review: Review | None
    comments: list[ReviewComment]


class WaitingKind(StrEnum):
    """What those who commission are waited for with."""

    ASSESS = "assess"
    EXTENSION = "extension"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. Exactly one of the rows is given, by its kind."""

    kind: WaitingKind
    declaration: Declaration | None = None
    progress: Progress | None = None
    deliverable: Deliverable | None = None


def get_declaration(evaluation: Evaluation, declaration_id: int) -> Declaration:
    """:raises NotFound: when nobody in the evaluation's team made it."""
    query = (
        sa.select(Declaration)
        .join(TeamMember)
        .where(Declaration.id == declaration_id, TeamMember.evaluation_id == evaluation.id)
    )
    return _found(db.session.scalar(query), _l("There is no such declaration."))


def get_comment(evaluation: Evaluation, comment_id: int) -> ReviewComment:
    """:raises NotFound: when it is about no deliverable of the evaluation."""
    query = (
        sa.select(ReviewComment)
        .join(Deliverable, Deliverable.id == ReviewComment.deliverable_id)
        .where(ReviewComment.id == comment_id, Deliverable.evaluation_id == evaluation.id)
    )
    return _found(db.session.scalar(query), _l("There is no such comment."))


def get_sent_comment(deliverable: Deliverable, comment_id: int) -> ReviewComment:
    """A comment that the evaluator may know. Raises NotFound."""
    query = sa.select(ReviewComment).where(
        ReviewComment.id == comment_id,
        ReviewComment.deliverable_id == deliverable.id,
        ReviewComment.sent_at.is_not(None),
    )
    return _found(db.session.scalar(query), _l("There is no such comment."))


def get_progress(deliverable: Deliverable, progress_id: int) -> Progress:
    """:raises NotFound: when it is no answer about the deliverable."""
    query = sa.select(Progress).where(Progress.id == progress_id, Progress.deliverable_id == deliverable.id)
    return _found(db.session.scalar(query), _l("There is no such answer."))


def list_progress(deliverable: Deliverable) -> Sequence[Progress]:
    """What was answered about the deliverable, the latest first."""
    query = sa.select(Progress).where(Progress.deliverable_id == deliverable.id).order_by(Progress.id.desc())
    return db.session.scalars(query).all()


def list_rounds(deliverable: Deliverable) -> list[Round]:
    """Everything that was sent back or approved, the latest version first, with its comments by number."""
    sent = (
        sa.select(ReviewComment)
        .where(ReviewComment.deliverable_id == deliverable.id, ReviewComment.sent_at.is_not(None))
        .order_by(ReviewComment.number)
    )
    comments: dict[int, list[ReviewComment]] = {}
    for comment in db.session.scalars(sent):
        comments.setdefault(comment.version_id, []).append(comment)
    query = (
        sa.select(DocumentVersion, Review)
        .join(Delivery, Delivery.version_id == DocumentVersion.id)
        .outerjoin(Review, Review.version_id == DocumentVersion.id)
        .where(Delivery.deliverable_id == deliverable.id)
        .order_by(DocumentVersion.number.desc())
    )
    rows = [Round(version, decided, comments.get(version.id, [])) for version, decided in db.session.execute(query)]
    return [row for row in rows if row.review or row.comments]


def list_versions(deliverable: Deliverable) -> list[VersionRow]:
    """Every version, the newest first."""
    if deliverable.document_id is None:
        return []
    query = sa.select(DocumentVersion).where(DocumentVersion.document_id == deliverable.document_id)
    versions = db.session.scalars(query.order_by(DocumentVersion.number)).all()
    ids = [version.id for version in versions]
    deliveries = {row.version_id: row for row in _rows(Delivery, Delivery.version_id, ids)}
    receipts = {row.version_id: row for row in _rows(Receipt, Receipt.version_id, ids)}
    reviews = {row.version_id: row for row in _rows(Review, Review.version_id, ids)}
    comments: dict[int, list[ReviewComment]] = {}
    for comment in sorted(_rows(ReviewComment, ReviewComment.version_id, ids), key=lambda row: row.number):
        comments.setdefault(comment.version_id, []).append(comment)
    texts = _texts(ids)
    rows: list[VersionRow] = []
    for version in versions:
        row = VersionRow(
            version=version,
            delivery=deliveries.get(version.id),
            receipt=receipts.get(version.id),
            review=reviews.get(version.id),
            comments=comments.get(version.id, []),
            words=len(texts[version.id].split()) if version.id in texts else None,
        )
        if rows:
            before = rows[-1]
            row.difference = _difference(before, row, texts)
            row.answered = [comment for comment in before.comments if comment.sent_at is not None]
        rows.append(row)
    return rows[::-1]


def find_last_difference(deliverable: Deliverable) -> tuple[int, Difference] | None:
    """The number of the newest version but the first, and what differs in it."""
    newest = next(iter(list_versions(deliverable)), None)
    return (newest.version.number, newest.difference) if newest and newest.difference else None


def find_pending_extension(deliverable: Deliverable) -> Progress | None:
    """The wish for more time that waits for a decision."""
    query = sa.select(Progress).where(Progress.deliverable_id == deliverable.id, Progress.state == RequestState.PENDING)
    if deliverable.state not in (DeliverableState.OPEN, DeliverableState.RETURNED):
        return None
    return db.session.scalar(query.order_by(Progress.id.desc()).limit(1))


def list_pending_extensions(evaluation: Evaluation) -> Sequence[Progress]:
    """The wishes for more time that wait for a decision, the first due first."""
    query = (
        sa.select(Progress)
        .join(Deliverable)
        .where(
            Deliverable.evaluation_id == evaluation.id,
            Deliverable.state.in_((DeliverableState.OPEN, DeliverableState.RETURNED)),
            Progress.state == RequestState.PENDING,
        )
        .order_by(Deliverable.due_on, Progress.id)
    )
    return db.session.scalars(query).all()


def list_waiting(evaluation: Evaluation) -> list[Waiting]:
    """What waits for those who commission: wishes for more time, declarations to assess, versions to review."""
    waiting = [Waiting(WaitingKind.EXTENSION, progress=item) for item in list_pending_extensions(evaluation)]
    waiting += [
        Waiting(WaitingKind.ASSESS, declaration=latest(member))
        for member in current_team(evaluation)
        if standing(member) is Standing.UNASSESSED
    ]
    waiting += [
        Waiting(WaitingKind.REVIEW, deliverable=item)
        for item in evaluation.deliverables
        if item.state is DeliverableState.SUBMITTED and item.delivered_by is DeliveredBy.EVALUATOR
    ]
    return waiting


def _difference(before: VersionRow, after: VersionRow, texts: Mapping[int, str]) -> Difference:
    pair = (before.version, after.version)
    may_be_read = all(version.id in texts and is_downloadable(version) for version in pair)
    has_words = before.words is not None and after.words is not None
    return Difference(
        size_bytes=after.version.size_bytes - before.version.size_bytes,
        words=(after.words or 0) - (before.words or 0) if has_words else None,
        is_same_file=after.version.sha256 == before.version.sha256,
        texts=(texts[before.version.id], texts[after.version.id]) if may_be_read else None,
    )


def _texts(version_ids: Sequence[int]) -> dict[int, str]:
    """The text of each version that was read in full and has any."""
    query = sa.select(DocumentText).where(DocumentText.version_id.in_(version_ids), DocumentText.is_cut.is_(False))
    return {row.version_id: row.body for row in db.session.scalars(query)}


def _rows(model: type[Row], column: Any, ids: Sequence[int]) -> Sequence[Row]:
    return db.session.scalars(sa.select(model).where(column.in_(ids))).all()


def _found(row: Row | None, message: object) -> Row:
    if row is None:
        raise NotFound(message)
    return row
