"""Whom a text is likely to speak of, by every name through time of the project's own reference data."""

from __future__ import annotations

import pytest

from tracker.organisations import reference
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.mentions import Names, mentioned, names_of
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
