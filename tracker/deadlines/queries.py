"""Reading deadlines. What a viewer may not know of does not exist for that viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import Person
from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp
from tracker.deadlines import labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline, DeadlineMove

_Owner = aliased(Person, name="owner")
_Officer = aliased(Person, name="officer")


@dataclass(frozen=True, slots=True)
class DueItem:
    """A deadline in a list. ``owner_id`` and ``owner_name`` fall back on the case's responsible officer."""

    id: int
    case_id: int
    case_kind: CaseKind
    case_number: str
    case_title: str
    kind: DeadlineKind
    basis: Basis
    subject: str | None
    due_on: date
    due_time: time | None
    state: DeadlineState
    met_on: date | None
    owner_id: int
    owner_name: str
    officer_name: str

    @property
    def title(self) -> str:
        """What has to be done, in the reader's language."""
        return labels.title(self.kind, self.subject)

    @property
    def is_statutory(self) -> bool:
        return self.basis is Basis.STATUTORY


@dataclass(frozen=True, slots=True)
class DueSummary:
    """What is due until a day: how many deadlines are overdue, due in each period, and wait for a person; and of each
    of these the first few, in no particular order."""

    items: Sequence[DueItem]
    overdue: int
    by_period: Sequence[int]
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFilters:
    """What a list is narrowed to. Days are inclusive."""

    due_from: date | None = None
    due_until: date | None = None
    basis: Basis | None = None
    owner_id: int | None = None
    state: DeadlineState = DeadlineState.OPEN


def get_deadline(viewer: Viewer, deadline_id: int) -> Deadline:
    """The deadline with its case and owner loaded.

    :raises NotFound: no such deadline, or of a case that `viewer` may not know of.
    """
    query = (
        sa.select(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.id == deadline_id, visible_cases(viewer))
        .options(joinedload(Deadline.case).joinedload(Case.responsible), joinedload(Deadline.owner))
    )
    deadline = db.session.scalar(query)
    if deadline is None:
        raise NotFound(_l("There is no such deadline."))
    return deadline


def list_for_case(case_id: int) -> Sequence[Deadline]:
    """Every deadline of a case with its owner, by date. The caller has checked that the case may be seen."""
    query = (
        sa.select(Deadline)
        .where(Deadline.case_id == case_id)
        .options(joinedload(Deadline.owner))
        .order_by(Deadline.due_on, Deadline.id)
    )
    return db.session.scalars(query).all()


def list_moves(deadline_id: int) -> Sequence[DeadlineMove]:
    """The earlier dates of a deadline, newest first."""
    query = sa.select(DeadlineMove).where(DeadlineMove.deadline_id == deadline_id)
    return db.session.scalars(query.order_by(DeadlineMove.date_version.desc())).all()


def summarise_due(
    viewer: Viewer, person_id: int, *, today: date, period_ends: Sequence[date], shown: int
) -> DueSummary:
    """All that a start page needs, in one statement that gives few rows however many are due.

    :param period_ends: the last day of each period, the first of which begins `today`.
    """
    period = sa.case(
        (Deadline.due_on < today, -1), *((Deadline.due_on <= end, index) for index, end in enumerate(period_ends))
    )
    is_waiting = _is_owned_by(person_id)
    due = (
        sa.select(
            Deadline.id,
            period.label("period"),
            sa.func.row_number().over(partition_by=period, order_by=_order()).label("rank"),
            sa.func.count().over(partition_by=period).label("total"),
            is_waiting.label("is_waiting"),
            sa.func.row_number().over(partition_by=is_waiting, order_by=_order()).label("waiting_rank"),
            sa.func.count().over(partition_by=is_waiting).label("waiting_total"),
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == DeadlineState.OPEN, Deadline.due_on <= period_ends[-1], visible_cases(viewer))
        .subquery("due")
    )
    query = (
        _items()
        .add_columns(due.c.period, due.c.total, due.c.is_waiting, due.c.waiting_total)
        .join(due, due.c.id == Deadline.id)
        .where(sa.or_(due.c.rank <= shown, sa.and_(due.c.is_waiting, due.c.waiting_rank <= shown)))
    )
    rows = db.session.execute(query).all()
    totals = {row.period: row.total for row in rows}
    waiting = next((row.waiting_total for row in rows if row.is_waiting), 0)
    by_period = [totals.get(index, 0) for index in range(len(period_ends))]
    return DueSummary([_item(row) for row in rows], totals.get(-1, 0), by_period, waiting)


def list_deadlines(
    viewer: Viewer, filters: DeadlineFilters, page: int | None = None, per_page: int | None = None
) -> Page[DueItem]:
    """One page of deadlines by date, those that are done by the newest first. A count, and the page's rows."""
    number, size = clamp(page, per_page)
    order = _order() if filters.state is DeadlineState.OPEN else (Deadline.met_on.desc(), Deadline.id.desc())
    conditions = (visible_cases(viewer), *_conditions(filters))
    counting = sa.select(sa.func.count()).select_from(Deadline).join(Case, Case.id == Deadline.case_id)
    total = db.session.scalar(counting.where(*conditions)) or 0
    if (number - 1) * size >= total:
        return Page([], total, number, size)
    # The page's ids first, by the index of open dates: only those are joined to what a line shows.
    ids = sa.select(Deadline.id).join(Case, Case.id == Deadline.case_id).where(*conditions).order_by(*order)
    chosen = ids.limit(size).offset((number - 1) * size).subquery()
    rows = db.session.execute(_items().join(chosen, chosen.c.id == Deadline.id).order_by(*order))
    return Page([_item(row) for row in rows], total, number, size)


def _conditions(filters: DeadlineFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Deadline.state == filters.state]
    if filters.due_from is not None:
        found.append(Deadline.due_on >= filters.due_from)
    if filters.due_until is not None:
        found.append(Deadline.due_on <= filters.due_until)
    if filters.basis is not None:
        found.append(Deadline.basis == filters.basis)
    if filters.owner_id is not None:
        found.append(_is_owned_by(filters.owner_id))
    return found


def _is_owned_by(person_id: int) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(Deadline.owner_id, Case.responsible_id) == person_id


def _order() -> tuple[Any, ...]:
    is_statutory = sa.case((Deadline.basis == Basis.STATUTORY, 0), else_=1)
    return Deadline.due_on, is_statutory, Deadline.id


def _items() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Deadline.id,
            Case.id,
            Case.kind,
            Case.registry_number,
            Case.title,
            Deadline.kind,
            Deadline.basis,
            Deadline.subject,
            Deadline.due_on,
            Deadline.due_time,
            Deadline.state,
            Deadline.met_on,
            sa.func.coalesce(Deadline.owner_id, Case.responsible_id),
            sa.func.coalesce(_Owner.name, _Officer.name),
            _Officer.name,
        )
        .join(Case, Case.id == Deadline.case_id)
        .join(_Officer, _Officer.id == Case.responsible_id)
        .outerjoin(_Owner, _Owner.id == Deadline.owner_id)
    )


def _item(row: Any) -> DueItem:
    return DueItem(*row[:15])
