"""Importing procurements from a spreadsheet: everything or nothing, through the same services as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.actor import Actor
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.interop import sheets
from tracker.interop.apply import create
from tracker.interop.columns import columns, fold
from tracker.interop.faults import Fault
from tracker.interop.procurement_rows import ProcurementDraft, parse
from tracker.interop.resolve import Resolved, Resolver, names_of

Progress = Callable[[int, int], None]


class Action(StrEnum):
    """What importing means for a procurement of the file."""

    CREATE = "create"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Entry:
    """One procurement of the file. ``differs`` names the columns that say otherwise than what is stored."""

    action: Action
    rows: tuple[int, ...]
    title: str
    registry_number: str | None
    lots: int
    contracts: int
    differs: tuple[str, ...] = ()
    procurement_id: int | None = None


@dataclass
class Outcome:
    """What an import did, or would do. With ``faults`` nothing was done, and only what is unchanged is listed."""

    is_dry_run: bool
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new_suppliers: list[str] = field(default_factory=list)

    @property
    def is_imported(self) -> bool:
        return not self.is_dry_run and not self.faults

    def count(self, action: Action) -> int:
        return sum(entry.action is action for entry in self.entries)


class _Undo(Exception):
    """Leaves the savepoint with nothing kept."""


def import_procurements(
    *,
    actor: Actor,
    now: datetime,
    content: bytes,
    responsible_id: int | None = None,
    is_dry_run: bool = False,
    is_example: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Import a CSV or XLSX file. Flushes; the caller commits. A dry run does the same work and keeps none of it.

    :param responsible_id: who is responsible where a row names nobody; the actor, where this is None too.
    :raises sheets.UnreadableFile: when the file as a whole cannot be read.
    """
    parsed = parse(sheets.read(content))
    outcome = Outcome(is_dry_run, faults=list(parsed.faults))
    try:
        with db.session.begin_nested():
            resolver = Resolver(actor=actor, now=now, responsible_id=responsible_id)
            drafts = _in_order(parsed.drafts, outcome.faults)
            resolver.know(drafts)
            for number, draft in enumerate(drafts, start=1):
                _import_one(draft, resolver, outcome, actor=actor, now=now, is_example=is_example)
                if progress is not None:
                    progress(number, len(drafts))
            outcome.new_suppliers = list(resolver.new_suppliers)
            if is_dry_run or outcome.faults:
                raise _Undo
    except _Undo:
        pass
    if outcome.faults:
        outcome.entries = [entry for entry in outcome.entries if entry.action is Action.UNCHANGED]
        outcome.new_suppliers = []
    outcome.entries.sort(key=lambda entry: entry.rows)
    outcome.faults.sort(key=_place_in_file)
    return outcome


def _import_one(
    draft: ProcurementDraft, resolver: Resolver, outcome: Outcome, *, actor: Actor, now: datetime, is_example: bool
) -> None:
    has_faults = any(fault.row in draft.rows for fault in outcome.faults)
    before = len(outcome.faults)
    stored = resolver.find_stored(draft, outcome.faults)
    has_faults = has_faults or len(outcome.faults) > before
    if stored is not None:
        outcome.entries.append(
            Entry(
                Action.UNCHANGED,
                tuple(draft.rows),
                stored.title,
                stored.registry_number,
                len(draft.lots),
                len(draft.contracts),
                resolver.differences(draft, stored),
                stored.id,
            )
        )
        return
    resolved = resolver.resolve(draft, outcome.faults)
    if resolved is None or has_faults:
        return
    _create_one(draft, resolved, resolver, outcome, actor=actor, now=now, is_example=is_example)


def _create_one(
    draft: ProcurementDraft,
    resolved: Resolved,
    resolver: Resolver,
    outcome: Outcome,
    *,
    actor: Actor,
    now: datetime,
    is_example: bool,
) -> None:
    place = _Place(draft)
    try:
        with db.session.begin_nested():
            made = create(draft, resolved, place.at, actor=actor, now=now, today=local_date(now), is_example=is_example)
    except DomainError as error:
        outcome.faults.append(place.fault(error))
        return
    resolver.remember(draft, made)
    outcome.entries.append(
        Entry(
            Action.CREATE,
            tuple(draft.rows),
            draft.title,
            None if outcome.is_dry_run else made.registry_number,
            len(draft.lots),
            len(draft.contracts),
            procurement_id=None if outcome.is_dry_run else made.id,
        )
    )


# Fields of the services -> columns of the spreadsheet, where the names differ.
_COLUMN_OF_FIELD = {
    "atc_code": "atc",
    "cpv_code": "cpv",
    "assigned_by_id": "assigned_by",
    "executing_body_id": "executing_body",
    "responsible_id": "responsible",
    "market_contact_id": "market_contact",
    "succeeds_contract_id": "succeeds",
    "supplier_id": "supplier",
    "starts_on": "contract_start",
    "base_ends_on": "contract_end",
    "number": "lot_number",
}
_SAME_NAME = frozenset(
    {
        "title",
        "registry_number",
        "executing_reason",
        "began_on",
        "wished_supply_on",
        "signed_on",
        "term",
        "notice_months",
        "long_term_reason",
    }
)


def _place_in_file(fault: Fault) -> tuple[int, int]:
    keys = [column.key for column in columns()]
    return fault.row, keys.index(fault.column) if fault.column else -1


class _Place:
    """Where in the file the work stands, so that a refusal is told on the right cell."""

    def __init__(self, draft: ProcurementDraft) -> None:
        self.draft = draft
        self.row = draft.row
        self.column: str | None = None

    def at(self, row: int | None, column: str | None) -> None:
        self.row = row or (self.draft.where.get(column, self.draft.row) if column else self.draft.row)
        self.column = column

    def fault(self, error: DomainError) -> Fault:
        name = error.field or ""
        column = _COLUMN_OF_FIELD.get(name) or (name if name in _SAME_NAME else self.column)
        row = self.draft.where.get(column, self.row) if column else self.row
        value = str(self.draft.values.get(column, "")) if column else ""
        return Fault(row, column, value, error.message, _l("Correct the cell and read the file in again."))


def _in_order(drafts: Sequence[ProcurementDraft], faults: list[Fault]) -> list[ProcurementDraft]:
    """The drafts with every predecessor before its successor; a ring is a fault."""
    by_name: dict[str, ProcurementDraft] = {}
    for named in drafts:
        for name in names_of(named):
            by_name.setdefault(name, named)
    ordered: list[ProcurementDraft] = []
    done: set[int] = set()
    for first in drafts:
        chain: list[ProcurementDraft] = []
        draft: ProcurementDraft | None = first
        while draft is not None and id(draft) not in done:
            if any(draft is other for other in chain):
                faults.extend(_ring(other) for other in chain[next(n for n, o in enumerate(chain) if o is draft) :])
                break
            chain.append(draft)
            draft = by_name.get(fold(str(draft.values.get("succeeds", ""))))
        done.update(id(draft) for draft in chain)
        ordered.extend(reversed(chain))
    return ordered


def _ring(draft: ProcurementDraft) -> Fault:
    problem: Any = _l("The procurement succeeds itself, directly or through others.")
    mend: Any = _l("Write the procurement that came before, or empty the cell.")
    return Fault(draft.where["succeeds"], "succeeds", str(draft.values["succeeds"]), problem, mend)
