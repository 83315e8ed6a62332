"""What is wrong with a file, cell by cell, in words for the person who has it open. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """``row`` as the spreadsheet numbers it; ``column`` is a column's key, None for the row as a whole.

    ``problem`` says what is wrong and ``mend`` what to do, both translated when they are shown. ``value`` is what
    stands in the cell.
    """

    row: int
    column: str | None
    value: str
    problem: Any
    mend: Any


@dataclass(frozen=True)
class FaultGroup:
    """Faults of one kind in one column: the same mend, several rows."""

    column: str | None
    problem: str
    mend: str
    faults: tuple[Fault, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(fault.row for fault in self.faults)


def grouped(faults: Iterable[Fault]) -> list[FaultGroup]:
    """The faults by column and problem, in the order in which the first of each stands in the file."""
    found: dict[tuple[str | None, str, str], list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.row):
        found.setdefault((fault.column, str(fault.problem), str(fault.mend)), []).append(fault)
    return [FaultGroup(column, problem, mend, tuple(group)) for (column, problem, mend), group in found.items()]
