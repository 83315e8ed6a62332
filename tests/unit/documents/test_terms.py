"""Words of a search: read leniently, asked for exactly, shown harmlessly."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.terms import (
    MOST_TERMS,
    Term,
    as_pattern,
    for_postgresql,
    for_sqlite,
    highlighted,
    parse,
    readable,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("vaccin", [Term(("vaccin",), "vaccin", True)]),
        ("vaccin*", [Term(("vaccin",), "vaccin", True)]),
        ('"fast pris"', [Term(("fast", "pris"), "fast pris", False)]),
        ("”fast pris”", [Term(("fast", "pris"), "fast pris", False)]),
        ("2026/0001-3", [Term(("2026", "0001", "3"), "2026/0001-3", True)]),
        ("Åtgärd åtgärd", [Term(("Åtgärd",), "åtgärd", True), Term(("åtgärd",), "åtgärd", True)]),
        ('halv "öppen', [Term(("halv",), "halv", True), Term(("öppen",), "öppen", True)]),
        ("a\u0308rende", [Term(("ärende",), "ärende", True)]),
        ('" * - ( ) \0 "', []),
        ("", []),
        (None, []),
    ],
)
def test_words_are_found_among_signs(written: str | None, expected: list[Term]) -> None:
    assert sorted(parse(written), key=lambda term: term.words) == sorted(expected, key=lambda term: term.words)


def test_a_long_question_is_cut() -> None:
    assert len(parse("ord " * 5000)) == 1
    assert len(parse(" ".join(f"o{number}" for number in range(60)))) == MOST_TERMS


@given(st.text())
def test_nothing_that_is_written_is_an_error_of_sqlite(written: str) -> None:
    terms = parse(written)
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
        database.execute("INSERT INTO words VALUES ('ett ord')")
        if terms:
            database.execute("SELECT * FROM words WHERE body MATCH ?", [for_sqlite(terms)]).fetchall()
    database.close()


@given(st.text(), st.text())
def test_what_is_shown_is_the_text_and_its_marks_alone(text: str, written: str) -> None:
    shown = highlighted(text, parse(written))
    assert shown.replace("<mark>", "").replace("</mark>", "") == str(highlighted(text, ()))
    assert shown.count("<mark>") == shown.count("</mark>")


def test_a_word_is_marked_to_its_end_and_a_quotation_as_it_stands() -> None:
    assert highlighted("Vaccinet <b> och vaccin", parse("vaccin")) == (
        "<mark>Vaccinet</mark> &lt;b&gt; och <mark>vaccin</mark>"
    )
    assert highlighted("fasta priser, fast\npris", parse('"fast pris"')) == "fasta priser, <mark>fast\npris</mark>"


def test_queries_hold_words_alone() -> None:
    open_term, closed = parse('"de fria" anbuds-om')[::-1]
    assert for_sqlite([open_term, closed]) == '"anbuds om" * AND "de fria"'
    assert for_postgresql(open_term) == "'anbuds' <-> 'om':*"
    assert for_postgresql(closed) == "'de' <-> 'fria'"
    assert as_pattern([open_term, closed]) == r"\m(?:anbuds[^[:alnum:]]+om|de[^[:alnum:]]+fria\M)"


def test_a_piece_of_text_is_told_on_one_line() -> None:
    assert readable("Ett\n\tbrev\u202e och\x00 mer\u200b") == "Ett brev och mer"
