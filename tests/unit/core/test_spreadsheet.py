"""Text in an exported file stays text in every spreadsheet program, and comes back as it was."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tracker.core.spreadsheet import Cell, csv_response, harmless, plain, xlsx_response

SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "\0"]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_is_text(sign: str) -> None:
    assert harmless(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("text", ["", "Vaccin", "3-valent", "'90-talet", "Ångström"])
def test_other_text_is_as_it_was(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not harmless(text).startswith(tuple(SIGNS))


@given(st.text(alphabet=st.characters(categories=["L", "N"])))
def test_plain_words_are_left_alone(text: str) -> None:
    assert harmless(text) == text


@given(st.one_of(st.text(), st.text(alphabet="'=+-@a")))
def test_every_text_comes_back(text: str) -> None:
    assert plain(harmless(text)) == text


def test_numbers_and_dates_stay_what_they_are() -> None:
    rows: list[list[Cell]] = [
        ["=1+1", 3, Decimal("1.50"), date(2026, 11, 23), None],
        ["'=1", 0, Decimal(2), date(2026, 1, 1), ""],
    ]
    with Flask(__name__).app_context():
        told = b"".join(csv_response(["A", "B", "C", "D", "E"], rows, "a.csv").response)  # type: ignore[arg-type]
        made = xlsx_response(["A", "B", "C", "D", "E"], rows, "a.xlsx", sheet_name="S" * 40, widths=(9, 9, 9, 9, 9))
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(made.response)))  # type: ignore[arg-type]
    assert told.decode("utf-8-sig").splitlines()[1:] == ["'=1+1;3;1.50;2026-11-23;", "''=1;0;2;2026-01-01;"]
    assert book.get_sheet_by_index(0).to_python()[1:] == [
        ["=1+1", 3.0, 1.5, date(2026, 11, 23), ""],
        ["''=1", 0.0, 2.0, date(2026, 1, 1), ""],
    ]
