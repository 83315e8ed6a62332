"""Logging, planning and undoing a step."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from tracker.accounts.permissions import Permission, requires
from tracker.cases.forms import BareForm
from tracker.cases.saving import saving
from tracker.core import clock
from tracker.procurements import labels, service
from tracker.procurements.enums import StepKind
from tracker.procurements.forms import PlanForm, StepForm
from tracker.procurements.models import Milestone, Procurement
from tracker.procurements.planning import earliest_signing_on
from tracker.procurements.service.steps import step_texts
from tracker.procurements.views.blueprint import blueprint, found


@blueprint.route("/procurements/<int:procurement_id>/steps/<kind>", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_STEP)
def step(procurement_id: int, kind: str) -> Any:
    procurement = found(procurement_id)
    milestone = _milestone(procurement, kind)
    form = StepForm(data=_step_data(procurement, milestone))
    if form.validate_on_submit() and form.on.data:
        with saving(form, lambda: step_texts(_milestone(found(procurement_id), kind))):
            logged = service.log_step(
                actor=current_user,
                now=clock.now(),
                procurement=procurement,
                kind=milestone.kind,
                on=form.on.data,
                note=form.note.data,
                means=form.means.data if milestone.kind is StepKind.AWARD_NOTIFIED else None,
                exception=form.exception.data if milestone.kind is StepKind.CONTRACT_SIGNED else None,
                exception_reason=form.exception_reason.data,
                version=form.version.data,
            )
            for warning in logged.warnings:
                flash(warning, "warning")
            return redirect(url_for("procurements.show", procurement_id=procurement_id, logged=kind) + "#steps")
    return _page(procurement_id, kind, form), form.status


@blueprint.post("/procurements/<int:procurement_id>/steps/<kind>/plan")
@requires(Permission.PROCUREMENT_STEP)
def plan_step(procurement_id: int, kind: str) -> Any:
    procurement = found(procurement_id)
    milestone = _milestone(procurement, kind)
    form = PlanForm()
    if form.validate_on_submit():
        with saving(form, lambda: step_texts(_milestone(found(procurement_id), kind))):
            service.plan_step(
                actor=current_user, now=clock.now(), procurement=procurement, kind=milestone.kind, **form.values()
            )
            flash(_("The plan is changed. Reminders follow the new date."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#steps")
    return _page(procurement_id, kind, plan_form=form), form.status


@blueprint.post("/procurements/<int:procurement_id>/steps/<kind>/undo")
@requires(Permission.PROCUREMENT_STEP)
def undo_step(procurement_id: int, kind: str) -> Any:
    procurement = found(procurement_id)
    milestone = _milestone(procurement, kind)
    form = BareForm()
    if form.validate_on_submit():
        with saving(form, lambda: step_texts(_milestone(found(procurement_id), kind))):
            service.undo_step(
                actor=current_user, now=clock.now(), procurement=procurement, kind=milestone.kind, **form.values()
            )
            flash(_("The step is taken back: %(step)s.", step=labels.STEPS[milestone.kind]), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#steps")
    return _page(procurement_id, kind, undo_form=form), form.status


def _milestone(procurement: Procurement, kind: str) -> Milestone:
    for milestone in procurement.milestones:
        if milestone.kind == kind:
            return milestone
    raise NotFound


def _step_data(procurement: Procurement, milestone: Milestone) -> dict[str, Any]:
    return {
        "on": milestone.actual_on or clock.today(),
        "note": milestone.note,
        "means": procurement.notification_means,
        "exception": milestone.exception,
        "exception_reason": milestone.exception_reason,
        "version": milestone.version,
    }


def _page(
    procurement_id: int,
    kind: str,
    form: StepForm | None = None,
    plan_form: PlanForm | None = None,
    undo_form: BareForm | None = None,
) -> str:
    procurement = found(procurement_id)
    milestone = _milestone(procurement, kind)
    plan = {"planned_on": milestone.planned_on, "version": milestone.version}
    return render_template(
        "procurements/step.html",
        procurement=procurement,
        milestone=milestone,
        label=labels.STEPS[milestone.kind],
        form=form or StepForm(formdata=None, data=_step_data(procurement, milestone)),
        plan_form=plan_form or PlanForm(formdata=None, data=plan),
        undo_form=undo_form,
        earliest_signing_on=earliest_signing_on(procurement) if kind == StepKind.CONTRACT_SIGNED else None,
    )
