"""Which organisations of the model, and which suppliers, a text that somebody wrote is likely to speak of.

A likely match, for a person to look at: never a ground to decide or refuse anything by. Pure: reads loaded rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.organisations.enums import UNSTATED_SUPPLIER, OrganisationKind
from tracker.organisations.models import Organisation, OrganisationName
from tracker.organisations.queries import fold

LOOKED_FOR = frozenset(OrganisationKind) - {OrganisationKind.EVALUATION_PROVIDER, OrganisationKind.OTHER}
# What a company adds to the name that people know it by.
_FORMS = frozenset(
    {"ab", "aktiebolag", "publ", "aps", "oy", "oyj", "bv", "nv", "sa", "se", "plc", "ltd", "limited", "inc", "corp"}
    | {"llc", "gmbh", "ag", "kg", "sverige", "sweden", "nordic", "nordics", "norden", "scandinavia", "filial"}
)
_SHORTEST = 3
_LONGEST_NAME = 8  # words
_REGIONAL = ("landsting", "region")


@dataclass(frozen=True, slots=True)
class Names:
    """``whole``: a name as `_key` writes it -> who bears or bore it. ``places``: what a landsting is called after, and
    many others, too (Uppsala universitet)."""

    whole: dict[str, Organisation]
    places: dict[str, Organisation]


def names_of(organisations: Iterable[Organisation]) -> Names:
    """Every name through time of those that are looked for."""
    whole: dict[str, Organisation] = {}
    places: dict[str, Organisation] = {}
    for organisation in organisations:
        if organisation.kind not in LOOKED_FOR or organisation.code == UNSTATED_SUPPLIER:
            continue
        for row in organisation.names:
            for name in _written(row):
                whole.setdefault(_key(name), organisation)
            if organisation.kind is OrganisationKind.REGION and row.short_name:
                places[_key(row.short_name)] = organisation
    return Names({key: found for key, found in whole.items() if len(key) >= _SHORTEST}, places)


def mentioned(text: str, names: Names) -> list[Organisation]:
    """Those that the text names, in the order in which it does, each once."""
    words = _words(text)
    is_regional = any(word.startswith(_REGIONAL) for word in words)
    found: dict[int, Organisation] = {}
    for window in _windows(words):
        # "SKL:s", "Pfizers"
        for key in (window, window.removesuffix("s")):
            organisation = names.whole.get(key) or (names.places.get(key) if is_regional else None)
            if organisation is not None:
                found.setdefault(id(organisation), organisation)
    return list(found.values())


def _written(row: OrganisationName) -> Iterator[str]:
    """The name, what stands in brackets behind it, the English one, and the short one unless it is a part of the name:
    "Marknad" and "Uppsala" are words like any other."""
    yield from re.split(r"[()]", row.name)
    if row.name_en:
        yield row.name_en
    if row.short_name and fold(row.short_name) not in fold(row.name):
        yield row.short_name


def _windows(words: list[str]) -> Iterator[str]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1):
            yield "".join(words[first:last])


def _key(name: str) -> str:
    words = _words(name)
    return "".join(word for word in words if word not in _FORMS) or "".join(words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))
