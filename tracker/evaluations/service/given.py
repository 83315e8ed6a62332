"""Documents of the case that the commissioner lets the evaluator have: the terms of reference, or a template."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.secrecy import may_be_given_to_evaluator
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents.models import Document
from tracker.documents.queries import is_downloadable
from tracker.evaluations.enums import DeliverableState
from tracker.evaluations.models import Deliverable, Evaluation, GivenDocument
from tracker.evaluations.service.deliverables import tell_changed
from tracker.evaluations.service.record import refuse_idle


def give(
    *, actor: Actor, now: datetime, evaluation: Evaluation, document: Document, deliverable: Deliverable | None = None
) -> GivenDocument:
    """Let the evaluator have a document, beside one deliverable or for the whole commission, and say so. Given again it
    is moved there without a word; who gave it first to this evaluator, and when, stays.

    :raises DomainError: on ``document_id`` when it is of another case, may not leave those inside, or has no file that
        is checked and let out; on ``deliverable_id`` for one that is no longer asked for of this evaluator.
    """
    hold(evaluation)
    refuse_idle(evaluation)
    if document.case_id != evaluation.id:
        raise DomainError(_l("The document belongs to another case."), "document_id")
    if not may_be_given_to_evaluator(evaluation, document.secrecy_class, document.information_class):
        raise DomainError(_l("The secrecy of this document keeps it from the evaluator."), "document_id")
    if not any(is_downloadable(version) for version in document.versions):
        raise DomainError(_l("Nobody can read this file yet: it waits for its check, or is set aside."), "document_id")
    if deliverable is not None and (_is_past(deliverable) or deliverable.state is DeliverableState.CANCELLED):
        raise DomainError(_l("%(title)s is no longer asked for.", title=deliverable.title), "deliverable_id")
    given = db.session.scalar(
        sa.select(GivenDocument).where(
            GivenDocument.evaluation_id == evaluation.id, GivenDocument.document_id == document.id
        )
    )
    if given is not None and given.deliverable is deliverable:
        return given
    is_new = given is None or _is_past(given.deliverable)
    if given is None:
        given = GivenDocument(evaluation=evaluation, document=document)
        db.session.add(given)
    if is_new:
        given.given_at, given.given_by_name = now, actor.name
    given.deliverable = deliverable
    db.session.flush()
    _record(AuditAction.DOCUMENT_GIVEN, actor, now, given)
    if is_new:
        tell_changed(now, evaluation)
    return given


def take_back(*, actor: Actor, now: datetime, given: GivenDocument) -> None:
    """The evaluator no longer finds the document. Who has fetched it stands in the document's log."""
    hold(given.evaluation)
    refuse_idle(given.evaluation)
    _record(AuditAction.DOCUMENT_TAKEN_BACK, actor, now, given)
    db.session.delete(given)
    db.session.flush()


def _is_past(deliverable: Deliverable | None) -> bool:
    """Whether it was asked of an earlier evaluator: what was given beside it, the next one has never had."""
    return deliverable is not None and deliverable.ended_contract_id is not None


def _record(action: AuditAction, actor: Actor, now: datetime, given: GivenDocument) -> None:
    changes: dict[str, Any] = {"document": given.document.title}
    if given.deliverable is not None:
        changes["deliverable"] = given.deliverable.title
    # About the document: whoever may not know of it does not read this line either.
    audit.record(action, actor=actor, now=now, case_id=given.evaluation_id, subject=given.document, changes=changes)
