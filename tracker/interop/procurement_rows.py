"""Rows of a spreadsheet to drafts of procurements, with every fault found on the way. Pure: asks no database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.interop import cells
from tracker.interop.columns import Column, Of, column, find, fold, is_ignored, nearest
from tracker.interop.contract_rows import ContractDraft, LotDraft, take_contract, take_lot
from tracker.interop.faults import Fault
from tracker.interop.sheets import Row

HEADER_SEARCH_ROWS = 10
_KEY_LENGTH = 100
_IN_ORDER = ("assigned_on", "publication_on", "tenders_due_on", "award_notified_on", "signed_on", "supply_started_on")


@dataclass
class ProcurementDraft:
    """A procurement from one or more rows. ``where`` tells in which row each value stands."""

    row: int
    import_key: str
    values: dict[str, Any] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    lots: list[LotDraft] = field(default_factory=list)
    contracts: list[ContractDraft] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.values.get("title", ""))

    @property
    def earliest_on(self) -> date | None:
        """The earliest date that the file gives for the procurement."""
        days = [value for value in self.values.values() if isinstance(value, date)]
        return min([*days, *(contract.plan.starts_on for contract in self.contracts)], default=None)


@dataclass
class Parsed:
    """What a file says. Drafts are there also beside faults, so that the rest can be checked in the same go."""

    drafts: list[ProcurementDraft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def parse(rows: Sequence[Row]) -> Parsed:
    """Everything that the rows hold. Never raises for what stands in a cell."""
    parsed = Parsed()
    header = _header(rows)
    if header is None:
        first = next((row.number for row in rows if not row.is_blank), 1)
        parsed.faults.append(
            Fault(
                first,
                "title",
                "",
                _l("The headings are missing."),
                _l("Use the headings of the template in the first row."),
            )
        )
        return parsed
    places = _places(header, parsed.faults)
    if all(known.key != "title" for known in places.values()):
        problem, mend = _l("The column is missing."), _l("Add it, with the heading of the template.")
        parsed.faults.append(Fault(header.number, "title", "", problem, mend))
        return parsed
    drafts: dict[str, ProcurementDraft] = {}
    for row in rows:
        if row.number <= header.number or row.is_blank:
            continue
        _read_row(row, header, places, drafts, parsed.faults)
    parsed.drafts = list(drafts.values())
    for draft in parsed.drafts:
        _check_draft(draft, parsed.faults)
    if not drafts and not parsed.faults:
        parsed.faults.append(
            Fault(
                header.number, None, "", _l("There are no rows below the headings."), _l("Add one row per procurement.")
            )
        )
    parsed.faults.sort(key=lambda fault: fault.row)
    return parsed


def import_key(values: Mapping[str, Any]) -> str | None:
    """What makes a procurement the same at the next import: its key, else registry number, else title."""
    for name in ("key", "registry_number", "title"):
        if values.get(name):
            return key_of(name, str(values[name]))
    return None


def key_of(name: str, text: str) -> str:
    folded = fold(text)
    if len(folded) > _KEY_LENGTH:
        folded = "sha256:" + hashlib.sha256(folded.encode()).hexdigest()
    return f"{name}:{folded}"


def _header(rows: Sequence[Row]) -> Row | None:
    """The first row with the heading of titles; without any, the one with the most headings, two at least."""
    counted = []
    for row in rows:
        if row.number > HEADER_SEARCH_ROWS:
            break
        keys = {found.key for cell in row.cells if cell and (found := find(cell))}
        if "title" in keys:
            return row
        counted.append((len(keys), row))
    most, header = max(counted, key=lambda pair: pair[0], default=(0, None))
    return header if most >= 2 else None


def _places(header: Row, faults: list[Fault]) -> dict[int, Column]:
    places: dict[int, Column] = {}
    for place, heading in enumerate(header.cells):
        if not heading or is_ignored(heading):
            continue
        found = find(heading)
        if found is None:
            meant = nearest(heading, "sv")
            mend = (
                _l("Write %(meant)s if that is what is meant, else remove the column.", meant=meant)
                if meant
                else _l("Remove the column, or use a heading of the template.")
            )
            faults.append(Fault(header.number, None, heading, _l("The heading is not known."), mend))
        elif found in places.values():
            faults.append(
                Fault(
                    header.number, found.key, heading, _l("The heading stands twice."), _l("Remove one of the columns.")
                )
            )
        else:
            places[place] = found
    return places


def _read_row(
    row: Row, header: Row, places: Mapping[int, Column], drafts: dict[str, ProcurementDraft], faults: list[Fault]
) -> None:
    values: dict[str, Any] = {}
    written: dict[str, str] = {}
    for place, text in enumerate(row.cells):
        if not text:
            continue
        if place not in places:
            if place < len(header.cells) and header.cells[place]:
                # The heading itself is a fault, told once.
                continue
            faults.append(
                Fault(
                    row.number,
                    None,
                    text,
                    _l("The cell has no heading above it."),
                    _l("Empty the cell, or give it a heading."),
                )
            )
            continue
        known = places[place]
        written[known.key] = text
        try:
            values[known.key] = cells.read(known, text)
        except cells.CellFault as fault:
            faults.append(Fault(row.number, known.key, text, fault.problem, fault.mend))
    if not written:
        return
    # A key that could not be read still groups its rows.
    name = import_key({**written, **values})
    if name is None:
        faults.append(
            Fault(
                row.number,
                "title",
                "",
                _l("The title is missing."),
                _l("Write a title, or the key of the procurement that the row belongs to."),
            )
        )
        name = f"row:{row.number}"
    draft = drafts.setdefault(name, ProcurementDraft(row.number, name))
    draft.rows.append(row.number)
    _take_procurement(draft, row.number, values, faults)
    lot = take_lot(draft.lots, row.number, values, faults)
    contract = take_contract(row.number, values, written, lot, faults)
    if contract is not None:
        draft.contracts.append(contract)


def _take_procurement(draft: ProcurementDraft, row: int, values: Mapping[str, Any], faults: list[Fault]) -> None:
    for key, value in values.items():
        if column(key).of is not Of.PROCUREMENT:
            continue
        if key not in draft.values:
            draft.values[key], draft.where[key] = value, row
        elif fold(str(draft.values[key])) != fold(str(value)):
            faults.append(
                Fault(
                    row,
                    key,
                    str(value),
                    _l("The rows of one procurement say different things."),
                    _l("Write the same as in row %(row)s, or leave the cell empty.", row=draft.where[key]),
                )
            )


def _check_draft(draft: ProcurementDraft, faults: list[Fault]) -> None:
    if "title" not in draft.values and not any(f.row in draft.rows and f.column == "title" for f in faults):
        faults.append(
            Fault(
                draft.row,
                "title",
                "",
                _l("The title is missing."),
                _l("Write the title on the procurement's first row."),
            )
        )
    dated = [(key, draft.values[key]) for key in _IN_ORDER if key in draft.values]
    for (_, earlier), (key, later) in pairwise(dated):
        if later < earlier:
            faults.append(
                Fault(
                    draft.where[key],
                    key,
                    str(later),
                    _l("The date comes before a step that must precede it."),
                    _l("The step before is dated %(day)s. Check both.", day=earlier.isoformat()),
                )
            )
