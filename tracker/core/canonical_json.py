"""One spelling per value: JSON whose bytes can be hashed.

The form follows RFC 8785 (JSON Canonicalization Scheme) within what we need:

- UTF-8, no white space, object members sorted by the UTF-16 code units of their names (RFC 8785, 3.2.3);
- only ``null``, booleans, strings, integers within ±(2**53 - 1), arrays and objects. Floats are refused: amounts are
  integers in öre, and a float's shortest form is where two implementations differ;
- a dataclass is written as an object of its fields, a tuple as an array;
- dates are written as ``"2026-11-22"``, instants in UTC as ``"2026-11-22T19:30:00Z"`` (whole seconds; a fraction is
  kept to the microsecond when there is one). A naive instant is refused.

Equal values give equal bytes on every machine, so a SHA-256 over them identifies the content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeAlias, cast

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

_MAX_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value cannot be written in canonical form; the message says where and why."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place.lstrip('.')}: {reason}" if place else reason)
        self.reason, self.place = reason, place

    def inside(self, outer: str) -> NotCanonical:
        """The same fault, seen from the array or object around it."""
        return NotCanonical(self.reason, outer + self.place)


def dumps(value: object) -> bytes:
    """Canonical bytes of `value`. Raises NotCanonical for a float, a naive instant or any other foreign type."""
    plain = _plain(value)
    try:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds half a surrogate pair and has no UTF-8 form") from error


def loads(data: bytes) -> JsonValue:
    """The value of canonical `data`. Raises NotCanonical when the bytes are JSON in another spelling, or no JSON."""
    try:
        value: JsonValue = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotCanonical(f"not JSON: {error}") from error
    if dumps(value) != data:
        raise NotCanonical("the bytes are JSON, but not in canonical form")
    return value


def sha256_hex(data: bytes) -> str:
    """SHA-256 of the bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def instant_text(value: datetime) -> str:
    """An aware instant as UTC text ending in Z."""
    if value.tzinfo is None:
        raise NotCanonical("an instant without time zone cannot be written")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _plain(value: object) -> JsonValue:
    # The usual types first: a report has tens of thousands of values.
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return cast(JsonValue, value)
    if kind is list or kind is tuple:
        return _plain_array(cast("Sequence[object]", value))
    if kind is dict:
        return _plain_object(cast("Mapping[Any, object]", value))
    if is_dataclass(kind):
        return _plain_object({name: getattr(value, name) for name in _field_names(kind)})
    return _plain_scalar(value)


def _plain_scalar(value: object) -> JsonValue:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise NotCanonical(f"the integer {value} is outside ±(2**53 - 1)")
        return int(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _plain_object(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return _plain_array(value)
    raise NotCanonical(f"a {type(value).__name__} has no canonical form")


def _plain_array(value: Sequence[object]) -> list[JsonValue]:
    plain: list[JsonValue] = []
    for item in value:
        try:
            plain.append(_plain(item))
        except NotCanonical as error:
            raise error.inside(f"[{len(plain)}]") from None
    return plain


def _plain_object(value: Mapping[Any, object]) -> dict[str, JsonValue]:
    for name in value:
        if not isinstance(name, str):
            raise NotCanonical(f"the name {name!r} is not a string")
    # ASCII sorts alike by character and by UTF-16 unit, and nearly every name is ASCII.
    is_ascii = all(map(str.isascii, value))
    names = sorted(value) if is_ascii else sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    plain: dict[str, JsonValue] = {}
    for name in names:
        try:
            plain[str(name)] = _plain(value[name])
        except NotCanonical as error:
            raise error.inside(f".{name}") from None
    return plain


@lru_cache(maxsize=64)
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
