"""Reading organisations, their names on a date, populations and CPV codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp
from tracker.organisations import cpv
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import CpvCode, Organisation, OrganisationName, Population


def name_row_on(organisation: Organisation, on: date) -> OrganisationName:
    """The name in force on ``on``; before the first known name the first one, after the last the last one.

    Needs no query when the organisation's names are loaded (they are, with the organisation).
    """
    names = organisation.names
    held = [row for row in names if row.valid_from_on <= on]
    return held[-1] if held else names[0]


def name_on(organisation: Organisation, on: date, locale: str = "sv") -> str:
    """What the organisation was called on ``on``, in English where there is an English name and it is asked for."""
    row = name_row_on(organisation, on)
    return row.name_en if locale == "en" and row.name_en else row.name


def find_organisation(organisation_id: int) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


def get_organisation(organisation_id: int) -> Organisation:
    """:raises NotFound:"""
    found = find_organisation(organisation_id)
    if found is None:
        raise NotFound(_l("There is no such organisation."))
    return found


def find_by_code(code: str) -> Organisation | None:
    """The organisation with our own stable key, such as ``region-01`` or ``skl-kommentus``."""
    return db.session.scalar(sa.select(Organisation).where(Organisation.code == code))


def get_by_code(code: str) -> Organisation:
    """:raises NotFound: also when the reference data is not loaded yet."""
    found = find_by_code(code)
    if found is None:
        raise NotFound(_l("The organisation %(code)s is missing. Load the reference data.", code=code))
    return found


def find_by_orgnr(number: str) -> Organisation | None:
    """``number`` as ``orgnr.normalise`` writes it."""
    return db.session.scalar(sa.select(Organisation).where(Organisation.orgnr == number))


def names_index() -> dict[str, list[Organisation]]:
    """Every name, old and new, Swedish, English and short, folded by ``fold``, with the organisations that bear it."""
    index: dict[str, list[Organisation]] = {}
    for organisation in _all():
        names = {name for row in organisation.names for name in (row.name, row.name_en, row.short_name) if name}
        for folded in {fold(name) for name in (*names, organisation.code)}:
            index.setdefault(folded, []).append(organisation)
    return index


def list_regions() -> Sequence[Organisation]:
    """The 21 landsting/regions in the order of their county codes."""
    return db.session.scalars(
        sa.select(Organisation).where(Organisation.kind == OrganisationKind.REGION).order_by(Organisation.county_code)
    ).all()


def list_of_kinds(kinds: Collection[OrganisationKind]) -> Sequence[Organisation]:
    """For choices in forms; sorted by code."""
    return db.session.scalars(
        sa.select(Organisation).where(Organisation.kind.in_(kinds)).order_by(Organisation.code)
    ).all()


def list_organisations(
    *,
    q: str = "",
    kind: OrganisationKind | None = None,
    page: int | None = None,
    per_page: int | None = None,
    hidden: Collection[int] = (),
) -> Page[Organisation]:
    """A page of organisations whose number or any name, old or new, contains ``q``; without those that are hidden."""
    number, size = clamp(page, per_page)
    wanted = fold(q)
    # SQLite folds the case of ASCII only, and there are a few hundred organisations: matched here, å, ä and ö too.
    found = [
        organisation
        for organisation in _all()
        if organisation.id not in hidden
        and (kind is None or organisation.kind is kind)
        and (not wanted or wanted in _searchable(organisation))
    ]
    order = list(OrganisationKind)
    found.sort(key=lambda item: (order.index(item.kind), item.county_code or "", fold(item.names[-1].name)))
    return Page(found[(number - 1) * size : number * size], len(found), number, size)


def list_hosted_by(organisation_id: int) -> Sequence[Organisation]:
    """The bodies and companies that an organisation is the host or parent of."""
    return db.session.scalars(
        sa.select(Organisation).where(Organisation.host_id == organisation_id).order_by(Organisation.code)
    ).all()


def list_populations(organisation_id: int) -> Sequence[Population]:
    """Newest first."""
    return db.session.scalars(
        sa.select(Population).where(Population.organisation_id == organisation_id).order_by(Population.as_of_on.desc())
    ).all()


def populations_on(as_of_on: date) -> dict[str, int]:
    """Inhabitants by county code on a date for which figures were published; empty for another date."""
    rows = db.session.execute(
        sa.select(Organisation.county_code, Population.inhabitants)
        .join(Population, Population.organisation_id == Organisation.id)
        .where(Population.as_of_on == as_of_on)
        .order_by(Organisation.county_code)
    )
    return {code: inhabitants for code, inhabitants in rows if code is not None}


@dataclass(frozen=True, slots=True)
class PopulationDay:
    """A day on which the inhabitants of every landsting/region are known, all of them together, and from where."""

    as_of_on: date
    inhabitants: int
    sources: tuple[str, ...]


def list_population_days() -> list[PopulationDay]:
    """Newest first. A day on which a landsting/region has no figure is left out."""
    of_regions = (
        sa.select(Population.as_of_on, Population.inhabitants, Population.source)
        .join(Organisation, Population.organisation_id == Organisation.id)
        .where(Organisation.kind == OrganisationKind.REGION)
        .order_by(Population.as_of_on.desc(), Population.source)
    )
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Organisation).where(Organisation.kind == OrganisationKind.REGION)
    )
    days = []
    for as_of_on, group in groupby(db.session.execute(of_regions), key=lambda row: row.as_of_on):
        rows = list(group)
        if len(rows) == count:
            sources = tuple(dict.fromkeys(row.source for row in rows))
            days.append(PopulationDay(as_of_on, sum(row.inhabitants for row in rows), sources))
    return days


def find_cpv(code: str) -> CpvCode | None:
    """The code, written with or without its check digit; None when it is none or is not in the list."""
    try:
        return db.session.get(CpvCode, cpv.normalise(code))
    except ValueError:
        return None


def _all() -> Sequence[Organisation]:
    return db.session.scalars(sa.select(Organisation).options(selectinload(Organisation.names))).all()


def _searchable(organisation: Organisation) -> str:
    parts = [organisation.code, organisation.orgnr or "", (organisation.orgnr or "").replace("-", "")]
    for row in organisation.names:
        parts += [row.name, row.name_en or "", row.short_name or ""]
    return fold("\n".join(parts))


def fold(text: str) -> str:
    """Text for comparing names: no case, single spaces."""
    return " ".join(text.casefold().split())
