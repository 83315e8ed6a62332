"""The theme's colours can be read by people with weak sight, in the light and the dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THEME = Path(__file__).resolve().parents[3] / "tracker" / "static" / "css" / "theme.css"
PAIR = re.compile(r"(--[\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
SINGLE = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6});")
FAMILIES = ("accent", "neutral", "brand1", "info", "success", "warning", "danger")
SURFACES = ("background-default", "background-tinted", "surface-default", "surface-tinted")


def colours(scheme: int) -> dict[str, str]:
    text = THEME.read_text(encoding="utf-8")
    found = {name: pair[scheme] for name, *pair in PAIR.findall(text)}
    return found | dict(SINGLE.findall(text))


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_right() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("family", FAMILIES)
def test_texts_stand_out_from_what_they_stand_on(family: str, scheme: int) -> None:
    known = colours(scheme)
    weak = {}
    for surface in SURFACES:
        for ground in (family, "neutral"):
            for text in ("text-subtle", "text-default"):
                name = f"--ds-color-{family}-{text}", f"--ds-color-{ground}-{surface}"
                weak[name] = contrast(known[name[0]], known[name[1]])
    button = f"--ds-color-{family}-base-contrast-default", f"--ds-color-{family}-base-default"
    weak[button] = contrast(known[button[0]], known[button[1]])
    assert {name: value for name, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_header_and_the_bars_of_the_chart_stand_out(scheme: int) -> None:
    known = colours(scheme)
    header = known["--app-header-background"]
    for text in ("--app-header-text", "--app-header-text-subtle"):
        assert contrast(known[text], header) >= 4.5
        assert contrast(known[text], known["--app-header-hover"]) >= 4.5
    card = known["--ds-color-neutral-surface-default"]
    for bar in ("contract", "option", "procurement", "today"):
        assert contrast(known[f"--app-bar-{bar}"], card) >= 3
    assert contrast(known["--ds-color-neutral-border-default"], card) >= 3
