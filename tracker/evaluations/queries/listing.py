"""The list of evaluations: one statement a page, whatever the filter, and plain rows instead of entities.

Evaluations that are only noted are kept apart: they are listed on their own tab, and never counted as ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.paging import Page, clamp
from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.evaluations.enums import EvaluationPhase
from tracker.evaluations.models import Evaluation, Recommendation
from tracker.evaluations.workflow import RUNNING_PHASES
from tracker.organisations.models import OrganisationName

EXPORT_CHUNK = 1000
MOST_CHOICES = 300


class Tab(StrEnum):
    """Which evaluations: those commissioned under the decision, those that others commissioned, or both."""

    OURS = "ours"
    NOTED = "noted"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFilters:
    """What the list is narrowed to. ``overdue_on`` finds those with an open deadline before that day."""

    tab: Tab = Tab.OURS
    text: str = ""
    phase: EvaluationPhase | None = None
    is_running: bool = False
    has_open_recommendations: bool = False
    overdue_on: date | None = None
    sort: str = "-number"


class EvaluationRow(NamedTuple):
    """One line of the list. ``provider`` and ``commissioner`` are names; ``next_due_on`` is of the first open deadline;
    ``open_recommendations`` are those of ours that nobody has closed."""

    id: int
    registry_number: str
    title: str
    is_own: bool
    phase: str
    phase_since_on: date
    responsible: str
    is_example: bool
    commissioner: str | None
    provider: str | None
    published_on: date | None
    open_recommendations: int
    next_due_on: date | None
    next_due_kind: DeadlineKind | None
    next_due_subject: str | None


_cases = Case.__table__
_evaluations = Evaluation.__table__
_recommendations = Recommendation.__table__

SORTS: dict[str, tuple[Any, ...]] = {
    "number": (_cases.c.registry_year, _cases.c.registry_sequence),
    "title": (_cases.c.title, _cases.c.id),
    "phase": (
        sa.case({phase.value: rank for rank, phase in enumerate(EvaluationPhase)}, value=_cases.c.phase),
        _cases.c.phase_since_on,
        _cases.c.id,
    ),
    "due": (),
}


def list_evaluations(
    viewer: Viewer | None, filters: EvaluationFilters, page: int | None = None, per_page: int | None = None
) -> Page[EvaluationRow]:
    """One page of the evaluations that `viewer` may know of (None: all), with how many there are in all."""
    number, size = clamp(page, per_page)
    rows = db.session.execute(_rows(viewer, filters, size, (number - 1) * size)).all()
    if not rows and number > 1:
        # Beyond the last page the statement has no line to put the count on.
        number, rows = 1, db.session.execute(_rows(viewer, filters, size, 0)).all()
    total = rows[0][-1] if rows else 0
    return Page([EvaluationRow(*row[:-1]) for row in rows], total, number, size)


def iterate_evaluations(viewer: Viewer | None, filters: EvaluationFilters) -> Iterator[EvaluationRow]:
    """Every row of the list in its order, a chunk at a time, for files."""
    offset = 0
    while True:
        rows = db.session.execute(_rows(viewer, filters, EXPORT_CHUNK, offset)).all()
        yield from (EvaluationRow(*row[:-1]) for row in rows)
        if len(rows) < EXPORT_CHUNK:
            return
        offset += EXPORT_CHUNK


def list_procurement_choices(viewer: Viewer) -> list[tuple[int, str]]:
    """Procurements that `viewer` may know of, as (id, number and title), the newest first."""
    query = (
        sa.select(Case.id, Case.registry_number, Case.title)
        .where(Case.kind == CaseKind.PROCUREMENT, visible_cases(viewer))
        .order_by(Case.registry_year.desc(), Case.registry_sequence.desc())
        .limit(MOST_CHOICES)
    )
    return [(row.id, f"{row.registry_number} {row.title}") for row in db.session.execute(query)]


def _rows(viewer: Viewer | None, filters: EvaluationFilters, limit: int, offset: int) -> sa.Select[Any]:
    first = _first_open_due()
    upcoming = (
        sa.select(Deadline.id)
        .where(Deadline.case_id == _cases.c.id, Deadline.state == DeadlineState.OPEN)
        .order_by(Deadline.due_on, Deadline.id)
        .limit(1)
        .correlate(_cases)
        .scalar_subquery()
    )
    order = _order(filters.sort, first.c.due_on)
    return (
        sa.select(
            _cases.c.id,
            _cases.c.registry_number,
            _cases.c.title,
            _evaluations.c.is_own,
            _cases.c.phase,
            _cases.c.phase_since_on,
            Person.name,
            _cases.c.is_example,
            sa.func.coalesce(_evaluations.c.commissioner_name, _latest_name(_evaluations.c.commissioner_id)),
            sa.func.coalesce(_latest_name(_evaluations.c.provider_id), _evaluations.c.provider_name),
            _evaluations.c.published_on,
            _open_recommendations(),
            Deadline.due_on,
            Deadline.kind,
            Deadline.subject,
            sa.func.count().over(),
        )
        .select_from(_cases)
        .join(_evaluations, _evaluations.c.id == _cases.c.id)
        .join(Person.__table__, Person.id == _cases.c.responsible_id)
        .outerjoin(first, first.c.case_id == _cases.c.id)
        .outerjoin(Deadline.__table__, Deadline.id == upcoming)
        .where(*_conditions(viewer, filters))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )


def _conditions(viewer: Viewer | None, filters: EvaluationFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [] if viewer is None else [visible_cases(viewer)]
    if filters.tab is not Tab.ALL:
        found.append(_evaluations.c.is_own.is_(filters.tab is Tab.OURS))
    for word in filters.text.casefold().split():
        found.append(_cases.c.search_text.contains(word, autoescape=True))
    if filters.phase is not None:
        found.append(_cases.c.phase == filters.phase.value)
    elif filters.is_running:
        found.append(_cases.c.phase.in_([phase.value for phase in RUNNING_PHASES]))
    if filters.has_open_recommendations:
        found.append(_open_recommendations() > 0)
    if filters.overdue_on is not None:
        late = sa.select(Deadline.case_id).where(
            Deadline.state == DeadlineState.OPEN, Deadline.due_on < filters.overdue_on
        )
        found.append(_cases.c.id.in_(late))
    return found


def _open_recommendations() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(_recommendations)
        .where(
            _recommendations.c.evaluation_id == _evaluations.c.id,
            _recommendations.c.issued_on.is_not(None),
            _recommendations.c.closed_on.is_(None),
            _evaluations.c.is_own,
        )
        .correlate(_evaluations)
        .scalar_subquery()
    )


def _latest_name(organisation_id: sa.ColumnElement[int]) -> sa.ScalarSelect[str]:
    return (
        sa.select(OrganisationName.name)
        .where(OrganisationName.organisation_id == organisation_id)
        .order_by(OrganisationName.valid_from_on.desc())
        .limit(1)
        .correlate(_evaluations)
        .scalar_subquery()
    )


def _first_open_due() -> sa.Subquery:
    return (
        sa.select(Deadline.case_id, sa.func.min(Deadline.due_on).label("due_on"))
        .where(Deadline.state == DeadlineState.OPEN)
        .group_by(Deadline.case_id)
        .subquery("first_due")
    )


def _order(sort: str, due_on: sa.ColumnElement[date]) -> tuple[Any, ...]:
    is_falling, key = sort.startswith("-"), sort.removeprefix("-")
    if key == "due":
        return due_on.is_(None), due_on.desc() if is_falling else due_on.asc(), _cases.c.id
    return tuple(column.desc() if is_falling else column.asc() for column in SORTS.get(key, SORTS["number"]))
