"""Codes of the Anatomical Therapeutic Chemical classification (WHO). Pure."""

from __future__ import annotations

import re

# The first character is one of 14 anatomical groups; one, three, four, five or seven are the five levels.
_LEVELS = re.compile(r"[ABCDGHJLMNPRSV](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?", re.ASCII)
SUBSTANCE_LENGTH = 7


def normalise(text: str) -> str:
    """The code in capitals without blanks.

    :raises ValueError: for anything that is no code of any level.
    """
    code = "".join(text.split()).upper()
    if _LEVELS.fullmatch(code) is None:
        raise ValueError(f"{text!r} is not an ATC code")
    return code
