"""The list of evaluations as rows of a CSV or XLSX file."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response
from flask_babel import gettext as _

from tracker.core import spreadsheet
from tracker.core.spreadsheet import Cell
from tracker.deadlines import labels as deadline_labels
from tracker.evaluations import labels
from tracker.evaluations.queries.listing import EvaluationRow

_WIDTHS = (16, 48, 12, 28, 24, 12, 24, 24, 20, 12, 40, 14, 8)


def headings() -> list[str]:
    """The first line, in the reader's language."""
    return [
        _("Registry number"),
        _("Title"),
        _("Ours"),
        _("Commissioned by"),
        _("Phase"),
        _("Phase since"),
        _("Responsible officer"),
        _("Evaluator"),
        _("Open recommendations"),
        _("Next deadline"),
        _("What is due"),
        _("Published on"),
        _("Example"),
    ]


def cells(row: EvaluationRow) -> list[Cell]:
    """One line; dates stay dates."""
    due = deadline_labels.title(row.next_due_kind, row.next_due_subject) if row.next_due_kind else None
    return [
        row.registry_number,
        row.title,
        _("yes") if row.is_own else _("no"),
        row.commissioner,
        str(labels.phase_label(row.phase)),
        row.phase_since_on,
        row.responsible,
        row.provider,
        row.open_recommendations if row.is_own else None,
        row.next_due_on,
        due,
        row.published_on,
        _("yes") if row.is_example else _("no"),
    ]


def csv_response(rows: Iterable[EvaluationRow], file_name: str) -> Response:
    return spreadsheet.csv_response(headings(), map(cells, rows), file_name)


def xlsx_response(rows: Iterable[EvaluationRow], file_name: str) -> Response:
    return spreadsheet.xlsx_response(
        headings(), map(cells, rows), file_name, sheet_name=_("Evaluations"), widths=_WIDTHS
    )
