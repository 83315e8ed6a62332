"""A mail as bytes, ready for the wire: RFC 5322 headers, text and HTML as two alternatives. Pure.

The standard library's ``EmailMessage`` says the same in three times the time; the tests parse what is written here
with it.
"""

from __future__ import annotations

from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from quopri import encodestring

_WORD_BYTES = 45
_CONTROL = frozenset(map(chr, [*range(32), 127]))


class BadHeader(ValueError):
    """A header's text would break out of its line."""


def compose(
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    subject: str,
    text: str,
    html: str | None,
    locale: str,
    message_id: str,
    date: datetime,
    headers: Mapping[str, str],
) -> bytes:
    """The whole message with CRLF line ends. ``sender`` and ``recipient`` are checked addresses, ``date`` is aware.

    :raises BadHeader: when a header holds a line break or another control character.
    """
    lines = [
        f"From: {_phrase(sender_name)} <{_plain(sender)}>",
        f"To: {_plain(recipient)}",
        f"Subject: {_unstructured(subject)}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: {_plain(message_id)}",
        "Auto-Submitted: auto-generated",
        f"Content-Language: {_plain(locale)}",
        *(f"{_plain(name)}: {_unstructured(value)}" for name, value in headers.items()),
        "MIME-Version: 1.0",
    ]
    if html is None:
        return "\r\n".join(lines).encode("ascii") + b"\r\n" + _part("plain", text)
    boundary = "=_" + message_id.strip("<>").partition("@")[0]
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
    mark = f"\r\n--{boundary}".encode("ascii")
    return b"".join(
        (
            "\r\n".join(lines).encode("ascii"),
            b"\r\n",
            mark,
            b"\r\n",
            _part("plain", text),
            mark,
            b"\r\n",
            _part("html", html),
            mark,
            b"--\r\n",
        )
    )


def _part(subtype: str, content: str) -> bytes:
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if not content.endswith("\n"):
        content += "\n"
    if subtype == "plain":
        encoding, body = b"quoted-printable", encodestring(content.encode("utf-8")).replace(b"\n", b"\r\n")
    else:
        encoding, body = b"base64", _base64_lines(content.encode("utf-8"))
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: '.encode("ascii")
        + encoding
        + b"\r\n\r\n"
        + body
    )


def _base64_lines(data: bytes) -> bytes:
    encoded = b2a_base64(data, newline=False)
    return b"\r\n".join(encoded[start : start + 76] for start in range(0, len(encoded), 76)) + b"\r\n"


def _plain(value: str) -> str:
    if not value.isascii() or not _CONTROL.isdisjoint(value):
        raise BadHeader(f"not plain text on one line: {value[:60]!r}")
    return value


def _unstructured(value: str) -> str:
    """A header's free text: as it is where it is short ASCII, else as RFC 2047 words of at most 75 characters."""
    if not _CONTROL.isdisjoint(value):
        raise BadHeader(f"a header must be one line: {value[:60]!r}")
    if value.isascii() and len(value) < 900 and "=?" not in value:
        return value
    words: list[bytes] = []
    word = b""
    for character in value:
        encoded = character.encode("utf-8", "replace")
        if len(word) + len(encoded) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    words.append(word)
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in words)


def _phrase(value: str) -> str:
    if value.isascii() and _CONTROL.isdisjoint(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _unstructured(value)
