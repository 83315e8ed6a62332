"""What differs between the texts of two versions, paragraph by paragraph. Pure, and bounded in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest

# A report of three hundred pages has some three thousand; beyond this nothing is compared.
MOST_PARAGRAPHS = 4000
SHOWN = 5
# Lines of a page are broken below this width, those of a text document are whole paragraphs.
_WIDEST_PAGE_LINE = 120
_EXCERPT = 200
_LEAD = 60


@dataclass(frozen=True, slots=True)
class TextChange:
    """One paragraph before and after, cut to the place where it differs. ``old`` is None for a new one, ``new`` for one
    that was taken away."""

    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class TextChanges:
    """How many paragraphs differ, and the first `SHOWN` of them."""

    changed: int
    added: int
    removed: int
    first: tuple[TextChange, ...]

    @property
    def total(self) -> int:
        return self.changed + self.added + self.removed


def compare(before: str, after: str) -> TextChanges | None:
    """The differences of two texts with a line break after each line; None where they are too long to compare."""
    old, new = paragraphs(before), paragraphs(after)
    if max(len(old), len(new)) > MOST_PARAGRAPHS:
        return None
    found: list[TextChange] = []
    start, end = _alike_at_the_ends(old, new)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            found += [TextChange(one, other) for one, other in zip_longest(old[i1:i2], new[j1:j2])]
    return TextChanges(
        changed=sum(item.old is not None and item.new is not None for item in found),
        added=sum(item.old is None for item in found),
        removed=sum(item.new is None for item in found),
        first=tuple(_excerpt(item) for item in found[:SHOWN]),
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text. Where lines are broken as on a page, one ends at a line well short of the others."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    widths = sorted(len(line) for line in lines)
    width = widths[len(widths) * 9 // 10] if widths else 0
    if width >= _WIDEST_PAGE_LINE:
        return lines
    found: list[str] = []
    is_open = False
    for line in lines:
        if not is_open:
            found.append(line)
        elif found[-1].endswith("-") and line[:1].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] += " " + line
        is_open = len(line) > width * 0.75
    return found


def _alike_at_the_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many paragraphs are the same at the beginning, and how many at the end, none counted twice."""
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    return start, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))


def _excerpt(change: TextChange) -> TextChange:
    signs = zip(change.old or "", change.new or "", strict=False)
    place = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], signs))
    return TextChange(_cut(change.old, place), _cut(change.new, place))


def _cut(text: str | None, place: int) -> str | None:
    """So much of a paragraph that the place stands in it."""
    if text is None or len(text) <= _EXCERPT:
        return text
    first = 0 if place <= _EXCERPT - _LEAD else text.rfind(" ", 0, place - _LEAD) + 1
    piece = text[first : first + _EXCERPT]
    return f"{'…' if first else ''}{piece}{'…' if first + _EXCERPT < len(text) else ''}"
