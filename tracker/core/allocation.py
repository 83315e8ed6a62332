"""Sharing an amount by weights to the last öre: the method of the largest remainder.

Each share is first rounded down; what is left over goes, one unit each, to the largest remainders (A. Hamilton's
method of 1792, in other places Hare–Niemeyer; M. L. Balinski and H. P. Young, "Fair Representation", 1982, chapter
2). Whole numbers only, so nothing is lost to rounding, whatever the size.

Equal remainders: the larger weight comes first, then the key that sorts first. So the outcome does not depend on the
order in which the weights are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

K = TypeVar("K", bound=Any)


def largest_remainder(amount: int, weights: Mapping[K, int]) -> dict[K, int]:
    """`amount` shared by `weights`; the shares add up to it, and each is within one unit of its exact part.

    :param amount: in the smallest unit (öre), 0 or more.
    :param weights: whole numbers, 0 or more, at least one above 0. A weight of 0 gets nothing.
    :raises ValueError: when there is nothing to share by, or a number is negative.
    """
    total = sum(weights.values())
    if amount < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("neither the amount nor a weight can be negative")
    if total == 0:
        raise ValueError("there is no weight to share by")
    shares = {key: amount * weight // total for key, weight in weights.items()}
    for key in _by_remainder(amount, weights, total)[: amount - sum(shares.values())]:
        shares[key] += 1
    return shares


def rounded_up(amount: int, weights: Mapping[K, int]) -> frozenset[K]:
    """Those whose share was rounded up by `largest_remainder`."""
    total = sum(weights.values())
    shares = largest_remainder(amount, weights)
    return frozenset(key for key, share in shares.items() if share * total > amount * weights[key])


def _by_remainder(amount: int, weights: Mapping[K, int], total: int) -> list[K]:
    return sorted(weights, key=lambda key: (-(amount * weights[key] % total), -weights[key], key))
