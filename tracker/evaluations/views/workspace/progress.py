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
from tracker.evaluations.models import Deliverable
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
            now, here = clock.now(), opened()
            service.answer(actor=here.person, now=now, deliverable=deliverable, member=here.member, **form.values())
            flash(_("Thank you. %(name)s is told at once.", name=opened().evaluation.responsible.name), "success")
            return redirect(url_for("workspace.progress", token=token, deliverable_id=deliverable_id), 303)
    return _page(found_deliverable(deliverable_id), form), form.status


def _page(deliverable: Deliverable, form: ProgressForm) -> str:
    is_over = opened().evaluation.phase in CLOSED_PHASES
    return render_template(
        "workspace/progress.html",
        evaluation=opened().evaluation,
        deliverable=deliverable,
        answers=queries.list_progress(deliverable),
        pending=queries.find_pending_extension(deliverable),
        is_awaited=deliverable.state in service.AWAITED and not is_over,
        is_over=is_over,
        form=form,
        RequestState=RequestState,
        labels=labels,
        today=clock.today(),
    )
