"""Delivering what was asked for: the file becomes a document of the case, and whoever delivered gets a receipt.

Late is received and stamped, never refused: evidence is worth more than a deadline. Nothing is received before every
declaration of independence is assessed; what was uploaded meanwhile is kept as a draft.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.documents import receipts
from tracker.documents import service as documents
from tracker.documents.enums import Direction, DocumentKind
from tracker.documents.incoming import IncomingFile
from tracker.documents.inspection import Inspection
from tracker.documents.models import DocumentVersion, Receipt
from tracker.evaluations import deadlines, news
from tracker.evaluations.enums import DeliverableKind, DeliverableState, DeliveredBy
from tracker.evaluations.models import Deliverable, Delivery, Evaluation, TeamMember
from tracker.evaluations.queries.workspace import find_earlier_same
from tracker.evaluations.service import drafts, independence, links
from tracker.evaluations.service.record import settle, withdraw_wishes
from tracker.evaluations.workflow import IDLE_PHASES
from tracker.organisations.queries import name_on
from tracker.outbox import service as outbox
from tracker.outbox.enums import MessageKind

KINDS = {
    DeliverableKind.TERMS_OF_REFERENCE: DocumentKind.TERMS_OF_REFERENCE,
    DeliverableKind.INCEPTION_REPORT: DocumentKind.INCEPTION_REPORT,
    DeliverableKind.DRAFT_REPORT: DocumentKind.DRAFT_REPORT,
    DeliverableKind.FACT_CHECK: DocumentKind.FACT_CHECK,
    DeliverableKind.FINAL_REPORT: DocumentKind.FINAL_REPORT,
    DeliverableKind.PRESENTATION: DocumentKind.PRESENTATION,
    DeliverableKind.OTHER: DocumentKind.OTHER,
}


def deliver(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    incoming: IncomingFile,
    member: TeamMember | None = None,
    for_member: TeamMember | None = None,
    change_note: str | None = None,
    submission_id: str | None = None,
    inspected: Inspection | None = None,
) -> Delivery:
    """Receive a file for a deliverable, stamp it against the date in force, and issue its receipt.

    The same submission, or the bytes of the version that stands, give back the delivery that they made before. The
    bytes of an earlier version are a new one: somebody takes back a wrong upload.

    :param member: who delivers, by a link.
    :param for_member: for whom somebody of the commissioner's uploads; both names stand on the receipt.
    :param inspected: what `documents.service.inspect_first` found; without, the file is inspected here.
    :raises DomainError: for a deliverable that is approved, cancelled or not the evaluator's, and before the
        declarations are assessed; on ``file`` for a file that cannot be taken, or is the one that was sent back.
    """
    evaluation = deliverable.evaluation
    hold(evaluation)
    made = _find_made(deliverable, incoming.sha256, submission_id)
    if made is not None:
        incoming.discard()
        drafts.drop(deliverable, member)
        return made
    refuse_unless_awaited(deliverable)
    independence.refuse_unless_assessed(evaluation)
    behind = for_member or member
    version = _keep(
        actor=actor,
        now=now,
        deliverable=deliverable,
        incoming=incoming,
        inspected=inspected,
        behind=behind,
        for_name=for_member.person.name if for_member else None,
        change_note=change_note,
        submission_id=submission_id,
    )
    delivery = _stamped(deliverable, version, behind)
    deliverable.state, deliverable.submitted_at = DeliverableState.SUBMITTED, version.received_at
    withdraw_wishes(deliverable)
    drafts.drop(deliverable, member)
    db.session.flush()
    receipt = _issue_receipt(actor, now, delivery)
    _record(actor, now, delivery, receipt)
    deadlines.derive(actor=actor, now=now, evaluation=evaluation)
    settle(evaluation, now)
    if behind is not None:
        _mail_receipt(now, delivery, receipt, behind)
    _tell(actor, now, delivery)
    return delivery


def refuse_unless_awaited(deliverable: Deliverable) -> None:
    """:raises DomainError: for a deliverable that takes no file, with the reason."""
    reason = why_not_awaited(deliverable)
    if reason is not None:
        raise DomainError(reason)


def why_not_awaited(deliverable: Deliverable) -> Any:
    """Why a deliverable takes no file: approved, cancelled, the commissioner's, or all is over. None when it does."""
    if deliverable.state is DeliverableState.APPROVED:
        return _l(
            "%(title)s is approved already, so nothing more can be handed in for it. "
            "Ask the contact person if something has to be changed.",
            title=deliverable.title,
        )
    if deliverable.evaluation.phase in IDLE_PHASES:
        return _l("The evaluation is closed, so nothing more can be handed in.")
    if deliverable.state is DeliverableState.CANCELLED:
        return _l("%(title)s is no longer asked for.", title=deliverable.title)
    if deliverable.delivered_by is not DeliveredBy.EVALUATOR:
        return _l("%(title)s is not the evaluator's to deliver.", title=deliverable.title)
    return None


def find_by_submission(deliverable: Deliverable, submission_id: str | None) -> Delivery | None:
    """The delivery that this submission has made already.

    :raises DomainError: when it has made one of another deliverable.
    """
    version = made_before(DocumentVersion, submission_id, document_id=deliverable.document_id)
    if version is None:
        return None
    return db.session.scalar(_deliveries(deliverable).where(Delivery.version_id == version.id))


def find_standing(deliverable: Deliverable, sha256: str) -> Delivery | None:
    """The newest delivery for this deliverable, if it is of exactly these bytes."""
    newest = db.session.scalars(_deliveries(deliverable).order_by(Delivery.id.desc())).first()
    return newest if newest is not None and newest.version.sha256 == sha256 else None


def _find_made(deliverable: Deliverable, sha256: str, submission_id: str | None) -> Delivery | None:
    made = find_by_submission(deliverable, submission_id)
    if made is not None:
        return made
    standing = find_standing(deliverable, sha256)
    if standing is not None and deliverable.state is DeliverableState.RETURNED:
        decided = next((item for item in deliverable.reviews if item.version_id == standing.version_id), None)
        if decided is not None:
            day = local_date(decided.decided_at).isoformat()
            raise DomainError(
                _l("It is the same file that was sent back on %(day)s; choose the corrected one.", day=day), "file"
            )
    return standing


def _deliveries(deliverable: Deliverable) -> sa.Select[Delivery]:
    return (
        sa.select(Delivery)
        .join(DocumentVersion, DocumentVersion.id == Delivery.version_id)
        .where(Delivery.deliverable_id == deliverable.id)
    )


def _keep(
    *,
    actor: Actor,
    now: datetime,
    deliverable: Deliverable,
    incoming: IncomingFile,
    inspected: Inspection | None,
    behind: TeamMember | None,
    for_name: str | None,
    change_note: str | None,
    submission_id: str | None,
) -> DocumentVersion:
    """The file in the register: a further version of the deliverable's document, or its first."""
    if deliverable.document is not None:
        return documents.add_version(
            actor=actor,
            now=now,
            document=deliverable.document,
            incoming=incoming,
            inspected=inspected,
            for_name=for_name,
            change_note=change_note,
            submission_id=submission_id,
            by_owner=True,
        )
    evaluation = deliverable.evaluation
    version = documents.register(
        actor=actor,
        now=now,
        case=evaluation,
        incoming=incoming,
        inspected=inspected,
        kind=KINDS[deliverable.kind],
        title=deliverable.title,
        direction=Direction.INCOMING,
        correspondent=_sender(evaluation, behind.person.name if behind else actor.name, local_date(now)),
        for_name=for_name,
        change_note=change_note,
        submission_id=submission_id,
    )
    deliverable.document = version.document
    return version


def _stamped(deliverable: Deliverable, version: DocumentVersion, behind: TeamMember | None) -> Delivery:
    """The version as a delivery, against the date in force."""
    delivery = Delivery(
        deliverable=deliverable,
        version=version,
        due_on=deliverable.due_on,
        days_late=max((local_date(version.received_at) - deliverable.due_on).days, 0),
        member=behind,
    )
    db.session.add(delivery)
    return delivery


def _tell(actor: Actor, now: datetime, delivery: Delivery) -> None:
    evaluation = delivery.deliverable.evaluation
    news.tell(
        now=now,
        evaluation=evaluation,
        event=news.NewsEvent.DELIVERED,
        people=[person for person in news.commissioners(evaluation) if person.id != actor.id],
        params={"delivery_id": delivery.id},
    )


def _sender(evaluation: Evaluation, name: str, today: date) -> str:
    """From whom it came, for the register (OSL 5:2): the organisation that evaluates, where it is known."""
    return name_on(evaluation.provider, today) if evaluation.provider is not None else name


def _issue_receipt(actor: Actor, now: datetime, delivery: Delivery) -> Receipt:
    evaluation, version = delivery.deliverable.evaluation, delivery.version
    facts = receipts.ReceiptFacts(
        case_number=evaluation.registry_number,
        commission=evaluation.title,
        deliverable=delivery.deliverable.title,
        due_on=delivery.due_on,
        days_late=delivery.days_late,
        uploaded_by=version.uploaded_by_name,
        for_name=version.for_name,
        contact_name=evaluation.responsible.name,
        contact_email=evaluation.responsible.email,
    )
    return receipts.issue(actor=actor, now=now, version=version, facts=facts)


def _record(actor: Actor, now: datetime, delivery: Delivery, receipt: Receipt) -> None:
    same = find_earlier_same(delivery)
    audit.record(
        AuditAction.DELIVERABLE_DELIVERED,
        actor=actor,
        now=now,
        case_id=delivery.deliverable.evaluation_id,
        subject=delivery,
        changes={
            "deliverable": delivery.deliverable.title,
            "version": delivery.version.number,
            "same_as_version": same.version.number if same is not None else None,
            "for": delivery.version.for_name,
            "days_late": delivery.days_late,
            "receipt": receipt.number,
        },
    )


def _mail_receipt(now: datetime, delivery: Delivery, receipt: Receipt, member: TeamMember) -> None:
    with suppress(DomainError):  # the mail goes out without a link to somebody whose link was revoked
        links.live_link_for(member, now)
    outbox.enqueue(
        kind=MessageKind.UPLOAD_RECEIPT,
        person=member.person,
        dedupe_key=f"receipt:{receipt.id}",
        params={"receipt_id": receipt.id, "delivery_id": delivery.id},
        cases=[delivery.deliverable.evaluation_id],
        now=now,
    )
