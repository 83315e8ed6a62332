"""The list of procurements: two statements a page, whatever the filter, and plain rows instead of entities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.paging import Page, clamp
from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements.enums import Procedure, ProcurementPhase
from tracker.procurements.models import Contract, Procurement

EXPORT_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcurementFilters:
    """What the list is narrowed to. ``contracts_end_by_on`` with ``today`` is the window of contracts that end;
    ``overdue_on`` finds cases with an open deadline before that day."""

    text: str = ""
    phase: ProcurementPhase | None = None
    is_running: bool = False
    procedure: Procedure | None = None
    responsible_id: int | None = None
    atc_prefix: str | None = None
    executing_body_id: int | None = None
    overdue_on: date | None = None
    contracts_end_from_on: date | None = None
    contracts_end_by_on: date | None = None
    is_example: bool | None = None
    sort: str = "-number"


class ProcurementRow(NamedTuple):
    """One line of the list. ``next_due_on`` and its kind are of the first open deadline."""

    id: int
    registry_number: str
    title: str
    substance: str
    atc_code: str | None
    procedure: Procedure
    phase: str
    phase_since_on: date
    responsible: str
    is_example: bool
    began_on: date
    next_due_on: date | None
    next_due_kind: DeadlineKind | None
    next_due_subject: str | None


# The base table alone is filtered, sorted and counted wherever the filter allows it.
_cases = Case.__table__
_procurements = Procurement.__table__

SORTS: dict[str, tuple[Any, ...]] = {
    "number": (_cases.c.registry_year, _cases.c.registry_sequence),
    "title": (_cases.c.title, _cases.c.id),
    "phase": (
        sa.case({phase.value: rank for rank, phase in enumerate(ProcurementPhase)}, value=_cases.c.phase),
        _cases.c.phase_since_on,
        _cases.c.id,
    ),
    "since": (_cases.c.phase_since_on, _cases.c.id),
    "due": (),
}


def list_procurements(
    viewer: Viewer, filters: ProcurementFilters, page: int | None = None, per_page: int | None = None
) -> Page[ProcurementRow]:
    """One page of procurements that `viewer` may know of: a count, and the rows with their next deadline."""
    number, size = clamp(page, per_page)
    counting, ids = _statements(viewer.id, frozenset(viewer.roles), filters)
    total = db.session.scalar(counting) or 0
    number = min(number, max(1, -(-total // size)))
    rows = db.session.execute(_page(ids, filters.sort, size, (number - 1) * size)).all() if total else []
    return Page([ProcurementRow(*row) for row in rows], total, number, size)


def iterate_procurements(viewer: Viewer, filters: ProcurementFilters) -> Iterator[ProcurementRow]:
    """Every row of the list in its order, a chunk at a time, for files."""
    ids = _matching(viewer, filters)
    offset = 0
    while True:
        rows = db.session.execute(_rows(ids, filters.sort, EXPORT_CHUNK, offset)).all()
        for row in rows:
            yield ProcurementRow(*row)
        if len(rows) < EXPORT_CHUNK:
            return
        offset += EXPORT_CHUNK


@dataclass(frozen=True, slots=True)
class _Reader:
    """What `visible_cases` asks of a viewer, as a key that can be kept."""

    id: int
    roles: frozenset[Role]


@lru_cache(maxsize=512)
def _statements(
    viewer_id: int, roles: frozenset[Role], filters: ProcurementFilters
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The count and the ids of a filter. Building them takes longer than most of them run, so they are kept."""
    ids = _matching(_Reader(viewer_id, roles), filters)
    return sa.select(sa.func.count()).select_from(ids.subquery()), ids


@lru_cache(maxsize=512)
def _page(ids: sa.Select[Any], sort: str, limit: int, offset: int) -> sa.Select[Any]:
    return _rows(ids, sort, limit, offset)


def _matching(viewer: Viewer, filters: ProcurementFilters) -> sa.Select[Any]:
    """The ids that match. ``procurements`` is joined only when its columns are asked for: every case in the phases of
    a procurement is one, which the kind says."""
    conditions = [_cases.c.kind == "procurement", *_case_conditions(filters)]
    visible = visible_cases(viewer)
    if not isinstance(visible, sa.True_):
        conditions.append(visible)
    own = _own_conditions(filters)
    query = sa.select(_cases.c.id)
    if own:
        query = query.join(_procurements, _procurements.c.id == _cases.c.id)
    return query.where(*conditions, *own)


def _case_conditions(filters: ProcurementFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    for word in filters.text.casefold().split():
        found.append(_cases.c.search_text.like(f"%{_escaped(word)}%", escape="\\"))
    if filters.phase is not None:
        found.append(_cases.c.phase == filters.phase.value)
    elif filters.is_running:
        found.append(_cases.c.phase.not_in([ProcurementPhase.ENDED.value, ProcurementPhase.CANCELLED.value]))
    if filters.responsible_id is not None:
        found.append(_cases.c.responsible_id == filters.responsible_id)
    if filters.is_example is not None:
        found.append(_cases.c.is_example.is_(filters.is_example))
    if filters.overdue_on is not None:
        late = sa.select(Deadline.case_id).where(
            Deadline.state == DeadlineState.OPEN, Deadline.due_on < filters.overdue_on
        )
        found.append(_cases.c.id.in_(late))
    if filters.contracts_end_by_on is not None:
        ending = sa.select(Contract.procurement_id).where(Contract.ends_on <= filters.contracts_end_by_on)
        if filters.contracts_end_from_on is not None:
            ending = ending.where(Contract.ends_on >= filters.contracts_end_from_on)
        found.append(_cases.c.id.in_(ending))
    return found


def _own_conditions(filters: ProcurementFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.procedure is not None:
        found.append(_procurements.c.procedure == filters.procedure)
    if filters.atc_prefix:
        found.append(_procurements.c.atc_code.like(f"{_escaped(filters.atc_prefix)}%", escape="\\"))
    if filters.executing_body_id is not None:
        found.append(_procurements.c.executing_body_id == filters.executing_body_id)
    return found


def _rows(ids: sa.Select[Any], sort: str, limit: int, offset: int) -> sa.Select[Any]:
    is_falling, key = sort.startswith("-"), sort.removeprefix("-")
    paged = ids
    if key == "due":
        first = _first_open_due()
        paged = ids.outerjoin(first, first.c.case_id == _cases.c.id)
        order: tuple[Any, ...] = (first.c.due_on.is_(None), _turned(first.c.due_on, is_falling), _cases.c.id)
    else:
        order = tuple(_turned(column, is_falling) for column in SORTS.get(key, SORTS["number"]))
    # The page's ids first; only they are joined to what a line shows.
    ranked = paged.add_columns(sa.func.row_number().over(order_by=order).label("rank"))
    page = ranked.order_by(*order).limit(limit).offset(offset).subquery("page")
    upcoming = (
        sa.select(Deadline.id)
        .where(Deadline.case_id == page.c.id, Deadline.state == DeadlineState.OPEN)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )
    return (
        sa.select(
            _cases.c.id,
            _cases.c.registry_number,
            _cases.c.title,
            _procurements.c.substance,
            _procurements.c.atc_code,
            _procurements.c.procedure,
            _cases.c.phase,
            _cases.c.phase_since_on,
            Person.name,
            _cases.c.is_example,
            _procurements.c.began_on,
            Deadline.due_on,
            Deadline.kind,
            Deadline.subject,
        )
        .select_from(page)
        .join(_cases, _cases.c.id == page.c.id)
        .join(_procurements, _procurements.c.id == page.c.id)
        .join(Person.__table__, Person.id == _cases.c.responsible_id)
        .outerjoin(Deadline.__table__, Deadline.id == upcoming)
        .order_by(page.c.rank)
    )


def _first_open_due() -> sa.Subquery:
    return (
        sa.select(Deadline.case_id, sa.func.min(Deadline.due_on).label("due_on"))
        .where(Deadline.state == DeadlineState.OPEN)
        .group_by(Deadline.case_id)
        .subquery("first_due")
    )


def _turned(column: Any, is_falling: bool) -> Any:
    return column.desc() if is_falling else column.asc()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
