"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

DEFAULT_PER_PAGE = 50
MAX_PER_PAGE = 200
# Beyond every list, and its offset still fits the databases' 64 bits.
MAX_NUMBER = 1_000_000_000


@dataclass(frozen=True)
class Page(Generic[Item]):
    """``items`` of page ``number`` (from 1), out of ``total`` in all."""

    items: Sequence[Item]
    total: int
    number: int
    per_page: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first_index(self) -> int:
        return 0 if self.total == 0 else (self.number - 1) * self.per_page + 1

    @property
    def last_index(self) -> int:
        return min(self.total, self.number * self.per_page)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.last


def clamp(number: int | None, per_page: int | None) -> tuple[int, int]:
    """A usable page number and page size from what a URL happened to say."""
    size = min(max(per_page or DEFAULT_PER_PAGE, 1), MAX_PER_PAGE)
    return min(max(number or 1, 1), MAX_NUMBER), size
