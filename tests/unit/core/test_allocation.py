"""Shares add up to the öre, are fair, and depend on nothing but amount and weights."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.allocation import largest_remainder, rounded_up

AMOUNTS = st.integers(0, 10**13)
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 3_000_000), min_size=1, max_size=25).filter(
    lambda weights: sum(weights.values()) > 0
)


@given(AMOUNTS, WEIGHTS)
def test_the_shares_add_up_and_none_is_an_ore_off(amount: int, weights: dict[str, int]) -> None:
    shares = largest_remainder(amount, weights)
    assert shares.keys() == weights.keys()
    assert sum(shares.values()) == amount
    total = sum(weights.values())
    assert all(abs(shares[key] - Fraction(amount * weights[key], total)) < 1 for key in weights)


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_never_pays_less_and_no_weight_pays_nothing(amount: int, weights: dict[str, int]) -> None:
    shares = largest_remainder(amount, weights)
    for one in weights:
        assert weights[one] > 0 or shares[one] == 0
        assert all(shares[one] >= shares[other] for other in weights if weights[one] > weights[other])


@given(AMOUNTS, WEIGHTS, st.randoms())
def test_the_order_given_does_not_matter(amount: int, weights: dict[str, int], random: object) -> None:
    keys = list(weights)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert largest_remainder(amount, {key: weights[key] for key in keys}) == largest_remainder(amount, weights)


@given(AMOUNTS, WEIGHTS)
def test_the_left_over_is_fewer_than_the_shares_and_told(amount: int, weights: dict[str, int]) -> None:
    up = rounded_up(amount, weights)
    total = sum(weights.values())
    left = amount - sum(amount * weight // total for weight in weights.values())
    assert len(up) == left < len(weights)


@given(AMOUNTS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportions_of_the_weights_matter(amount: int, weights: dict[str, int], factor: int) -> None:
    multiplied = {key: weight * factor for key, weight in weights.items()}
    assert largest_remainder(amount, multiplied) == largest_remainder(amount, weights)


def test_the_largest_remainder_gets_the_ore_left_over() -> None:
    assert largest_remainder(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert largest_remainder(10, {"a": 15, "b": 15, "c": 70}) == {"a": 2, "b": 1, "c": 7}
    assert rounded_up(10, {"a": 15, "b": 15, "c": 70}) == {"a"}


def test_among_equal_remainders_the_larger_weight_comes_first() -> None:
    # 1.5 and 2.5 and 0: one unit is left over.
    assert largest_remainder(4, {"a": 3, "b": 5}) == {"a": 1, "b": 3}


def test_a_published_example() -> None:
    """Seats by votes, Hare quota (the worked example of largest-remainder textbooks: 10 seats, 100 000 votes)."""
    votes = {"yellow": 47_000, "white": 16_000, "red": 15_800, "green": 12_000, "blue": 6_100, "pink": 3_100}
    assert largest_remainder(10, votes) == {"yellow": 5, "white": 2, "red": 1, "green": 1, "blue": 1, "pink": 0}


@pytest.mark.parametrize(("amount", "weights"), [(1, {}), (1, {"a": 0}), (-1, {"a": 1}), (1, {"a": 2, "b": -1})])
def test_what_cannot_be_shared_is_refused(amount: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        largest_remainder(amount, weights)
