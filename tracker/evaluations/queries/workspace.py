"""Reading one commission for its evaluator. Nothing here takes an id without the evaluation that it must belong to.

What was done under a contract that has ended is another evaluator's, and is found by none of this: of that only what
the commissioner gives as documents is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.audit.models import AuditEvent
from tracker.audit.queries import list_for_case as list_events
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations.enums import DeliverableKind, DeliverableState, DeliveredBy
from tracker.evaluations.history import ASKED
from tracker.evaluations.impartiality import Standing, standing
from tracker.evaluations.models import (
    Deliverable,
    Delivery,
    Evaluation,
    EvaluatorLink,
    Question,
    ReviewComment,
    TeamMember,
    UploadedDraft,
)
from tracker.evaluations.queries.given import list_files
from tracker.evaluations.workflow import CLOSED_PHASES

WAITING = (DeliverableState.OPEN, DeliverableState.RETURNED)
# Asked for under the contract that is, or that is to be signed.
_PRESENT = Deliverable.ended_contract_id.is_(None)


class Step(StrEnum):
    """What is asked of an evaluator next."""

    DECLARE = "declare"
    ANSWER_COMMENTS = "answer_comments"
    DELIVER_AGAIN = "deliver_again"
    DELIVER = "deliver"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing that comes first, and the deliverable that it is about. ``waits_for`` are the names of those in
    the team whose declaration still keeps every delivery back."""

    step: Step
    deliverable: Deliverable | None = None
    waits_for: tuple[str, ...] = ()


def list_deliverables(evaluation: Evaluation) -> Sequence[Deliverable]:
    """What the evaluator owes or has owed, by due date, with its deliveries and their files."""
    query = (
        sa.select(Deliverable)
        .where(Deliverable.evaluation_id == evaluation.id, _PRESENT, Deliverable.delivered_by == DeliveredBy.EVALUATOR)
        .options(selectinload(Deliverable.deliveries).joinedload(Delivery.version))
        .order_by(Deliverable.due_on, Deliverable.id)
    )
    return db.session.scalars(query).all()


def list_others(evaluation: Evaluation) -> Sequence[Deliverable]:
    """What the commissioner is to deliver, by due date."""
    query = (
        sa.select(Deliverable)
        .where(
            Deliverable.evaluation_id == evaluation.id,
            _PRESENT,
            Deliverable.delivered_by == DeliveredBy.COMMISSIONER,
            Deliverable.state != DeliverableState.CANCELLED,
        )
        .order_by(Deliverable.due_on, Deliverable.id)
    )
    return db.session.scalars(query).all()


def list_changes(member: TeamMember) -> Sequence[AuditEvent]:
    """What was done to the assignment since `member` could first read it, the newest first.

    Counted from the first link: which pages were read is kept nowhere, since mail scanners read them, too.
    """
    first = sa.select(sa.func.min(EvaluatorLink.created_at)).where(EvaluatorLink.member_id == member.id)
    return list_events(
        member.evaluation_id,
        AuditEvent.occurred_at > first.scalar_subquery(),
        AuditEvent.action.in_(list(ASKED)),
    )


def get_deliverable(evaluation: Evaluation, deliverable_id: int) -> Deliverable:
    """Something that the evaluator owes. Raises NotFound."""
    query = sa.select(Deliverable).where(
        Deliverable.id == deliverable_id,
        Deliverable.evaluation_id == evaluation.id,
        _PRESENT,
        Deliverable.delivered_by == DeliveredBy.EVALUATOR,
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("deliverable")
    return found


def get_readable_version(evaluation: Evaluation, version_id: int) -> DocumentVersion:
    """A file that was delivered in this commission, or that the commissioner has given to it. Raises NotFound."""
    given = next((file.version for file in list_files(evaluation) if file.version.id == version_id), None)
    return given or get_delivered_version(evaluation, version_id)


def get_delivered_version(evaluation: Evaluation, version_id: int) -> DocumentVersion:
    """A file that was delivered in this commission. Raises NotFound."""
    query = (
        sa.select(DocumentVersion)
        .join(Delivery, Delivery.version_id == DocumentVersion.id)
        .join(Deliverable)
        .where(DocumentVersion.id == version_id, Deliverable.evaluation_id == evaluation.id, _PRESENT)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("version")
    return found


def get_receipt(evaluation: Evaluation, slug: str) -> Receipt:
    """The receipt of something that was delivered in this commission, by its number in an address. Raises NotFound."""
    query = (
        sa.select(Receipt)
        .join(Delivery, Delivery.version_id == Receipt.version_id)
        .join(Deliverable)
        .where(Receipt.number == slug.replace("-", " ", 1), Deliverable.evaluation_id == evaluation.id, _PRESENT)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("receipt")
    return found


def receipts_of(evaluation: Evaluation) -> dict[int, Receipt]:
    """Receipts by the id of their version."""
    query = (
        sa.select(Receipt)
        .join(Delivery, Delivery.version_id == Receipt.version_id)
        .join(Deliverable)
        .where(Deliverable.evaluation_id == evaluation.id, _PRESENT)
    )
    return {receipt.version_id: receipt for receipt in db.session.scalars(query)}


def find_draft(deliverable: Deliverable, member: TeamMember) -> UploadedDraft | None:
    """What this member has kept for the deliverable without handing it in."""
    query = sa.select(UploadedDraft).where(
        UploadedDraft.deliverable_id == deliverable.id, UploadedDraft.member_id == member.id
    )
    return db.session.scalar(query)


def drafts_of(member: TeamMember) -> dict[int, UploadedDraft]:
    """Drafts by the id of their deliverable."""
    query = sa.select(UploadedDraft).where(UploadedDraft.member_id == member.id)
    return {draft.deliverable_id: draft for draft in db.session.scalars(query)}


def list_questions(evaluation: Evaluation) -> Sequence[Question]:
    """What the team has asked, the newest first. Who left before the contract was of another team, maybe."""
    is_ours: sa.ColumnElement[bool] = TeamMember.left_on.is_(None)
    if evaluation.contract_signed_on is not None:
        is_ours = sa.or_(is_ours, TeamMember.left_on >= evaluation.contract_signed_on)
    return db.session.scalars(_questions(evaluation).where(TeamMember.ended_contract_id.is_(None), is_ours)).all()


def list_all_questions(evaluation: Evaluation) -> Sequence[Question]:
    """What this team and those before it have asked, the newest first: for those who commission."""
    return db.session.scalars(_questions(evaluation)).all()


def _questions(evaluation: Evaluation) -> sa.Select[Question]:
    return (
        sa.select(Question)
        .join(Question.member)
        .where(Question.evaluation_id == evaluation.id)
        .options(contains_eager(Question.member).joinedload(TeamMember.person))
        .order_by(Question.id.desc())
    )


def unanswered_comments(evaluation: Evaluation) -> dict[int, int]:
    """How many comments that were sent back wait for an answer, by the id of their deliverable."""
    query = (
        sa.select(ReviewComment.deliverable_id, sa.func.count())
        .join(Deliverable, Deliverable.id == ReviewComment.deliverable_id)
        .where(
            Deliverable.evaluation_id == evaluation.id,
            ReviewComment.sent_at.is_not(None),
            ReviewComment.answered_at.is_(None),
            Deliverable.state == DeliverableState.RETURNED,
        )
        .group_by(ReviewComment.deliverable_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def next_step(member: TeamMember, deliverables: Sequence[Deliverable], comments: dict[int, int]) -> NextStep:
    """What to ask of `member` first: the declaration, then what was sent back, then what is due first.

    Nothing once the evaluation is over.
    """
    if member.evaluation.phase in CLOSED_PHASES:
        return NextStep(Step.NOTHING)
    if standing(member) is Standing.UNDECLARED:
        return NextStep(Step.DECLARE)
    waiting = [item for item in deliverables if item.state in WAITING]
    if not waiting:
        return NextStep(Step.NOTHING)
    returned = [item for item in waiting if item.state is DeliverableState.RETURNED]
    first = (returned or waiting)[0]
    waits_for = tuple(
        item.person.name
        for item in member.evaluation.team
        if item.left_on is None and standing(item) not in (Standing.CLEAR, Standing.MANAGEABLE)
    )
    if first.id in comments:
        return NextStep(Step.ANSWER_COMMENTS, first, waits_for)
    return NextStep(Step.DELIVER_AGAIN if returned else Step.DELIVER, first, waits_for)


def asks_for_recommendations(deliverable: Deliverable) -> bool:
    """Whether the final report is delivered and its recommendations are still to be entered."""
    is_read = deliverable.kind is DeliverableKind.FINAL_REPORT and deliverable.state is DeliverableState.SUBMITTED
    evaluation = deliverable.evaluation
    return is_read and evaluation.phase not in CLOSED_PHASES and not evaluation.recommendations


def receipt_slug(receipt: Receipt) -> str:
    """The number of a receipt as it stands in an address: "KV-2026-0001"."""
    return receipt.number.replace(" ", "-")


def list_deliveries(deliverable: Deliverable) -> Sequence[Delivery]:
    """What was delivered, the newest first, with the files."""
    query = (
        sa.select(Delivery)
        .where(Delivery.deliverable_id == deliverable.id)
        .options(joinedload(Delivery.version), joinedload(Delivery.member).joinedload(TeamMember.person))
        .order_by(Delivery.id.desc())
    )
    return db.session.scalars(query).all()


def get_delivery(receipt: Receipt) -> Delivery:
    """The delivery that a receipt of this commission is for."""
    return db.session.scalars(sa.select(Delivery).where(Delivery.version_id == receipt.version_id)).one()


def find_same_file_elsewhere(delivery: Delivery) -> Delivery | None:
    """The same bytes, delivered for something else in the same commission."""
    query = (
        sa.select(Delivery)
        .join(DocumentVersion, DocumentVersion.id == Delivery.version_id)
        .join(Deliverable, Deliverable.id == Delivery.deliverable_id)
        .where(
            Deliverable.evaluation_id == delivery.deliverable.evaluation_id,
            _PRESENT,
            Deliverable.id != delivery.deliverable_id,
            DocumentVersion.sha256 == delivery.version.sha256,
        )
        .order_by(Delivery.id.desc())
    )
    return db.session.scalars(query).first()


def find_earlier_same(delivery: Delivery) -> Delivery | None:
    """An earlier delivery of the same bytes for the same deliverable, the first."""
    query = (
        sa.select(Delivery)
        .join(DocumentVersion, DocumentVersion.id == Delivery.version_id)
        .where(
            Delivery.deliverable_id == delivery.deliverable_id,
            Delivery.id < delivery.id,
            DocumentVersion.sha256 == delivery.version.sha256,
        )
        .order_by(Delivery.id)
    )
    return db.session.scalars(query).first()


def get_question(evaluation: Evaluation, question_id: int) -> Question:
    """A question of this evaluation's team. Raises NotFound."""
    found = db.session.get(Question, question_id)
    if found is None or found.evaluation_id != evaluation.id:
        raise NotFound("question")
    return found


def count_unanswered(evaluation: Evaluation) -> int:
    """How many questions of the team wait for an answer."""
    query = sa.select(sa.func.count(Question.id)).join(Question.member)
    waits = (Question.answered_at.is_(None), TeamMember.ended_contract_id.is_(None))
    return db.session.scalar(query.where(Question.evaluation_id == evaluation.id, *waits)) or 0
