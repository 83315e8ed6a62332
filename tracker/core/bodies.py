"""Bodies of requests: never cut off without a word, and taken off the line before a refusal is spoken."""

from __future__ import annotations

import time
from typing import IO, Any

from flask import Request
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

# A browser reads no answer while it is still sending: so much is taken and thrown away, for so long.
DISCARD_BYTES = 128 * 1024 * 1024
DISCARD_SECONDS = 5.0
_PIECE = 64 * 1024


class _Whole(LimitedStream):
    """A body of unknown length. Werkzeug 3.1 cuts one that is too long at the limit and says nothing."""

    def readall(self) -> bytes:
        whole = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return whole


class PageRequest(Request):
    """A request whose body is whole or refused with 413."""

    @cached_property
    def stream(self) -> IO[bytes]:
        limit = self.max_content_length
        if self.content_length is None and limit is not None and "wsgi.input_terminated" in self.environ:
            return _Whole(self.environ["wsgi.input"], limit, is_max=True)  # type: ignore[return-value]
        return super().stream


def discard_rest(environ: dict[str, Any]) -> None:
    """Take what the browser still sends off the line, within limits, so that it comes to read our answer."""
    ends_at = time.monotonic() + DISCARD_SECONDS
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > DISCARD_BYTES:
        return
    left = DISCARD_BYTES
    try:
        while left > 0 and time.monotonic() < ends_at and (piece := environ["wsgi.input"].read(_PIECE)):
            left -= len(piece)
    except OSError:
        return  # nobody is there to be answered
