"""Tables of the report: columns with their kind, and rows made from the frozen lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from flask_babel import gettext as _

from tracker.reports import labels

Cell = str | int | date | None
Kind = Literal["text", "date", "number"]
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in characters, for the workbook."""

    key: str
    heading: str
    kind: Kind = "text"
    width: int = 14


class Part(StrEnum):
    """The report's tables, in the order they are read."""

    DECISIONS = "decisions"
    OVERDUE = "overdue"
    DUE = "due"
    PHASES = "phases"
    RECOMMENDATIONS = "recommendations"
    CONTRACTS = "contracts"
    PROCUREMENTS = "procurements"


@dataclass(frozen=True, slots=True)
class Table:
    """`sheet` names its sheet in the workbook, `empty` is said when there is no row."""

    part: Part
    heading: str
    sheet: str
    intro: str
    empty: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, key: str) -> int:
        return next(index for index, column in enumerate(self.columns) if column.key == key)


def make_table(
    part: Part,
    heading: str,
    sheet: str,
    intro: str,
    empty: str,
    columns: Sequence[tuple[Column, Callable[[Line], Cell]]],
    lines: Sequence[Line],
) -> Table:
    makers = [make for _column, make in columns]
    rows = tuple(tuple(make(line) for make in makers) for line in lines)
    return Table(part, heading, sheet, intro, empty, tuple(column for column, _make in columns), rows)


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def withheld_words() -> dict[str, str]:
    return {code: _("Withheld, secrecy class: %(secrecy)s", secrecy=label) for code, label in labels.SECRECY.items()}
