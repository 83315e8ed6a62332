"""Reading documents. What a viewer may not know of does not exist for that viewer.

The register tells number and date of a document also where the rest is secret (OSL 5:2); here even these are told
only to those who may know of the document, since the register of a procurement must not tell that, or how many, have
tendered (OSL 19:3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.accounts.enums import Role
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_parts
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp
from tracker.documents import labels
from tracker.documents.enums import DocumentKind, ScanState
from tracker.documents.models import Document, DocumentVersion, Receipt

# A browser that fetches a file in parts is one download; after this long it is another.
SAME_DOWNLOAD = timedelta(hours=24)
_SAFE = (ScanState.CLEAN, ScanState.NOT_CONFIGURED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilters:
    """What a list of documents is narrowed to. Days are inclusive."""

    kind: DocumentKind | None = None
    case_number: str | None = None
    from_on: date | None = None
    until_on: date | None = None


def visible_documents(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A condition on ``Document`` joined to its ``Case``: the documents whose existence `viewer` may know."""
    return visible_parts(viewer, Document.secrecy_class, Document.information_class)


def get_document(viewer: Viewer, document_id: int) -> Document:
    """The document with its case and versions loaded.

    :raises NotFound: no such document, or none that `viewer` may know of.
    """
    query = _visible(viewer).where(Document.id == document_id).options(selectinload(Document.versions))
    document = db.session.scalar(query)
    if document is None:
        raise NotFound(_l("There is no such document."))
    return document


def get_version(viewer: Viewer, version_id: int) -> DocumentVersion:
    """The version with its document and case loaded.

    :raises NotFound: no such version, or of a document that `viewer` may not know of.
    """
    query = _version_for(frozenset(viewer.roles))
    version = db.session.scalar(query, {"viewer_id": viewer.id, "version_id": version_id})
    if version is None:
        raise NotFound(_l("There is no such document."))
    return version


@dataclass(frozen=True)
class _AnyViewer:
    """Whoever has these roles; who it is is told when the statement is sent."""

    roles: frozenset[Role]
    id: sa.BindParameter[int]


@cache
def _version_for(roles: frozenset[Role]) -> sa.Select[DocumentVersion]:
    """Every download begins with this: putting it together takes longer than asking it, so that is done once."""
    viewer = _AnyViewer(roles, sa.bindparam("viewer_id", type_=sa.Integer))
    return (
        sa.select(DocumentVersion)
        .join(DocumentVersion.document)
        .join(Document.case)
        .where(DocumentVersion.id == sa.bindparam("version_id"), visible_documents(viewer))
        .options(contains_eager(DocumentVersion.document).contains_eager(Document.case))
    )


def list_for_case(viewer: Viewer, case_id: int, limit: int | None = None) -> Sequence[Document]:
    """The documents of a case that `viewer` may know of with their versions, the latest first."""
    query = (
        _visible(viewer)
        .where(Document.case_id == case_id)
        .options(selectinload(Document.versions))
        .order_by(Document.registered_on.desc(), Document.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def count_for_case(viewer: Viewer, case_id: int) -> int:
    """How many documents of the case `viewer` may know of."""
    query = sa.select(sa.func.count(Document.id)).join(Document.case)
    return db.session.scalar(query.where(Document.case_id == case_id, visible_documents(viewer))) or 0


SORTS: dict[str, tuple[Any, ...]] = {
    "number": (Document.series, Document.number),
    "date": (Document.registered_on, Document.id),
    "title": (sa.func.lower(Document.title), Document.id),
    "kind": (Document.kind, Document.registered_on, Document.id),
}


def list_page_of_case(
    viewer: Viewer, case_id: int, kind: DocumentKind | None, sort: str, page: int | None = None
) -> Page[Document]:
    """One page of the documents of a case that `viewer` may know of, with their versions."""
    conditions = [Document.case_id == case_id, visible_documents(viewer)]
    if kind is not None:
        conditions.append(Document.kind == kind)
    number, size = clamp(page, None)
    total = db.session.scalar(sa.select(sa.func.count(Document.id)).join(Document.case).where(*conditions)) or 0
    number = min(number, max(1, -(-total // size)))
    columns = SORTS.get(sort.removeprefix("-"), SORTS["date"])
    query = (
        _visible(viewer)
        .where(*conditions)
        .options(selectinload(Document.versions))
        .order_by(*(column.desc() if sort.startswith("-") else column for column in columns))
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page(db.session.scalars(query).all(), total, number, size)


def list_public_copies(viewer: Viewer, document_id: int) -> Sequence[Document]:
    """The redacted copies of a document that `viewer` may know of, the latest first."""
    query = _visible(viewer).where(Document.public_copy_of_id == document_id).order_by(Document.id.desc())
    return db.session.scalars(query).all()


def find_document(viewer: Viewer, document_id: int | None) -> Document | None:
    """The document, if there is one and `viewer` may know of it."""
    if document_id is None:
        return None
    return db.session.scalar(_visible(viewer).where(Document.id == document_id))


def find_for_command(number: str) -> Document | None:
    """The document with this registry number, as its page shows it, for whoever runs the installation."""
    of_case, _dash, own = " ".join(number.split()).replace("\N{NON-BREAKING HYPHEN}", "-").rpartition("-")
    query = sa.select(Document).join(Document.case).where(Case.registry_number == of_case)
    for document in db.session.scalars(query):
        if labels.document_number(document.series, document.number) == own.upper():
            return document
    return None


def find_same_file(case_id: int, sha256: str, viewer: Viewer | None = None) -> DocumentVersion | None:
    """The latest version in this case with the same bytes. Never asks about other cases: nobody learns from this
    whether somebody else has the same file.

    :param viewer: where given, only what this viewer may know of is found.
    """
    query = (
        sa.select(DocumentVersion)
        .join(DocumentVersion.document)
        .join(Document.case)
        .where(Document.case_id == case_id, DocumentVersion.sha256 == sha256)
        .order_by(DocumentVersion.id.desc())
        .options(contains_eager(DocumentVersion.document).contains_eager(Document.case))
        .limit(1)
    )
    return db.session.scalar(query if viewer is None else query.where(visible_documents(viewer)))


def is_downloadable(version: DocumentVersion, *, may_release: bool = False) -> bool:
    """Whether the file may be handed out: checked (or no scanner is there to check it), and not set aside.

    :param may_release: for somebody who decides on files that are set aside, and must be able to look at them.
    """
    return version.scan_state in _SAFE and (may_release or not version.is_set_aside)


def downloadable_versions() -> sa.ColumnElement[bool]:
    """`is_downloadable` as a condition on ``DocumentVersion``."""
    return sa.and_(DocumentVersion.scan_state.in_(_SAFE), DocumentVersion.is_set_aside.is_(False))


def list_downloads(document: Document, limit: int = 50) -> Sequence[AuditEvent]:
    """Who was given files of the document, newest first."""
    query = sa.select(AuditEvent).where(*_downloads_of(document)).order_by(AuditEvent.id.desc()).limit(limit)
    return db.session.scalars(query).all()


def is_recorded_download(version: DocumentVersion, person_id: int | None, now: datetime) -> bool:
    """Whether it is written down that this person was given this version a short while ago."""
    query = sa.select(AuditEvent.changes).where(
        *_downloads_of(version.document),
        AuditEvent.actor_id == person_id,
        AuditEvent.occurred_at > now - SAME_DOWNLOAD,
    )
    return any(told.get("document_version") == version.number for told in db.session.scalars(query))


def told_in_history(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A condition on ``AuditEvent``: leaves out events of documents that `viewer` may not know of, and downloads,
    which stand on the document's own page."""
    visible = Document.case_id == AuditEvent.case_id, visible_documents(viewer)
    documents = sa.select(sa.cast(Document.id, sa.String)).join(Document.case)
    receipts = sa.select(sa.cast(Receipt.id, sa.String)).join(Receipt.version).join(DocumentVersion.document)
    hidden = (
        sa.and_(
            AuditEvent.subject_type == table,
            AuditEvent.subject_id.not_in(rows.where(*visible).correlate(AuditEvent)),
        )
        for table, rows in (
            (Document.__tablename__, documents),
            (Receipt.__tablename__, receipts.join(Document.case)),
        )
    )
    # Events of no row have no type: a comparison with it is neither true nor false.
    is_hidden = sa.func.coalesce(sa.or_(*hidden), sa.false())
    return sa.and_(AuditEvent.action != AuditAction.DOCUMENT_DOWNLOADED, sa.not_(is_hidden))


def _visible(viewer: Viewer) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .join(Document.case)
        .where(visible_documents(viewer))
        .options(contains_eager(Document.case), joinedload(Document.public_copy_of))
    )


def _downloads_of(document: Document) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AuditEvent.case_id == document.case_id,
        AuditEvent.subject_type == Document.__tablename__,
        AuditEvent.subject_id == str(document.id),
        AuditEvent.action == AuditAction.DOCUMENT_DOWNLOADED,
    )
