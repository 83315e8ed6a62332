"""Questions to the commissioner, and their answers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.accounts.throttle import QUESTIONS_PER_LINK, limiter
from tracker.core import clock
from tracker.evaluations.forms.workspace import QuestionForm
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.service import questions
from tracker.evaluations.views.workspace.blueprint import blueprint, link_key, opened, saving, tell_braked
from tracker.evaluations.workflow import CLOSED_PHASES


@blueprint.route("/questions", methods=["GET", "POST"], endpoint="questions")
@opened_by_link
@limiter.limit(QUESTIONS_PER_LINK, key_func=link_key, methods=["POST"], on_breach=tell_braked)
def ask(token: str) -> Any:
    form = QuestionForm()
    if form.validate_on_submit():
        with saving(form):
            questions.ask(
                actor=opened().person,
                now=clock.now(),
                member=opened().member,
                body=form.body.data or "",
                submission_id=form.submission.data,
            )
            flash(_("Your question is sent. You get a mail when it is answered."), "success")
            return redirect(url_for("workspace.questions", token=token), 303)
    asked = queries.list_questions(opened().evaluation)
    page = render_template(
        "workspace/questions.html",
        evaluation=opened().evaluation,
        form=form,
        questions=asked,
        is_over=opened().evaluation.phase in CLOSED_PHASES,
    )
    return page, form.status
