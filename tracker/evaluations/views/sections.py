"""Forms of the sections of an evaluation's page, and its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires, roles_with
from tracker.accounts.queries import list_choices as list_people
from tracker.cases.labels import LEFT
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.choices import NOT_GIVEN, id_choices
from tracker.core.errors import NotFound
from tracker.core.forms import BaseForm
from tracker.documents import queries as documents
from tracker.documents.labels import registry_number
from tracker.evaluations.forms.commission import (
    BriefForm,
    CancelForm,
    CloseForm,
    ContractForm,
    EndContractForm,
    EvaluatorForm,
    FactsForm,
    NoteEvaluationForm,
    SelectionForm,
    TakeBackContractForm,
)
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Evaluation
from tracker.evaluations.queries import providers
from tracker.evaluations.queries.listing import list_procurement_choices
from tracker.evaluations.service import brief as briefs
from tracker.evaluations.service import commission, ending, independence
from tracker.evaluations.service import selection as choosing
from tracker.evaluations.service.record import open_recommendations, undelivered
from tracker.evaluations.views.blueprint import back_to, blueprint, found, saved, saving
from tracker.organisations.choices import organisation_choices
from tracker.organisations.enums import OrganisationKind

COMMISSIONERS = (OrganisationKind.BODY, OrganisationKind.ASSOCIATION)
PROVIDERS = (OrganisationKind.EVALUATION_PROVIDER, OrganisationKind.OTHER)


@blueprint.route("/evaluations/<int:evaluation_id>/facts", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def facts(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = FactsForm(obj=evaluation)
    form.responsible_id.choices = id_choices(_officers(evaluation))
    form.commissioner_id.choices = id_choices(organisation_choices(COMMISSIONERS))
    if form.validate_on_submit():
        with saving(form, lambda: briefs.facts_texts(found(evaluation_id))):
            briefs.change_facts(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            return saved(evaluation_id) if may_see(current_user, evaluation) else _left()
    return _section(evaluation_id, "facts", form)


@blueprint.route("/evaluations/<int:evaluation_id>/brief", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def brief(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = BriefForm(obj=evaluation)
    if form.validate_on_submit():
        with saving(form, lambda: briefs.brief_texts(found(evaluation_id))):
            briefs.change_brief(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                purpose=form.purpose.data,
                questions=form.questions.data,
                criteria=form.criteria.data or (),
                scope=form.scope.data,
                version=form.version.data,
            )
            return saved(evaluation_id, "brief")
    return _section(evaluation_id, "brief", form)


@blueprint.route("/evaluations/<int:evaluation_id>/selection", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def selection(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = SelectionForm(obj=evaluation)
    form.procurement_id.choices = _procurements(evaluation)
    if form.validate_on_submit():
        with saving(form, lambda: choosing.selection_texts(found(evaluation_id))):
            choosing.change_selection(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            return saved(evaluation_id, "selection")
    return _section(evaluation_id, "selection", form, limit=choosing.limit_for)


@blueprint.route("/evaluations/<int:evaluation_id>/evaluator", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def evaluator(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = EvaluatorForm(obj=evaluation)
    hidden = providers.hidden_from(current_user)
    known = [(number, name) for number, name in organisation_choices(PROVIDERS) if number not in hidden]
    form.provider_id.choices = id_choices(known, _("Choose"))
    if form.validate_on_submit():
        with saving(form, lambda: choosing.evaluator_texts(found(evaluation_id))):
            choosing.choose_evaluator(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            return saved(evaluation_id, "selection")
    return _section(evaluation_id, "evaluator", form)


@blueprint.route("/evaluations/<int:evaluation_id>/contract", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def contract(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = ContractForm(obj=evaluation, data=_contract(evaluation))
    form.document_id.choices = _documents(evaluation)
    if form.validate_on_submit() and form.signed_on.data:
        with saving(form, lambda: choosing.contract_texts(found(evaluation_id))):
            choosing.sign_contract(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                signed_on=form.signed_on.data,
                ends_on=form.ends_on.data,
                contract_ore=form.contract_ore.data,
                reference=form.reference.data,
                document_id=form.document_id.data,
                version=form.version.data,
            )
            return saved(evaluation_id, "contract")
    return _section(evaluation_id, "contract", form, gaps=independence.gaps)


@blueprint.route("/evaluations/<int:evaluation_id>/contract/end", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def end_contract(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = EndContractForm(data={"ended_on": clock.today(), "version": evaluation.version})
    if form.validate_on_submit() and form.ended_on.data:
        with saving(form, lambda: {"version": str(found(evaluation_id).version)}):
            ending.end_contract(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                ended_on=form.ended_on.data,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(_("The contract is ended. Choose another evaluator when you are ready."), "success")
            return back_to(evaluation_id, "selection")
    return _section(evaluation_id, "contract_end", form, team=current_team)


@blueprint.route("/evaluations/<int:evaluation_id>/contract/mistake", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def take_back_contract(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = TakeBackContractForm(data={"version": evaluation.version})
    if form.validate_on_submit():
        with saving(form, lambda: {"version": str(found(evaluation_id).version)}):
            ending.take_back_contract(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(
                _("The contract is taken back. The history tells what was recorded, and why it was wrong."), "success"
            )
            return back_to(evaluation_id, "contract")
    return _section(evaluation_id, "contract_mistake", form, handed_in=ending.handed_in)


@blueprint.route("/evaluations/<int:evaluation_id>/noted", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def noted(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    if evaluation.is_own:
        raise NotFound(_("There is no such evaluation."))
    form = NoteEvaluationForm(obj=evaluation)
    if form.validate_on_submit():
        with saving(form, lambda: briefs.noted_texts(found(evaluation_id))):
            briefs.change_noted(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                title=form.title.data or "",
                commissioner_name=form.commissioner_name.data or "",
                provider_name=form.provider_name.data,
                published_on=form.published_on.data,
                report_url=form.report_url.data,
                purpose=form.purpose.data,
                source=form.source.data,
                version=form.version.data,
            )
            return saved(evaluation_id)
    return _section(evaluation_id, "note", form)


@blueprint.route("/evaluations/<int:evaluation_id>/cancel", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def cancel(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = CancelForm(data={"version": evaluation.version})
    if form.validate_on_submit():
        with saving(form, lambda: {"version": str(found(evaluation_id).version)}):
            commission.cancel(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                reason=form.reason.data or "",
                version=form.version.data,
            )
            flash(_("The evaluation is cancelled."), "success")
            return back_to(evaluation_id)
    return _section(evaluation_id, "cancel", form)


@blueprint.route("/evaluations/<int:evaluation_id>/close", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def close(evaluation_id: int) -> Any:
    evaluation = _ours(evaluation_id)
    form = CloseForm(data={"version": evaluation.version})
    if form.validate_on_submit():
        with saving(form, lambda: {"version": str(found(evaluation_id).version)}):
            commission.close(
                actor=current_user,
                now=clock.now(),
                evaluation=evaluation,
                reason=form.reason.data,
                version=form.version.data,
            )
            flash(_("The evaluation is closed."), "success")
            return back_to(evaluation_id)
    return _section(evaluation_id, "close", form, open_recommendations=open_recommendations, undelivered=undelivered)


def _left() -> Any:
    flash(str(LEFT), "success")
    return redirect(url_for("evaluations.list_evaluations"))


def _ours(evaluation_id: int) -> Evaluation:
    """The evaluation, when it is ours: what is only noted has none of these sections."""
    evaluation = found(evaluation_id)
    if not evaluation.is_own:
        raise NotFound(_("There is no such evaluation."))
    return evaluation


def _section(
    evaluation_id: int, section: str, form: BaseForm, **readings: Callable[[Evaluation], Any]
) -> tuple[str, int]:
    # Read anew: a refused change is rolled back.
    evaluation = found(evaluation_id)
    told = {name: read(evaluation) for name, read in readings.items()}
    return render_template(f"evaluations/{section}.html", evaluation=evaluation, form=form, **told), form.status


def _officers(evaluation: Evaluation) -> Iterable[tuple[int, str]]:
    """Those who may work with evaluations, and whoever is responsible now."""
    officers = dict(list_people(roles_with(Permission.EVALUATION_EDIT)))
    officers.setdefault(evaluation.responsible_id, evaluation.responsible.name)
    return officers.items()


def _procurements(evaluation: Evaluation) -> Any:
    offered = dict(list_procurement_choices(current_user))
    if evaluation.procurement_id is not None and evaluation.procurement_id not in offered:
        offered[evaluation.procurement_id] = _("A case that is not open to you")
    return id_choices(offered.items(), NOT_GIVEN)


def _documents(evaluation: Evaluation) -> Any:
    rows = documents.list_for_case(current_user, evaluation.id)
    offered = {item.id: f"{registry_number(item)} {item.title}" for item in rows}
    if evaluation.contract_document_id is not None and evaluation.contract_document_id not in offered:
        offered[evaluation.contract_document_id] = _("A document that is not open to you")
    return id_choices(offered.items(), NOT_GIVEN)


def _contract(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "signed_on": evaluation.contract_signed_on,
        "ends_on": evaluation.contract_ends_on,
        "reference": evaluation.contract_reference,
        "document_id": evaluation.contract_document_id,
    }
