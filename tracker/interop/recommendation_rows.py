"""Rows of a spreadsheet to drafts of recommendations, with every fault found on the way. Pure: asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.interop import cells
from tracker.interop.columns import RECOMMENDATIONS, Column, Of, fold
from tracker.interop.faults import Fault
from tracker.interop.sheets import Row

HEADER_SEARCH_ROWS = 10
_NEEDED = frozenset({"registry_number", "body"})


@dataclass
class ActionDraft:
    """An action of one row, with what its cells say."""

    row: int
    values: dict[str, Any]


@dataclass
class RecommendationDraft:
    """A recommendation from one or more rows. ``where`` tells in which row each value stands."""

    row: int
    case_number: str
    values: dict[str, Any] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    actions: list[ActionDraft] = field(default_factory=list)

    @property
    def number(self) -> int | None:
        found: int | None = self.values.get("number")
        return found


@dataclass
class Parsed:
    """What a file says. Drafts are there also beside faults, so that the rest can be checked in the same go."""

    drafts: list[RecommendationDraft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def parse(rows: Sequence[Row]) -> Parsed:
    """Everything that the rows hold. Never raises for what stands in a cell."""
    parsed = Parsed()
    header = _header(rows)
    if header is None:
        first = next((row.number for row in rows if not row.is_blank), 1)
        mend: Any = _l("Use the headings of the template in the first row.")
        parsed.faults.append(Fault(first, "body", "", _l("The headings are missing."), mend))
        return parsed
    places = _places(header, parsed.faults)
    missing = _NEEDED - {column.key for column in places.values()}
    for key in sorted(missing):
        mend = _l("Add it, with the heading of the template.")
        parsed.faults.append(Fault(header.number, key, "", _l("The column is missing."), mend))
    if missing:
        return parsed
    drafts: dict[tuple[str, str], RecommendationDraft] = {}
    for row in rows:
        if row.number > header.number and not row.is_blank:
            _read_row(row, header, places, drafts, parsed.faults)
    parsed.drafts = list(drafts.values())
    if not drafts and not parsed.faults:
        problem, mend = _l("There are no rows below the headings."), _l("Add one row per recommendation.")
        parsed.faults.append(Fault(header.number, None, "", problem, mend))
    parsed.faults.sort(key=lambda fault: fault.row)
    return parsed


def _header(rows: Iterable[Row]) -> Row | None:
    """The first row with the most of the headings, if they are two at least: one may be a word of an explanation."""
    counted = [
        (len({known.key for cell in row.cells if cell and (known := RECOMMENDATIONS.find(cell))}), row)
        for row in rows
        if row.number <= HEADER_SEARCH_ROWS
    ]
    most, header = max(counted, key=lambda pair: pair[0], default=(0, None))
    return header if most >= 2 else None


def _places(header: Row, faults: list[Fault]) -> dict[int, Column]:
    places: dict[int, Column] = {}
    for place, heading in enumerate(header.cells):
        if not heading or RECOMMENDATIONS.is_ignored(heading):
            continue
        found = RECOMMENDATIONS.find(heading)
        if found is None:
            meant = RECOMMENDATIONS.nearest(heading, "sv")
            mend: Any = _l("Remove the column, or use a heading of the template.")
            if meant:
                mend = _l("Write %(meant)s if that is what is meant, else remove the column.", meant=meant)
            faults.append(Fault(header.number, None, heading, _l("The heading is not known."), mend))
        elif found in places.values():
            problem, mend = _l("The heading stands twice."), _l("Remove one of the columns.")
            faults.append(Fault(header.number, found.key, heading, problem, mend))
        else:
            places[place] = found
    return places


def _read_row(
    row: Row,
    header: Row,
    places: Mapping[int, Column],
    drafts: dict[tuple[str, str], RecommendationDraft],
    faults: list[Fault],
) -> None:
    values, written = _values(row, header, places, faults)
    if not written:
        return
    case_number = written.get("registry_number")
    if not case_number:
        mend: Any = _l("Write the evaluation's registry number on every row.")
        faults.append(Fault(row.number, "registry_number", "", _l("The registry number is missing."), mend))
        return
    if "number" not in written and "body" not in written:
        mend = _l("Write the recommendation's number, or its text.")
        faults.append(Fault(row.number, "number", "", _l("The row does not say which recommendation."), mend))
        return
    # A number that could not be read still groups its rows.
    name = written.get("number") or f"text:{fold(written['body'])}"
    draft = drafts.setdefault((fold(case_number), fold(name)), RecommendationDraft(row.number, case_number))
    draft.rows.append(row.number)
    about_action = {}
    for key, value in values.items():
        if RECOMMENDATIONS.column(key).of is Of.ACTION:
            about_action[key] = value
        else:
            _take(draft, row.number, key, value, faults)
    if about_action:
        draft.actions.append(ActionDraft(row.number, about_action))


def _values(
    row: Row, header: Row, places: Mapping[int, Column], faults: list[Fault]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the cells of a row say by column: the values that could be read, and the bare texts."""
    values: dict[str, Any] = {}
    written: dict[str, str] = {}
    for place, text in enumerate(row.cells):
        if not text:
            continue
        known = places.get(place)
        if known is None:
            # Under a heading that is a fault itself, or only read past, nothing more is said.
            if place >= len(header.cells) or not header.cells[place]:
                problem, mend = _l("The cell has no heading above it."), _l("Empty the cell, or give it a heading.")
                faults.append(Fault(row.number, None, text, problem, mend))
            continue
        written[known.key] = text
        try:
            values[known.key] = cells.read(known, text)
        except cells.CellFault as fault:
            faults.append(Fault(row.number, known.key, text, fault.problem, fault.mend))
    return values, written


def _take(draft: RecommendationDraft, row: int, key: str, value: Any, faults: list[Fault]) -> None:
    if key not in draft.values:
        draft.values[key], draft.where[key] = value, row
    elif fold(str(draft.values[key])) != fold(str(value)):
        mend = _l("Write the same as in row %(row)s, or leave the cell empty.", row=draft.where[key])
        faults.append(Fault(row, key, str(value), _l("The rows of one recommendation say different things."), mend))
