"""One spelling per value: JSON whose bytes can be hashed.

The form follows RFC 8785 (JSON Canonicalization Scheme) within what we need:

- UTF-8, no white space, object members sorted by the UTF-16 code units of their names (RFC 8785, 3.2.3);
- only ``null``, booleans, strings, integers within ±(2**53 - 1), arrays and objects. Floats are refused: amounts are
  integers in öre, and a float's shortest form is where two implementations differ;
- dates are written as ``"2026-11-22"``, instants in UTC as ``"2026-11-22T19:30:00Z"`` (whole seconds; a fraction is
  kept to the microsecond when there is one). A naive instant is refused.

Equal values give equal bytes on every machine, so a SHA-256 over them identifies the content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

_MAX_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value cannot be written in canonical form; the message says where and why."""


def dumps(value: object) -> bytes:
    """Canonical bytes of `value`. Raises NotCanonical for a float, a naive instant or any other foreign type."""
    plain = _plain(value, "$")
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


def _plain(value: object, path: str) -> JsonValue:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise NotCanonical(f"{path}: the integer {value} is outside ±(2**53 - 1)")
        return int(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _plain_object(value, path)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    raise NotCanonical(f"{path}: a {type(value).__name__} has no canonical form")


def _plain_object(value: Mapping[object, object], path: str) -> dict[str, JsonValue]:
    for name in value:
        if not isinstance(name, str):
            raise NotCanonical(f"{path}: the name {name!r} is not a string")
    names = sorted((str(name) for name in value), key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return {name: _plain(value[name], f"{path}.{name}") for name in names}
