"""An empty spreadsheet with the headings, their meaning and, for procurements, one example row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import xlsxwriter

from tracker.interop.columns import PROCUREMENTS, RECOMMENDATIONS, Column

_WIDTH = 22
_BLANK_ROWS = 500
_GUIDE = {
    "sv": ("Rubrik", "Beskriver", "Betydelse", "Exempel", "Tillåtna ord"),
    "en": ("Heading", "Describes", "Meaning", "Example", "Words"),
}
_OF = {
    "sv": {
        "procurement": "upphandlingen",
        "lot": "anbudsområdet",
        "contract": "avtalet",
        "recommendation": "rekommendationen",
        "response": "svaret",
        "action": "åtgärden",
    },
    "en": {
        "procurement": "the procurement",
        "lot": "the lot",
        "contract": "the contract",
        "recommendation": "the recommendation",
        "response": "the response",
        "action": "the action",
    },
}


@dataclass(frozen=True)
class Template:
    """A spreadsheet to fill in: its columns, and the names of its two sheets by language. ``has_example``: its first
    row shows how one is filled in; where a row must name a case that is there, the examples stand beside the meanings
    only."""

    columns: tuple[Column, ...]
    sheets: Mapping[str, tuple[str, str]]
    has_example: bool = True


def procurements() -> Template:
    return Template(PROCUREMENTS.columns, {"sv": ("Upphandlingar", "Kolumner"), "en": ("Procurements", "Columns")})


def recommendations() -> Template:
    return Template(
        RECOMMENDATIONS.columns,
        {"sv": ("Rekommendationer", "Kolumner"), "en": ("Recommendations", "Columns")},
        has_example=False,
    )


def as_csv(language: str = "sv", template: Template | None = None) -> bytes:
    """Headings and an example row, of procurements unless told otherwise; semicolons and a byte order mark, which
    Swedish spreadsheet programs expect."""
    template = template or procurements()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.heading(language) for column in template.columns])
    if template.has_example:
        writer.writerow([column.example for column in template.columns])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(language: str = "sv", template: Template | None = None) -> bytes:
    """A sheet with headings, lists to choose from and an example row, and a sheet that explains every column."""
    template = template or procurements()
    columns = template.columns
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        as_text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        names = template.sheets[language]
        sheet = book.add_worksheet(names[0])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, _WIDTH, as_text)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading(language), bold)
            if template.has_example:
                sheet.write_string(1, place, column.example)
            if column.choices:
                choices = {"validate": "list", "source": list(shown_words(column)), "error_type": "information"}
                sheet.data_validation(1, place, _BLANK_ROWS, place, choices)
        guide = book.add_worksheet(names[1])
        guide.set_column(0, 1, _WIDTH, wrapped)
        guide.set_column(2, 2, 70, wrapped)
        guide.set_column(3, 4, 40, wrapped)
        for place, heading in enumerate(_GUIDE[language]):
            guide.write_string(0, place, heading, bold)
        for row, column in enumerate(columns, start=1):
            meaning = column.help_en if language == "en" else column.help_sv
            cells = (column.heading(language), _OF[language][column.of], meaning, column.example)
            for place, text in enumerate((*cells, "; ".join(column.choices))):
                guide.write_string(row, place, text)
    return out.getvalue()


def shown_words(column: Column) -> tuple[str, ...]:
    """The words of a list to choose from: a spreadsheet takes at most 255 characters of them, so else the codes."""
    words = column.choices
    return words if len(",".join(words)) <= 255 else tuple(dict.fromkeys(column.words.values()))
