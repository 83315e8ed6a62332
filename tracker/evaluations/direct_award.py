"""The limits for direct award through the years, each with the day it came into force and where it was read.

The value is the whole contract's without VAT. Of days before the first row nothing is said: no figure is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_KRONA = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to where an evaluator may be chosen by direct award. ``is_inclusive``: the limit itself is allowed, too.

    ``documented_above_ore``: above it the reasons must be written down. ``source``: where the figure was read.
    """

    from_on: date
    ore: int
    is_inclusive: bool
    section: str
    documented_above_ore: int
    documented_section: str
    source: str

    def allows(self, ore: int) -> bool:
        return ore < self.ore or (self.is_inclusive and ore == self.ore)

    def demands_reasons(self, ore: int) -> bool:
        return ore > self.documented_above_ore


_DOCUMENTED_ABOVE = 100_000 * _KRONA
_OLD_ACT = "LOU (2007:1091) 15 kap. 3 §"
_PERCENTAGE = "LOU 19 kap. 7 §"

# Until 2022 the limit was 28 % of the threshold value for goods and services, which changed every other year.
LIMITS = (
    Limit(date(2014, 7, 1), 505_800 * _KRONA, True, _OLD_ACT, _DOCUMENTED_ABOVE, _OLD_ACT,
          "the trade press on the change of law of 1 July 2014, 28 % of 1 806 427"),
    Limit(date(2016, 1, 1), 534_890 * _KRONA, True, _OLD_ACT, _DOCUMENTED_ABOVE, _OLD_ACT,
          "28 % of the threshold value 1 910 323, counted"),
    Limit(date(2017, 1, 1), 534_890 * _KRONA, True, _PERCENTAGE, _DOCUMENTED_ABOVE, "LOU 19 kap. 30 §",
          "the same figure under the new act"),
    Limit(date(2018, 1, 1), 586_907 * _KRONA, True, _PERCENTAGE, _DOCUMENTED_ABOVE, "LOU 19 kap. 30 §",
          "Konkurrensverket, page on direct award"),
    Limit(date(2020, 1, 1), 615_312 * _KRONA, True, _PERCENTAGE, _DOCUMENTED_ABOVE, "LOU 19 kap. 30 §",
          "28 % of the threshold value 2 197 545, and municipal guidelines of 2020"),
    Limit(date(2022, 2, 1), 700_000 * _KRONA, False, "LOU 19 a kap. 2 §", _DOCUMENTED_ABOVE, "LOU 19 a kap. 11 §",
          "SFS 2021:1110"),
)  # fmt: skip


def limit_on(day: date) -> Limit | None:
    """The limit in force for a procurement that began on `day`; None where it is not known here."""
    known = [limit for limit in LIMITS if limit.from_on <= day]
    return known[-1] if known else None
