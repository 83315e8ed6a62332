"""Codes of the Common Procurement Vocabulary, Regulation (EC) No 213/2008. Pure."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\d{8})(?:-\d)?", re.ASCII)


def normalise(code: str) -> str:
    """Eight digits. Takes ``33600000`` and, with the check digit that older lists print, ``33600000-6``.

    :raises ValueError: for anything else. Whether the code exists is for ``queries.find_cpv`` to say.
    """
    found = _WRITTEN.fullmatch(code.strip())
    if found is None:
        raise ValueError(f"{code!r} is not a CPV code: eight digits")
    return found[1]
