"""Actions on a recommendation: decided, changed, marked as done, checked by somebody else, or let fall."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires, roles_with
from tracker.accounts.queries import list_choices
from tracker.core import clock
from tracker.documents import queries as documents
from tracker.documents.labels import registry_number
from tracker.evaluations import labels, rights
from tracker.evaluations.enums import ActionState
from tracker.evaluations.forms.follow_up import SENT_BACK, ActionForm, CheckForm, DoneForm, ReasonForm
from tracker.evaluations.models import Action
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.service import actions
from tracker.evaluations.standing import number_of
from tracker.evaluations.views.blueprint import blueprint, found, saving
from tracker.evaluations.views.recommendations import ONE, addressees, found_recommendation, page_of

ACTION = f"{ONE}/actions/<int:action_id>"


def found_action(evaluation_id: int, recommendation_id: int, action_id: int) -> Action:
    """The action of this address, for whoever asks. Raises NotFound."""
    return queries.get_action(found_recommendation(evaluation_id, recommendation_id), action_id)


@blueprint.route(f"{ONE}/actions/new", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_RESPOND)
def new_action(evaluation_id: int, recommendation_id: int) -> Any:
    recommendation = found_recommendation(evaluation_id, recommendation_id)
    form = ActionForm(data={"organisation_id": recommendation.addressee_id})
    form.offer(_owners(), addressees())
    if form.validate_on_submit():
        with saving(form, dict):
            actions.add(
                actor=current_user,
                now=clock.now(),
                recommendation=recommendation,
                submission_id=form.submission.data,
                **_values(form),
            )
            flash(_("The action is decided."), "success")
            return page_of(recommendation)
    page = render_template(
        "evaluations/action.html",
        form=form,
        evaluation=found(evaluation_id),
        recommendation=found_recommendation(evaluation_id, recommendation_id),
        action=None,
    )
    return page, form.status


@blueprint.route(ACTION, methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_RESPOND)
def change_action(evaluation_id: int, recommendation_id: int, action_id: int) -> Any:
    action = found_action(evaluation_id, recommendation_id, action_id)
    form = ActionForm(obj=action, data=None)
    if not form.is_submitted() and action.owner_id is not None:
        form.owner_name.data = None
    form.offer(_owners(action), addressees())
    if form.validate_on_submit():
        with saving(form, lambda: actions.action_texts(found_action(evaluation_id, recommendation_id, action_id))):
            actions.change(
                actor=current_user, now=clock.now(), action=action, version=form.version.data, **_values(form)
            )
            flash(_("The action is saved."), "success")
            return page_of(action.recommendation)
    return _page("evaluations/action.html", form, (evaluation_id, recommendation_id, action_id))


@blueprint.route(f"{ACTION}/done", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def finish_action(evaluation_id: int, recommendation_id: int, action_id: int) -> Any:
    """For whoever owns the action, and for those who record it for an owner without an account."""
    action = found_action(evaluation_id, recommendation_id, action_id)
    if not rights.may_report(current_user, action):
        abort(403)
    form = DoneForm(data={"done_on": clock.today(), "version": action.version})
    known = documents.list_for_case(current_user, evaluation_id)
    form.offer([(item.id, f"{registry_number(item)} {item.title}") for item in known])
    if form.validate_on_submit() and form.done_on.data:
        with saving(form, lambda: actions.done_texts(found_action(evaluation_id, recommendation_id, action_id))):
            actions.mark_done(actor=current_user, now=clock.now(), action=action, **form.values())
            flash(_("The action is marked as done. It is closed when somebody else has verified it."), "success")
            return page_of(action.recommendation)
    return _page("evaluations/action_done.html", form, (evaluation_id, recommendation_id, action_id))


@blueprint.route(f"{ACTION}/check", methods=["GET", "POST"])
@requires(Permission.ACTION_VERIFY)
def check_action(evaluation_id: int, recommendation_id: int, action_id: int) -> Any:
    action = found_action(evaluation_id, recommendation_id, action_id)
    form = CheckForm(data={"version": action.version})
    if form.validate_on_submit():
        with saving(form, lambda: _version(evaluation_id, recommendation_id, action_id)):
            told = {"actor": current_user, "now": clock.now(), "action": action, "version": form.version.data}
            if form.outcome.data == SENT_BACK:
                actions.send_back(reason=form.note.data or "", **told)
                flash(_("The action is sent back to its owner."), "success")
            else:
                actions.verify(note=form.note.data, **told)
                flash(_("The action is verified."), "success")
            return page_of(action.recommendation)
    if not actions.may_verify(current_user, found_action(evaluation_id, recommendation_id, action_id)):
        form.outcome.choices = [choice for choice in form.outcome.choices if choice.value == SENT_BACK]
    return _page("evaluations/action_check.html", form, (evaluation_id, recommendation_id, action_id))


@blueprint.route(f"{ACTION}/drop", methods=["GET", "POST"])
@requires(Permission.ACTION_VERIFY)
def drop_action(evaluation_id: int, recommendation_id: int, action_id: int) -> Any:
    action = found_action(evaluation_id, recommendation_id, action_id)
    form = ReasonForm(data={"version": action.version})
    if form.validate_on_submit():
        with saving(form, lambda: _version(evaluation_id, recommendation_id, action_id)):
            actions.drop(
                actor=current_user,
                now=clock.now(),
                action=action,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(_("The action no longer applies."), "success")
            return page_of(action.recommendation)
    return _page("evaluations/action_drop.html", form, (evaluation_id, recommendation_id, action_id))


def _owners(action: Action | None = None) -> list[tuple[int, str]]:
    """Those who can open a case, and whoever owns the action now."""
    owners = dict(list_choices(roles_with(Permission.CASE_READ)))
    if action is not None and action.owner_id is not None:
        owners.setdefault(action.owner_id, action.owner_name)
    return list(owners.items())


def _values(form: ActionForm) -> dict[str, Any]:
    return {
        "body": form.body.data or "",
        "due_on": form.due_on.data,
        "owner_id": form.owner_id.data,
        "owner_name": form.owner_name.data,
        "organisation_id": form.organisation_id.data,
    }


def _version(*address: int) -> dict[str, str]:
    return {"version": str(found_action(*address).version)}


def _page(template: str, form: Any, address: tuple[int, int, int]) -> Any:
    action = found_action(*address)
    page = render_template(
        template,
        form=form,
        evaluation=action.recommendation.evaluation,
        recommendation=action.recommendation,
        action=action,
        number=number_of(action),
        is_own=not actions.may_verify(current_user, action),
        documents={item.id: item for item in documents.list_for_case(current_user, address[0])},
        labels=labels,
        ActionState=ActionState,
    )
    return page, form.status
