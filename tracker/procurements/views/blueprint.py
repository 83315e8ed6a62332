"""The blueprint, and what its views share."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import may_see
from tracker.core.errors import NotFound
from tracker.organisations.choices import named
from tracker.organisations.enums import OrganisationKind
from tracker.procurements import queries
from tracker.procurements.models import Contract, Procurement

blueprint = Blueprint("procurements", __name__, template_folder="../templates")

BODY_KINDS = (
    OrganisationKind.CENTRAL_PURCHASING_BODY,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.BODY,
    OrganisationKind.REGION,
    OrganisationKind.OTHER,
)


def found(procurement_id: int) -> Procurement:
    """The procurement of this address, for whoever asks. Raises NotFound."""
    return queries.get_procurement(current_user, procurement_id)


def knows_tenders(procurement: Procurement) -> bool:
    """Whether whoever asks may know who has tendered and got the contract."""
    return may_see(current_user, procurement, InformationClass.TENDER)


def found_with_tenders(procurement_id: int) -> Procurement:
    """The procurement of this address, for whoever may know its contracts, too. Raises NotFound."""
    procurement = found(procurement_id)
    if not knows_tenders(procurement):
        raise NotFound(_l("There is no such procurement."))
    return procurement


def contract_name(contract: Contract) -> str:
    """A contract in one line: case, supplier, end, as far as whoever asks may know them."""
    if not may_see(current_user, contract.procurement):
        return gettext("A contract of a case that is not open to you")
    told = [named(contract.supplier)] if knows_tenders(contract.procurement) else []
    return f"{contract.procurement.title} ({', '.join([*told, contract.ends_on.isoformat()])})"
