"""How the evaluator is chosen, who it is, and the contract."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import CaseKind
from tracker.cases.models import Case
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, optional_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.filters import money
from tracker.documents.models import Document
from tracker.evaluations.direct_award import Limit, limit_on
from tracker.evaluations.enums import Selection
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import independence
from tracker.evaluations.service.commission import checked_amount
from tracker.evaluations.service.eligibility import refuse_name, refuse_organisation, refuse_person, refuse_provider
from tracker.evaluations.service.record import iso, kronor, refuse_idle, save
from tracker.organisations import service as organisations
from tracker.organisations.models import Organisation
from tracker.organisations.queries import find_by_orgnr, find_organisation, fold, names_index

LONGEST_REASON, LONGEST_NAME = 4000, 200


def change_selection(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    selection: Selection | None,
    selection_reason: str | None,
    procurement_id: int | None,
    version: int | None = None,
) -> Evaluation:
    """How the evaluator is chosen, with the reasons, and the procurement's case where there is one.

    :raises DomainError: on ``selection`` or ``selection_reason`` for a direct award over the limit, or without the
        reasons that the law asks for; on ``procurement_id`` for a case that is no procurement.
    """
    cases.check_version(evaluation.version, version, selection_texts(evaluation))
    refuse_idle(evaluation)
    if procurement_id is not None:
        case = db.session.get(Case, procurement_id)
        if case is None or case.kind is not CaseKind.PROCUREMENT:
            raise DomainError(_l("There is no such procurement."), "procurement_id")
    evaluation.selection = selection
    evaluation.selection_reason = short_text(selection_reason, "selection_reason", LONGEST_REASON)
    evaluation.procurement_id = procurement_id if selection is not Selection.DIRECT_AWARD else None
    check_direct_award(evaluation, "selection")
    return save(actor, now, evaluation, AuditAction.EVALUATION_CHANGED)


def choose_evaluator(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    provider_id: int | None = None,
    new_provider: str | None = None,
    new_orgnr: str | None = None,
    is_outside: bool = False,
    version: int | None = None,
) -> Evaluation:
    """Record which independent party was chosen: one that is known here, or a new one by its name.

    :param is_outside: the actor says that the evaluator has no ties to an organisation whose name stands in its own.
    :raises DomainError: on ``provider_id``, ``new_provider`` or ``new_orgnr`` for an organisation of the model, however
        it is written; on ``is_outside`` when that has to be said; when the contract is signed.
    """
    hold(evaluation)
    cases.check_version(evaluation.version, version, evaluator_texts(evaluation))
    refuse_idle(evaluation)
    name = short_text(new_provider, "new_provider", LONGEST_NAME)
    if evaluation.contract_signed_on is not None and (name or provider_id != evaluation.provider_id):
        raise DomainError(_l("The contract is signed: the evaluator cannot be exchanged in it."), "provider_id")
    for member in current_team(evaluation):
        refuse_person(member.person, "provider_id")
    provider = _provider(actor, now, provider_id, name, optional_text(new_orgnr), is_outside)
    evaluation.provider, evaluation.provider_id = provider, provider.id
    told = {"is_outside": True} if is_outside else {}
    return save(actor, now, evaluation, AuditAction.EVALUATION_CHANGED, **told)


def sign_contract(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    signed_on: date,
    ends_on: date | None,
    contract_ore: int | None,
    reference: str | None = None,
    document_id: int | None = None,
    version: int | None = None,
) -> Evaluation:
    """Record the contract, or correct what is recorded of it.

    :raises DomainError: before everybody's declaration is assessed as none or manageable; without an evaluator or how
        it was chosen; on ``signed_on`` for an evaluator who has become a part of the model since the choice; on
        ``contract_ore`` for a direct award over the limit; on its field.
    """
    hold(evaluation)
    cases.check_version(evaluation.version, version, contract_texts(evaluation))
    refuse_idle(evaluation)
    is_first = evaluation.contract_signed_on is None
    if is_first:
        _refuse_unready(evaluation)
    not_in_future(signed_on, now, "signed_on")
    for field, day in (("signed_on", signed_on), ("ends_on", ends_on)):
        checked_year(day, field)
    if ends_on is not None and ends_on < signed_on:
        raise DomainError(_l("The contract cannot end before it is signed."), "ends_on")
    document_id = _document_id(evaluation, document_id)
    evaluation.contract_ore = checked_amount(contract_ore, "contract_ore")
    check_direct_award(evaluation, "contract_ore")
    evaluation.contract_signed_on, evaluation.contract_ends_on = signed_on, ends_on
    evaluation.contract_reference = short_text(reference, "reference", LONGEST_NAME)
    evaluation.contract_document_id = document_id
    action = AuditAction.EVALUATION_CONTRACTED if is_first else AuditAction.EVALUATION_CONTRACT_CORRECTED
    return save(actor, now, evaluation, action)


def check_direct_award(evaluation: Evaluation, field: str) -> None:
    """:raises DomainError: for a direct award whose value is over the limit, or whose reasons are missing.

    The value is the contract's once it is known, else the budget. Where the limit of that time is not known here, the
    reasons have to say which one applied.
    """
    if evaluation.selection is not Selection.DIRECT_AWARD:
        return
    value = evaluation.contract_ore if evaluation.contract_ore is not None else evaluation.budget_ore
    limit = limit_for(evaluation)
    reason_field = "selection_reason" if field == "selection" else field
    if limit is None:
        if not optional_text(evaluation.selection_reason):
            raise DomainError(
                _l("The limit for direct award of that time is not known here. Write which one applied, and where it"
                   " stands."),
                reason_field,
            )  # fmt: skip
        return
    if value is None:
        return
    if not limit.allows(value):
        raise DomainError(
            _l(
                "%(value)s is too much for a direct award: the limit is %(limit)s (%(section)s). Choose a call-off or a"
                " procurement.",
                value=money(value),
                limit=money(limit.ore),
                section=limit.section,
            ),
            field,
        )
    if limit.demands_reasons(value) and not optional_text(evaluation.selection_reason):
        raise DomainError(
            _l(
                "Write the reasons for the direct award: they are documented above %(limit)s (%(section)s).",
                limit=money(limit.documented_above_ore),
                section=limit.documented_section,
            ),
            reason_field,
        )


def limit_for(evaluation: Evaluation) -> Limit | None:
    """The limit for direct award when the commission was given; None where it is not known here."""
    return limit_on(evaluation.commissioned_on or evaluation.opened_on)


def selection_texts(evaluation: Evaluation) -> dict[str, str]:
    """What is stored, by the names of the form's fields, as the form would show it."""
    return {
        "selection": evaluation.selection.value if evaluation.selection else "",
        "selection_reason": evaluation.selection_reason or "",
        "procurement_id": str(evaluation.procurement_id or ""),
        "version": str(evaluation.version),
    }


def evaluator_texts(evaluation: Evaluation) -> dict[str, str]:
    return {"provider_id": str(evaluation.provider_id or ""), "version": str(evaluation.version)}


def contract_texts(evaluation: Evaluation) -> dict[str, str]:
    return {
        "signed_on": iso(evaluation.contract_signed_on),
        "ends_on": iso(evaluation.contract_ends_on),
        "contract_ore": kronor(evaluation.contract_ore),
        "reference": evaluation.contract_reference or "",
        "document_id": str(evaluation.contract_document_id or ""),
        "version": str(evaluation.version),
    }


def _provider(
    actor: Actor, now: datetime, provider_id: int | None, name: str | None, number: str | None, is_outside: bool
) -> Organisation:
    if name is None:
        provider = find_organisation(provider_id) if provider_id is not None else None
        if provider is None:
            raise DomainError(_l("Choose an evaluator, or write a new one's name."), "provider_id")
        return _checked_provider(provider, "provider_id", is_outside)
    refuse_name(name, "new_provider", is_outside=is_outside)
    numbered = find_by_orgnr(organisations.checked_orgnr(number, "new_orgnr")) if number else None
    if numbered is not None:
        return _checked_provider(numbered, "new_orgnr", is_outside)
    known_here = names_index().get(fold(name))
    if known_here:
        return _checked_provider(known_here[0], "new_provider", is_outside)
    return organisations.add_provider(actor=actor, now=now, name=name, orgnr=number, valid_from_on=local_date(now))


def _checked_provider(provider: Organisation, field: str, is_outside: bool) -> Organisation:
    refuse_organisation(provider, field)
    for known in provider.names:
        refuse_name(known.name, field, is_outside=is_outside)
    return provider


def _refuse_unready(evaluation: Evaluation) -> None:
    if evaluation.selection is None:
        raise DomainError(_l("First say how the evaluator was chosen."))
    if evaluation.provider_id is None:
        raise DomainError(_l("First say who the evaluator is."))
    is_linked = evaluation.procurement_id is not None or optional_text(evaluation.selection_reason)
    if evaluation.selection is not Selection.DIRECT_AWARD and not is_linked:
        raise DomainError(
            _l("First link the procurement or call-off that the evaluator was chosen in, or write where it is found.")
        )
    if evaluation.provider is not None:
        refuse_provider(evaluation.provider, "signed_on")
    for member in current_team(evaluation):
        refuse_person(member.person, "signed_on")
    independence.refuse_unless_assessed(evaluation)


def _document_id(evaluation: Evaluation, document_id: int | None) -> int | None:
    if document_id is None:
        return None
    document = db.session.get(Document, document_id)
    if document is None or document.case_id != evaluation.id:
        raise DomainError(_l("The case has no such document."), "document_id")
    return document.id
