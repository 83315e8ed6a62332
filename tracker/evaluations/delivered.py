"""A document that was handed in for a deliverable belongs to it: see `documents.owners`."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission
from tracker.cases.enums import CaseKind
from tracker.core.db import db
from tracker.documents.models import Document
from tracker.documents.owners import Owner
from tracker.evaluations.models import Deliverable


def find_owner(document: Document) -> Owner | None:
    """The deliverable that the document was handed in for."""
    if document.case.kind is not CaseKind.EVALUATION:
        return None
    deliverable = db.session.scalar(sa.select(Deliverable).where(Deliverable.document_id == document.id))
    if deliverable is None:
        return None
    return Owner(
        title=deliverable.title,
        endpoint="evaluations.show_deliverable",
        ids={"evaluation_id": deliverable.evaluation_id, "deliverable_id": deliverable.id},
        permission=Permission.EVALUATION_EDIT,
        warning=_l(
            "Whoever follows the evaluation by a role, as the styrgrupp does, reads what is handed in as widely as the "
            "evaluation itself is known. In a stricter class only those see it who take part by name; nobody decides "
            "about a version that he may not see."
        ),
    )
