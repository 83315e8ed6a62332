"""Forms of the lots."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.saving import saving
from tracker.core import clock
from tracker.procurements import queries, service
from tracker.procurements.forms import LotForm
from tracker.procurements.service.lots import lot_texts
from tracker.procurements.views.blueprint import blueprint, found


@blueprint.route("/procurements/<int:procurement_id>/lots/new", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def new_lot(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = LotForm(data={"number": max((lot.number for lot in procurement.lots), default=0) + 1})
    if form.validate_on_submit():
        with saving(form, dict):
            lot = service.add_lot(
                actor=current_user,
                now=clock.now(),
                procurement=procurement,
                title=form.title.data or "",
                number=form.number.data,
                atc_code=form.atc_code.data,
                submission_id=form.submission.data,
            )
            flash(_("Lot %(number)d is added.", number=lot.number), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#lots")
    return render_template("procurements/lot.html", procurement=found(procurement_id), lot=None, form=form), form.status


@blueprint.route("/procurements/<int:procurement_id>/lots/<int:lot_id>", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def change_lot(procurement_id: int, lot_id: int) -> Any:
    procurement = found(procurement_id)
    lot = queries.get_lot(procurement, lot_id)
    form = LotForm(obj=lot)
    if form.validate_on_submit():
        with saving(form, lambda: lot_texts(queries.get_lot(found(procurement_id), lot_id))):
            service.change_lot(
                actor=current_user,
                now=clock.now(),
                lot=lot,
                title=form.title.data or "",
                number=form.number.data or 0,
                atc_code=form.atc_code.data,
                state=form.state.data,
                version=form.version.data,
            )
            flash(_("The lot is saved."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#lots")
    procurement = found(procurement_id)
    lot = queries.get_lot(procurement, lot_id)
    return render_template("procurements/lot.html", procurement=procurement, lot=lot, form=form), form.status
