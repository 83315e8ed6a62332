"""What somebody wrote, put into a sentence of ours."""

from __future__ import annotations

import pytest

from tracker.reminders.mails import _in_a_sentence


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Publicera en årsplan.", "publicera en årsplan"),
        ("Leverera: Slutrapport", "leverera: Slutrapport"),
        ("TED-annons …", "TED-annons …"),
    ],
)
def test_it_ends_no_sentence_twice_and_keeps_its_capitals(written: str, told: str) -> None:
    assert _in_a_sentence(written) == told
