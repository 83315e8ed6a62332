"""Forms of the contracts and their options."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.saving import saving
from tracker.core import clock
from tracker.core.choices import id_choices
from tracker.organisations.choices import organisation_choices
from tracker.organisations.enums import OrganisationKind
from tracker.procurements import queries, service
from tracker.procurements.enums import OptionState
from tracker.procurements.forms import ContractForm, OptionForm
from tracker.procurements.models import Contract, Procurement
from tracker.procurements.service.contracts import contract_texts, option_texts, term_text
from tracker.procurements.views.blueprint import blueprint, found, found_with_tenders


@blueprint.route("/procurements/<int:procurement_id>/contracts/new", methods=["GET", "POST"])
@requires(Permission.CONTRACT_EDIT)
def new_contract(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = ContractForm()
    _offer(form, procurement)
    if form.validate_on_submit():
        with saving(form, dict):
            service.add_contract(
                actor=current_user,
                now=clock.now(),
                procurement=procurement,
                submission_id=form.submission.data,
                **_answers(form),
            )
            flash(_("The contract is added. Its dates are on the case's list of deadlines."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#contracts")
    procurement = found(procurement_id)
    _offer(form, procurement)
    return render_template("procurements/contract.html", procurement=procurement, contract=None, form=form), form.status


@blueprint.route("/procurements/<int:procurement_id>/contracts/<int:contract_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_EDIT)
def change_contract(procurement_id: int, contract_id: int) -> Any:
    procurement = found_with_tenders(procurement_id)
    contract = queries.get_contract(procurement, contract_id)
    form = ContractForm(obj=contract, data={"term": term_text(contract)})
    _offer(form, procurement)
    if form.validate_on_submit():
        with saving(
            form, lambda: contract_texts(queries.get_contract(found_with_tenders(procurement_id), contract_id))
        ):
            service.change_contract(
                actor=current_user,
                now=clock.now(),
                contract=contract,
                version=form.version.data,
                **_answers(form, contract),
            )
            flash(_("The contract is saved."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#contracts")
    procurement = found_with_tenders(procurement_id)
    contract = queries.get_contract(procurement, contract_id)
    _offer(form, procurement)
    return (
        render_template("procurements/contract.html", procurement=procurement, contract=contract, form=form),
        form.status,
    )


@blueprint.route("/procurements/<int:procurement_id>/options/<int:option_id>", methods=["GET", "POST"])
@requires(Permission.CONTRACT_EDIT)
def decide_option(procurement_id: int, option_id: int) -> Any:
    procurement = found_with_tenders(procurement_id)
    option = queries.get_option(procurement, option_id)
    form = OptionForm(obj=option)
    if not form.is_submitted() and option.state is OptionState.UNDECIDED:
        form.state.data, form.decided_on.data = OptionState.EXERCISED, clock.today()
    if form.validate_on_submit():
        with saving(form, lambda: option_texts(queries.get_option(found_with_tenders(procurement_id), option_id))):
            service.decide_option(actor=current_user, now=clock.now(), option=option, **form.values())
            flash(_("The decision on the option is recorded."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#contracts")
    procurement = found_with_tenders(procurement_id)
    option = queries.get_option(procurement, option_id)
    return render_template("procurements/option.html", procurement=procurement, option=option, form=form), form.status


def _offer(form: ContractForm, procurement: Procurement) -> None:
    form.supplier_id.choices = id_choices(organisation_choices((OrganisationKind.SUPPLIER,)), _l("Choose"))
    lots = [(lot.id, f"{lot.number}. {lot.title}") for lot in procurement.lots]
    form.lot_id.choices = id_choices(lots, _l("The whole procurement"))


def _answers(form: ContractForm, contract: Contract | None = None) -> dict[str, Any]:
    starts_on = form.starts_on.data
    assert starts_on is not None
    base_months, *option_months = form.term.periods
    printed: date | None = form.base_ends_on.data
    if contract is not None and _is_counted_anew(form, contract):
        printed = None
    return {
        "supplier_id": form.supplier_id.data,
        "new_supplier": form.new_supplier.data,
        "lot_id": form.lot_id.data,
        "reference": form.reference.data,
        "products": form.products.data,
        "signed_on": form.signed_on.data,
        "starts_on": starts_on,
        "base_months": base_months,
        "option_months": option_months,
        "base_ends_on": printed,
        "notice_months": form.notice_months.data or 0,
        "decision_lead_days": form.decision_lead_days.data or 0,
        "long_term_reason": form.long_term_reason.data,
    }


def _is_counted_anew(form: ContractForm, contract: Contract) -> bool:
    """The end in the form is still the stored one although what it is counted from was changed."""
    is_changed = (form.starts_on.data, form.term.periods[0]) != (contract.starts_on, contract.base_months)
    return is_changed and form.base_ends_on.data == contract.base_ends_on
