"""File names: whatever was sent, a plain name comes out (fault row 41)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.http import dump_options_header, parse_options_header

from tracker.documents.names import MAX_BYTES, MAX_CHARACTERS, clean_name, extension_of

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('./\\:*?"<>|\0\r\n\t\u202e\u2066\u200b\u00a0\u2028\ud800'),
        st.sampled_from("conpruxlt1.pdfPDF "),
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Slutrapport.pdf", "Slutrapport.pdf"),
        ("../../x", "x"),
        ("..\\..\\rapport.docx", "rapport.docx"),
        ("C:\\Users\\a\\Rapport.PDF", "Rapport.PDF"),
        ("a\0.pdf", "a.pdf"),
        ("rapport\u202efdp.exe", "rapportfdp.exe"),
        ('"><img onerror>', "___img onerror_"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("CONSTITUTION.pdf", "CONSTITUTION.pdf"),
        ("rapport.pdf.", "rapport.pdf"),
        ("rapport.pdf   ", "rapport.pdf"),
        ("rad 1\r\nSet-Cookie: x.pdf", "rad 1 Set-Cookie_ x.pdf"),
        ("A\u030a.pdf", "Å.pdf"),
        (".pdf", "fil.pdf"),
        ("..", "fil"),
        ("", "fil"),
        ("\ud800\udfff", "fil"),
    ],
)
def test_known_tricks(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.parametrize("letter", ["x", "å", "💉", "e\u0301"])
def test_long_name_keeps_its_ending(letter: str) -> None:
    name = clean_name(letter * 500 + ".docx")
    assert name.endswith(".docx")
    assert len(name) <= MAX_CHARACTERS and len(name.encode()) <= MAX_BYTES


@given(NASTY)
@example(".:")
def test_every_name_becomes_a_plain_one(raw: str) -> None:
    name = clean_name(raw)
    assert 1 <= len(name) <= MAX_CHARACTERS and len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\:*?"<>|\0\r\n\t')
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name)
    assert name == unicodedata.normalize("NFC", name) == name.strip()
    assert not name.startswith(".") and not name.endswith(".")
    assert name.split(".")[0].strip().lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert clean_name(name) == name


@given(NASTY)
def test_every_name_fits_a_header(raw: str) -> None:
    name = clean_name(raw)
    header = dump_options_header("attachment", {"filename": name})
    assert header.isprintable()
    assert parse_options_header(header)[1]["filename"] == name


@given(NASTY, st.sampled_from(["pdf", "docx", "XLSX", "jpeg"]))
def test_ending_survives(raw: str, ending: str) -> None:
    assert extension_of(clean_name(f"{raw}x.{ending}")) == ending.lower()
