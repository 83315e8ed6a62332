"""Small pure functions: ATC codes and periods."""

from __future__ import annotations

import pytest

from tracker.procurements import atc
from tracker.procurements.forms import parse_periods


@pytest.mark.parametrize(
    ("written", "code"),
    [("J07BX03", "J07BX03"), ("j07bx03", "J07BX03"), (" J07 BX 03 ", "J07BX03"), ("J", "J"), ("J07", "J07"),
     ("J07B", "J07B"), ("L04AB", "L04AB")],
)  # fmt: skip
def test_codes_of_every_level_are_taken(written: str, code: str) -> None:
    assert atc.normalise(written) == code


@pytest.mark.parametrize("written", ["", "J0", "J07BX0", "J07BX033", "07", "J07B3", "J07BXX3", "J07BX0３", "ÅJ7"])
def test_what_is_no_code_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="ATC"):
        atc.normalise(written)


@pytest.mark.parametrize(
    ("written", "months"), [("24", (24,)), ("24+12+12", (24, 12, 12)), (" 24 + 12 + 12 ", (24, 12, 12))]
)
def test_periods_are_read(written: str, months: tuple[int, ...]) -> None:
    assert parse_periods(written) == months


@pytest.mark.parametrize("written", ["", "2 år", "24+", "+12", "24,12", "24++12"])
def test_other_texts_are_no_periods(written: str) -> None:
    with pytest.raises(ValueError):
        parse_periods(written)
