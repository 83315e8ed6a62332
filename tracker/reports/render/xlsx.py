"""The report as a workbook: one sheet per table, real dates and numbers, and never a formula out of user text.

Written row by row in constant memory. The file's own dates are the edition's, so the same bytes in give the same
bytes out.
"""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter
from flask_babel import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tracker.core.i18n import using_locale
from tracker.reports import presentation
from tracker.reports.presentation import Part, Report, Table

_MAX_CELL = 32_767  # Excel's limit for the text of one cell
_NAMES = {
    Part.DECISIONS: "report_decisions",
    Part.OVERDUE: "report_overdue",
    Part.DUE: "report_due",
    Part.RECOMMENDATIONS: "report_recommendations",
    Part.CONTRACTS: "report_contracts",
    Part.PROCUREMENTS: "report_procurements",
}


def render_xlsx(frozen: bytes, *, locale: str = "sv") -> bytes:
    """The workbook of canonical snapshot bytes. Needs an application context for the texts.

    Raises snapshot.UnknownFormat when the bytes are no report.
    """
    with using_locale(locale):
        report = presentation.present(frozen)
        summary = _("Summary")
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties(
            {
                "title": f"{report.title} – {report.number}",
                "author": "Samordna",
                "comments": f"SHA-256 {report.sha256}",
                "created": report.compiled_at.replace(tzinfo=None),
            }
        )
        styles = _Styles(
            heading=book.add_format({"bold": True, "font_size": 14}),
            header=book.add_format(
                {"bold": True, "bg_color": "#E3E9EE", "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            text=book.add_format({"valign": "top"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        )
        _write_summary(book.add_worksheet(summary), report, styles)
        for part, name in _NAMES.items():
            table = report.tables.get(part)
            if table is None:
                continue
            sheet = book.add_worksheet(table.sheet)
            _write_table(sheet, table, styles)
            last = max(len(table.rows), 1)
            book.define_name(name, f"='{table.sheet}'!$A$1:${_letters(len(table.columns))}${last + 1}")
    return target.getvalue()


class _Styles:
    def __init__(self, *, heading: Format, header: Format, text: Format, day: Format) -> None:
        self.heading, self.header, self.text, self.day = heading, header, text, day


def _write_summary(sheet: Worksheet, report: Report, styles: _Styles) -> None:
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 72)
    sheet.write_string(0, 0, report.title, styles.heading)
    row = 2
    for label, value in report.facts:
        sheet.write_string(row, 0, label, styles.text)
        sheet.write_string(row, 1, value, styles.text)
        row += 1
    row += 1
    for figure, label in report.figures:
        sheet.write_string(row, 0, label[:1].upper() + label[1:], styles.text)
        sheet.write_number(row, 1, figure, styles.text)
        row += 1
    row += 1
    phases = report.tables[Part.PHASES]
    for index, column in enumerate(phases.columns):
        sheet.write_string(row, index, column.heading, styles.header)
    for label, count in report.chart:
        row += 1
        sheet.write_string(row, 0, label, styles.text)
        sheet.write_number(row, 1, count, styles.text)
    for note in report.notes:
        row += 1
        sheet.write_string(row + 1, 0, note, styles.text)


def _write_table(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.heading, styles.header)
    for row_index, row in enumerate(table.rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(row_index, index, value[:_MAX_CELL])
            elif isinstance(value, date):
                sheet.write_datetime(row_index, index, value, styles.day)
            elif value is not None:
                sheet.write_number(row_index, index, value)


def _letters(count: int) -> str:
    letters: str = xlsxwriter.utility.xl_col_to_name(count - 1)
    return letters
