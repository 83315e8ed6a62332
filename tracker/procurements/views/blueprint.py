"""The blueprint, and what its views share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from flask import Blueprint
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import may_see
from tracker.cases.service import stale
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound
from tracker.core.filters import locale_code
from tracker.core.forms import BaseForm
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation
from tracker.organisations.queries import list_of_kinds, name_on
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


@contextmanager
def saving(form: BaseForm, current: Callable[[], dict[str, str]]) -> Iterator[None]:
    """``form.domain_errors()``, and two who save at the same instant: the later one is shown both texts.

    :param current: reads the stored texts anew, by the names of the form's fields.
    """
    with form.domain_errors():
        try:
            yield
        except StaleDataError:
            db.session.rollback()
            raise stale(current()) from None
        except IntegrityError:
            raise DomainError(
                _l("Somebody saved the same thing at the same moment. Look at what is stored, then try again.")
            ) from None


def found(procurement_id: int) -> Procurement:
    """The procurement of this address, for whoever asks. Raises NotFound."""
    return queries.get_procurement(current_user, procurement_id)


def named(organisation: Organisation) -> str:
    """What an organisation is called today, in the reader's language."""
    return name_on(organisation, clock.today(), locale_code())


def organisation_choices(kinds: Sequence[OrganisationKind]) -> list[tuple[int, str]]:
    """Organisations of these kinds as (id, name), by kind and name."""
    rank = {kind: number for number, kind in enumerate(kinds)}
    pairs = [(rank[item.kind], named(item), item.id) for item in list_of_kinds(kinds)]
    return [(number, name) for _rank, name, number in sorted(pairs)]


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
