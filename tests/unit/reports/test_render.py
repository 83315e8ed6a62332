"""What people hold in their hands: the PDF and the workbook, made from frozen bytes alone."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from typing import Any

import openpyxl
import pypdf
import pytest
from flask import Flask

from tests.factories.snapshots import AS_OF_ON, first_form, procurement_line, recommendation_line, snapshot
from tests.support.canary import canary, markup
from tests.support.pdf import is_tagged, language_of, metadata_of
from tracker.core import canonical_json
from tracker.reports import labels, presentation
from tracker.reports.render.pdf import render_pdf
from tracker.reports.render.xlsx import render_xlsx
from tracker.reports.snapshot import UnknownFormat

pytestmark = pytest.mark.usefixtures("texts")

EVIL = '=HYPERLINK("http://x.example") #let x = 1; *fet* $ \\ <b> & "citat" åäö'


@pytest.fixture(scope="module")
def frozen() -> bytes:
    return snapshot(40).to_bytes()


@pytest.fixture(scope="module")
def document(frozen: bytes, texts_app: Flask) -> pypdf.PdfReader:
    with texts_app.app_context():
        return pypdf.PdfReader(io.BytesIO(render_pdf(frozen)))


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_pdf_claims_accessibility_and_archive_form(document: pypdf.PdfReader) -> None:
    metadata = metadata_of(document)
    assert "pdfuaid:part>1<" in metadata
    assert "pdfaid:part>2<" in metadata
    assert "pdfaid:conformance>A<" in metadata
    assert is_tagged(document)
    assert language_of(document).startswith("sv")


def test_the_pdf_has_title_bookmarks_and_page_numbers(document: pypdf.PdfReader) -> None:
    assert document.metadata is not None
    assert document.metadata.title == "Lägesrapport om nationellt samordnade upphandlingar – 2026-01"
    bookmarks = [entry["/Title"] for entry in document.outline if not isinstance(entry, list)]
    assert bookmarks[:2] == ["Beslut som behövs", "Försenat"]
    assert "Alla upphandlingar" in bookmarks
    last = len(document.pages)
    assert f"Sida 1 av {last}" in document.pages[0].extract_text()
    assert f"Sida {last} av {last}" in document.pages[-1].extract_text()


def test_page_one_tells_edition_day_and_checksum_and_wants_decisions_first(
    document: pypdf.PdfReader, frozen: bytes
) -> None:
    text = document.pages[0].extract_text()
    assert "Lägesrapport 2026-01" in text
    assert "Läget per 2026-11-22" in text
    assert canonical_json.sha256_hex(frozen)[:16] in text
    assert text.index("Beslut som behövs") < text.index("Försenat")
    whole = "".join(page.extract_text() for page in document.pages)
    assert canonical_json.sha256_hex(frozen) in whole.replace("\n", "")


def tags_of(document: pypdf.PdfReader) -> list[Any]:
    found, waiting = [], [document.root_object["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if not isinstance(node, pypdf.generic.DictionaryObject):
            continue
        found.append(node)
        kids = node.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        waiting.extend(kids if isinstance(kids, list) else [kids])
    return found


def test_tables_have_header_cells_and_the_chart_has_words(document: pypdf.PdfReader) -> None:
    tags = tags_of(document)
    kinds = [tag.get("/S") for tag in tags]
    assert kinds.count("/Table") >= 6
    assert kinds.count("/TH") >= 30
    texts = [tag["/Alt"] for tag in tags if "/Alt" in tag]
    assert len(texts) == 1
    assert texts[0].startswith("Stapeldiagram över antalet upphandlingar per skede")
    assert "5" in texts[0]


def test_every_procurement_is_in_the_pdf(document: pypdf.PdfReader) -> None:
    text = "".join(page.extract_text() for page in document.pages)
    assert all(f"2026/{number:04d}" in text for number in range(40))


def test_the_same_bytes_give_the_same_files(frozen: bytes) -> None:
    assert render_pdf(frozen) == render_pdf(frozen)
    assert render_xlsx(frozen) == render_xlsx(frozen)


def test_text_from_people_is_never_markup_or_formula() -> None:
    data = snapshot(3, title=EVIL).to_bytes()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_pdf(data))).pages)
    flat = "".join(text.split())
    assert "#letx=1;*fet*$\\<b>&" in flat
    sheet = book_of(render_xlsx(data))["Upphandlingar"]
    assert sheet["B2"].value == EVIL
    assert sheet["B2"].data_type == "s"


def test_markup_of_strangers_stays_text_and_nothing_is_fetched() -> None:
    """In whatever somebody has typed: a title, a substance, a name, a recommendation, an action."""
    with canary() as (address, calls):
        texts = markup(address)
        plain = snapshot(0)
        evil = replace(
            plain,
            procurements=[
                replace(procurement_line(number, text), substances=(text,), executing_body=text, responsible=text)
                for number, text in enumerate(texts)
            ],
            recommendations=[
                replace(recommendation_line(1, text), text=text, addressee=text, next_action=text, owner=text)
                for text in texts
            ],
        )
        drawn = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_pdf(evil.to_bytes()))).pages)
    assert calls == []
    assert "root:" not in drawn
    flat = "".join(drawn.replace("\u200b", "").split())
    assert {text: flat.count("".join(text.split())) for text in texts} == dict.fromkeys(texts, 9)


@pytest.mark.parametrize("title", ["emoji 😀", "日本語", "\ue000", "klocka \x07", "العربية", "x" * 400, "\u202eomvänt"])
def test_signs_the_font_lacks_do_not_stop_the_report(title: str) -> None:
    data = snapshot(2, title=title).to_bytes()
    assert render_pdf(data).startswith(b"%PDF")


def test_the_workbook_keeps_signs_that_the_font_lacks() -> None:
    assert book_of(render_xlsx(snapshot(1, title="emoji 😀").to_bytes()))["Upphandlingar"]["B2"].value == "emoji 😀"


def test_the_workbook_has_its_sheets_and_names(frozen: bytes) -> None:
    book = book_of(render_xlsx(frozen))
    assert book.sheetnames == [
        "Sammanfattning", "Beslut", "Försenat", "Kommande frister", "Rekommendationer", "Avtal", "Upphandlingar",
    ]  # fmt: skip
    assert set(book.defined_names) >= {"report_decisions", "report_procurements", "report_contracts"}
    for name in book.sheetnames[1:]:
        assert book[name].freeze_panes == "B2"
        assert book[name].auto_filter.ref


def test_the_workbook_holds_dates_and_numbers(frozen: bytes) -> None:
    sheet = book_of(render_xlsx(frozen))["Upphandlingar"]
    headings = [cell.value for cell in sheet[1]]
    row = dict(zip(headings, sheet[2], strict=True))
    assert row["Diarienummer"].value == "SAM 2026/0000"
    assert row["Dagar i skedet"].value == 0
    assert row["Nästa frist"].value.date() == AS_OF_ON
    assert row["Nästa frist"].is_date
    assert sheet.max_row == 42


def test_an_empty_register_still_gives_a_report() -> None:
    empty = replace(snapshot(0), decisions=[], overdue=[], due=[], contracts=[], procurements=[]).to_bytes()
    text = pypdf.PdfReader(io.BytesIO(render_pdf(empty))).pages[0].extract_text()
    assert "Inget beslut behövs." in text
    assert "Inget är försenat." in text
    assert book_of(render_xlsx(empty))["Upphandlingar"].max_row == 1


def test_open_recommendations_are_in_every_file(frozen: bytes) -> None:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_pdf(frozen))).pages)
    flat = " ".join(text.split())
    assert "Öppna rekommendationer" in flat
    assert "rekommendationer obesvarade, den äldsta 43 dagar" in flat
    assert "2 rekommendationer i utvärderingar som andra har beställt" in flat
    sheet = book_of(render_xlsx(frozen))["Rekommendationer"]
    row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (row["Nr"], row["Ålder, dagar"], row["Riktad till"]) == (1, 41, "Marknadsfunktionen")
    withheld = [cell.value for cell in sheet[5]]
    assert withheld[0] == "SAM 2026/9998"
    assert set(withheld[2:]) == {None}


def test_a_report_of_the_first_form_is_drawn_without_them() -> None:
    first = first_form()
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render_pdf(first))).pages)
    assert "SAM 2026/0003" in text
    assert "Öppna rekommendationer" not in text
    assert "Rekommendationer" not in book_of(render_xlsx(first)).sheetnames


def test_english_is_given_when_asked_for(frozen: bytes) -> None:
    document = pypdf.PdfReader(io.BytesIO(render_pdf(frozen, locale="en")))
    assert language_of(document).startswith("en")
    assert "Decisions wanted" in document.pages[0].extract_text()


def test_bytes_that_are_no_report_are_refused() -> None:
    with pytest.raises(UnknownFormat):
        render_pdf(b"{}")
    with pytest.raises(UnknownFormat):
        render_xlsx(b"{}")


def test_every_code_has_its_words() -> None:
    from tracker.reports.enums import DecisionRule, EditionState, FailureCode, OptionStatus

    assert set(labels.DECISIONS) == set(DecisionRule)
    assert set(labels.OPTIONS) == set(OptionStatus)
    assert set(labels.STATES) == set(EditionState)
    assert set(labels.FAILURES) == set(FailureCode)


def test_a_code_of_a_newer_version_is_shown_as_it_is() -> None:
    assert labels.deadline("unheard_of") == "unheard_of"
    assert labels.phase("unheard_of") == "unheard_of"


def test_the_report_is_the_same_from_the_same_bytes(frozen: bytes) -> None:
    assert presentation.present(frozen) == presentation.present(frozen)


def test_qpdf_finds_nothing_wrong(frozen: bytes, tmp_path: Any) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(render_pdf(frozen))
    try:
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("qpdf is not installed (package qpdf)")
    assert done.returncode == 0, done.stdout + done.stderr
