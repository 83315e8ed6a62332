"""What an evaluation costs, shared between the landsting: the form, the page with every part, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from tracker.accounts.permissions import Permission, requires
from tracker.cases.models import Case
from tracker.cases.panels import Panel
from tracker.cases.secrecy import Viewer
from tracker.core import clock, spreadsheet
from tracker.core.errors import NotFound
from tracker.core.filters import date_long, locale_code, number
from tracker.core.spreadsheet import Cell
from tracker.evaluations.forms.costs import CostForm
from tracker.evaluations.models import CostAllocation, Evaluation
from tracker.evaluations.queries import costs as queries
from tracker.evaluations.service import costs
from tracker.evaluations.views.blueprint import blueprint, found, saving
from tracker.organisations import sources
from tracker.organisations.queries import list_population_days, name_on

_WIDTHS = (8, 34, 16, 14, 16, 30, 16, 30, 16)


@blueprint.route("/evaluations/<int:evaluation_id>/costs/new", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def share_costs(evaluation_id: int) -> Any:
    evaluation = _found_own(evaluation_id)
    form = _form(evaluation)
    if form.validate_on_submit():
        with saving(form, lambda: _standing_texts(evaluation_id)):
            made = costs.allocate(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            flash(_("The cost is shared."), "success")
            address = url_for("evaluations.show_costs", evaluation_id=evaluation_id, allocation_id=made.id)
            return redirect(address, 303)
    return _form_page(_found_own(evaluation_id), form), form.status


@blueprint.get("/evaluations/<int:evaluation_id>/costs/<int:allocation_id>")
@requires(Permission.CASE_READ)
def show_costs(evaluation_id: int, allocation_id: int) -> str:
    evaluation = _found_own(evaluation_id)
    allocation = queries.get_allocation(evaluation, allocation_id)
    lines = queries.share_lines(allocation)
    return render_template(
        "evaluations/costs.html",
        evaluation=evaluation,
        allocation=allocation,
        lines=lines,
        others=[item for item in queries.list_allocations(evaluation) if item.id != allocation.id],
        inhabitants=sum(line.share.inhabitants for line in lines),
        rounded_up=[_name(line, allocation) for line in lines if line.share.is_rounded_up],
        sources=_sources(queries.sources_of(allocation.populations_on)),
        name=lambda line: _name(line, allocation),
        tail=lambda line: f"0,{line.remainder:04}" if locale_code() == "sv" else f"0.{line.remainder:04}",
    )


@blueprint.get("/evaluations/<int:evaluation_id>/costs/<int:allocation_id>.<any(csv, xlsx):kind>")
@requires(Permission.CASE_EXPORT)
def export_costs(evaluation_id: int, allocation_id: int, kind: str) -> Response:
    evaluation = _found_own(evaluation_id)
    allocation = queries.get_allocation(evaluation, allocation_id)
    name = f"kostnadsfordelning-{evaluation.registry_year}-{evaluation.registry_sequence}-{allocation.id}.{kind}"
    if kind == "csv":
        return spreadsheet.csv_response(_headings(), map(_with_comma, _rows(evaluation, allocation)), name)
    rows = _rows(evaluation, allocation)
    return spreadsheet.xlsx_response(_headings(), rows, name, sheet_name=_("Sharing of costs"), widths=_WIDTHS)


def costs_panel(case: Case, _viewer: Viewer) -> Panel | None:
    """How the cost is shared now, or that it is not yet."""
    if not isinstance(case, Evaluation) or not case.is_own:
        return None
    allocations = queries.list_allocations(case)
    context = {
        "evaluation": case,
        "standing": next((item for item in allocations if item.superseded_at is None), None),
        "earlier": sum(item.superseded_at is not None for item in allocations),
    }
    return Panel(_l("Sharing of costs"), "evaluations/_costs_panel.html", context)


def _found_own(evaluation_id: int) -> Evaluation:
    evaluation = found(evaluation_id)
    if not evaluation.is_own:
        raise NotFound(_l("We share no costs of an evaluation that others commissioned."))
    return evaluation


def _form(evaluation: Evaluation) -> CostForm:
    standing = queries.find_standing(evaluation)
    days = list_population_days()
    form = CostForm(
        data={
            "amount_ore": evaluation.contract_ore,
            "populations_day": days[0].as_of_on.isoformat() if days else None,
            "version": standing.id if standing else 0,
        }
    )
    form.populations_day.choices = [
        SelectChoice(
            day.as_of_on.isoformat(),
            _(
                "%(day)s: %(count)s inhabitants",
                day=date_long(day.as_of_on),
                count=number(day.inhabitants),
            ),
        )
        for day in days
    ]
    return form


def _form_page(evaluation: Evaluation, form: CostForm) -> str:
    return render_template(
        "evaluations/costs_new.html",
        evaluation=evaluation,
        form=form,
        standing=queries.find_standing(evaluation),
        days=list_population_days(),
        told=_sources,
    )


def _standing_texts(evaluation_id: int) -> dict[str, str]:
    standing = queries.find_standing(found(evaluation_id))
    return {**costs.texts(standing), "version": str(standing.id if standing else 0)}


def _name(line: queries.ShareLine, allocation: CostAllocation) -> str:
    """What the landsting was called on the day of the decision."""
    return name_on(line.share.organisation, allocation.decided_on, locale_code())


def _sources(stored: Iterable[str]) -> str:
    """Where population figures come from, in the reader's language."""
    return "; ".join(sources.told(source) for source in stored)


def _headings() -> list[str]:
    return [
        _("County code"),
        _("Landsting"),
        _("Organisation number"),
        _("Inhabitants"),
        _("Amount, kronor"),
        _("Case"),
        _("Registry number"),
        _("Decision"),
        _("Day of the decision"),
    ]


def _rows(evaluation: Evaluation, allocation: CostAllocation) -> Iterator[list[Cell]]:
    """One line per landsting, ready for invoicing; amounts are exact."""
    for line in queries.share_lines(allocation):
        share = line.share
        yield [
            share.organisation.county_code,
            _name(line, allocation),
            share.organisation.orgnr,
            share.inhabitants,
            Decimal(share.share_ore) / 100,
            evaluation.title,
            evaluation.registry_number,
            allocation.decision,
            allocation.decided_on,
        ]


def _with_comma(row: list[Cell]) -> list[Cell]:
    """Amounts as a Swedish spreadsheet program reads them: "1234,50"."""
    return [f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value for value in row]
