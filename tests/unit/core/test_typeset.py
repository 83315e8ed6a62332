"""Typesetting: what people wrote stays text, the same content gives the same bytes, and faults are told."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pypdf
import pytest

from tracker.core.typeset import TypesettingFailed, encoded, typeset, typesetting
from tracker.core.typeset.glyphs import REPLACEMENT, drawable, supported_characters

PAGE = """
#let content = json(bytes(sys.inputs.content))
#set document(title: content.title)
#set text(font: "Source Sans Pro", lang: "sv")
#title(content.title)
#content.words.join(" / ")
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.typ"
    file.write_text(PAGE)
    return file


def words_of(document: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def test_the_same_content_gives_the_same_bytes_and_another_moment_others(page: Path) -> None:
    content = encoded({"title": "Räksmörgås", "words": ["ett", "två"]})
    first = typeset(page, content, timestamp=1_790_000_000)
    assert first.startswith(b"%PDF")
    assert typeset(page, content, timestamp=1_790_000_000) == first
    assert typeset(page, content, timestamp=1_790_000_001) != first


@pytest.mark.parametrize(
    "text",
    ["<img src=http://canary.example/x>", '#import "@preview/evil:1.0.0"', '#read("/etc/passwd")', "$x$ *b* _i_ @a"],
)
def test_what_people_wrote_is_never_markup(page: Path, text: str) -> None:
    document = typeset(page, encoded({"title": "T", "words": [text]}), timestamp=0)
    assert "".join(text.split()) in "".join(words_of(document).split())


def test_signs_without_a_glyph_are_replaced_wherever_they_stand(page: Path) -> None:
    document = typeset(page, encoded({"title": "a😀", "words": ["klocka \x07", "日本"]}), timestamp=0)
    assert words_of(document).count(REPLACEMENT) == 4


def test_encoded_keeps_shape_and_numbers() -> None:
    assert (
        encoded({"a": [1, None, ("x", True)], "b": {"c": "å"}})
        == '{"a": [1, null, ["x", true]], "b": {"c": "å"}}'.encode()
    )


def test_drawable_changes_only_what_cannot_be_drawn() -> None:
    supported = supported_characters(typesetting.FONTS)
    assert drawable("Räksmörgås – ≥ 5 µg\n", supported) == "Räksmörgås – ≥ 5 µg\n"
    assert drawable("a😀b", supported) == f"a{REPLACEMENT}b"
    assert ord(REPLACEMENT) in supported


def test_a_document_that_cannot_be_set_says_why(page: Path) -> None:
    page.write_text("#panic()")
    with pytest.raises(TypesettingFailed, match="panicked"):
        typeset(page, encoded({}), timestamp=0)


def test_a_picture_without_words_is_refused(page: Path) -> None:
    page.write_text(PAGE + "\n#figure(rect(), caption: none)\n")
    with pytest.raises(TypesettingFailed, match="alt"):
        typeset(page, encoded({"title": "T", "words": []}), timestamp=0)


def test_typesetting_that_takes_too_long_is_stopped(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.write_text("#for a in range(1000000) { for b in range(1000000) { let c = a * b } }")
    monkeypatch.setattr(typesetting, "LIMITS", dataclasses.replace(typesetting.LIMITS, seconds=0.5))
    with pytest.raises(TypesettingFailed, match="more"):
        typeset(page, encoded({}), timestamp=0)
