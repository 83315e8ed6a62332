"""Loading the reference data: once, again, and after the files changed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations import queries, reference, service
from tracker.organisations.models import Organisation, OrganisationName, Population

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
Edit = Callable[[str, dict[str, str], dict[str, str]], None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Change the row of a file that matches, in a copy that is loaded from then on."""
    folder = shutil.copytree(reference.DATA, tmp_path / "data")
    fingerprint, read = reference.fingerprint, reference.read
    monkeypatch.setattr(reference, "fingerprint", lambda _=None: fingerprint(folder))
    monkeypatch.setattr(reference, "read", lambda: read(folder))

    def change(file: str, match: dict[str, str], values: dict[str, str]) -> None:
        with (folder / file).open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        [row] = [row for row in rows if match.items() <= row.items()]
        row.update(values)
        with (folder / file).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    return change


def _load() -> service.LoadSummary:
    summary = service.load_reference(actor=SYSTEM, now=NOW)
    db.session.commit()
    return summary


def _count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _changes() -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.action == AuditAction.ORGANISATION_CHANGED.value)
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def test_load_twice_changes_nothing(app: Flask) -> None:
    first = _load()
    before = [_count(model) for model in (Organisation, OrganisationName, Population, AuditEvent)]
    second = _load()
    assert not first.is_unchanged and first.added["organisations"] == 32
    assert second.is_unchanged
    assert [_count(model) for model in (Organisation, OrganisationName, Population, AuditEvent)] == before


def test_load_over_the_same_rows_with_a_lost_fingerprint_adds_nothing(app: Flask) -> None:
    _load()
    db.session.execute(sa.text("DELETE FROM reference_loads"))
    db.session.commit()
    again = _load()
    assert not any(again.added.values()) and not any(again.changed.values()) and not _changes()


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("region-03", date(2014, 5, 15), "Landstinget i Uppsala län"),
        ("region-03", date(2016, 12, 31), "Landstinget i Uppsala län"),
        ("region-03", date(2017, 1, 1), "Region Uppsala"),
        ("region-09", date(2014, 5, 15), "Region Gotland"),
        ("region-12", date(2014, 5, 15), "Region Skåne"),
        ("region-13", date(2014, 5, 15), "Region Halland"),
        ("region-14", date(2014, 5, 15), "Västra Götalandsregionen"),
        ("region-23", date(2026, 1, 1), "Region Jämtland Härjedalen"),
        ("skl", date(2019, 11, 26), "Sveriges Kommuner och Landsting"),
        ("skl", date(2019, 11, 27), "Sveriges Kommuner och Regioner"),
        ("skl-kommentus", date(2014, 5, 15), "SKL Kommentus"),
        ("skl-kommentus", date(2026, 1, 1), "Adda"),
        ("region-01", date(1950, 1, 1), "Stockholms läns landsting"),
    ],
)
def test_names_hold_on_their_dates(app: Flask, code: str, on: date, name: str) -> None:
    _load()
    assert queries.name_on(queries.get_by_code(code), on) == name


@pytest.mark.parametrize("q", ["landstinget i upp", "REGION UPPSALA", "region-03", "232100-0024", "2321000024"])
def test_search_finds_old_and_new_names(app: Flask, q: str) -> None:
    _load()
    assert [row.code for row in queries.list_organisations(q=q).items] == ["region-03"]


def test_search_folds_swedish_letters(app: Flask) -> None:
    _load()
    assert [row.code for row in queries.list_organisations(q="ÖSTERGÖTL").items] == ["region-05"]


def test_a_changed_row_is_updated_and_audited(app: Flask, edit: Edit) -> None:
    _load()
    edit("organisations.csv", {"code": "region-03"}, {"orgnr_verified": "yes"})
    edit("populations.csv", {"organisation": "region-09", "as_of_on": "2023-12-31"}, {"inhabitants": "61030"})
    edit("organisations.csv", {"code": "region-04"}, {"health_care_region": "Annan"})
    summary = _load()
    assert summary.changed == {"organisations": 2, "names": 0, "populations": 1, "cpv": 0}
    assert queries.get_by_code("region-03").is_orgnr_verified
    assert queries.populations_on(date(2023, 12, 31))["09"] == 61030
    assert [event.changes for event in _changes()] == [
        {"is_orgnr_verified": [False, True]},
        {"health_care_region": ["Uppsala-Örebro", "Annan"]},
        {"2023-12-31: inhabitants": [61029, 61030]},
    ]


def test_a_name_is_never_overwritten(app: Flask, edit: Edit) -> None:
    _load()
    edit("names.csv", {"organisation": "region-03", "name": "Region Uppsala"}, {"name": "Uppsalaregionen"})
    summary = _load()
    assert queries.name_on(queries.get_by_code("region-03"), date(2026, 1, 1)) == "Region Uppsala"
    assert summary.kept_names == ["region-03 2017-01-01: Region Uppsala"]


def test_a_broken_file_changes_nothing(app: Flask, edit: Edit) -> None:
    edit("organisations.csv", {"code": "region-03"}, {"orgnr": "232100-0025"})
    with pytest.raises(ValueError, match="check digit"):
        _load()
    db.session.rollback()
    assert _count(Organisation) == 0


def test_the_command_tells_what_it_did_as_json(app: Flask) -> None:
    from tracker.cli.reference import group

    runner = app.test_cli_runner()
    first = json.loads(runner.invoke(group, ["load", "--format", "json"]).output)
    second = json.loads(runner.invoke(group, ["load", "--format", "json"]).output)
    assert first["added"] == {"organisations": 32, "names": 55, "populations": 105, "cpv": 133}
    assert second["is_unchanged"] is True


def test_cpv_is_found_in_both_spellings(app: Flask) -> None:
    _load()
    found = queries.find_cpv("33600000-6")
    assert found is not None and found is queries.find_cpv("33600000")
    assert queries.find_cpv("99999999") is None and queries.find_cpv("x") is None


def test_a_supplier_gets_a_code_and_its_number_is_checked(app: Flask) -> None:
    first = service.add_supplier(actor=SYSTEM, now=NOW, name="Läkemedel Åäö AB", valid_from_on=date(2020, 1, 1))
    second = service.add_supplier(
        actor=SYSTEM, now=NOW, name="Läkemedel Åäö AB", valid_from_on=date(2020, 1, 1), orgnr="5568194798"
    )
    assert (first.code, second.code) == ("supplier-lakemedel-aao-ab", "supplier-lakemedel-aao-ab-2")
    assert second.orgnr == "556819-4798"
    for wrong in ("556819-4799", "556819-4798"):
        with pytest.raises(DomainError) as refused:
            service.add_supplier(actor=SYSTEM, now=NOW, name="X", valid_from_on=date(2020, 1, 1), orgnr=wrong)
        assert refused.value.field == "orgnr"
