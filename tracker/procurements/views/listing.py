"""The list of procurements: filters that live in the URL, and the same list as CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.core.calendar import add_days, add_months
from tracker.core.filters import locale_code, registry
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import DeadlineKind
from tracker.procurements import export, labels, queries
from tracker.procurements.enums import Procedure, ProcurementPhase
from tracker.procurements.filtering import MONTHS, PHASE_CODES, RUNNING, ListFilter
from tracker.procurements.queries import ProcurementFilters, ProcurementRow
from tracker.procurements.queries.listing import SORTS
from tracker.procurements.views.blueprint import blueprint

DEFAULT_SORT = "-number"


def filters_from(form: ListFilter, sort: str, person_id: int) -> ProcurementFilters:
    """What a sound form asks for."""
    today = clock.today()
    months = int(form.ends.data) if form.ends.data in MONTHS else None
    examples = {"without": False, "only": True}.get(form.examples.data or "")
    return ProcurementFilters(
        text=(form.q.data or "")[:200],
        phase=ProcurementPhase(form.phase.data) if form.phase.data in PHASE_CODES else None,
        is_running=form.phase.data == RUNNING,
        procedure=Procedure(form.procedure.data) if form.procedure.data in set(Procedure) else None,
        responsible_id=person_id if form.mine.data else _number(form.responsible.data),
        atc_prefix="".join((form.atc.data or "").upper().split()) or None,
        executing_body_id=_number(form.body.data),
        overdue_on=today if form.overdue.data else None,
        contracts_end_from_on=today if months else None,
        contracts_end_by_on=add_days(add_months(today, months), 0) if months else None,
        is_example=examples,
        sort=sort,
    )


@blueprint.get("/procurements")
@requires(Permission.CASE_READ)
def list_procurements() -> str:
    form, sort = _form(), _sort()
    page = None
    if form.validate():
        page = queries.list_procurements(
            current_user,
            filters_from(form, sort, current_user.id),
            request.args.get("page", type=int),
            request.args.get("per_page", type=int),
        )
    return render_template(
        "procurements/list.html",
        form=form,
        page=page,
        sort=sort,
        lines=_lines(page.items, clock.today()) if page else [],
        may_create=has_permission(current_user, Permission.PROCUREMENT_CREATE),
        may_export=has_permission(current_user, Permission.CASE_EXPORT),
        number_word=_("Number"),
        example=_badge()(_("Example")),
        overdue=_badge()(_("Overdue"), "danger", "late"),
    )


@blueprint.get("/procurements.csv")
@requires(Permission.CASE_EXPORT)
def export_csv() -> Any:
    return _exported(export.csv_response, "csv")


@blueprint.get("/procurements.xlsx")
@requires(Permission.CASE_EXPORT)
def export_xlsx() -> Any:
    return _exported(export.xlsx_response, "xlsx")


class Line(NamedTuple):
    """One row, ready to print: the template only puts it in its place."""

    url: str
    number: str
    title: str
    substance: str
    is_example: bool
    atc_code: str
    phase: Markup
    in_phase: str
    procedure: str
    due_on: str
    due_what: str
    is_overdue: bool
    responsible: str


def _badge() -> Callable[..., Markup]:
    """The badge of the components, drawn outside a template so that it can be kept."""
    macro: Callable[..., Markup] = current_app.jinja_env.get_template("components/badges.html").module.badge  # type: ignore[attr-defined]
    return macro


@lru_cache(maxsize=8)
def _words(_language: str) -> tuple[dict[str, Markup], dict[Procedure, str], dict[DeadlineKind, str]]:
    """Badges of the phases, procedures and kinds of deadline, in the language of the request."""
    badge = _badge()
    phases = {code.value: badge(str(label), *labels.PHASE_LOOK[code]) for code, label in labels.PHASES.items()}
    procedures = {code: str(label) for code, label in labels.PROCEDURES.items()}
    return phases, procedures, {code: str(label) for code, label in deadline_labels.KINDS.items()}


def _lines(rows: Sequence[ProcurementRow], today: date) -> list[Line]:
    phases, procedures, kinds = _words(locale_code())
    base = url_for("procurements.show", procurement_id=0).removesuffix("0")
    in_days = _("%(days)d days")
    found = []
    for row in rows:
        kind = row.next_due_kind
        what = kinds[kind] if kind else ""
        if row.next_due_subject:
            what = row.next_due_subject if kind is DeadlineKind.OTHER else f"{what}: {row.next_due_subject}"
        due_on = row.next_due_on
        found.append(
            Line(
                url=f"{base}{row.id}",
                number=registry(row.registry_number),
                title=row.title,
                substance=row.substance,
                is_example=row.is_example,
                atc_code=row.atc_code or "–",
                phase=phases[row.phase],
                in_phase=in_days % {"days": max((today - row.phase_since_on).days, 0)},
                procedure=procedures[row.procedure],
                due_on=due_on.isoformat() if due_on else "",
                due_what=what,
                is_overdue=due_on is not None and due_on < today,
                responsible=row.responsible,
            )
        )
    return found


def _form() -> ListFilter:
    form = ListFilter()
    people, bodies = queries.list_filter_choices()
    form.responsible.rows, form.body.rows = tuple(people), tuple(bodies)
    return form


def _exported(response: Callable[[Iterator[ProcurementRow], str], Response], ending: str) -> Any:
    """The list as a file; where the filter cannot be, its page tells why."""
    form = _form()
    if not form.validate():
        return redirect(f"{url_for('procurements.list_procurements')}?{request.query_string.decode(errors='replace')}")
    filters = filters_from(form, _sort(), current_user.id)
    return response(queries.iterate_procurements(current_user, filters), _file_name(ending))


def _sort() -> str:
    sort = request.args.get("sort", DEFAULT_SORT)
    return sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _file_name(ending: str) -> str:
    return f"{_('procurements')}-{clock.today().isoformat()}.{ending}"
