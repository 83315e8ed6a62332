"""What somebody wrote into the search field, as words; and those words as each engine is asked for them.

A word finds everything that begins with it; words within quotation marks are found as they stand, one after the other.
All of them must be there. Nothing that is written is an error: signs only part words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

MOST_SIGNS = 200
MOST_TERMS = 10
_QUOTED = re.compile(r'"([^"]*)"')
_MARKS = str.maketrans(dict.fromkeys("”“„‟«»", '"'))
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]+"


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other. ``text`` is how they were written, case-folded; the last word of one that
    ``is_open`` may go on."""

    words: tuple[str, ...]
    text: str
    is_open: bool


def parse(written: str | None) -> tuple[Term, ...]:
    """The terms of a search, each once, at most ten; none where nothing of a word was written."""
    seen = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in (written or "")[:MOST_SIGNS])
    text = unicodedata.normalize("NFC", seen).translate(_MARKS)
    quoted = [(part, False) for part in _QUOTED.findall(text)]
    bare = [(part, True) for part in _QUOTED.sub(" ", text).split()]
    found = (_term(part, is_open) for part, is_open in (*quoted, *bare))
    return tuple(dict.fromkeys(term for term in found if term is not None))[:MOST_TERMS]


def _term(written: str, is_open: bool) -> Term | None:
    words = list(_WORD.finditer(written))
    if not words:
        return None
    # As it stands in an entry, without what is around it: "2026/0001-3".
    text = " ".join(written[words[0].start() : words[-1].end()].split())
    return Term(tuple(match.group() for match in words), text.casefold(), is_open)


def for_sqlite(terms: Sequence[Term], *, any_of: bool = False) -> str:
    """The terms as FTS5 asks for them (https://www.sqlite.org/fts5.html, section 3)."""
    phrases = (f'"{" ".join(term.words)}"{" *" if term.is_open else ""}' for term in terms)
    return (" OR " if any_of else " AND ").join(phrases)


def for_postgresql(term: Term) -> str:
    """The term as ``to_tsquery`` reads it."""
    *first, last = (f"'{word}'" for word in term.words)
    return " <-> ".join([*first, f"{last}:*" if term.is_open else last])


def as_pattern(terms: Sequence[Term]) -> str:
    """A regular expression of PostgreSQL that finds the first place of any term. Words hold no signs of its own."""
    places = (r"[^[:alnum:]]+".join(term.words) + ("" if term.is_open else r"\M") for term in terms)
    return rf"\m(?:{'|'.join(places)})"


def highlighted(text: str, terms: Sequence[Term]) -> Markup:
    """`text` escaped, with what the terms find in it marked."""
    if not terms:
        return escape(text)
    places = (_BETWEEN.join(term.words) + (r"[^\W_]*" if term.is_open else r"(?![^\W_])") for term in terms)
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(places)})", re.IGNORECASE)
    parts: list[Markup] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match.group())]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def readable(text: str) -> str:
    """A piece of a document's text on one line: without control signs and signs that turn the direction of writing."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join("".join(kept).split())
