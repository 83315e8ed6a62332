"""The same value has one spelling, and nothing without one gets through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core import canonical_json
from tracker.core.canonical_json import NotCanonical

NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_INTEGERS = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | _INTEGERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_reading_back_gives_the_value_and_the_same_bytes(value: object) -> None:
    data = canonical_json.dumps(value)
    assert canonical_json.loads(data) == value
    assert canonical_json.dumps(canonical_json.loads(data)) == data


@given(st.dictionaries(_TEXTS, _INTEGERS, min_size=2))
def test_the_order_in_which_members_were_added_does_not_matter(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json.dumps(turned) == canonical_json.dumps(value)


def test_members_are_ordered_by_utf_16_units() -> None:
    # The example of RFC 8785, 3.2.3: the emoji's first surrogate sorts before U+FB33.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    data = canonical_json.dumps(dict.fromkeys(names, 1))
    read = canonical_json.loads(data)
    assert isinstance(read, dict)
    assert list(read) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_dates_and_instants_have_one_form() -> None:
    stockholm_winter = timezone(timedelta(hours=1))
    value = {
        "on": date(2026, 11, 22),
        "at": datetime(2026, 11, 22, 20, 30, tzinfo=stockholm_winter),
        "exact": datetime(2026, 11, 22, 19, 30, 0, 5, tzinfo=UTC),
    }
    assert canonical_json.dumps(value) == (
        b'{"at":"2026-11-22T19:30:00Z","exact":"2026-11-22T19:30:00.000005Z","on":"2026-11-22"}'
    )


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), Decimal(1), b"x", {1: "x"}, 2**53, NAIVE, {"a": [object()]}, "\ud800"]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_json.dumps(value)


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":1}', b"1.5", b"{", b"\xff", b'{"a":1,"a":1}', b'"\\u00e5"'])
def test_other_spellings_are_told_apart(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical_json.loads(data)


def test_a_refusal_says_where() -> None:
    with pytest.raises(NotCanonical, match=r"^lines\[1\]\.amount: a float has no canonical form$"):
        canonical_json.dumps({"lines": [{"amount": 1}, {"amount": 1.5}]})


def test_a_dataclass_is_an_object_of_its_fields() -> None:
    @dataclass
    class Line:
        title: str
        parts: tuple[int, ...]

    assert canonical_json.dumps([Line("å", (1, 2))]) == '[{"parts":[1,2],"title":"å"}]'.encode()
