"""The list of recommendations over all evaluations: filters that live in the URL, and the same list as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.evaluations import export_recommendations as export
from tracker.evaluations import labels, standing
from tracker.evaluations.enums import Priority, RecommendationState
from tracker.evaluations.forms.follow_up import ALL, CLOSED, EVERY, NOTED, RecommendationFilter
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.queries.follow_up import FollowUpFilters
from tracker.evaluations.standing import OPEN_STATES, age_on
from tracker.evaluations.views.blueprint import back_to_list, blueprint
from tracker.evaluations.views.listing import TABS

_STATES = {
    CLOSED: (RecommendationState.CLOSED,),
    NOTED: (RecommendationState.NOTED,),
    EVERY: (*OPEN_STATES, RecommendationState.CLOSED),
    ALL: tuple(RecommendationState),
    **{state.value: (state,) for state in OPEN_STATES},
}


def filters_from(form: RecommendationFilter) -> FollowUpFilters:
    """What a sound form asks for."""
    addressee = form.addressee.data or ""
    is_number = addressee.isascii() and addressee.isdecimal() and len(addressee) < 10
    evaluation_id = request.args.get("evaluation", type=int)
    return FollowUpFilters(
        addressee_id=int(addressee) if is_number else None,
        states=_STATES.get(form.state.data or "", OPEN_STATES),
        priority=Priority(form.priority.data) if form.priority.data in set(Priority) else None,
        evaluation_id=evaluation_id if evaluation_id is not None and abs(evaluation_id) < 2**31 else None,
    )


@blueprint.get("/recommendations")
@requires(Permission.CASE_READ)
def list_recommendations() -> str:
    today = clock.today()
    bodies = _addressees(today)
    form, page = _form(bodies), None
    if form.validate():
        asked = (request.args.get(name, type=int) for name in ("page", "per_page"))
        page = queries.list_open(current_user, filters_from(form), *asked)
    figures = queries.count_open(current_user)
    return render_template(
        "evaluations/recommendations.html",
        form=form,
        page=page,
        names=bodies,
        ages={row.id: age_on(today, row.issued_on, row.state) for row in page.items} if page else {},
        figures=figures,
        oldest=(today - figures.oldest_unanswered_on).days if figures.oldest_unanswered_on else None,
        waiting=queries.list_waiting_for(current_user, current_user.id),
        standing=standing,
        may_export=has_permission(current_user, Permission.CASE_EXPORT),
        may_import=has_permission(current_user, Permission.EVALUATION_EDIT),
        may_verify=has_permission(current_user, Permission.ACTION_VERIFY),
        labels=labels,
        tab_labels=TABS,
        today=today,
    )


@blueprint.get("/recommendations.csv")
@requires(Permission.CASE_EXPORT)
def export_recommendations_csv() -> Any:
    return _exported(export.csv_response, "csv")


@blueprint.get("/recommendations.xlsx")
@requires(Permission.CASE_EXPORT)
def export_recommendations_xlsx() -> Any:
    return _exported(export.xlsx_response, "xlsx")


def _addressees(today: date) -> Mapping[int, str]:
    """The names of the bodies to choose from, by id."""
    return queries.organisation_names(queries.list_addressee_ids(current_user), today, locale_code())


def _form(bodies: Mapping[int, str]) -> RecommendationFilter:
    form = RecommendationFilter()
    form.offer(sorted(bodies.items(), key=lambda pair: pair[1]))
    return form


def _exported(response: Callable[..., Response], ending: str) -> Any:
    """The list as a file; where the filter cannot be, its page tells why."""
    today = clock.today()
    form = _form(_addressees(today))
    if not form.validate():
        return back_to_list("evaluations.list_recommendations")
    return response(queries.iterate_open(current_user, filters_from(form)), _file_name(ending), today)


def _file_name(ending: str) -> str:
    return f"{_('recommendations')}-{clock.today().isoformat()}.{ending}"
