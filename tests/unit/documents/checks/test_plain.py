"""Pictures and plain text, and what only is called so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import files
from tests.unit.documents.checks.conftest import Judge
from tracker.documents.checks import kinds, text
from tracker.documents.checks.verdict import Refused

SEVERAL = {"refused: several_in_one"}
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body>x</body></html>"


def test_pictures_are_taken(judge: Judge) -> None:
    assert judge(files.picture("png"), "png") == set()
    assert judge(files.picture("jpg"), "jpg") == set()
    assert judge(files.picture("jpg"), "jpeg") == set()
    # Cameras put a small picture behind the large one.
    assert judge(files.picture("jpg") + files.picture("jpg") + b"\0\0", "jpg") == set()


def test_picture_called_otherwise(judge: Judge) -> None:
    assert judge(files.picture("jpg"), "png") == {"refused: not_what_it_says", "seen: jpg"}
    assert judge(files.picture("png"), "pdf") == {"refused: not_what_it_says", "seen: png"}


def test_picture_of_many_pixels(judge: Judge) -> None:
    assert judge(files.png_of(60_000, 60_000), "png") == {"refused: too_many_pixels"}
    assert judge(files.png_of(10_001, 10_000), "png") == {"refused: too_many_pixels"}
    assert judge(files.png_of(10_000, 10_000), "png") == set()


@pytest.mark.parametrize("kind", ["png", "jpg"])
@pytest.mark.parametrize(
    "tail", [HTML, files.package({"x": "y"}), b"\0" * 10 + b"MZ"], ids=["page", "archive", "program"]
)
def test_something_behind_a_picture(judge: Judge, kind: str, tail: bytes) -> None:
    assert judge(files.picture(kind) + tail, kind) == SEVERAL


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_cut_picture(judge: Judge, kind: str) -> None:
    content = files.picture(kind, (200, 200))
    for part in (0.1, 0.5, 0.9):
        assert judge(content[: int(len(content) * part)], kind) == {"refused: damaged"}


def test_changed_picture(judge: Judge) -> None:
    content = bytearray(files.picture("png", (50, 50)))
    content[content.find(b"IDAT") + 8] ^= 0xFF
    assert judge(bytes(content), "png") == {"refused: damaged"}


@pytest.mark.parametrize("ending", sorted(set(kinds.ALLOWED) - {"txt", "csv"}))
def test_page_drawing_and_program_called_otherwise(judge: Judge, ending: str) -> None:
    for content, seen in (
        (HTML, "html"),
        (SVG, "svg"),
        (b"MZ\x90\0" + bytes(99), "exe"),
        (b"\x7fELF" + bytes(9), "exe"),
    ):
        assert judge(content, ending) == {"refused: not_what_it_says", f"seen: {seen}"}
    assert judge(b"", ending) == {"refused: empty"}


@pytest.mark.parametrize("ending", ["txt", "csv"])
@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (HTML, "html"),
        (b"\xef\xbb\xbf \n<script>alert(1)</script>", "html"),
        ("<html>".encode("utf-16"), "html"),
        (SVG, "svg"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"MZ\x90\0" + bytes(99), "exe"),
        (b"#!/bin/sh\nrm -r x", "exe"),
        (b"{\\rtf1 hej}", "rtf"),
        (files.pdf(), "pdf"),
        (files.office(), "zip"),
    ],
)
def test_what_is_no_plain_text(judge: Judge, ending: str, content: bytes, seen: str) -> None:
    assert judge(content, ending) == {"refused: not_what_it_says", f"seen: {seen}"}


@pytest.mark.parametrize(
    "content",
    [
        "Läkemedel;Pris\r\nÅäö;12,50\r\n".encode(),
        "Läkemedel;Pris\r\nÅäö;12,50\r\n".encode("cp1252"),
        "Läkemedel\tPris\n".encode("utf-16"),
        "\N{BYTE ORDER MARK}Läkemedel".encode(),
        b"BMI;42\n",
        b"MZ is the beginning of a sentence",
        b"a < b",
    ],
)
def test_plain_text_is_taken(judge: Judge, content: bytes) -> None:
    assert judge(content, "csv") == set()


def test_signs_that_are_no_text(judge: Judge) -> None:
    for content in (b"hej\0d\xc3\xa5", b"\x01\x02", b"abc\x1b[2J", "hej".encode("utf-16") + b"\xd8"):
        assert judge(content, "txt") == {"refused: not_text"}


@given(st.binary(min_size=1, max_size=300))
def test_whatever_passes_as_text_has_no_control_sign(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = files.kept(tmp_path_factory.getbasetemp(), "any.txt", content)
    try:
        text.check(path)
    except Refused:
        return
    decoded = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1")
    assert not {sign for sign in decoded if ord(sign) < 32 and sign not in "\t\n\x0c\r\x1a"}
