"""Which organisations of the model, and which suppliers, a text that somebody wrote speaks of.

`bearer` knows a whole name, however it is written; what `mentioned` finds is likely only: for a person to look at,
never a ground to refuse anything by. Pure: reads loaded rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.organisations.enums import SKL_KOMMENTUS, UNSTATED_SUPPLIER, OrganisationKind
from tracker.organisations.models import Organisation, OrganisationName

LOOKED_FOR = frozenset(OrganisationKind) - {OrganisationKind.EVALUATION_PROVIDER, OrganisationKind.OTHER}
# What may stand in a name or be left out of it: legal forms, connecting words, an office.
_FILLING = frozenset(
    {"ab", "aktiebolag", "publ", "aps", "oy", "oyj", "bv", "nv", "sa", "se", "plc", "ltd", "limited", "inc", "corp"}
    | {"llc", "gmbh", "ag", "kg", "filial", "och", "and", "i", "for", "of", "the", "s", "lan", "kansli", "kansliet"}
)
# A country tells a company's branches apart, unless the name begins with it.
_COUNTRIES = frozenset({"sverige", "sweden", "nordic", "norden", "scandinavia"})
_DEFINITE = {"regionen": "region", "landstinget": "landsting"}
_COMPOUND = re.compile(r"(.{3,}?)s?region")
# Names that the reference data does not hold.
_KNOWN_AS = {"region-14": ("VGR",), "region-01": ("SLL",), SKL_KOMMENTUS: ("Kommentus",)}
_SHORTEST = 3
_LONGEST_NAME = 8  # words
_REGIONAL = ("landsting", "region")


@dataclass(frozen=True, slots=True)
class Names:
    """Who bears or bore a name, by the name as `_key` writes it. ``whole``: names that tell by themselves. ``places``:
    what a landsting is called after, and many others, too (Uppsala universitet). ``words``: short names that are words
    like any other (Marknad)."""

    whole: dict[str, Organisation]
    places: dict[str, Organisation]
    words: dict[str, Organisation]


def names_of(organisations: Iterable[Organisation]) -> Names:
    """Every name through time of those that are looked for."""
    names = Names({}, {}, {})
    for organisation in organisations:
        if organisation.kind not in LOOKED_FOR or organisation.code == UNSTATED_SUPPLIER:
            continue
        for known_as in _KNOWN_AS.get(organisation.code, ()):
            names.whole[_key(known_as)] = organisation
        for row in organisation.names:
            _add_names(names, organisation, row)
    return names


def mentioned(text: str, names: Names) -> list[Organisation]:
    """Those that the text names, in the order in which it does, each once."""
    words = [word for word in _words(text) if word not in _FILLING]
    is_regional = any(word.startswith(_REGIONAL) for word in words)
    found: dict[int, Organisation] = {}
    for window in _windows(words):
        organisation = names.whole.get(window) or (names.places.get(window) if is_regional else None)
        if organisation is not None:
            found.setdefault(id(organisation), organisation)
    return list(found.values())


def bearer(name: str, names: Names) -> Organisation | None:
    """Whose whole name this is, old or new, apart from legal forms, connecting words, genitives, and how it is spelled:
    "SKR AB", "NT-radet", "Landstinget Östergötland", "Adda (tidigare SKL Kommentus)"."""
    for key in (_key(name), _key(name.split("(")[0])):
        found = names.whole.get(key) or names.places.get(key) or names.words.get(key)
        if found is not None:
            return found
    return None


def _add_names(names: Names, organisation: Organisation, row: OrganisationName) -> None:
    written = [*re.split(r"[()]", row.name), row.name_en or ""]
    short = row.short_name or ""
    for name in written:
        if len(key := _key(name)) >= _SHORTEST:
            names.whole.setdefault(key, organisation)
    if not short:
        return
    if organisation.kind is OrganisationKind.REGION:
        for place in {_key(short), *(_place(name) for name in written)} - {""}:
            names.places[place] = organisation
            for regional in _REGIONAL:
                names.whole.setdefault(regional + place, organisation)
                names.whole.setdefault(place + regional, organisation)
    elif _key(short) not in _key(row.name):
        names.whole.setdefault(_key(short), organisation)
    else:
        names.words.setdefault(_key(short), organisation)


def _place(name: str) -> str:
    return "".join(word for word in _words(name) if word not in {*_FILLING, *_REGIONAL, "kommun"})


def _windows(words: list[str]) -> Iterator[str]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST_NAME, len(words)) + 1):
            yield "".join(words[first:last])


def _key(name: str) -> str:
    words = _words(name)
    telling = [word for word in words if word not in _FILLING]
    return "".join(word for word in telling if word not in _COUNTRIES or word == telling[0]) or "".join(words)


def _words(text: str) -> list[str]:
    """Words without case, accents, genitive and definite form; "Hallandsregionen" is two."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    found = []
    for written in re.findall(r"[^\W_]+", "".join(sign for sign in plain if not unicodedata.combining(sign))):
        word = written.removesuffix("s") if len(written) > _SHORTEST else written
        word = _DEFINITE.get(word, word)
        compound = _COMPOUND.fullmatch(word.removesuffix("en"))
        found += [compound[1], "region"] if compound else [word]
    return found
