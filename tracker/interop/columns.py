"""The columns of the procurement spreadsheet, as ``data/columns.yaml`` lists them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "columns.yaml"


class Of(StrEnum):
    """What a cell describes."""

    PROCUREMENT = "procurement"
    LOT = "lot"
    CONTRACT = "contract"


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


@lru_cache(maxsize=1)
def columns() -> tuple[Column, ...]:
    """Every column, in the order of the template."""
    made = []
    for entry in _file()["columns"]:
        entry = dict(entry)
        also = tuple(entry.pop("also", ()))
        words = entry.pop("words", {})
        folded = {fold(text): code for code, texts in words.items() for text in (code, *texts)}
        # The first word of each code is the one that the template and the messages show.
        shown = tuple(texts[0] for texts in words.values())
        made.append(Column(**{**entry, "of": Of(entry["of"])}, words=folded, choices=shown, also=also))
    return tuple(made)


def column(key: str) -> Column:
    """:raises KeyError:"""
    return _by_key()[key]


def find(heading: str) -> Column | None:
    """The column that a heading names, by key, Swedish or English heading, whatever its case and spacing."""
    return _by_heading().get(fold(heading))


def nearest(heading: str, language: str) -> str | None:
    """The heading that was probably meant by an unknown one."""
    close = get_close_matches(fold(heading), _by_heading(), n=1, cutoff=0.7)
    return _by_heading()[close[0]].heading(language) if close else None


def fold(text: str) -> str:
    """Text for comparing what people type: no case, single spaces, underscores as spaces."""
    return " ".join(text.replace("_", " ").casefold().split())


def is_ignored(heading: str) -> bool:
    """Whether the heading is one of the exported list's that only say what follows from the rest."""
    return fold(heading) in {fold(name) for name in _file()["ignored"]}


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


@lru_cache(maxsize=1)
def _by_key() -> dict[str, Column]:
    return {item.key: item for item in columns()}


@lru_cache(maxsize=1)
def _by_heading() -> dict[str, Column]:
    return {fold(name): item for item in columns() for name in (item.key, item.sv, item.en, *item.also)}
