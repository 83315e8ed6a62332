"""What the commissioner has given to the evaluator, as it may be had now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.cases.enums import SecrecyClass
from tracker.cases.secrecy import may_be_given_to_evaluator
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.documents.models import Document, DocumentVersion
from tracker.documents.queries import is_downloadable
from tracker.evaluations.models import Evaluation, GivenDocument


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A document that was given, and its latest version that may be opened."""

    title: str
    deliverable_id: int | None
    version: DocumentVersion
    given_at: datetime
    secrecy_class: SecrecyClass


def list_given(evaluation: Evaluation) -> Sequence[GivenDocument]:
    """Everything that was given, in order, whether or not it may be had now: for those who give."""
    query = (
        sa.select(GivenDocument)
        .where(GivenDocument.evaluation_id == evaluation.id)
        .options(
            joinedload(GivenDocument.document).selectinload(Document.versions), joinedload(GivenDocument.deliverable)
        )
        .order_by(GivenDocument.id)
    )
    return db.session.scalars(query).all()


def get_given(evaluation: Evaluation, given_id: int) -> GivenDocument:
    """:raises NotFound: when nothing of this number was given in the evaluation."""
    query = sa.select(GivenDocument).where(GivenDocument.id == given_id, GivenDocument.evaluation_id == evaluation.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("given document")
    return found


def list_files(evaluation: Evaluation) -> list[GivenFile]:
    """What the evaluator may fetch now. A document that became stricter, or whose file is set aside, is not there, nor
    what was given beside something that another evaluator owed."""
    return [
        GivenFile(given.document.title, given.deliverable_id, version, given.given_at, given.document.secrecy_class)
        for given in list_given(evaluation)
        if (version := open_version(given)) is not None
    ]


def open_version(given: GivenDocument) -> DocumentVersion | None:
    """The latest version that the evaluator may have; None while there is none."""
    document = given.document
    if given.deliverable is not None and given.deliverable.ended_contract_id is not None:
        return None
    if not may_be_given_to_evaluator(given.evaluation, document.secrecy_class, document.information_class):
        return None
    return next((version for version in reversed(document.versions) if is_downloadable(version)), None)
