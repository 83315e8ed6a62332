"""Organisation numbers: shape and check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.organisations import orgnr


@pytest.mark.parametrize(
    ("written", "number"),
    [("232100-0016", "232100-0016"), ("2321000131", "232100-0131"), ("16 556819-4798", "556819-4798")],
)
def test_number_is_written_one_way(written: str, number: str) -> None:
    assert orgnr.normalise(written) == number


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "232100-0017",
        "232100-001",
        "23210-00016",
        "２３２１０００１３１",
        "abcdef-ghij",
        "900101-0017",
        "232100-0016x",
    ],
)
def test_wrong_number_is_refused(wrong: str) -> None:
    with pytest.raises(orgnr.OrgnrError):
        orgnr.normalise(wrong)


@given(st.from_regex(r"[1-9][0-9][2-9][0-9]{6}", fullmatch=True))
def test_exactly_one_check_digit_holds(nine: str) -> None:
    assert sum(orgnr.luhn_holds(nine + digit) for digit in "0123456789") == 1


@given(st.from_regex(r"[1-9][0-9][2-9][0-9]{6}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(nine: str, position: int, by: int) -> None:
    right = next(nine + digit for digit in "0123456789" if orgnr.luhn_holds(nine + digit))
    wrong = right[:position] + str((int(right[position]) + by) % 10) + right[position + 1 :]
    assert not orgnr.luhn_holds(wrong)
