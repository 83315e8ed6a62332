"""Lists as CSV and XLSX, written to a file on disk before they are answered, and safe to open as a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import Response

Cell = str | int | Decimal | date | None

# A cell that begins with one of these may be run as a formula (OWASP: CSV injection).
# The wide forms are turned into the plain ones by some programs on the way in.
FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SIGN = "[" + re.escape("".join(FORMULA_SIGNS)) + "]"
_DANGEROUS = re.compile(f"'*{_SIGN}")
_QUOTED = re.compile(f"'+{_SIGN}")
_CHUNK = 64 * 1024
_LONGEST_CELL = 32_767


def harmless(text: str) -> str:
    """`text` so that no spreadsheet program takes it for a formula: with an apostrophe before it.

    A text that already looks so gets one more, so that ``plain`` gives every text back.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def plain(text: str) -> str:
    """What ``harmless`` was given."""
    return text[1:] if _QUOTED.match(text) else text


def csv_response(headings: Sequence[str], rows: Iterable[Sequence[Cell]], file_name: str) -> Response:
    """Semicolons and a byte order mark, which Swedish Excel opens as it is. All rows are of one moment, the reader's
    session is there while they are read, and a fault gives no half file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the last chunk is read)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_as_text(value) for value in row] for row in rows)
    text.detach()
    return _file_response(file, "text/csv", file_name)


def xlsx_response(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    file_name: str,
    *,
    sheet_name: str,
    widths: Sequence[int],
) -> Response:
    """Real dates and numbers, a filter row and a frozen heading. Written row by row, so that size costs no memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the last chunk is read)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(sheet_name[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(headings):
        sheet.write_string(0, column, text, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(last, column, value, day)
            elif isinstance(value, int | Decimal):
                sheet.write_number(last, column, float(value))
            elif value:
                # A cell of text is no formula; the apostrophe is only for what would lose its own on the way back.
                sheet.write_string(last, column, (harmless(value) if _QUOTED.match(value) else value)[:_LONGEST_CELL])
    sheet.autofilter(0, 0, max(last, 1), len(headings) - 1)
    book.close()
    return _file_response(file, XLSX_TYPE, file_name)


def _as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)


def _file_response(file: Any, media_type: str, file_name: str) -> Response:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(_chunks(file), mimetype=media_type, headers=_headers(file_name))
    response.content_length = size
    # Nobody reads the chunks when only the headers are asked for, or the reader is gone before the first.
    response.call_on_close(file.close)
    return response


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _headers(file_name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
