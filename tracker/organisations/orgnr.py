"""Swedish organisation numbers, lag (1974:174) om identitetsbeteckning för juridiska personer m.fl. Pure."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:16)?(\d{6})-?(\d{4})", re.ASCII)


class OrgnrError(ValueError):
    """The text is not an organisation number."""


def normalise(text: str) -> str:
    """The number written ``NNNNNN-NNNN``. Takes it with or without hyphen and with the century prefix 16.

    :raises OrgnrError: for another shape, a third digit below 2 (a person's number), or a wrong check digit.
    """
    found = _WRITTEN.fullmatch("".join(text.split()))
    if found is None:
        raise OrgnrError(f"{text!r} is not ten digits")
    digits = found[1] + found[2]
    if digits[2] < "2":
        # Kept apart from personal identity numbers, whose third digit begins a month.
        raise OrgnrError(f"{text!r} has the shape of a personal identity number")
    if not luhn_holds(digits):
        raise OrgnrError(f"{text!r} has a wrong check digit")
    return f"{digits[:6]}-{digits[6:]}"


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1 annex B) of those before it."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
