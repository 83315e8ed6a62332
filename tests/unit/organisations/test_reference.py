"""The reference files hold together, and a broken one is told by name."""

import csv
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from tracker.organisations import reference, sources
from tracker.organisations.enums import OrganisationKind


@pytest.fixture(scope="module")
def data() -> reference.Reference:
    return reference.read()


def test_there_are_twenty_one_regions_with_codes(data: reference.Reference) -> None:
    regions = [row for row in data.organisations if row.kind is OrganisationKind.REGION]
    assert len(regions) == 21
    assert all(row.county_code and row.county_letter and row.nuts3 and row.orgnr for row in regions)
    assert len({row.nuts3 for row in regions}) == 21
    assert {row.code for row in regions if row.is_orgnr_verified} == {
        "region-01",
        "region-08",
        "region-12",
        "region-14",
    }


@pytest.mark.parametrize(
    ("on", "total"),
    [
        (date(2012, 12, 31), 9_555_893),
        (date(2013, 12, 31), 9_644_864),
        (date(2014, 12, 31), 9_747_355),
        (date(2015, 12, 31), 9_851_017),
        (date(2023, 12, 31), 10_551_707),
    ],
)
def test_populations_add_up_to_the_published_total(data: reference.Reference, on: date, total: int) -> None:
    rows = [row for row in data.populations if row.as_of_on == on]
    assert len(rows) == 21
    assert sum(row.inhabitants for row in rows) == total
    assert all(row.source for row in rows)


def test_the_bodies_of_the_decision_have_hosts_and_clauses(data: reference.Reference) -> None:
    bodies = {row.code: row for row in data.organisations if row.kind is OrganisationKind.BODY}
    assert set(bodies) == {
        "steering-group",
        "nt-council",
        "negotiation-delegation",
        "life-cycle-function",
        "market-function",
        "support-function",
        "health-care-delegation",
    }
    assert all(row.host and row.appointed_by and row.decision_clause for row in bodies.values())
    assert bodies["market-function"].host == "region-14"
    english = {row.organisation for row in data.names if row.name_en}
    assert set(bodies) <= english


def test_every_organisation_and_name_says_where_it_comes_from(data: reference.Reference) -> None:
    assert all(row.source for row in data.organisations)
    assert all(row.source for row in data.names)


def test_cpv_group_336_and_evaluation(data: reference.Reference) -> None:
    codes = {row.code: row for row in data.cpv_codes}
    assert len(codes) == 133
    assert codes["33651600"].label_sv == "Vacciner"
    assert codes["79419000"].label_sv == "Utvärderingskonsulttjänster"


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    copy = shutil.copytree(reference.DATA, tmp_path / "data")
    assert reference.fingerprint(copy) == reference.fingerprint()
    with (copy / "cpv.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert reference.fingerprint(copy) != reference.fingerprint()


def _edit(folder: Path, file: str, column: str, value: str, row: int = 0) -> None:
    path = folder / file
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("file", "column", "value", "told"),
    [
        ("organisations.csv", "orgnr", "232100-0017", "check digit"),
        ("organisations.csv", "host", "nowhere", "nowhere"),
        ("names.csv", "valid_to_on", "", "two names of region-01"),
        ("names.csv", "organisation", "region-99", "region-99"),
        ("populations.csv", "organisation", "region-99", "region-99"),
        ("cpv.csv", "code", "336", "CPV"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, file: str, column: str, value: str, told: str) -> None:
    copy = shutil.copytree(reference.DATA, tmp_path / "data")
    _edit(copy, file, column, value)
    with pytest.raises(ValueError, match=told):
        reference.read(copy)


def test_every_source_of_a_population_is_told_in_the_readers_language(data: reference.Reference) -> None:
    assert {row.source for row in data.populations} == set(sources.TOLD)


def test_every_source_of_a_name_is_told_in_both_languages(data: reference.Reference) -> None:
    told = [*(row.source for row in data.names), *(row.source for row in data.organisations)]
    parts = {part for source in told for part in source.split("; ")}
    as_they_are = {part for part in parts if re.match(r"Kammarrätten|NUTS: |[a-z]+\.se( [-\d]+$|$|: ')", part)}
    assert parts - as_they_are == set(sources.PARTS)
