"""Forms of what is to be delivered: one at a time, or the usual set at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.forms import BareForm
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.evaluations import plan
from tracker.evaluations.enums import DeliverableKind
from tracker.evaluations.forms.deliverables import (
    CancelDeliverableForm,
    DeliverableForm,
    NewDeliverableForm,
    UsualFilter,
    UsualForm,
    line_of,
    usual_kinds,
)
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import deliverables
from tracker.evaluations.views.blueprint import (
    back_to,
    blueprint,
    found,
    found_deliverable,
    found_reviewable,
    saved,
    saving,
)
from tracker.evaluations.views.page import case_page


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/new", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def new_deliverable(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    form = NewDeliverableForm()
    if form.validate_on_submit() and form.due_on.data:
        with saving(form, dict):
            deliverables.add_deliverable(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            return saved(evaluation_id, "deliverables")
    return render_template("evaluations/deliverable_new.html", evaluation=found(evaluation_id), form=form), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/usual", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def usual_deliverables(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    wish = UsualFilter()
    form = UsualForm(data=_suggested(evaluation, wish))
    if form.validate_on_submit():
        with saving(form, dict):
            made = deliverables.add_usual(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                days=_days(form),
                submission_id=form.submission.data,
                is_meant=form.is_meant.data,
            )
            flash(ngettext("%(num)d deliverable is added.", "%(num)d deliverables are added.", len(made)), "success")
            return back_to(evaluation_id, "deliverables")
    lines = [line_of(form, kind) for kind in usual_kinds()]
    told = {"evaluation": found(evaluation_id), "wish": wish, "form": form, "lines": lines}
    return render_template("evaluations/deliverables_usual.html", **told), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/change", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def change_deliverable(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    form = DeliverableForm(obj=deliverable)
    if form.validate_on_submit() and form.due_on.data:
        with saving(form, lambda: deliverables.deliverable_texts(found_deliverable(evaluation_id, deliverable_id))):
            deliverables.change_deliverable(
                actor=current_user, now=clock.now(), deliverable=deliverable, **form.values()
            )
            return saved(evaluation_id, "deliverables")
    return _page("deliverable_change", evaluation_id, deliverable_id, form)


@blueprint.post("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/done")
@requires(Permission.EVALUATION_EDIT)
def finish_deliverable(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    form = BareForm()
    if form.validate_on_submit():
        with saving(form, lambda: {"version": str(found_deliverable(evaluation_id, deliverable_id).version)}):
            deliverables.mark_done(
                actor=current_user, now=clock.now(), deliverable=deliverable, version=form.version.data
            )
            flash(_("%(title)s is done.", title=deliverable.title), "success")
            return back_to(evaluation_id, "deliverables")
    for message in (form.conflict, *form.form_errors):
        if message:
            flash(message, "error")
    return case_page(found(evaluation_id)), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/cancel", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def cancel_deliverable(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = found_reviewable(evaluation_id, deliverable_id)
    form = CancelDeliverableForm(data={"version": deliverable.version})
    if form.validate_on_submit():
        with saving(form, lambda: {"version": str(found_deliverable(evaluation_id, deliverable_id).version)}):
            deliverables.cancel_deliverable(
                actor=current_user,
                now=clock.now(),
                deliverable=deliverable,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            return saved(evaluation_id, "deliverables")
    return _page("deliverable_cancel", evaluation_id, deliverable_id, form)


def _page(template: str, evaluation_id: int, deliverable_id: int, form: Any) -> tuple[str, int]:
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    told = {"evaluation": deliverable.evaluation, "deliverable": deliverable, "form": form}
    return render_template(f"evaluations/{template}.html", **told), form.status


def _suggested(evaluation: Evaluation, wish: UsualFilter) -> dict[str, Any]:
    """The days that fit the wished report; what the evaluation asks for already is left unticked."""
    left = deliverables.usual_left(evaluation)
    data: dict[str, Any] = {f"take_{kind.value}": kind in left for kind in usual_kinds()}
    if wish.report_on.data is None:
        return data
    try:
        suggested = plan.suggest(clock.today(), wish.report_on.data)
    except DomainError as error:
        wish.report_on.errors = [*wish.report_on.errors, error.message]
        return data
    return data | {f"due_{item.kind.value}": item.due_on for item in suggested}


def _days(form: UsualForm) -> dict[DeliverableKind, date]:
    """The days of those that are ticked. Raises DomainError for one without a day."""
    days = {}
    for kind in usual_kinds():
        take, due = line_of(form, kind)
        if take.data and due.data is None:
            raise DomainError(_("Write the day, or leave the deliverable out."), due.name)
        if take.data:
            days[kind] = due.data
    return days
