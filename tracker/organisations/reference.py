"""The reference data kept in the project (``data/*.csv``, sources in ``data/SOURCES.md``), read and checked. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from tracker.organisations import cpv, orgnr
from tracker.organisations.enums import OrganisationKind

DATA = Path(__file__).parent / "data"
FILES = ("organisations.csv", "names.csv", "populations.csv", "cpv.csv")
LOAD_NAME = "reference"


class ReferenceFault(ValueError):
    """A file of the project's own reference data does not hold together."""


@dataclass(frozen=True)
class OrganisationRow:
    code: str
    kind: OrganisationKind
    orgnr: str | None
    is_orgnr_verified: bool
    county_code: str | None
    county_letter: str | None
    nuts3: str | None
    health_care_region: str | None
    host: str | None
    appointed_by: str | None
    decision_clause: int | None
    source: str


@dataclass(frozen=True)
class NameRow:
    organisation: str
    name: str
    name_en: str | None
    short_name: str | None
    valid_from_on: date
    valid_to_on: date | None
    source: str


@dataclass(frozen=True)
class PopulationRow:
    organisation: str
    as_of_on: date
    inhabitants: int
    source: str


@dataclass(frozen=True)
class CpvRow:
    code: str
    label_sv: str
    label_en: str


@dataclass(frozen=True)
class Reference:
    """Everything in the files; ``sha256`` is over their bytes, names and order."""

    sha256: str
    organisations: tuple[OrganisationRow, ...]
    names: tuple[NameRow, ...]
    populations: tuple[PopulationRow, ...]
    cpv_codes: tuple[CpvRow, ...]


def fingerprint(folder: Path = DATA) -> str:
    """SHA-256 over the files, so that an unchanged load is known without reading a row."""
    digest = hashlib.sha256()
    for name in FILES:
        content = (folder / name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read(folder: Path = DATA) -> Reference:
    """The checked rows.

    :raises ReferenceFault: naming file and row, when a value is wrong or a reference leads nowhere.
    """
    reference = Reference(
        sha256=fingerprint(folder),
        organisations=tuple(_organisation(row) for row in _rows(folder, "organisations.csv")),
        names=tuple(_name(row) for row in _rows(folder, "names.csv")),
        populations=tuple(_population(row) for row in _rows(folder, "populations.csv")),
        cpv_codes=tuple(
            CpvRow(cpv.normalise(row["code"]), row["label_sv"], row["label_en"]) for row in _rows(folder, "cpv.csv")
        ),
    )
    _check(reference)
    return reference


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline=""), strict=True)
    for row in reader:
        try:
            yield {key: value.strip() for key, value in row.items()}
        except (AttributeError, ValueError) as error:
            raise ReferenceFault(f"{name}, line {reader.line_num}: {error}") from error


def _organisation(row: dict[str, str]) -> OrganisationRow:
    return OrganisationRow(
        code=row["code"],
        kind=OrganisationKind(row["kind"]),
        orgnr=orgnr.normalise(row["orgnr"]) if row["orgnr"] else None,
        is_orgnr_verified={"yes": True, "no": False}[row["orgnr_verified"]],
        county_code=row["county_code"] or None,
        county_letter=row["county_letter"] or None,
        nuts3=row["nuts3"] or None,
        health_care_region=row["health_care_region"] or None,
        host=row["host"] or None,
        appointed_by=row["appointed_by"] or None,
        decision_clause=int(row["decision_clause"]) if row["decision_clause"] else None,
        source=row["source"],
    )


def _name(row: dict[str, str]) -> NameRow:
    return NameRow(
        organisation=row["organisation"],
        name=row["name"],
        name_en=row["name_en"] or None,
        short_name=row["short_name"] or None,
        valid_from_on=date.fromisoformat(row["valid_from_on"]),
        valid_to_on=date.fromisoformat(row["valid_to_on"]) if row["valid_to_on"] else None,
        source=row["source"],
    )


def _population(row: dict[str, str]) -> PopulationRow:
    return PopulationRow(
        row["organisation"], date.fromisoformat(row["as_of_on"]), int(row["inhabitants"]), row["source"]
    )


def _check(reference: Reference) -> None:
    codes = {row.code for row in reference.organisations}
    if len(codes) != len(reference.organisations):
        raise ReferenceFault("organisations.csv: a code stands twice")
    used = {row.organisation for row in reference.names} | {row.organisation for row in reference.populations}
    used |= {row.host for row in reference.organisations if row.host}
    if used - codes:
        raise ReferenceFault(f"no such organisation: {', '.join(sorted(used - codes))}")
    for code in sorted(codes):
        names = sorted((row for row in reference.names if row.organisation == code), key=lambda row: row.valid_from_on)
        if not names or names[-1].valid_to_on is not None:
            raise ReferenceFault(f"names.csv: {code} has no name today")
        for earlier, later in pairwise(names):
            if earlier.valid_to_on is None or earlier.valid_to_on >= later.valid_from_on:
                raise ReferenceFault(f"names.csv: two names of {code} hold at once from {later.valid_from_on}")
