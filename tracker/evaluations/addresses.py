"""Mail addresses as they are shown to somebody who may not be their owner."""

from __future__ import annotations


def masked_address(email: str) -> str:
    """Enough of an address for its owner to know it: `e…@example.org`."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host}"
