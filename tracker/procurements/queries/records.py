"""One procurement and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Person
from tracker.cases.models import Participant
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation, OrganisationName
from tracker.procurements.models import Contract, ContractOption, Lot, Procurement

MOST_SUGGESTIONS = 300
EXECUTING_KINDS = (OrganisationKind.CENTRAL_PURCHASING_BODY, OrganisationKind.REGION, OrganisationKind.ASSOCIATION)


def get_procurement(viewer: Viewer, procurement_id: int) -> Procurement:
    """The procurement with all its parts loaded.

    :raises NotFound: no such procurement, or none that `viewer` may know of.
    """
    query = (
        sa.select(Procurement)
        .where(Procurement.id == procurement_id, visible_cases(viewer))
        .options(
            joinedload(Procurement.responsible),
            joinedload(Procurement.executing_body),
            joinedload(Procurement.assigned_by),
            joinedload(Procurement.cpv),
            selectinload(Procurement.participants).joinedload(Participant.person),
            selectinload(Procurement.milestones),
            selectinload(Procurement.lots),
            selectinload(Procurement.contracts).options(
                joinedload(Contract.supplier), selectinload(Contract.options), selectinload(Contract.successors)
            ),
            joinedload(Procurement.succeeds_contract).joinedload(Contract.procurement),
        )
    )
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound(_l("There is no such procurement."))
    return found


def get_lot(procurement: Procurement, lot_id: int) -> Lot:
    """:raises NotFound: when the procurement has no such lot."""
    for lot in procurement.lots:
        if lot.id == lot_id:
            return lot
    raise NotFound(_l("The procurement has no such lot."))


def get_contract(procurement: Procurement, contract_id: int) -> Contract:
    """:raises NotFound: when the procurement has no such contract."""
    for contract in procurement.contracts:
        if contract.id == contract_id:
            return contract
    raise NotFound(_l("The procurement has no such contract."))


def get_option(procurement: Procurement, option_id: int) -> ContractOption:
    """:raises NotFound: when no contract of the procurement has such an option."""
    for contract in procurement.contracts:
        for option in contract.options:
            if option.id == option_id:
                return option
    raise NotFound(_l("The procurement has no such option."))


def find_by_import_key(key: str) -> Procurement | None:
    """The procurement that an earlier import made for this row."""
    return db.session.scalar(sa.select(Procurement).where(Procurement.import_key == key))


def _filter_choices() -> sa.Select[Any]:
    latest = (
        sa.select(sa.func.max(OrganisationName.valid_from_on))
        .where(OrganisationName.organisation_id == Organisation.id)
        .correlate(Organisation)
        .scalar_subquery()
    )
    people = sa.select(sa.literal("person").label("what"), Person.id.label("id"), Person.name.label("name")).where(
        Person.is_active.is_(True), Person.grants.any()
    )
    bodies = (
        sa.select(sa.literal("body"), Organisation.id, OrganisationName.name)
        .join(OrganisationName, OrganisationName.organisation_id == Organisation.id)
        .where(Organisation.kind.in_(EXECUTING_KINDS), OrganisationName.valid_from_on == latest)
    )
    both = sa.union_all(people, bodies).subquery()
    return sa.select(both).order_by(both.c.name, both.c.id)


_FILTER_CHOICES = _filter_choices()


def list_filter_choices() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Active people, and bodies that may carry out procurements by their latest name; both as (id, name), one
    statement."""
    found: dict[str, list[tuple[int, str]]] = {"person": [], "body": []}
    for what, number, name in db.session.execute(_FILTER_CHOICES):
        found[what].append((number, name))
    return found["person"], found["body"]


def find_known_code(viewer: Viewer, substance: str) -> str | None:
    """The ATC code that was given with exactly this substance before, where there is only one."""
    query = (
        sa.select(Procurement.atc_code)
        .where(
            sa.func.lower(Procurement.substance) == substance.strip().lower(),
            Procurement.atc_code.is_not(None),
            visible_cases(viewer),
        )
        .distinct()
        .limit(2)
    )
    codes = db.session.scalars(query).all()
    return codes[0] if len(codes) == 1 else None


def list_known_substances(viewer: Viewer) -> Sequence[tuple[str, str | None]]:
    """Substances and ATC codes used before, as (substance, code), for suggestions."""
    query = (
        sa.select(Procurement.substance, Procurement.atc_code)
        .where(Procurement.substance != "", visible_cases(viewer))
        .distinct()
        .order_by(Procurement.substance)
        .limit(MOST_SUGGESTIONS)
    )
    return [(substance, code) for substance, code in db.session.execute(query)]
