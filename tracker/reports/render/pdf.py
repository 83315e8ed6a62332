"""The report as a tagged PDF, from canonical snapshot bytes alone. The document's date is the edition's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from tracker.core.i18n import using_locale
from tracker.core.typeset import encoded, instant_parts, typeset
from tracker.reports import presentation
from tracker.reports.presentation import Cell, Part, Report, Table

TEMPLATE = Path(__file__).with_name("templates") / "status_report.typ"


def render_pdf(frozen: bytes, *, locale: str = "sv") -> bytes:
    """The PDF of canonical snapshot bytes. Needs an application context for the texts.

    Raises core.typeset.TypesettingFailed when Typst refuses the document or takes too long, snapshot.UnknownFormat
    when the bytes are no report.
    """
    with using_locale(locale):
        report = presentation.present(frozen)
        content = encoded(_content(report, locale))
    timestamp = int(report.compiled_at.timestamp())
    # Typst takes memory of its own: nothing of the report need be held meanwhile.
    del report
    return typeset(TEMPLATE, content, timestamp=timestamp)


def _content(report: Report, locale: str) -> dict[str, Any]:
    tables = {part.value: _section(table) for part, table in report.tables.items()}
    tables[Part.PROCUREMENTS.value]["rows"] = [_procurement(row) for row in _dicts(report.tables[Part.PROCUREMENTS])]
    tables[Part.PROCUREMENTS.value]["headings"] = _procurement_headings()
    for part, keys in _COLUMNS.items():
        table = report.tables.get(part)
        if table is None:
            continue
        tables[part.value]["headings"] = [table.columns[table.column(key)].heading for key in keys]
        tables[part.value]["rows"] = [[_with_part(row, key) for key in keys] for row in _dicts(table)]
    if (table := report.tables.get(Part.RECOMMENDATIONS)) is not None:
        tables[Part.RECOMMENDATIONS.value]["rows"] = [_recommendation(row) for row in _dicts(table)]
        tables[Part.RECOMMENDATIONS.value]["headings"] = _recommendation_headings()
    for table_content in tables.values():
        table_content["rows"] = [[_plain(value) for value in row] for row in table_content["rows"]]
    return {
        "language": locale,
        "title": report.title,
        "number": report.number,
        "heading": _("Status report %(number)s", number=report.number),
        "author": "Samordna",
        "date": instant_parts(report.compiled_at),
        "as_of": _("Position as of %(day)s", day=report.as_of_on.isoformat()),
        "recipient": _("To SKL's health-care delegation"),
        "sha256": report.sha256,
        "facts": [[label, _plain(value)] for label, value in report.facts],
        "figures": [[str(value), label] for value, label in report.figures],
        "notes": list(report.notes),
        "chart": [[label, count] for label, count in report.chart],
        "chart_text": report.chart_text,
        "chart_caption": _("Number of procurements per phase"),
        "page": _("Page"),
        "of": _("of"),
        "facts_heading": _("About this edition"),
        "keywords": [report.number, report.as_of_on.isoformat(), report.sha256],
        "tables": tables,
    }


_COLUMNS = {
    Part.DECISIONS: ("deadline", "decision", "title", "number", "responsible"),
    Part.OVERDUE: ("due", "days", "deadline", "title", "number", "responsible"),
    Part.DUE: ("due", "days", "deadline", "title", "number", "responsible"),
    Part.PHASES: ("phase", "count"),
    Part.CONTRACTS: ("end", "title", "option", "decide", "notify", "successor"),
}


def _with_part(row: dict[str, Cell], key: str) -> Cell:
    """The cell; under a title stands which part of it is meant, where there is one."""
    if key == "title" and row.get("part"):
        return f"{row['title']}\n{row['part']}"
    return row[key]


def _section(table: Table) -> dict[str, Any]:
    return {"heading": table.heading, "intro": table.intro, "empty": table.empty}


def _procurement_headings() -> list[str]:
    return [
        _("Registry number"),
        _("Procurement"),
        _("Phase"),
        _("Days"),
        _("Executing body"),
        _("Responsible officer"),
        _("Next deadline"),
        _("Contract until"),
    ]


def _procurement(row: dict[str, Cell]) -> list[str]:
    """One line of the long table: what belongs together shares a cell, divided by a line break."""
    medicine = [text for text in (row["substance"], row["atc"], _("example") if row["example"] else None) if text]
    body = ", ".join(str(text) for text in (row["body"], row["capacity"]) if text)
    return [
        _plain(row["number"]),
        "\n".join([_plain(row["title"]), *([" · ".join(map(str, medicine))] if medicine else [])]),
        _plain(row["phase"]),
        _plain(row["days"]),
        body,
        _plain(row["responsible"]),
        "\n".join(_plain(row[key]) for key in ("next_on", "next") if row[key]),
        _plain(row["contract_end"]),
    ]


def _recommendation_headings() -> list[str]:
    return [
        _("Recommendation"),
        _("Addressee"),
        _("State"),
        _("Next action"),
        _("Owner"),
        _("Due"),
        _("Age, days"),
    ]


def _recommendation(row: dict[str, Cell]) -> list[str]:
    """One line: number and text with the evaluation under them; a withheld one has the evaluation alone."""
    case = f"{_plain(row['number'])} {_plain(row['title'])}"
    example = f" ({_('example')})" if row["example"] else ""
    if row["text"] is None:
        return [case, *([""] * 6)]
    response = [_plain(row["response"])] if row["response"] else []
    return [
        f"{_plain(row['no'])}. {_plain(row['text'])}\n{case}{example}",
        "\n".join([_plain(row["addressee"]), _plain(row["priority"])]),
        "\n".join([_plain(row["state"]), *response]),
        _plain(row["action"]),
        "\n".join(_plain(row[key]) for key in ("owner", "body") if row[key]),
        _plain(row["due"]),
        _plain(row["age"]),
    ]


def _dicts(table: Table) -> list[dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def _plain(value: Cell) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
