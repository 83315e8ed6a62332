"""The evaluators' questions, and the commissioner's answers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.evaluations.forms.workspace import AnswerForm
from tracker.evaluations.models import Evaluation
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.service import questions
from tracker.evaluations.views.blueprint import blueprint, found, saving


@blueprint.get("/evaluations/<int:evaluation_id>/questions")
@requires(Permission.CASE_READ)
def list_questions(evaluation_id: int) -> str:
    return _page(found(evaluation_id), {})


@blueprint.post("/evaluations/<int:evaluation_id>/questions/<int:question_id>")
@requires(Permission.EVALUATION_EDIT)
def answer_question(evaluation_id: int, question_id: int) -> Any:
    question = queries.get_question(found(evaluation_id), question_id)
    form = AnswerForm(prefix=_prefix(question_id))
    if form.validate_on_submit():
        with saving(form, dict):
            questions.answer(actor=current_user, now=clock.now(), question=question, body=form.body.data or "")
            flash(_("The answer is mailed to the evaluation team."), "success")
            here = url_for("evaluations.list_questions", evaluation_id=evaluation_id)
            return redirect(f"{here}#question-{question_id}", 303)
    return _page(found(evaluation_id), {question_id: form}), form.status


def _page(evaluation: Evaluation, failed: dict[int, AnswerForm]) -> str:
    return render_template(
        "evaluations/questions.html",
        evaluation=evaluation,
        questions=queries.list_all_questions(evaluation),
        form_of=lambda number: failed.get(number) or AnswerForm(formdata=None, prefix=_prefix(number)),
        failed=list(failed.values()),
    )


def _prefix(question_id: int) -> str:
    # Several of these forms stand on one page, and ids are unique there.
    return f"question-{question_id}-"
