"""One line per figure: what was measured, ours, the baseline, the target, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``baseline`` is measured in the same run, or empty where the target is an amount of its own."""

    what: str
    ours: str
    baseline: str
    target: str
    is_reached: bool


HEADINGS = ("what", "ours", "baseline", "target", "reached")


def print_table(rows: list[Row]) -> None:
    lines = [
        HEADINGS,
        *((row.what, row.ours, row.baseline, row.target, "yes" if row.is_reached else "NO") for row in rows),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    for number, line in enumerate(lines):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
