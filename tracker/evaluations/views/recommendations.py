"""One recommendation: its page, how it is entered, changed and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.audit.models import AuditEvent
from tracker.audit.queries import list_for_subjects
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.documents import queries as documents
from tracker.evaluations import history, labels, rights
from tracker.evaluations.enums import ActionState
from tracker.evaluations.forms.follow_up import ReasonForm, RecommendationForm, ResponseForm
from tracker.evaluations.models import Evaluation, ManagementResponse, Recommendation
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.service import recommendations, responses
from tracker.evaluations.standing import age_on, number_of, state_of
from tracker.evaluations.views.blueprint import blueprint, found, saving
from tracker.organisations.queries import list_of_kinds, name_on

BASE = "/evaluations/<int:evaluation_id>/recommendations"
ONE = f"{BASE}/<int:recommendation_id>"


def found_recommendation(evaluation_id: int, recommendation_id: int) -> Recommendation:
    """The recommendation of this address, for whoever asks. Raises NotFound."""
    return queries.get_recommendation(found(evaluation_id), recommendation_id)


def addressees() -> list[tuple[int, str]]:
    """Those who can be asked, as (id, name today), by kind and name."""
    rank = {kind: number for number, kind in enumerate(recommendations.ADDRESSEE_KINDS)}
    on, locale = clock.today(), locale_code()
    named = [(rank[item.kind], name_on(item, on, locale), item.id) for item in list_of_kinds(tuple(rank))]
    return [(number, name) for _rank, name, number in sorted(named)]


def page_of(recommendation: Recommendation) -> Any:
    """On to the recommendation's page."""
    return redirect(
        url_for(
            "evaluations.show_recommendation",
            evaluation_id=recommendation.evaluation_id,
            recommendation_id=recommendation.id,
        ),
        303,
    )


@blueprint.get(ONE)
@requires(Permission.CASE_READ)
def show_recommendation(evaluation_id: int, recommendation_id: int) -> str:
    recommendation = found_recommendation(evaluation_id, recommendation_id)
    evaluation, state = recommendation.evaluation, state_of(recommendation)
    viewer = current_user._get_current_object()
    return render_template(
        "evaluations/recommendation.html",
        evaluation=evaluation,
        recommendation=recommendation,
        state=state,
        age=age_on(clock.today(), recommendation.issued_on, state),
        actions=[(item, number_of(item), rights.of_action(viewer, item)) for item in recommendation.actions],
        named=lambda body: name_on(body, clock.today(), locale_code()),
        documents={item.id: item for item in documents.list_for_case(current_user, evaluation.id)},
        events=history.lines(_events(recommendation)),
        may=rights.of_recommendation(viewer, recommendation),
        labels=labels,
        today=clock.today(),
        ActionState=ActionState,
    )


@blueprint.route(f"{BASE}/new", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def new_recommendation(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    form = RecommendationForm()
    form.offer(addressees())
    if form.validate_on_submit():
        with saving(form, dict):
            recommendations.add(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                number=form.number.data,
                reason=form.reason.data,
                submission_id=form.submission.data,
                **values_of(form),
            )
            flash(_("The recommendation is entered."), "success")
            return redirect(url_for("evaluations.show", evaluation_id=evaluation_id) + "#recommendations", 303)
    return _form_page(form, found(evaluation_id), None)


@blueprint.route(f"{ONE}/change", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def change_recommendation(evaluation_id: int, recommendation_id: int) -> Any:
    recommendation = found_recommendation(evaluation_id, recommendation_id)
    form = RecommendationForm(obj=recommendation)
    form.offer(addressees())
    if form.validate_on_submit():
        with saving(form, lambda: _stored(evaluation_id, recommendation_id)):
            recommendations.change(
                actor=current_user,
                now=clock.now(),
                recommendation=recommendation,
                number=form.number.data,
                reason=form.reason.data,
                version=form.version.data,
                **values_of(form),
            )
            flash(_("The recommendation is saved."), "success")
            return page_of(recommendation)
    return _form_page(form, found(evaluation_id), found_recommendation(evaluation_id, recommendation_id))


@blueprint.route(f"{ONE}/remove", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def remove_recommendation(evaluation_id: int, recommendation_id: int) -> Any:
    recommendation = found_recommendation(evaluation_id, recommendation_id)
    form = ReasonForm(data={"version": recommendation.version})
    if form.validate_on_submit():
        with saving(form, lambda: _stored(evaluation_id, recommendation_id)):
            recommendations.remove(actor=current_user, now=clock.now(), recommendation=recommendation, **form.values())
            flash(_("The recommendation is taken away."), "success")
            return redirect(url_for("evaluations.show", evaluation_id=evaluation_id) + "#recommendations", 303)
    page = render_template(
        "evaluations/recommendation_remove.html",
        form=form,
        evaluation=found(evaluation_id),
        recommendation=found_recommendation(evaluation_id, recommendation_id),
    )
    return page, form.status


@blueprint.route(f"{ONE}/response", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_RESPOND)
def respond(evaluation_id: int, recommendation_id: int) -> Any:
    recommendation = found_recommendation(evaluation_id, recommendation_id)
    # A form that was opened before there was a response records one, and meets what is there as a conflict.
    is_first = recommendation.response is None or (request.method == "POST" and not request.form.get("version"))
    made = None if is_first else recommendation.response
    form = ResponseForm(obj=made, data=None if made else {"responded_on": clock.today()})
    if form.validate_on_submit() and form.responded_on.data:
        with saving(form, lambda: _stored_response(evaluation_id, recommendation_id)):
            _answer(recommendation, made, form)
            flash(_("The response is recorded."), "success")
            return page_of(recommendation)
    page = render_template(
        "evaluations/response.html",
        form=form,
        evaluation=found(evaluation_id),
        recommendation=found_recommendation(evaluation_id, recommendation_id),
        labels=labels,
    )
    return page, form.status


def _answer(recommendation: Recommendation, made: ManagementResponse | None, form: ResponseForm) -> None:
    told = {"actor": current_user, "now": clock.now(), **form.values()}
    version = told.pop("version")
    if made is None:
        responses.record(recommendation=recommendation, **told)
    else:
        responses.change(response=made, version=version, **told)


def values_of(form: RecommendationForm) -> dict[str, Any]:
    """What both sides enter, as the service takes it."""
    return {
        "body": form.body.data or "",
        "page": form.page.data or "",
        "priority": form.priority.data,
        "addressee_id": form.addressee_id.data,
        "suggested_owner": form.suggested_owner.data,
    }


def _form_page(form: RecommendationForm, evaluation: Evaluation, recommendation: Recommendation | None) -> Any:
    page = render_template(
        "evaluations/recommendation_form.html",
        form=form,
        evaluation=evaluation,
        recommendation=recommendation,
        is_issued=recommendations.is_issued(evaluation),
    )
    return page, form.status


def _events(recommendation: Recommendation) -> Sequence[AuditEvent]:
    """What was done with the recommendation, its response and its actions."""
    rows = [recommendation, recommendation.response, *recommendation.actions]
    subjects = [(row.__tablename__, row.id) for row in rows if row is not None]
    return list_for_subjects(recommendation.evaluation_id, subjects)


def _stored(evaluation_id: int, recommendation_id: int) -> dict[str, str]:
    return recommendations.recommendation_texts(found_recommendation(evaluation_id, recommendation_id))


def _stored_response(evaluation_id: int, recommendation_id: int) -> dict[str, str]:
    response = found_recommendation(evaluation_id, recommendation_id).response
    return responses.response_texts(response) if response else {}
