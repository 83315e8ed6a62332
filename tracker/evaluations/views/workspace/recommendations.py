"""What the evaluator recommends: entered and changed here until the final report is approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.evaluations import labels
from tracker.evaluations.forms.follow_up import RecommendationForm, RemoveForm
from tracker.evaluations.impartiality import gaps
from tracker.evaluations.models import Evaluation, Recommendation
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.service import recommendations as service
from tracker.evaluations.standing import Age, age_on, state_of
from tracker.evaluations.views.recommendations import addressees, values_of
from tracker.evaluations.views.workspace.blueprint import blueprint, opened, saving
from tracker.evaluations.workflow import CLOSED_PHASES
from tracker.organisations.queries import name_on

ONE = "/recommendations/<int:recommendation_id>"


def found_recommendation(recommendation_id: int) -> Recommendation:
    """A recommendation of the opened commission. Raises NotFound."""
    return queries.get_recommendation(opened().evaluation, recommendation_id)


@blueprint.route("/recommendations", methods=["GET", "POST"])
@opened_by_link
def recommendations(token: str) -> Any:
    form = RecommendationForm()
    form.offer(addressees())
    if form.validate_on_submit():
        with saving(form, dict):
            made = service.add(
                actor=opened().person,
                now=clock.now(),
                evaluation=opened().evaluation,
                is_by_evaluator=True,
                submission_id=form.submission.data,
                **values_of(form),
            )
            flash(_("Recommendation %(number)d is saved.", number=made.number), "success")
            return redirect(url_for("workspace.recommendations", token=token), 303)
    return _list_page(opened().evaluation, form), form.status


def _list_page(evaluation: Evaluation, form: RecommendationForm) -> str:
    listed = queries.list_for_evaluation(evaluation.id)
    return render_template(
        "workspace/recommendations.html",
        evaluation=evaluation,
        form=form,
        recommendations=listed,
        named=lambda body: name_on(body, clock.today(), locale_code()),
        ages=_ages(evaluation, listed),
        is_issued=service.is_issued(evaluation),
        is_over=evaluation.phase in CLOSED_PHASES,
        waits=bool(gaps(evaluation)),
        labels=labels,
    )


def _ages(evaluation: Evaluation, listed: Sequence[Recommendation]) -> dict[int, Age | None]:
    """Those whose response is shown, with the age of each that is open: nothing unless the commissioner shares them."""
    if not evaluation.is_sharing_responses:
        return {}
    return {item.id: age_on(clock.today(), item.issued_on, state_of(item)) for item in listed if item.issued_on}


@blueprint.route(ONE, methods=["GET", "POST"])
@opened_by_link
def change_recommendation(token: str, recommendation_id: int) -> Any:
    recommendation = found_recommendation(recommendation_id)
    form = RecommendationForm(obj=recommendation)
    form.offer(addressees())
    if form.validate_on_submit():
        with saving(form, lambda: service.recommendation_texts(found_recommendation(recommendation_id))):
            service.change(
                actor=opened().person,
                now=clock.now(),
                recommendation=recommendation,
                is_by_evaluator=True,
                version=form.version.data,
                **values_of(form),
            )
            flash(_("Recommendation %(number)d is saved.", number=recommendation.number), "success")
            return redirect(url_for("workspace.recommendations", token=token), 303)
    page = render_template(
        "workspace/recommendation.html",
        evaluation=opened().evaluation,
        form=form,
        recommendation=found_recommendation(recommendation_id),
        is_issued=service.is_issued(opened().evaluation),
    )
    return page, form.status


@blueprint.route(f"{ONE}/remove", methods=["GET", "POST"])
@opened_by_link
def remove_recommendation(token: str, recommendation_id: int) -> Any:
    recommendation = found_recommendation(recommendation_id)
    form = RemoveForm(data={"version": recommendation.version})
    if form.validate_on_submit():
        with saving(form, lambda: service.recommendation_texts(found_recommendation(recommendation_id))):
            service.remove(
                actor=opened().person,
                now=clock.now(),
                recommendation=recommendation,
                is_by_evaluator=True,
                version=form.version.data,
            )
            flash(_("The recommendation is taken away."), "success")
            return redirect(url_for("workspace.recommendations", token=token), 303)
    page = render_template(
        "workspace/recommendation_remove.html",
        evaluation=opened().evaluation,
        form=form,
        recommendation=found_recommendation(recommendation_id),
    )
    return page, form.status
