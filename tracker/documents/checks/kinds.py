"""The kinds of files that are taken in, and what the first bytes say that a file is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

ALLOWED: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
OOXML = frozenset({"docx", "xlsx", "pptx"})
ODF = frozenset({"odt", "ods", "odp"})

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# As browsers look for them (WHATWG MIME Sniffing, 7.1).
SNIFFED_BYTES = 1445
_WINDOW = 1024 * 1024
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|svg|object|embed|form|table|div|font|img|h1|a|b|br|p|!--)[\s>/]",
    re.IGNORECASE,
)
_MAGIC = (
    (b"%PDF-", "pdf"),
    (ZIP_START, "zip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"#!", "exe"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "ps"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
)


def sniff(file: BinaryIO) -> str | None:
    """The usual ending of what the first bytes say, "doc" for any old Office file; None for what may be plain text."""
    file.seek(0)
    start = file.read(SNIFFED_BYTES)
    file.seek(0)
    if start.startswith(OLE_START):
        return "password" if _is_encrypted_office(file) else "doc"
    for magic, kind in _MAGIC:
        # Two letters may begin a plain text, too; a program and a picture have zeros soon after.
        if start.startswith(magic) and (len(magic) > 2 or magic == b"#!" or b"\0" in start):
            return kind
    text = _bare(start)
    if text.startswith(b"<?xml") or text[:5].lower() == b"<svg ":
        return "svg" if b"<svg" in text.lower() else "xml"
    return "html" if HTML.match(text) else None


def web_page(start: bytes) -> bool:
    """Whether a browser would take these first bytes for a page."""
    return HTML.match(_bare(start[:SNIFFED_BYTES])) is not None


def windows(file: BinaryIO, overlap: int) -> Iterator[bytes]:
    """The whole file in pieces, each with the last ``overlap`` bytes of the one before. Mapping it into memory would
    take as much of the address space as the file is long."""
    file.seek(0)
    tail = b""
    while piece := file.read(_WINDOW):
        yield tail + piece
        tail = (tail + piece)[-overlap:]


def _bare(start: bytes) -> bytes:
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()


def _is_encrypted_office(file: BinaryIO) -> bool:
    mark = "EncryptedPackage".encode("utf-16-le")
    return any(mark in window for window in windows(file, len(mark)))
