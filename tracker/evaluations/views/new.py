"""Opening an evaluation of ours, and noting one that others commissioned."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.evaluations.forms.commission import NewEvaluationForm, NoteEvaluationForm
from tracker.evaluations.service import commission
from tracker.evaluations.views.blueprint import back_to, blueprint, saving


@blueprint.route("/evaluations/new", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def new_evaluation() -> Any:
    form = NewEvaluationForm()
    if form.validate_on_submit():
        with saving(form, dict):
            evaluation = commission.open_evaluation(
                actor=current_user,
                now=clock.now(),
                title=form.title.data or "",
                purpose=form.purpose.data,
                report_on=form.report_on.data,
                submission_id=form.submission.data,
            )
            flash(
                _("The evaluation is opened as %(number)s. What comes next is told at the top of its page.",
                  number=evaluation.registry_number),
                "success",
            )  # fmt: skip
            return back_to(evaluation.id)
    return render_template("evaluations/new.html", form=form), form.status


@blueprint.route("/evaluations/note", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def note_evaluation() -> Any:
    form = NoteEvaluationForm()
    if form.validate_on_submit():
        with saving(form, dict):
            evaluation = commission.note_evaluation(
                actor=current_user,
                now=clock.now(),
                title=form.title.data or "",
                commissioner_name=form.commissioner_name.data or "",
                provider_name=form.provider_name.data,
                published_on=form.published_on.data,
                report_url=form.report_url.data,
                purpose=form.purpose.data,
                source=form.source.data,
                submission_id=form.submission.data,
            )
            flash(_("The evaluation is noted. It is not counted as ours."), "success")
            return back_to(evaluation.id)
    return render_template("evaluations/note.html", form=form, evaluation=None), form.status
