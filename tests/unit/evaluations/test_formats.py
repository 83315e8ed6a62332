"""Which file is of another type than was asked for in free text."""

from __future__ import annotations

import pytest

from tracker.evaluations.formats import missed


@pytest.mark.parametrize(
    ("asked", "file_name", "is_missed"),
    [
        ("PDF, högst 40 sidor, med sammanfattning", "rapport.txt", True),
        ("PDF, högst 40 sidor, med sammanfattning", "Rapport.PDF", False),
        ("Word eller pdf", "rapport.docx", False),
        ("Word eller pdf", "rapport.odt", True),
        ("Tillgänglig PDF/UA", "rapport.pdf", False),
        ("Högst 5000 ord, på svenska", "rapport.txt", False),
        ("", "rapport.txt", False),
        (None, "rapport.txt", False),
        ("pdf", "utan ändelse", True),
    ],
)
def test_only_types_that_are_named_are_compared(asked: str | None, file_name: str, is_missed: bool) -> None:
    assert missed(asked, file_name) is is_missed
