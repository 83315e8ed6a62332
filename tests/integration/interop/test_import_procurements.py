"""Importing: all or nothing, twice without doubles, with the same dates and history as logging by hand."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.audit.queries import check_chain
from tracker.cases import service as cases
from tracker.cases.models import Case, RegistryCounter
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.deadlines.models import Deadline
from tracker.interop import examples, service, template
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation
from tracker.procurements import service as procurements
from tracker.procurements.enums import Capacity, Means, OptionState, Procedure, StepKind
from tracker.procurements.models import Procurement
from tracker.procurements.queries import find_by_import_key

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def market(app: Flask) -> Iterator[Person]:
    load_reference()
    yield person(Role.MARKET, email="marknad@example.org")


def _import(market: Person, *lines: str, is_dry_run: bool = False) -> service.Outcome:
    outcome = service.import_procurements(
        actor=market, now=NOW, content="\n".join(lines).encode(), is_dry_run=is_dry_run
    )
    db.session.commit()
    return outcome


def _counts() -> dict[str, int]:
    counted = (Case, Organisation, AuditEvent, Deadline, RegistryCounter)
    return {
        model.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in counted
    }


def test_the_published_agreements_are_imported_with_their_published_dates(market: Person) -> None:
    content = examples.SAMPLE.read_bytes()
    outcome = service.import_procurements(actor=market, now=NOW, content=content)
    db.session.commit()
    assert (outcome.faults, outcome.count(service.Action.CREATE)) == ([], 11)
    ends = {
        (str(contract.starts_on), contract.products): (str(contract.base_ends_on), str(contract.ends_on))
        for key in ("ski-barnvaccin-a", "ski-barnvaccin-b", "ski-hpv-2014", "ski-dtp-2016")
        if (procurement := find_by_import_key(f"key:{key}"))
        for contract in procurement.contracts
    }
    assert ends == {
        ("2014-06-03", "Synflorix; Priorix; Infanrix Hexa; Engerix B"): ("2016-06-02", "2018-06-02"),
        ("2015-01-01", "Tetravac; Infanrix PolioHib"): ("2016-12-31", "2018-12-31"),
        ("2015-01-01", "Synflorix; Priorix; Tetravac; Infanrix PolioHib; HBVAXPRO"): ("2016-12-31", "2018-12-31"),
        ("2015-03-04", "Infanrix Hexa"): ("2017-03-03", "2019-03-03"),
        ("2015-10-01", "Gardasil"): ("2017-09-30", "2018-09-30"),
        ("2016-04-22", "diTekiBooster"): ("2018-04-21", "2019-04-21"),
    }
    running = find_by_import_key("key:adda-barnvaccin-2021")
    assert running is not None and running.contracts[0].ends_on == date(2027, 8, 31)
    assert running.succeeds_contract is not None and running.succeeds_contract.ends_on == date(2023, 8, 31)
    assert all(p.source for p in db.session.scalars(sa.select(Procurement)))
    assert check_chain().broken_id is None


def test_the_same_file_twice_makes_no_doubles(market: Person) -> None:
    content = examples.SAMPLE.read_bytes()
    service.import_procurements(actor=market, now=NOW, content=content)
    db.session.commit()
    before = _counts()
    again = service.import_procurements(actor=market, now=NOW, content=content)
    db.session.commit()
    assert (again.count(service.Action.CREATE), again.count(service.Action.UNCHANGED)) == (0, 11)
    assert _counts() == before


def test_a_dry_run_tells_the_same_and_changes_nothing(market: Person) -> None:
    db.session.commit()
    before = _counts()
    lines = ("Titel;Leverantör;Avtalsstart;Avtalstid", "A;Ny Leverantör AB;2027-01-01;2+1")
    dry = _import(market, *lines, is_dry_run=True)
    assert _counts() == before
    real = _import(market, *lines)
    told = [[(entry.action, entry.rows, entry.title, entry.contracts) for entry in o.entries] for o in (dry, real)]
    assert told[0] == told[1] == [(service.Action.CREATE, (2,), "A", 1)]
    assert dry.new_suppliers == real.new_suppliers == ["Ny Leverantör AB"]
    assert (dry.is_imported, real.is_imported) == (False, True)


def test_one_fault_in_the_last_row_keeps_everything_out(market: Person) -> None:
    db.session.commit()
    before = _counts()
    outcome = _import(
        market,
        "Titel;Leverantör;Avtalsstart;Avtalstid;CPV-kod;Handläggare (e-post);Uppdragsgivare",
        "A;Ny Leverantör AB;2027-01-01;2+1;33651600;;Styrgruppen",
        "B;;;;99999999;okand@example.org;Ingenstans",
    )
    assert [(fault.row, fault.column) for fault in outcome.faults] == [
        (3, "cpv"),
        (3, "assigned_by"),
        (3, "responsible"),
    ]
    assert outcome.entries == [] and outcome.new_suppliers == []
    assert _counts() == before


def test_an_import_gives_what_logging_by_hand_gives(market: Person) -> None:
    outcome = _import(
        market,
        "Titel;Substans;ATC-kod;CPV-kod;Ställning;Påbörjad;Annonserad;Sista anbudsdag;Tilldelning meddelad;means",
        "A;adalimumab;L04AB04;33652300-1;Ombud;2026-08-03;2026-09-01;2026-10-13;2026-11-20;Brev",
    )
    assert outcome.faults == []
    by_hand = procurements.log_procurement(
        actor=market,
        now=NOW,
        title="B",
        procedure=Procedure.OPEN,
        substance="adalimumab",
        atc_code="L04AB04",
        cpv_code="33652300",
        capacity=Capacity.AGENT,
        began_on=date(2026, 8, 3),
    )
    for kind, on in (
        (StepKind.PUBLICATION, date(2026, 9, 1)),
        (StepKind.TENDERS_DUE, date(2026, 10, 13)),
        (StepKind.AWARD_NOTIFIED, date(2026, 11, 20)),
    ):
        means = Means.PAPER if kind is StepKind.AWARD_NOTIFIED else None
        procurements.log_step(actor=market, now=NOW, procurement=by_hand, kind=kind, on=on, means=means)
    db.session.commit()
    imported = find_by_import_key("title:a")
    assert imported is not None

    def told(case: Procurement) -> dict[str, object]:
        deadlines = db.session.scalars(sa.select(Deadline).where(Deadline.case_id == case.id)).all()
        events = db.session.scalars(
            sa.select(AuditEvent.action).where(AuditEvent.case_id == case.id).order_by(AuditEvent.id)
        ).all()
        first = {AuditAction.PROCUREMENT_IMPORTED.value: AuditAction.PROCUREMENT_LOGGED.value}
        return {
            "phase": case.phase,
            "steps": {step.kind: (step.planned_on, step.actual_on) for step in case.milestones},
            "deadlines": {d.source_key: (d.due_on, d.state, d.rule, d.owner_id) for d in deadlines},
            "events": [first.get(action, action) for action in events],
        }

    assert told(imported) == told(by_hand)
    # 15 days from 20 November when not all were told electronically (LOU 20:1); day 15 is a Saturday.
    assert told(imported)["deadlines"]["law:standstill"][0] == date(2026, 12, 7)  # type: ignore[index]


def test_a_coming_day_is_planned_and_a_past_one_logged(market: Person) -> None:
    _import(market, "Titel;Annonserad;Sista anbudsdag", "A;2026-11-02;2026-12-14")
    made = find_by_import_key("title:a")
    assert made is not None
    steps = {step.kind: (step.planned_on, step.actual_on) for step in made.milestones}
    assert steps[StepKind.PUBLICATION] == (None, date(2026, 11, 2))
    assert steps[StepKind.TENDERS_DUE] == (date(2026, 12, 14), None)
    assert made.began_on == date(2026, 11, 2)


def test_another_executing_body_needs_its_reason(market: Person) -> None:
    head, rest = "Titel;Genomförs av;Skäl till annan genomförare", ("B;Adda Inköpscentral AB;", "C;SKL Kommentus;")
    outcome = _import(market, head, "A;Region Skåne;", *rest)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "executing_reason")]
    assert _import(market, head, "A;Region Skåne;Fullmakt finns", *rest).faults == []
    made = {p.title: p.has_other_executing_body for p in db.session.scalars(sa.select(Procurement))}
    assert made == {"A": True, "B": False, "C": False}


def test_old_names_of_organisations_are_understood(market: Person) -> None:
    outcome = _import(market, "Titel;Uppdragsgivare", "A;landstinget i uppsala län", "B;Region Uppsala", "C;SKL")
    assert outcome.faults == []
    givers = {p.title: p.assigned_by.code for p in db.session.scalars(sa.select(Procurement)) if p.assigned_by}
    assert givers == {"A": "region-03", "B": "region-03", "C": "skl"}


def test_a_refusal_of_the_service_is_told_on_its_cell(market: Person) -> None:
    outcome = _import(
        market,
        "Titel;Förfarande;Sista anbudsdag;Tilldelning meddelad;Avtal tecknat;Påbörjad",
        "A;Öppet;;2026-11-02;2026-11-05;2026-09-01",
        "B;Direktupphandling;2026-10-01;;;2026-09-01",
    )
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "signed_on"), (3, "tenders_due_on")]
    assert "2026-11-13" in str(outcome.faults[0].problem)


def test_predecessors_are_found_in_the_file_and_in_the_register(market: Person) -> None:
    outcome = _import(
        market,
        "Nyckel;Titel;Efterträder;Avtalsstart;Avtalstid",
        "ny;Ny;gammal;;",
        "gammal;Gammal;;2023-01-01;4",
        "x;X;y;;",
        "y;Y;x;;",
        "z;Z;finns inte;;",
        "w;W;z;;",
    )
    assert [(fault.row, fault.column) for fault in outcome.faults] == [
        (4, "succeeds"),
        (5, "succeeds"),
        (6, "succeeds"),
    ]
    head = "Nyckel;Titel;Efterträder;Avtalsstart;Avtalstid"
    assert _import(market, head, "ny;Ny;gammal;;", "gammal;Gammal;;2023-01-01;4").faults == []
    new, old = find_by_import_key("key:ny"), find_by_import_key("key:gammal")
    assert new is not None and old is not None and new.succeeds_contract_id == old.contracts[0].id
    later = _import(market, "Titel;Efterträder", f"Senare;{old.registry_number}", "Sen;gammal", "Fel;ny")
    assert [(fault.row, fault.column) for fault in later.faults] == [(4, "succeeds")]


def test_a_registry_number_is_kept_matched_and_not_taken_over(market: Person) -> None:
    first = _import(market, "Diarienummer;Titel", "LJ 2014/771;A")
    assert first.entries[0].registry_number == "LJ 2014/771"
    same = _import(market, "Nyckel;Diarienummer;Titel;Substans", "k;LJ 2014/771;A;infliximab")
    assert [(e.action, e.differs) for e in same.entries] == [(service.Action.UNCHANGED, ("substance",))]
    other = _import(market, "Diarienummer;Titel", "LJ 2014/771;Annan")
    assert [(e.action, e.differs) for e in other.entries] == [(service.Action.UNCHANGED, ("title",))]
    taken = _import(market, "Nyckel;Diarienummer;Titel", "k2;LJ 2014/771;Annan")
    assert [(fault.row, fault.column) for fault in taken.faults] == [(2, "registry_number")]
    number = first.entries[0].registry_number
    both = _import(market, "Nyckel;Titel;Diarienummer;CPV-kod;Uppdragsgivare", f"k3;Annan;{number};99999999;Ingenstans")
    assert {fault.column for fault in both.faults} == {"registry_number", "cpv", "assigned_by"}


def test_suppliers_are_matched_by_name_and_number(market: Person) -> None:
    head = "Titel;Leverantör;Leverantörens organisationsnummer;Avtalsstart;Avtalstid"
    assert _import(market, head, "A;Medel AB;556819-4798;2026-01-01;2").faults[0].column == "supplier_orgnr"
    outcome = _import(market, head, "A;Medel AB;556036-0793;2026-01-01;2", "B;MEDEL AB;;2026-01-01;2")
    assert outcome.new_suppliers == ["Medel AB"]
    assert _import(market, head, "C;Medel AB;5560747551;2026-01-01;2").faults[0].column == "supplier_orgnr"
    assert _import(market, head, "D;;;2026-01-01;2").faults == []
    made = {p.title: p.contracts[0].supplier for p in db.session.scalars(sa.select(Procurement))}
    assert made["A"] is made["B"] and made["A"].kind is OrganisationKind.SUPPLIER
    assert made["D"].code == "unstated-supplier"


def test_used_options_are_exercised_with_what_is_known_said(market: Person) -> None:
    _import(market, "Titel;Avtalsstart;Avtalstid;Förlängt till", "A;2022-01-01;2+1+1;2025-12-31")
    made = find_by_import_key("title:a")
    assert made is not None
    assert [option.state for option in made.contracts[0].options] == [OptionState.EXERCISED, OptionState.EXERCISED]
    assert made.contracts[0].ends_on == date(2025, 12, 31)
    assert all(option.reason for option in made.contracts[0].options)


def test_xlsx_with_real_dates_is_imported(market: Person) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Titel", "CPV-kod", "Annonserad"])
        sheet.write_row(1, 0, ["A", 33651600])
        sheet.write_datetime(1, 2, date(2026, 11, 2))
    outcome = service.import_procurements(actor=market, now=NOW, content=out.getvalue())
    assert outcome.faults == []
    made = find_by_import_key("title:a")
    assert made is not None and (made.cpv_code, made.began_on) == ("33651600", date(2026, 11, 2))


@pytest.mark.parametrize("content", [template.as_csv(), template.as_xlsx("en")], ids=["csv", "xlsx"])
def test_the_template_itself_can_be_imported(market: Person, content: bytes) -> None:
    outcome = service.import_procurements(actor=market, now=NOW, content=content)
    assert (outcome.faults, outcome.count(service.Action.CREATE)) == ([], 1)


def test_nobody_responsible_is_a_fault_of_each_row(market: Person) -> None:
    outcome = service.import_procurements(actor=SYSTEM, now=NOW, content=b"Titel\nA\nB\n")
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "responsible"), (3, "responsible")]


def test_the_command_tells_faults_in_json_and_leaves_with_1(app: Flask, market: Person, tmp_path: Path) -> None:
    from tracker.cli.imports import group

    db.session.commit()
    file = tmp_path / "fel.csv"
    file.write_text("Titel;CPV-kod\nA;336\nB;x\n", encoding="utf-8")
    run = app.test_cli_runner().invoke(group, ["procurements", str(file), "--format", "json"])
    assert run.exit_code == 1
    told = json.loads(run.stdout)
    assert [(f["row"], f["heading"], f["value"]) for f in told["faults"]] == [
        (2, "CPV-kod", "336"),
        (2, "Handläggare (e-post)", ""),
        (3, "CPV-kod", "x"),
        (3, "Handläggare (e-post)", ""),
    ]
    assert "nothing was read in" in run.stderr and run.stderr.count("\n") <= 2
    file.write_text("Titel;CPV-kod\nA;33651600\n", encoding="utf-8")
    arguments = ["procurements", str(file), "--format", "json", "--responsible", "marknad@example.org"]
    dry = app.test_cli_runner().invoke(group, [*arguments, "--dry-run"])
    assert json.loads(dry.stdout)["created"] == 1 and db.session.scalar(sa.select(Case.id)) is None
    db.session.rollback()
    real = app.test_cli_runner().invoke(group, arguments)
    assert (real.exit_code, json.loads(real.stdout)["imported"]) == (0, True)
    text = app.test_cli_runner().invoke(group, arguments[:2] + arguments[4:])
    assert text.exit_code == 0 and "A" in text.stdout


def test_whoever_has_written_in_the_history_waits_for_no_case(market: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _import(
        market, "Titel;Diarienummer;Avtalsstart;Avtalstid;Leverantör", "Den första;X 1;2024-01-01;2;Bolag AB"
    )
    number, taken = first.entries[0].procurement_id, list[set[int]]()
    hold, record = cases.hold, audit.record

    def held(*wanted: Case) -> None:
        taken.append({case.id for case in wanted})
        hold(*wanted)

    def recorded(*told: Any, **more: Any) -> AuditEvent:
        assert {number} <= set[int]().union(*taken), "a line of the history before the case is held"
        return record(*told, **more)

    monkeypatch.setattr(cases, "hold", held)
    monkeypatch.setattr(audit, "record", recorded)
    made = _import(
        market,
        "Titel;Avtalsstart;Avtalstid;Leverantör;Efterträder",
        "Ny ett;2027-01-01;2;Bolag AB;",
        "Ny två;2027-01-01;2;Bolag AB;X 1",
    )
    assert (made.count(service.Action.CREATE), made.faults) == (2, [])
