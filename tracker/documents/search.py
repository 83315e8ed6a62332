"""Full-text search: two statements a page, whatever is asked; only what the viewer may know of is looked through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer
from tracker.core.db import db
from tracker.core.paging import Page, clamp
from tracker.documents import terms
from tracker.documents.enums import DocumentKind
from tracker.documents.labels import document_number
from tracker.documents.models import Document, DocumentText, DocumentVersion
from tracker.documents.queries import DocumentFilters, downloadable_versions, visible_documents
from tracker.documents.terms import Term

PER_PAGE = 20
# Signs before the first place that is found, and in all.
_LEAD, _LENGTH = 100, 320
_TOKENS = 32

_documents, _versions, _cases = Document.__table__, DocumentVersion.__table__, Case.__table__
# Filled by triggers, each engine in its own way (migration 0004).
_words = sa.table("document_words", sa.column("rowid"), sa.column("version_id"), sa.column("body"), sa.column("words"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. ``version_number`` is the newest version that holds the words; ``snippet`` is the
    place where they stand, escaped, with the words marked; None where only the entry in the register holds them."""

    document_id: int
    registry_number: str
    title: Markup
    kind: DocumentKind
    registered_on: date
    correspondent: str | None
    case_id: int
    case_kind: CaseKind
    case_title: str
    version_number: int
    newest_number: int
    file_name: str
    size_bytes: int
    snippet: Markup | None

    @property
    def is_superseded(self) -> bool:
        """Whether the words stand in an older version only."""
        return self.version_number < self.newest_number


def search(
    viewer: Viewer, text: str | None, page: int | None = None, filters: DocumentFilters | None = None
) -> Page[Hit]:
    """One page of the documents that hold every word of `text` in their file or their entry in the register, the
    latest first. Without words: all documents. Files that may not be downloaded are not looked into."""
    asked = terms.parse(text)
    number, size = clamp(page, PER_PAGE)
    if (text or "").strip() and not asked:
        return Page([], 0, 1, size)
    found = _matching(viewer, asked, filters or DocumentFilters())
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    number = min(number, max(1, -(-total // size)))
    rows = db.session.execute(_page(found, asked, size, (number - 1) * size)).all() if total else []
    return Page([_hit(row, asked) for row in rows], total, number, size)


def _matching(viewer: Viewer, asked: Sequence[Term], filters: DocumentFilters) -> sa.Select[Any]:
    conditions = [visible_documents(viewer), *_conditions(filters), *(_holds(term) for term in asked)]
    return (
        sa.select(_documents.c.id, sa.func.max(_versions.c.number).label("number"))
        .join(_cases, _cases.c.id == _documents.c.case_id)
        .join(_versions, _versions.c.document_id == _documents.c.id)
        .where(*conditions)
        .group_by(_documents.c.id, _documents.c.registered_on)
    )


def _conditions(filters: DocumentFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.kind is not None:
        found.append(Document.kind == filters.kind)
    if filters.case_number:
        found.append(_cases.c.registry_number.istartswith(filters.case_number, autoescape=True))
    if filters.from_on is not None:
        found.append(Document.registered_on >= filters.from_on)
    if filters.until_on is not None:
        found.append(Document.registered_on <= filters.until_on)
    return found


def _holds(term: Term) -> sa.ColumnElement[bool]:
    """The version's words or the document's entry hold the term."""
    in_file = sa.and_(_versions.c.id.in_(_versions_with(term)), downloadable_versions())
    return sa.or_(Document.search_text.contains(term.text, autoescape=True), in_file)


def _versions_with(term: Term) -> sa.Select[Any]:
    if _is_postgresql():
        query = sa.func.to_tsquery(sa.literal_column("'simple'"), terms.for_postgresql(term))
        return sa.select(_words.c.version_id).where(_words.c.words.op("@@")(query))
    return sa.select(_words.c.rowid).where(_words.c.body.op("MATCH")(terms.for_sqlite([term])))


def _page(found: sa.Select[Any], asked: Sequence[Term], limit: int, offset: int) -> sa.Select[Any]:
    """The page's documents first; only they are joined to what a line shows."""
    order = (_documents.c.registered_on.desc(), _documents.c.id.desc())
    page = found.order_by(*order).limit(limit).offset(offset).subquery("page")
    newest = (
        sa.select(sa.func.max(_versions.c.number))
        .where(_versions.c.document_id == page.c.id)
        .correlate(page)
        .scalar_subquery()
    )
    shown = _versions.alias("shown")
    return (
        sa.select(
            Document.id,
            Document.series,
            Document.number,
            Document.title,
            Document.kind,
            Document.registered_on,
            Document.correspondent,
            _cases.c.id,
            _cases.c.registry_number,
            _cases.c.kind,
            _cases.c.title,
            page.c.number,
            newest,
            shown.c.file_name,
            shown.c.size_bytes,
            _place(shown, asked),
        )
        .select_from(page)
        .join(_documents, _documents.c.id == page.c.id)
        .join(_cases, _cases.c.id == _documents.c.case_id)
        .join(shown, sa.and_(shown.c.document_id == page.c.id, shown.c.number == page.c.number))
        .order_by(*order)
    )


def _place(shown: Any, asked: Sequence[Term]) -> sa.ColumnElement[Any]:
    """The piece of the text in which the first of the words stands; null where none does, or the file is held back."""
    if not asked:
        return sa.null()
    is_open = sa.select(1).where(_versions.c.id == shown.c.id, downloadable_versions()).correlate(shown).exists()
    if _is_postgresql():
        body = DocumentText.body
        at = sa.func.regexp_instr(body, terms.as_pattern(asked), 1, 1, 0, "i")
        piece = sa.func.substr(body, sa.func.greatest(at - _LEAD, 1), _LENGTH)
        place = sa.select(piece).where(DocumentText.version_id == shown.c.id, at > 0, is_open)
    else:
        snippet = sa.func.snippet(sa.literal_column("document_words"), 0, "", "", "…", _TOKENS)
        match = _words.c.body.op("MATCH")(terms.for_sqlite(asked, any_of=True))
        place = sa.select(snippet).select_from(_words).where(match, _words.c.rowid == shown.c.id, is_open)
    return place.correlate(shown).scalar_subquery()


def _hit(row: Any, asked: Sequence[Term]) -> Hit:
    (
        document_id, series, number, title, kind, registered_on, correspondent, case_id, case_number, case_kind,
        case_title, version_number, newest_number, file_name, size_bytes, place,
    ) = row  # fmt: skip
    return Hit(
        document_id=document_id,
        registry_number=f"{case_number}-{document_number(series, number)}",
        title=terms.highlighted(title, asked),
        kind=kind,
        registered_on=registered_on,
        correspondent=correspondent,
        case_id=case_id,
        case_kind=case_kind,
        case_title=case_title,
        version_number=version_number,
        newest_number=newest_number,
        file_name=file_name,
        size_bytes=size_bytes,
        snippet=terms.highlighted(terms.readable(place), asked) if place else None,
    )


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
