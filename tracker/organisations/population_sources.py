"""Where the population figures come from, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

# Keyed by what `data/populations.csv` says, which is what is stored.
TOLD: dict[str, Any] = {
    "SCB BE0101N1, via StatisticsNZ/demdata sweden.popn (downloaded 2017-01-18)": _l(
        "Statistics Sweden (SCB), table BE0101N1, taken from the collection StatisticsNZ/demdata on 18 January 2017"
    ),
    "SCB, 31 December 2023, via a public research script": _l(
        "Statistics Sweden (SCB), 31 December 2023, taken from a public research script"
    ),
    "SCB, derived: Sweden 10 551 707 minus the other twenty": _l(
        "Statistics Sweden (SCB), for Gotland derived: the 10 551 707 of Sweden less the other twenty"
    ),
}


def told(source: str) -> Any:
    """What a stored source says; one that is not known here is told as it is stored."""
    return TOLD.get(source, source)
