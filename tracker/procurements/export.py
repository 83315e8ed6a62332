"""The list of procurements as rows of a CSV or XLSX file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Response
from flask_babel import gettext as _

from tracker.core import spreadsheet
from tracker.deadlines import labels as deadline_labels
from tracker.procurements import labels
from tracker.procurements.queries import ProcurementRow

_WIDTHS = (16, 48, 28, 10, 32, 22, 12, 24, 12, 12, 40, 8)


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


def csv_response(rows: Iterable[ProcurementRow], file_name: str) -> Response:
    return spreadsheet.csv_response(headings(), map(cells, rows), file_name)


def xlsx_response(rows: Iterable[ProcurementRow], file_name: str) -> Response:
    return spreadsheet.xlsx_response(
        headings(), map(cells, rows), file_name, sheet_name=_("Procurements"), widths=_WIDTHS
    )
