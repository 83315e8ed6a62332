"""Whom a text is likely to speak of, by every name through time of the project's own reference data."""

from __future__ import annotations

import pytest

from tracker.organisations import reference
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.mentions import Names, bearer, mentioned, names_of
from tracker.organisations.models import Organisation, OrganisationName


@pytest.fixture(scope="module")
def names() -> Names:
    data = reference.read()
    made = {row.code: Organisation(code=row.code, kind=row.kind, names=[]) for row in data.organisations}
    for row in data.names:
        made[row.organisation].names.append(
            OrganisationName(name=row.name, name_en=row.name_en, short_name=row.short_name)
        )
    for code, kind, name in (
        ("supplier-1", OrganisationKind.SUPPLIER, "Exempel Läkemedel Sverige AB"),
        ("provider-1", OrganisationKind.EVALUATION_PROVIDER, "Oberoende Granskning AB"),
    ):
        made[code] = Organisation(code=code, kind=kind, names=[OrganisationName(name=name)])
    return names_of(made.values())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Sveriges Kommuner och Landsting", ["skl"]),
        ("SKL:s kansli", ["skl"]),
        ("rådgivare åt SKR", ["skl"]),
        ("skl  kommentus, avrop", ["skl", "skl-kommentus"]),
        ("Adda AB", ["skl-kommentus"]),
        ("Västra Götalandsregionens inköp", ["region-14"]),
        ("Landstinget i Uppsala län", ["region-03"]),
        ("Uppsala läns landsting", ["region-03"]),
        ("Region Skånes läkemedelsenhet", ["region-12"]),
        ("ledamot i NT rådet", ["nt-council"]),
        ("rådet för nya terapier", ["nt-council"]),
        ("ExempelLäkemedel", ["supplier-1"]),
        ("aktier i Exempel Läkemedel", ["supplier-1"]),
        ("Uppsala universitet", []),
        ("Skånes universitetssjukhus, Malmö", []),
        ("Oberoende Granskning AB", []),
        ("Marknad och kommunikation", []),
        ("Leverantören är ej angiven", []),
        ("", []),
    ],
)
def test_a_text_names_those_whose_name_stands_in_it(names: Names, text: str, codes: list[str]) -> None:
    assert [organisation.code for organisation in mentioned(text, names)] == codes


def test_every_name_of_the_model_is_known_by_itself(names: Names) -> None:
    rows = [row for row in reference.read().names if row.organisation != "unstated-supplier"]
    missed = [row.name for row in rows if row.organisation not in {found.code for found in mentioned(row.name, names)}]
    # SKL Kommentus Inköpscentral is a name of its own, in which that of the group stands, too.
    assert missed == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Rådet för nya terapier", "nt-council"),
        ("NT-rådet", "nt-council"),
        ("NT-radet", "nt-council"),
        ("NT-rådets kansli", "nt-council"),
        ("Adda AB", "skl-kommentus"),
        ("Kommentus AB", "skl-kommentus"),
        ("SKL  Kommentus", "skl-kommentus"),
        ("skl kommentus inköpscentral ab", "ski"),
        ("SKL", "skl"),
        ("SKL AB", "skl"),
        ("SKR AB (publ)", "skl"),
        ("Sveriges Kommuner & Landsting", "skl"),
        ("Sveriges kommuner och regioner", "skl"),
        ("Regionen Stockholm", "region-01"),
        ("Stockholmsregionen", "region-01"),
        ("Stockholms läns landsting", "region-01"),
        ("Landstinget Östergötland", "region-05"),
        ("Östergötlands läns landsting", "region-05"),
        ("REGION SKANE", "region-12"),
        ("VGR", "region-14"),
        ("Region Västra Götaland", "region-14"),
        ("Västra Götalands läns landsting", "region-14"),
        ("Västra Götalandsregionen", "region-14"),
        ("Gotlands kommun", "region-09"),
        ("Region Jämtland", "region-23"),
        ("Marknadsfunktionen", "market-function"),
        ("Marknad", "market-function"),
        ("Sjukvårdsdelegationen", "health-care-delegation"),
        ("Exempel Läkemedel", "supplier-1"),
        ("Adda (tidigare SKL Kommentus)", "skl-kommentus"),
        ("Sveriges Kommuner och Regioner (SKR)", "skl"),
        ("Skandinavisk Hälsoekonomi AB", None),
        ("Stockholm Health Economics AB", None),
        ("Skånes Analysbyrå AB", None),
        ("Uppsala universitet", None),
        ("Göteborgs universitet", None),
        ("Adda Lovelace Utvärdering", None),
        ("Region Analys AB", None),
        ("Nya Terapier Sverige AB", None),
        ("Marknad och Analys AB", None),
        ("Sverige AB", None),
        ("Oberoende Granskning AB", None),
        ("AB", None),
        ("", None),
    ],
)
def test_a_whole_name_is_known_however_it_is_written(names: Names, name: str, code: str | None) -> None:
    found = bearer(name, names)
    assert (found.code if found else None) == code


def test_every_name_is_borne_by_whom_it_belongs_to(names: Names) -> None:
    rows = [row for row in reference.read().names if row.organisation != "unstated-supplier"]
    borne = {name: bearer(name, names) for row in rows for name in (row.name, row.name_en, row.short_name) if name}
    assert [name for name, found in borne.items() if found is None] == []
    assert [row.name for row in rows if getattr(borne[row.name], "code", None) != row.organisation] == []
