"""Codes of the Anatomical Therapeutic Chemical classification (WHO). Pure."""

from __future__ import annotations

import re

# The first character is one of 14 anatomical groups; one, three, four, five or seven are the five levels.
_LEVELS = re.compile(r"[ABCDGHJLMNPRSV](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?", re.ASCII)


def normalise(text: str) -> str:
    """The code in capitals without blanks.

    :raises ValueError: for anything that is no code of any level.
    """
    code = "".join(text.split()).upper()
    if _LEVELS.fullmatch(code) is None:
        raise ValueError(f"{text!r} is not an ATC code")
    return code


def is_beginning(text: str) -> bool:
    """Whether a code can begin like that, also in the middle of a level: "J0", "J07B"."""
    code = "".join(text.split()).upper()
    return _LEVELS.fullmatch(code + "A00AA00"[len(code) :]) is not None
