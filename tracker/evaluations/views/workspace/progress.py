"""On track, or more time? Opened from the reminder: reading it changes nothing, sending it answers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations import labels
from tracker.evaluations.enums import ProgressAnswer, RequestState
from tracker.evaluations.forms.review import ProgressForm
from tracker.evaluations.queries import review as queries
from tracker.evaluations.service import progress as service
from tracker.evaluations.views.workspace.blueprint import blueprint, found_deliverable, opened, saving
from tracker.evaluations.workflow import CLOSED_PHASES


@blueprint.route("/deliverables/<int:deliverable_id>/progress", methods=["GET", "POST"])
@opened_by_link
def progress(token: str, deliverable_id: int) -> Any:
    deliverable = found_deliverable(deliverable_id)
    chosen = request.args.get("answer")
    form = ProgressForm(data={"answer": ProgressAnswer(chosen) if chosen in set(ProgressAnswer) else None})
    if form.validate_on_submit():
        with saving(form):
            service.answer(
                actor=opened().person,
                now=clock.now(),
                deliverable=deliverable,
                member=opened().member,
                answer=form.answer.data,
                wished_on=form.wished_on.data,
                reason=form.reason.data,
                submission_id=form.submission.data,
            )
            flash(_("Thank you. %(name)s is told at once.", name=opened().evaluation.responsible.name), "success")
            return redirect(url_for("workspace.progress", token=token, deliverable_id=deliverable_id), 303)
    is_over = opened().evaluation.phase in CLOSED_PHASES
    page = render_template(
        "workspace/progress.html",
        evaluation=opened().evaluation,
        deliverable=found_deliverable(deliverable_id),
        answers=queries.list_progress(deliverable),
        is_awaited=deliverable.state in service.AWAITED and not is_over,
        is_over=is_over,
        form=form,
        RequestState=RequestState,
        labels=labels,
        today=clock.today(),
    )
    return page, form.status
