"""docs/import.md lists the columns that there are, with the headings and words that are understood."""

from __future__ import annotations

from pathlib import Path

from tracker.interop.columns import columns

PAPER = Path(__file__).resolve().parents[2] / "docs" / "import.md"


def test_every_column_is_explained_as_it_is() -> None:
    lines = [line for line in PAPER.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in lines]
    assert [cells[:4] for cells in told] == [(c.key, c.sv, c.en, c.of.value) for c in columns()]
    for cells, column in zip(told, columns(), strict=True):
        assert cells[4].startswith(column.help_en)
        assert all(word in cells[4] for word in column.choices)
