"""Recommendations as rows of a CSV or XLSX file, one per action; the same file can be read in again.

The headings are those of ``interop/data/recommendation_columns.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from flask import Response
from flask_babel import gettext as _

from tracker.core import spreadsheet
from tracker.core.filters import locale_code
from tracker.core.spreadsheet import Cell
from tracker.evaluations import labels
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.queries.follow_up import FollowUpRow
from tracker.evaluations.standing import age_on

_BATCH = 500
_WIDTHS = (16, 40, 8, 60, 10, 16, 28, 24, 22, 12, 12, 8, 18, 40, 24, 12, 24, 10, 48, 26, 26, 12, 22, 12, 40, 24, 12, 24)


def headings() -> list[str]:
    """The first line, in the reader's language."""
    return [
        _("Registry number"),
        _("Evaluation"),
        _("No."),
        _("Recommendation"),
        _("Page"),
        _("Priority"),
        _("Addressee"),
        _("Suggested owner"),
        _("State"),
        _("Issued on"),
        _("Response due"),
        _("Age, days"),
        _("Response"),
        _("Reason"),
        _("Responded by"),
        _("Responded on"),
        _("Decision"),
        _("Action no."),
        _("Action"),
        _("Owner"),
        _("Owner's organisation"),
        _("Action due"),
        _("State of the action"),
        _("Done on"),
        _("Evidence"),
        _("Verified by"),
        _("Closed on"),
        _("Reason for the change"),
    ]


def csv_response(rows: Iterable[FollowUpRow], file_name: str, today: date) -> Response:
    return spreadsheet.csv_response(headings(), lines(rows, today), file_name)


def xlsx_response(rows: Iterable[FollowUpRow], file_name: str, today: date) -> Response:
    return spreadsheet.xlsx_response(
        headings(), lines(rows, today), file_name, sheet_name=_("Recommendations"), widths=_WIDTHS
    )


def lines(rows: Iterable[FollowUpRow], today: date) -> Iterator[list[Cell]]:
    """A line per action, and one for a recommendation without; a batch at a time with its actions and names."""
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        actions = queries.list_actions([row.id for row in batch])
        bodies = {row.addressee_id for row in batch} | {
            action.organisation_id for found in actions.values() for action in found
        }
        names = queries.organisation_names(bodies, today, locale_code())
        for row in batch:
            about = _recommendation(row, names, today)
            for number, action in enumerate(actions[row.id] or [None], start=1):
                yield [*about, *_action(number, action, names), row.closed_on, None]


def _recommendation(row: FollowUpRow, names: dict[int, str], today: date) -> Sequence[Cell]:
    age = age_on(today, row.issued_on, row.state)
    return (
        row.registry_number,
        row.title,
        row.number,
        row.body,
        row.page,
        str(labels.PRIORITIES[row.priority]),
        names.get(row.addressee_id),
        row.suggested_owner,
        str(labels.RECOMMENDATION_STATES[row.state]),
        row.issued_on,
        row.response_due_on,
        age.days if age else None,
        str(labels.RESPONSES[row.response]) if row.response else None,
        row.response_reason,
        row.responded_by,
        row.responded_on,
        row.decision_reference,
    )


def _action(number: int, action: Any, names: dict[int, str]) -> Sequence[Cell]:
    if action is None:
        return (None,) * 9
    return (
        number,
        action.body,
        action.owner_name,
        names.get(action.organisation_id),
        action.due_on,
        str(labels.ACTION_STATES[action.state]),
        action.done_on,
        action.evidence,
        action.verified_by_name,
    )
