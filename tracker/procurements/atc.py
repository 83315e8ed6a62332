"""Codes of the Anatomical Therapeutic Chemical classification (WHO). Pure."""

from __future__ import annotations

import re

# One, three, four, five or seven characters: the five levels.
_LEVELS = re.compile(r"[A-Z](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?", re.ASCII)
SUBSTANCE_LENGTH = 7


def normalise(text: str) -> str:
    """The code in capitals without blanks.

    :raises ValueError: for anything that is no code of any level.
    """
    code = "".join(text.split()).upper()
    if _LEVELS.fullmatch(code) is None:
        raise ValueError(f"{text!r} is not an ATC code")
    return code
