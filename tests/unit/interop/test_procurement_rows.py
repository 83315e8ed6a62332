"""Rows to drafts, and every fault at once with row, column, problem and mend."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tracker.interop import examples, sheets
from tracker.interop.columns import FILE, columns, find, nearest
from tracker.interop.faults import grouped
from tracker.interop.procurement_rows import Parsed, parse
from tracker.procurements.enums import Capacity, Means, Procedure


def _parse(*lines: str) -> Parsed:
    return parse(sheets.read("\n".join(lines).encode()))


def _faults(*lines: str) -> list[tuple[int, str | None]]:
    return [(fault.row, fault.column) for fault in _parse(*lines).faults]


def test_headings_are_found_by_key_swedish_and_english_name_in_any_case() -> None:
    for column in columns():
        assert find(column.key.upper()) is find(f" {column.sv.lower()} ") is find(column.en) is column
    assert nearest("Leverantor", "sv") == "Leverantör"


def test_the_words_of_choices_are_the_codes_of_the_application() -> None:
    stored: dict[str, Any] = {"procedure": Procedure, "capacity": Capacity, "means": Means}
    listed = {entry["key"]: entry["words"] for entry in yaml.safe_load(FILE.read_text())["columns"] if "words" in entry}
    assert {key: set(words) for key, words in listed.items()} == {
        key: {code.value for code in codes} for key, codes in stored.items()
    }


def test_every_example_of_the_template_is_a_value_of_its_column() -> None:
    from tracker.interop import cells

    for column in columns():
        if column.example:
            cells.read(column, column.example)


def test_several_rows_make_one_procurement_with_lots_and_contracts() -> None:
    parsed = _parse(
        "Nyckel;Titel;Anbudsområde nr;Anbudsområde;Leverantör;Avtalsstart;Avtalstid",
        "k1;Vacciner;1;PCV;A AB;2026-09-01;2+1+1",
        "k1;;1;;B AB;2026-09-01;24m+12m",
        "K1;Vacciner;2;MPR;;;",
        "k2;Annat;;;;;",
    )
    assert parsed.faults == []
    [first, second] = parsed.drafts
    assert (first.title, first.rows, [(lot.number, lot.title) for lot in first.lots]) == (
        "Vacciner",
        [2, 3, 4],
        [(1, "PCV"), (2, "MPR")],
    )
    assert [(c.row, c.lot and c.lot.number, c.base_months, c.option_months) for c in first.contracts] == [
        (2, 1, 24, (12, 12)),
        (3, 1, 24, (12,)),
    ]
    assert second.import_key == "key:k2"


def test_the_published_agreements_give_the_published_ends() -> None:
    parsed = parse(sheets.read(examples.SAMPLE.read_bytes()))
    assert parsed.faults == []
    found = {
        (draft.import_key, str(contract.plan.starts_on)): (
            str(contract.plan.base_ends_on),
            str(contract.plan.options[contract.used_options - 1].ends_on) if contract.used_options else None,
            str(contract.plan.max_ends_on),
        )
        for draft in parsed.drafts
        for contract in draft.contracts
    }
    # start, base end and extended end as printed by rikshandboken-bhv.se, adda.se and lawinsider.com
    assert found == {
        ("key:ski-barnvaccin-a", "2014-06-03"): ("2016-06-02", "2018-06-02", "2018-06-02"),
        ("key:ski-barnvaccin-a", "2015-01-01"): ("2016-12-31", "2018-12-31", "2018-12-31"),
        ("key:ski-barnvaccin-b", "2015-01-01"): ("2016-12-31", "2018-12-31", "2018-12-31"),
        ("key:ski-barnvaccin-b", "2015-03-04"): ("2017-03-03", "2019-03-03", "2019-03-03"),
        ("key:ski-hpv-2014", "2015-10-01"): ("2017-09-30", "2018-09-30", "2019-09-30"),
        ("key:ski-dtp-2016", "2016-04-22"): ("2018-04-21", "2019-04-21", "2020-04-21"),
        ("key:ski-barnvaccin-2017", "2018-06-03"): ("2019-08-31", None, "2019-08-31"),
        ("key:ski-barnvaccin-2018", "2019-09-01"): ("2021-08-31", "2023-08-31", "2023-08-31"),
        ("key:adda-influensa-2020", "2020-10-10"): ("2021-07-30", None, "2021-07-30"),
        ("key:adda-vacciner-2020", "2021-09-01"): ("2025-08-31", None, "2025-08-31"),
        ("key:adda-barnvaccin-2021", "2023-09-01"): ("2027-08-31", None, "2027-08-31"),
    }


def test_all_faults_are_told_at_once() -> None:
    parsed = _parse(
        "Titel;ATC-kod;CPV-kod;Förfarande;Påbörjad;responsible;supplier_orgnr;Avtalsstart;Avtalstid;notice_months",
        "A;J7;336;Lotteri;2026-02-30;ingen;232100-0017;2026-13-01;två år;99",
        ";J07;;;;;;;;",
        "C;;;;;;;2026-01-01;;",
    )
    assert [(fault.row, fault.column) for fault in parsed.faults] == [
        (2, "atc"),
        (2, "cpv"),
        (2, "procedure"),
        (2, "began_on"),
        (2, "responsible"),
        (2, "supplier_orgnr"),
        (2, "contract_start"),
        (2, "term"),
        (2, "notice_months"),
        (3, "title"),
        (4, "term"),
    ]
    assert all(str(fault.problem) and str(fault.mend) for fault in parsed.faults)
    assert parsed.faults[0].value == "J7"


def test_the_same_fault_in_several_rows_is_one_group() -> None:
    parsed = _parse("Titel;CPV-kod", "A;1", "B;2", "C;x", ";3")
    groups = grouped(parsed.faults)
    assert [(group.column, group.rows) for group in groups] == [("cpv", (2, 3, 4, 5)), ("title", (5,))]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (("Substans;ATC-kod", "A;J07"), [(1, "title")]),
        (("Att fylla i", "Substans;ATC-kod;Titell", "A;J07;B"), [(2, None), (2, "title")]),
        (("Titel",), [(1, None)]),
        (("Titel;Leverantor", "A;B"), [(1, None)]),
        (("Titel;Titel", "A;B"), [(1, "title")]),
        (("Titel;Källa", "A;B;C"), [(2, None)]),
        (("Titel;Nyckel;Källa", "A;k;x", "A;k;y"), [(3, "source")]),
        (("Titel;Nyckel", ";k"), [(2, "title")]),
        (("Titel;Anbudsområde nr;Anbudsområde", "A;1;", "B;1;x", "B;1;y"), [(2, "lot_title"), (4, "lot_title")]),
        (("Titel;Leverantör", "A;B"), [(2, "contract_start")]),
        (("Titel;Avtalsstart;Avtalsslut", "A;2026-01-01;2025-12-31"), [(2, "contract_end")]),
        (("Titel;Avtalsstart;Avtalstid;Avtalsslut", "A;2026-01-01;2;2028-01-01"), [(2, "contract_end")]),
        (("Titel;Avtalsstart;Avtalstid;Förlängt till", "A;2026-01-01;2+1;2028-12-30"), [(2, "extended_to")]),
        (("Titel;Avtalsstart;Avtalstid;Förlängt till", "A;2026-01-01;2;2027-12-31"), [(2, "extended_to")]),
        (("Titel;Avtalsstart;Avtalstid", "A;2026-01-01;2+2+1"), [(2, "long_term_reason")]),
        (("Titel;Avtalsstart;Avtalstid", "A;2059-01-01;2+2"), [(2, "term")]),
        (("Titel;Annonserad;Sista anbudsdag", "A;2026-03-02;2026-03-01"), [(2, "tenders_due_on")]),
        (("Titel;Påbörjad", "A;idag"), [(2, "began_on")]),
        (("Titel;Påbörjad", "A;1066-01-01"), [(2, "began_on")]),
        (("Titel", "x" * 301), [(2, "title")]),
    ],
)
def test_what_does_not_hold_together_is_told_on_its_cell(
    lines: tuple[str, ...], faults: list[tuple[int, str | None]]
) -> None:
    assert _faults(*lines) == faults


def test_an_explanation_above_the_headings_is_passed_over() -> None:
    parsed = _parse("Upphandlingar hösten 2026;;", ";;", "Titel;ATC-kod;Källa", "A;j07 bx04;")
    assert parsed.faults == []
    assert parsed.drafts[0].values == {"title": "A", "atc": "J07BX04"}


@pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02 14:00", "2/3 2026", "20260302", "2 mars 2026"])
def test_dates_are_taken_as_people_write_them(text: str) -> None:
    parsed = _parse("Titel;Annonserad", f"A;{text}")
    assert parsed.drafts[0].values["publication_on"] == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "months"),
    [("2+1+1", (24, 12, 12)), ("2 år + 1 år", (24, 12)), ("18 mån + 6 månader", (18, 6)), ("4 år", (48,))],
)
def test_terms_are_taken_as_people_write_them(text: str, months: tuple[int, ...]) -> None:
    parsed = _parse("Titel;Avtalsstart;Avtalstid", f"A;2026-01-01;{text}")
    [contract] = parsed.drafts[0].contracts
    assert (contract.base_months, *contract.option_months) == months


TEXT = st.one_of(
    st.sampled_from(["", "2026-01-01", "2+1+1", "J07", "33651600", "x@example.org", "1", "open", "=1", "232100-0016"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@given(st.lists(st.lists(TEXT, max_size=len(columns()) + 2), max_size=8))
def test_odd_rows_give_drafts_or_faults_and_never_an_error(rows: list[list[str]]) -> None:
    header = sheets.Row(1, tuple(column.sv for column in columns()))
    parsed = parse([header, *(sheets.Row(n, tuple(cells)) for n, cells in enumerate(rows, start=2))])
    assert parsed.faults or parsed.drafts
    for fault in parsed.faults:
        assert fault.row >= 1 and str(fault.problem) and str(fault.mend)
    written = {n for n, cells in enumerate(rows, start=2) if any(cells)}
    told = {fault.row for fault in parsed.faults} | {row for draft in parsed.drafts for row in draft.rows}
    assert written <= told
