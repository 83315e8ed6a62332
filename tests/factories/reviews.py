"""What was handed in for a deliverable, for tests of what is said about it: rows alone, no file is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import documents as make_documents
from tests.factories.evaluations import NOW
from tracker.accounts.models import Person
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.documents.enums import DocumentKind
from tracker.documents.models import DocumentVersion
from tracker.evaluations.enums import CommentKind, DeliverableState
from tracker.evaluations.models import Deliverable, Delivery, ReviewComment, TeamMember
from tracker.evaluations.service import review


def delivered(deliverable: Deliverable, member: TeamMember | None = None, **columns: Any) -> DocumentVersion:
    """A further version of the deliverable, received at `NOW` unless told otherwise."""
    if deliverable.document is None:
        deliverable.document = make_documents.document(
            deliverable.evaluation, deliverable.title, kind=DocumentKind.FINAL_REPORT, body=columns.pop("body", None)
        )
        version = deliverable.document.versions[-1]
        for name, value in columns.items():
            setattr(version, name, value)
    else:
        version = make_documents.version(deliverable.document, **columns)
    late = (local_date(version.received_at) - deliverable.due_on).days
    db.session.add(
        Delivery(
            deliverable=deliverable, version=version, due_on=deliverable.due_on, days_late=max(late, 0), member=member
        )
    )
    deliverable.state, deliverable.submitted_at = DeliverableState.SUBMITTED, version.received_at
    db.session.flush()
    return version


def comment(
    deliverable: Deliverable, author: Person, body: str = "Siffran stämmer inte", **values: Any
) -> ReviewComment:
    """A comment on the latest version that is not sent yet."""
    told: dict[str, Any] = {"now": NOW, "kind": CommentKind.FACTUAL_ERROR, **values}
    return review.add_comment(actor=author, deliverable=deliverable, body=body, **told)


def returned(deliverable: Deliverable, actor: Person, new_due_on: date, **values: Any) -> None:
    """The latest version sent back."""
    version = review.latest_version(deliverable)
    assert version is not None
    told: dict[str, Any] = {"now": NOW, "reason": "Rätta sifferfelen", **values}
    review.return_version(actor=actor, deliverable=deliverable, version_id=version.id, new_due_on=new_due_on, **told)
