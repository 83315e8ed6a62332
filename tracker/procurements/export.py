"""The list of procurements as CSV and XLSX, a chunk at a time, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import xlsxwriter
from flask import Response
from flask_babel import gettext as _

from tracker.deadlines import labels as deadline_labels
from tracker.procurements import labels
from tracker.procurements.queries import ProcurementRow

# A cell that begins with one of these may be run as a formula (OWASP: CSV injection).
# The wide forms are turned into the plain ones by some programs on the way in.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")
_CHUNK = 64 * 1024
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def headings() -> list[str]:
    """The first line, in the reader's language."""
    return [
        _("Registry number"),
        _("Title"),
        _("Substance"),
        _("ATC code"),
        _("Procedure"),
        _("Phase"),
        _("Phase since"),
        _("Responsible officer"),
        _("Began on"),
        _("Next deadline"),
        _("What is due"),
        _("Example"),
    ]


def cells(row: ProcurementRow) -> list[str | date | None]:
    """One line; dates stay dates."""
    due = deadline_labels.title(row.next_due_kind, row.next_due_subject) if row.next_due_kind else None
    return [
        row.registry_number,
        row.title,
        row.substance,
        row.atc_code,
        str(labels.PROCEDURES[row.procedure]),
        str(labels.phase_label(row.phase)),
        row.phase_since_on,
        row.responsible,
        row.began_on,
        row.next_due_on,
        due,
        _("yes") if row.is_example else _("no"),
    ]


def harmless(text: str) -> str:
    """`text` so that no spreadsheet program takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def csv_response(rows: Iterable[ProcurementRow], file_name: str) -> Response:
    """Semicolons and a byte order mark, which Swedish Excel opens as it is. Written to a file on disk before it is
    answered: all rows are of one moment, the reader's session is there, and a fault gives no half file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the last chunk is read)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings())
    writer.writerows([_plain(value) for value in cells(row)] for row in rows)
    text.detach()
    return _file_response(file, "text/csv", file_name)


def xlsx_response(rows: Iterable[ProcurementRow], file_name: str) -> Response:
    """Real dates, a filter row and a frozen heading. Written row by row to a file on disk, so that size costs no
    memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the last chunk is read)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Procurements")[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, width in enumerate((16, 48, 28, 10, 32, 22, 12, 24, 12, 12, 40, 8)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(headings()):
        sheet.write_string(0, column, text, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(cells(row)):
            if isinstance(value, date):
                sheet.write_datetime(last, column, value, day)
            elif value:
                sheet.write_string(last, column, value)
    sheet.autofilter(0, 0, max(last, 1), len(headings()) - 1)
    book.close()
    return _file_response(file, XLSX_TYPE, file_name)


def _file_response(file: Any, media_type: str, file_name: str) -> Response:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(_chunks(file), mimetype=media_type, headers=_headers(file_name))
    response.content_length = size
    return response


def _plain(value: str | date | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else harmless(value)


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _headers(file_name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
