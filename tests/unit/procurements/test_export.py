"""Text in an exported file stays text in every spreadsheet program."""

from __future__ import annotations

import pytest

from tracker.procurements.export import harmless


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "\0"])
def test_a_formula_is_text(sign: str) -> None:
    assert harmless(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("text", ["", "Vaccin", "3-valent", "'=A1", "Ångström"])
def test_other_text_is_as_it_was(text: str) -> None:
    assert harmless(text) == text
