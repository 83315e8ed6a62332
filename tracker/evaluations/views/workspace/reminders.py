"""How often the evaluator is reminded."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations.forms.workspace import RemindersForm
from tracker.evaluations.service import team
from tracker.evaluations.views.workspace.blueprint import blueprint, opened, saving
from tracker.evaluations.workflow import CLOSED_PHASES


@blueprint.route("/reminders", methods=["GET", "POST"])
@opened_by_link
def reminders(token: str) -> Any:
    form = RemindersForm(data={"days": opened().member.reminder_days})
    if form.validate_on_submit():
        with saving(form):
            team.choose_reminders(actor=opened().person, now=clock.now(), member=opened().member, days=form.days.data)
            flash(_("Saved. The days stand beside each deliverable."), "success")
            return redirect(url_for("workspace.overview", token=token), 303)
    here = opened()
    is_over = here.evaluation.phase in CLOSED_PHASES
    page = render_template("workspace/reminders.html", evaluation=here.evaluation, form=form, is_over=is_over)
    return page, form.status
