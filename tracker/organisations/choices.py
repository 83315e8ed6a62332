"""Organisations as a reader meets them: their names today, and choices of them."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation
from tracker.organisations.queries import list_of_kinds, name_on


def named(organisation: Organisation) -> str:
    """What an organisation is called today, in the reader's language."""
    return name_on(organisation, clock.today(), locale_code())


def organisation_choices(kinds: Sequence[OrganisationKind]) -> list[tuple[int, str]]:
    """Organisations of these kinds as (id, name), by kind and name."""
    rank = {kind: number for number, kind in enumerate(kinds)}
    pairs = [(rank[item.kind], named(item), item.id) for item in list_of_kinds(kinds)]
    return [(number, name) for _rank, name, number in sorted(pairs)]
