"""Logging a procurement on one page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.saving import saving
from tracker.core import clock
from tracker.procurements import atc, labels, queries, service
from tracker.procurements.forms import NewProcurementForm
from tracker.procurements.planning import Plan
from tracker.procurements.views.blueprint import blueprint, contract_name

# When an answer changes, the page is asked for again and only the plan and the contracts offered are put in place.
_HTMX = {
    "hx-post": "",
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-vals": '{"preview": "1"}',
    # The live region stays and only its content changes, or it is not read out.
    "hx-select": "#plan > *",
    "hx-target": "#plan",
    "hx-swap": "innerHTML",
    "hx-select-oob": "#replaces",
    # An answer to what the fields said before never comes last.
    "hx-sync": "closest form:replace",
}


@blueprint.route("/procurements/new", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_CREATE)
def new_procurement() -> Any:
    form = NewProcurementForm()
    if form.is_submitted() and not form.atc_code.data and form.substance.data:
        form.atc_code.data = queries.find_known_code(current_user, form.substance.data)
    form.offer([(item.id, contract_name(item)) for item in _replaceable(form)])
    is_preview = "preview" in request.form
    if not is_preview and form.validate_on_submit():
        with saving(form, dict):
            procurement = service.log_procurement(actor=current_user, now=clock.now(), **form.values())
            told = _("The procurement is logged as %(number)s. The rest is filled in here, when it is known.")
            flash(told % {"number": procurement.registry_number}, "success")
            return redirect(url_for("procurements.show", procurement_id=procurement.id))
    return _page(form), 200 if is_preview else form.status


def _page(form: NewProcurementForm) -> str:
    return render_template(
        "procurements/new.html",
        form=form,
        plan=_plan(form),
        steps=labels.STEPS,
        htmx=_HTMX,
        substances=queries.list_known_substances(current_user),
    )


def _replaceable(form: NewProcurementForm) -> Any:
    try:
        code = atc.normalise(form.atc_code.data or "")
    except ValueError:
        return []
    return queries.list_replaceable_contracts(current_user, code, clock.today())


def _plan(form: NewProcurementForm) -> Plan | None:
    if not form.wished_supply_on.data or not form.procedure.data:
        return None
    return service.plan_for(now=clock.now(), procedure=form.procedure.data, wished_supply_on=form.wished_supply_on.data)
