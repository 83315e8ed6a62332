"""Every text has a Swedish one, none is dead, and placeholders agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.cli import translations

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CATALOGUES = translations.collect()
AREAS = [pytest.param(area, id=area.name) for area in CATALOGUES]


def texts(message_id: object) -> list[str]:
    return [str(part) for part in message_id] if isinstance(message_id, list | tuple) else [str(message_id)]


@pytest.mark.parametrize("area", AREAS)
def test_every_text_has_a_translation_and_none_is_dead(area: Path) -> None:
    wanted = {(texts(message.id)[0], message.context) for message in CATALOGUES[area] if message.id}
    kept = translations.read_catalogue(translations.po_path(area))
    present = {(texts(message.id)[0], message.context) for message in kept if message.id}
    assert wanted - present == set(), "not in the .po file: run `make translations`"
    assert present - wanted == set(), "no longer in the code: run `make translations`"
    assert list(translations.holes(kept)) == []


@pytest.mark.parametrize("area", AREAS)
def test_placeholders_agree(area: Path) -> None:
    for message in translations.read_catalogue(translations.po_path(area)):
        if message.id:
            known = {name for text in texts(message.id) for name in PLACEHOLDER.findall(text)}
            for translated in texts(message.string):
                assert set(PLACEHOLDER.findall(translated)) <= known, message.id


@pytest.mark.parametrize("area", AREAS)
def test_quotation_marks_are_those_of_the_language(area: Path) -> None:
    for message in translations.read_catalogue(translations.po_path(area)):
        if message.id:
            assert '"' not in "".join(texts(message.id) + texts(message.string)), message.id
            assert "“" not in "".join(texts(message.string)), message.id


def test_one_text_has_one_translation_everywhere() -> None:
    seen: dict[tuple[str, str | None], set[str]] = {}
    for area in CATALOGUES:
        for message in translations.read_catalogue(translations.po_path(area)):
            if message.id:
                key = (texts(message.id)[0], message.context)
                seen.setdefault(key, set()).add(texts(message.string)[0])
    # Catalogues are merged when the application runs: a second wording would win by chance.
    assert {key: words for key, words in seen.items() if len(words) > 1} == {}
