"""The list of evaluations: filters that live in the URL, and the same list as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.deadlines import labels as deadline_labels
from tracker.evaluations import export, labels
from tracker.evaluations.enums import EvaluationPhase
from tracker.evaluations.forms.listing import RUNNING, ListFilter
from tracker.evaluations.queries import listing
from tracker.evaluations.queries.listing import SORTS, EvaluationFilters, EvaluationRow, Tab
from tracker.evaluations.views.blueprint import back_to_list, blueprint

DEFAULT_SORT = "-number"
TABS = {Tab.OURS: _l("Ours"), Tab.NOTED: _l("Noted by us, made by others"), Tab.ALL: _l("All")}


def filters_from(form: ListFilter) -> EvaluationFilters:
    """What a sound form asks for."""
    phase, tab = form.phase.data, request.args.get("tab")
    sort = request.args.get("sort", DEFAULT_SORT)
    return EvaluationFilters(
        tab=Tab(tab) if tab in set(Tab) else Tab.OURS,
        text=(form.q.data or "")[:200],
        phase=EvaluationPhase(phase) if phase in set(EvaluationPhase) else None,
        is_running=phase == RUNNING,
        has_open_recommendations=form.open.data,
        overdue_on=clock.today() if form.overdue.data else None,
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
    )


@blueprint.get("/evaluations")
@requires(Permission.CASE_READ)
def list_evaluations() -> str:
    form = ListFilter()
    filters = filters_from(form)
    page = None
    if form.validate():
        page = listing.list_evaluations(
            current_user, filters, request.args.get("page", type=int), request.args.get("per_page", type=int)
        )
    return render_template(
        "evaluations/list.html",
        form=form,
        filters=filters,
        tab_labels=TABS,
        page=page,
        labels=labels,
        due_title=_due_title,
        may_edit=has_permission(current_user, Permission.EVALUATION_EDIT),
        may_export=has_permission(current_user, Permission.CASE_EXPORT),
    )


@blueprint.get("/evaluations.csv")
@requires(Permission.CASE_EXPORT)
def export_csv() -> Any:
    return _exported(export.csv_response, "csv")


@blueprint.get("/evaluations.xlsx")
@requires(Permission.CASE_EXPORT)
def export_xlsx() -> Any:
    return _exported(export.xlsx_response, "xlsx")


def _exported(response: Callable[[Iterator[EvaluationRow], str], Response], ending: str) -> Any:
    """The list as a file; where the filter cannot be, its page tells why."""
    form = ListFilter()
    if not form.validate():
        return back_to_list("evaluations.list_evaluations")
    return response(listing.iterate_evaluations(current_user, filters_from(form)), _file_name(ending))


def _due_title(row: EvaluationRow) -> str:
    return deadline_labels.title(row.next_due_kind, row.next_due_subject) if row.next_due_kind else ""


def _file_name(ending: str) -> str:
    return f"{_('evaluations')}-{clock.today().isoformat()}.{ending}"
