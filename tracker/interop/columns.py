"""The columns of the spreadsheets that are read in, as the files in ``data`` list them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "columns.yaml"


class Of(StrEnum):
    """What a cell describes."""

    PROCUREMENT = "procurement"
    LOT = "lot"
    CONTRACT = "contract"
    RECOMMENDATION = "recommendation"
    RESPONSE = "response"
    ACTION = "action"


@dataclass(frozen=True)
class Column:
    """``words`` maps what may be written in a cell of a fixed choice, folded, to its code.

    ``also`` holds more headings that are understood.
    """

    key: str
    of: Of
    kind: str
    sv: str
    en: str
    help_sv: str
    help_en: str
    example: str = ""
    max: int = 0
    low: int = 0
    high: int = 0
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def heading(self, language: str) -> str:
        return self.en if language == "en" else self.sv


class Heading:
    """The headings of one kind of spreadsheet, as its file lists them."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load(self._file.read_text(encoding="utf-8"))
        return content

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in the order of the template."""
        made = []
        for entry in self._content["columns"]:
            entry = dict(entry)
            also = tuple(entry.pop("also", ()))
            words = entry.pop("words", {})
            folded = {fold(text): code for code, texts in words.items() for text in (code, *texts)}
            # The first word of each code is the one that the template and the messages show.
            shown = tuple(texts[0] for texts in words.values())
            made.append(Column(**{**entry, "of": Of(entry["of"])}, words=folded, choices=shown, also=also))
        return tuple(made)

    @cached_property
    def ignored(self) -> frozenset[str]:
        """Headings, folded, of an exported list that only say what follows from the rest."""
        return frozenset(fold(name) for name in self._content["ignored"])

    @cached_property
    def _by_key(self) -> dict[str, Column]:
        return {item.key: item for item in self.columns}

    @cached_property
    def _by_heading(self) -> dict[str, Column]:
        return {fold(name): item for item in self.columns for name in (item.key, item.sv, item.en, *item.also)}

    def column(self, key: str) -> Column:
        """:raises KeyError:"""
        return self._by_key[key]

    def find(self, heading: str) -> Column | None:
        """The column that a heading names, by key, Swedish or English heading, whatever its case and spacing."""
        return self._by_heading.get(fold(heading))

    def nearest(self, heading: str, language: str) -> str | None:
        """The heading that was probably meant by an unknown one."""
        close = get_close_matches(fold(heading), self._by_heading, n=1, cutoff=0.7)
        return self._by_heading[close[0]].heading(language) if close else None

    def is_ignored(self, heading: str) -> bool:
        return fold(heading) in self.ignored


def fold(text: str) -> str:
    """Text for comparing what people type: no case, single spaces, underscores as spaces."""
    return " ".join(text.replace("_", " ").casefold().split())


PROCUREMENTS = Heading(FILE)
RECOMMENDATIONS = Heading(FILE.with_name("recommendation_columns.yaml"))


def columns() -> tuple[Column, ...]:
    """Every column of the procurement spreadsheet, in the order of the template."""
    return PROCUREMENTS.columns


column, find, nearest, is_ignored = (
    PROCUREMENTS.column,
    PROCUREMENTS.find,
    PROCUREMENTS.nearest,
    PROCUREMENTS.is_ignored,
)
