"""Reading CSV and XLSX as rows of text, and refusing files that are none or mean harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tracker.interop import sheets, template, xlsx_guard


def _texts(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in sheets.read(content) if not row.is_blank]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_with_and_without_byte_order_mark_and_with_each_delimiter(mark: str, delimiter: str) -> None:
    text = f'{mark}Titel{delimiter}Källa\r\nÅäö{delimiter}"a, b; ""c"""\r\n'
    assert _texts(text.encode()) == [("Titel", "Källa"), ("Åäö", 'a, b; "c"')]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    content = 'Titel;Källa\n\n"två\nrader";x\n;\nsist;y\n'.encode()
    assert [row.number for row in sheets.read(content) if not row.is_blank] == [1, 3, 5]


def test_a_formula_that_an_export_made_harmless_is_read_as_it_was() -> None:
    assert _texts(b"Titel\n'=1+1\n'-x\n'vanlig\n") == [("Titel",), ("=1+1",), ("-x",), ("'vanlig",)]


def test_xlsx_gives_dates_numbers_and_row_numbers() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 0, ["Titel", "CPV-kod"])
        sheet.write_row(3, 0, ["A", 33651600])
        sheet.write_datetime(4, 0, date(2026, 3, 2))
        sheet.write_datetime(
            4, 1, datetime.fromisoformat("2026-03-02 12:30"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_number(5, 0, 1.5)
    rows = [row for row in sheets.read(out.getvalue()) if not row.is_blank]
    assert [(row.number, row.cells) for row in rows] == [
        (2, ("Titel", "CPV-kod")),
        (4, ("A", "33651600")),
        (5, ("2026-03-02", "2026-03-02 12:30:00")),
        (6, ("1.5", "")),
    ]


def test_a_hidden_sheet_and_an_empty_one_are_passed_over() -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "visible"
    hidden = book.create_sheet("gömd")
    hidden["A1"], hidden.sheet_state = "hemligt", "hidden"
    book.create_sheet("sist")["A1"] = "Titel"
    out = io.BytesIO()
    book.save(out)
    assert _texts(out.getvalue()) == [("Titel",)]


def _told(content: bytes) -> str:
    with pytest.raises(sheets.UnreadableFile) as refused:
        sheets.read(content)
    return str(refused.value.message)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        ("Titel\nå".encode("latin-1"), "UTF-8"),
        (b"Titel\n\0", "not text"),
        (b"x" * (sheets.MAX_FILE_BYTES + 1), "5 MB"),
        (b"a\n" * (sheets.MAX_ROWS + 1), "more than"),
        (b";" * sheets.MAX_COLUMNS, "columns"),
        (b"Titel\n" + b'"' + b"x" * 200_000 + b'"', "quotation"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"%PDF-1.7\nDiarienummer;Nr", "a PDF"),
        (b"\n<!DOCTYPE html><table>", "a web page"),
        (b"\xd0\xcf\x11\xe0 old or encrypted", "password"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, told: str) -> None:
    assert told in _told(content)


def _workbook(**parts: bytes | str) -> bytes:
    out = io.BytesIO(template.as_xlsx())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("xl/vbaProject.bin", b"x", xlsx_guard.Refusal.ACTIVE_CONTENT),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", xlsx_guard.Refusal.ACTIVE_CONTENT),
        ("xl/embeddings/a.bin", b"x", xlsx_guard.Refusal.ACTIVE_CONTENT),
        ("../outside.xml", b"<a/>", xlsx_guard.Refusal.NOT_A_WORKBOOK),
        ("xl/bomb.xml", b"0" * (45 * 1024 * 1024), xlsx_guard.Refusal.TOO_LARGE_UNPACKED),
        ("xl/ratio.xml", b"0" * (8 * 1024 * 1024), xlsx_guard.Refusal.TOO_LARGE_UNPACKED),
        ("xl/a.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', xlsx_guard.Refusal.ENTITIES),
        ("xl/a.xml", '<!DOCTYPE a [<!ENTITY l "ha">]><a/>'.encode("utf-16"), xlsx_guard.Refusal.ENTITIES),
        ("xl/a.xml", b" " * (64 * 1024 - 4) + b"<!DOCTYPE a>", xlsx_guard.Refusal.ENTITIES),
    ],
)
def test_a_workbook_that_means_harm_is_not_opened(name: str, content: bytes, refusal: xlsx_guard.Refusal) -> None:
    with pytest.raises(xlsx_guard.Refused) as refused:
        xlsx_guard.check(_workbook(**{name: content}))
    assert refused.value.refusal is refusal


def test_a_size_that_lies_is_counted() -> None:
    honest = _workbook(**{"xl/lie.xml": b"0" * (30 * 1024 * 1024)})
    lying = honest.replace((30 * 1024 * 1024).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(xlsx_guard.Refused):
        xlsx_guard.check(lying)


def test_a_link_and_a_doubled_part_are_refused() -> None:
    out = io.BytesIO(template.as_xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(xlsx_guard.Refused):
        xlsx_guard.check(out.getvalue())
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = _workbook(**{"xl/workbook.xml": b"<a/>"})
    with pytest.raises(xlsx_guard.Refused):
        xlsx_guard.check(doubled)


def test_a_workbook_with_nonsense_inside_is_refused_and_not_half_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a")
        archive.writestr("xl/workbook.xml", "<a")
    assert "cannot be read" in _told(out.getvalue())


def test_the_template_reads_back_in_both_forms_and_languages() -> None:
    for language in ("sv", "en"):
        assert _texts(template.as_csv(language)) == _texts(template.as_xlsx(language))


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;"))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Titel", "Källa"], *rows])
    read = sheets.read(out.getvalue().encode())
    assert [row.cells for row in read[1:]] == [tuple(sheets._tidy(cell) for cell in row) for row in rows]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        sheets.read(content)
    except sheets.UnreadableFile as refused:
        assert refused.message


def test_dates_are_told_from_instants() -> None:
    from tracker.interop.sheet_process import text_of

    assert text_of(date(2026, 1, 2)) == "2026-01-02"
    assert text_of(33651600.0) == "33651600"
