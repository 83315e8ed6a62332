"""The report as a tagged PDF (PDF/UA-1 and PDF/A-2a), set by Typst in a process of its own.

Text from people reaches the template as data and is never read as markup. The same bytes in give the same bytes out:
the document's date is the edition's, and no clock, host name or font of the machine has a say.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import font_source_sans_pro
from flask_babel import gettext as _

from tracker.core.i18n import using_locale
from tracker.reports import presentation
from tracker.reports.presentation import Cell, Part, Report, Table
from tracker.reports.render.errors import RenderingFailed
from tracker.reports.render.glyphs import drawable, supported_characters

TEMPLATE = Path(__file__).with_name("templates") / "status_report.typ"
TYPESETTER = Path(__file__).with_name("typeset.py")
# Below the soft time limit of a background task, so that the edition can still be marked as failed.
TIMEOUT_SECONDS = 45

_FONT_DIR = Path(font_source_sans_pro.__file__).with_name("files")
_FONTS = tuple(_FONT_DIR / f"SourceSansPro-{cut}.ttf" for cut in ("Regular", "Semibold", "Bold"))


def render_pdf(frozen: bytes, *, locale: str = "sv") -> bytes:
    """The PDF of canonical snapshot bytes. Needs an application context for the texts.

    Raises RenderingFailed when Typst refuses the document or takes too long, snapshot.UnknownFormat when the bytes are
    no report.
    """
    with using_locale(locale):
        report = presentation.present(frozen)
        content = json.dumps(_content(report, locale), ensure_ascii=False).encode()
    timestamp = int(report.compiled_at.timestamp())
    # Typst takes memory of its own: nothing of the report need be held meanwhile.
    del report
    return _typeset(content, timestamp)


def _typeset(content: bytes, timestamp: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="samordna-fonts-") as folder:
        # Only these cuts: which of two files with the same cut is used would else depend on the folder's order.
        for font in _FONTS:
            Path(folder, font.name).symlink_to(font)
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(TYPESETTER), str(TEMPLATE), folder, str(timestamp)],
                input=content,
                capture_output=True,
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RenderingFailed(f"typesetting took more than {TIMEOUT_SECONDS} s and was stopped") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise RenderingFailed(f"typesetting ended with code {done.returncode}: {said[-1]}")
    return done.stdout


def _content(report: Report, locale: str) -> dict[str, Any]:
    supported = supported_characters(_FONTS)

    def cell(value: Cell) -> str:
        return "" if value is None else drawable(value, supported) if isinstance(value, str) else _plain(value)

    tables = {part.value: _section(table) for part, table in report.tables.items()}
    tables[Part.PROCUREMENTS.value]["rows"] = [_procurement(row) for row in _dicts(report.tables[Part.PROCUREMENTS])]
    tables[Part.PROCUREMENTS.value]["headings"] = _procurement_headings()
    for part, keys in _COLUMNS.items():
        table = report.tables[part]
        tables[part.value]["headings"] = [table.columns[table.column(key)].heading for key in keys]
        tables[part.value]["rows"] = [[_with_part(row, key) for key in keys] for row in _dicts(table)]
    for table_content in tables.values():
        table_content["rows"] = [[cell(value) for value in row] for row in table_content["rows"]]
    return {
        "language": locale,
        "title": report.title,
        "number": report.number,
        "heading": _("Status report %(number)s", number=report.number),
        "author": "Samordna",
        "date": _parts(report.compiled_at),
        "as_of": _("Position as of %(day)s", day=report.as_of_on.isoformat()),
        "recipient": _("To SKL's health-care delegation"),
        "sha256": report.sha256,
        "facts": [[label, cell(value)] for label, value in report.facts],
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


def _dicts(table: Table) -> list[dict[str, Cell]]:
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def _plain(value: Cell) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _parts(instant: datetime) -> list[int]:
    return [instant.year, instant.month, instant.day, instant.hour, instant.minute, instant.second]
