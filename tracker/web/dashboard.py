"""The start page's answers: what is overdue, due this week and next, what waits for me, how the portfolio stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from tracker.accounts.models import Person
from tracker.accounts.permissions import Permission, has_permission
from tracker.cases.enums import CaseKind
from tracker.cases.paths import case_path
from tracker.core import charts, clock
from tracker.deadlines import queries as deadlines
from tracker.evaluations.queries.attention import Ask, Attention, list_attention
from tracker.procurements import queries as procurements
from tracker.procurements.enums import ProcurementPhase
from tracker.web.layout import may_open

SHOWN = 8
# What is asked -> the page where it is done, and what its address calls the subject.
_PAGES_OF: dict[Ask, tuple[str, str | None]] = {
    Ask.DECIDE_EXTENSION: ("evaluations.show_deliverable", "deliverable_id"),
    Ask.REVIEW_DELIVERY: ("evaluations.show_deliverable", "deliverable_id"),
    Ask.ASSESS_DECLARATION: ("evaluations.show_declaration", "declaration_id"),
    Ask.ANSWER_QUESTION: ("evaluations.list_questions", None),
    Ask.DECIDE_ACTION: ("evaluations.show_recommendation", "recommendation_id"),
    Ask.VERIFY_ACTION: ("evaluations.show_recommendation", "recommendation_id"),
}
ENDING_DAYS = 365
RUNNING = frozenset(ProcurementPhase) - {
    ProcurementPhase.IN_FORCE,
    ProcurementPhase.ENDED,
    ProcurementPhase.CANCELLED,
}


@dataclass(frozen=True)
class Week:
    """A Swedish week: Monday to Sunday, numbered after ISO 8601."""

    starts_on: date
    ends_on: date

    @property
    def number(self) -> int:
        return self.starts_on.isocalendar().week


@dataclass(frozen=True)
class DueEntry:
    """One deadline on the start page."""

    due_on: date
    what: Any
    case_number: str
    case_title: str
    url: str
    case_url: str
    owner_id: int | None
    owner_name: str | None
    is_statutory: bool


@dataclass(frozen=True)
class Listing:
    """The first rows of something, how many there are beyond them, and where all are."""

    rows: Sequence[DueEntry]
    more: int
    url: str | None

    @property
    def total(self) -> int:
        return len(self.rows) + self.more


@dataclass(frozen=True)
class Figure:
    value: int
    label: Any
    url: str
    tone: str


@dataclass(frozen=True)
class Asked:
    """Something in an evaluation that waits for the person, in words, and where it is done."""

    what: Any
    url: str
    case_number: str
    case_title: str
    case_url: str


@dataclass(frozen=True)
class Overview:
    today: date
    greeting: Any
    this_week: Listing
    next_week: Listing
    overdue: Listing
    waiting: Listing
    asked: Sequence[Asked]
    figures: Sequence[Figure]
    chart: charts.Timeline
    all_url: str | None
    new_url: str | None

    @property
    def week_number(self) -> int:
        return week_of(self.today).number

    @property
    def this_week_ends_on(self) -> date:
        return week_of(self.today).ends_on

    @property
    def next_week_number(self) -> int:
        return week_after(self.today).number

    @property
    def next_week_starts_on(self) -> date:
        return week_after(self.today).starts_on

    @property
    def next_week_ends_on(self) -> date:
        return week_after(self.today).ends_on


@dataclass(frozen=True)
class Sorted:
    """Entries by when they are due; ``waiting`` holds those of one person, up to the end of next week."""

    overdue: list[DueEntry]
    this_week: list[DueEntry]
    next_week: list[DueEntry]
    waiting: list[DueEntry]


def week_of(day: date) -> Week:
    monday = day - timedelta(days=day.weekday())
    return Week(monday, monday + timedelta(days=6))


def week_after(day: date) -> Week:
    return week_of(week_of(day).ends_on + timedelta(days=1))


def sort_entries(entries: Iterable[DueEntry], today: date, person_id: int) -> Sorted:
    """Part ``entries`` by due date. Within a day statutory ones come first; those after next week are left out."""
    found = Sorted([], [], [], [])
    this_week, next_week = week_of(today), week_after(today)
    for entry in sorted(entries, key=lambda entry: (entry.due_on, not entry.is_statutory, entry.case_number)):
        if entry.due_on > next_week.ends_on:
            continue
        if entry.due_on < today:
            found.overdue.append(entry)
        elif entry.due_on <= this_week.ends_on:
            found.this_week.append(entry)
        else:
            found.next_week.append(entry)
        if entry.owner_id == person_id:
            found.waiting.append(entry)
    return found


def listing(entries: Sequence[DueEntry], url: str | None = None, total: int | None = None) -> Listing:
    """The first of ``entries``; ``total`` tells how many there are where not all were read."""
    rows = entries[:SHOWN]
    return Listing(rows, max(0, (len(entries) if total is None else total) - len(rows)), url)


def build(viewer: Person, now: datetime) -> Overview:
    """The start page for ``viewer``: one statement for deadlines, one for endings, one for phases, and the chart's.

    A person without access to any case (an administrator) gets an empty page, and no statements.
    """
    today = clock.local_date(now)
    may_read = has_permission(viewer, Permission.CASE_READ)
    due = _due(viewer, today) if may_read else deadlines.DueSummary([], 0, [0, 0], 0)
    this_week, next_week = due.by_period
    lines = procurements.portfolio_timeline(viewer, today, _case_url) if may_read else []
    found = sort_entries(map(_entry, due.items), today, viewer.id)
    list_url = url_for("deadlines.list_deadlines") if may_open("deadlines.list_deadlines") else None
    return Overview(
        today=today,
        greeting=gettext("Good day, %(name)s", name=viewer.name),
        this_week=listing(found.this_week, list_url, this_week),
        next_week=listing(found.next_week, list_url, next_week),
        overdue=listing(found.overdue, list_url, due.overdue),
        waiting=listing(found.waiting, list_url, due.waiting),
        asked=[_asked(item) for item in list_attention(viewer)] if may_read else [],
        figures=_figures(due.overdue, this_week, *(_portfolio_counts(viewer, today) if may_read else (0, 0))),
        chart=charts.timeline(lines, today),
        all_url=url_for("procurements.list_procurements") if may_open("procurements.list_procurements") else None,
        new_url=_new_url(),
    )


def _due(viewer: Person, today: date) -> deadlines.DueSummary:
    ends = (week_of(today).ends_on, week_after(today).ends_on)
    return deadlines.summarise_due(viewer, viewer.id, today=today, period_ends=ends, shown=SHOWN)


def _portfolio_counts(viewer: Person, today: date) -> tuple[int, int]:
    """How many procurements run, and how many contracts end within a year."""
    running = sum(count for phase, count in procurements.count_by_phase(viewer) if phase in RUNNING)
    return running, procurements.count_contracts_ending(viewer, today, today + timedelta(days=ENDING_DAYS))


def _entry(item: deadlines.DueItem) -> DueEntry:
    return DueEntry(
        due_on=item.due_on,
        what=item.title,
        case_number=item.case_number,
        case_title=item.case_title,
        url=url_for("deadlines.show", deadline_id=item.id),
        case_url=case_path(item.case_kind, item.case_id) or "",
        owner_id=item.owner_id,
        owner_name=item.owner_name,
        is_statutory=item.is_statutory,
    )


def _case_url(case_id: int) -> str:
    return url_for("procurements.show", procurement_id=case_id)


def _asked(item: Attention) -> Asked:
    words = {
        Ask.DECIDE_EXTENSION: gettext("Decide on more time: %(about)s", about=item.about),
        Ask.REVIEW_DELIVERY: gettext("Review what was handed in: %(about)s", about=item.about),
        Ask.ASSESS_DECLARATION: gettext("Assess the declaration of independence of %(about)s", about=item.about),
        Ask.ANSWER_QUESTION: gettext("Answer the question from %(about)s", about=item.about),
        Ask.DECIDE_ACTION: gettext("Decide what is to be done: %(about)s", about=item.about),
        Ask.VERIFY_ACTION: gettext("Verify that it is done: %(about)s", about=item.about),
    }
    endpoint, name = _PAGES_OF[item.ask]
    subject: dict[str, Any] = {name: item.subject_id} if name else {}
    return Asked(
        what=words[item.ask],
        url=url_for(endpoint, evaluation_id=item.evaluation_id, **subject),
        case_number=item.registry_number,
        case_title=item.title,
        case_url=case_path(CaseKind.EVALUATION, item.evaluation_id) or "",
    )


def _new_url() -> str | None:
    return url_for("procurements.new_procurement") if may_open("procurements.new_procurement") else None


def _figures(late: int, week: int, running: int, ending: int) -> list[Figure]:
    late_words = ngettext("deadline overdue", "deadlines overdue", late)
    week_words = ngettext("deadline this week", "deadlines this week", week)
    running_words = ngettext("running procurement", "running procurements", running)
    ending_words = ngettext("contract ends within 12 months", "contracts end within 12 months", ending)
    return [
        Figure(late, late_words, "#overdue", "danger" if late else "quiet"),
        Figure(week, week_words, "#this-week", "warning" if week else "quiet"),
        Figure(running, running_words, "#portfolio-title", ""),
        Figure(ending, ending_words, "#portfolio-title", ""),
    ]
