"""Plain text and CSV: signs that can be read, in a coding that is told apart."""

from __future__ import annotations

import codecs
from pathlib import Path

from tracker.documents.checks.verdict import Refusal, Refused

_CHUNK = 1024 * 1024
_CONTROLS = bytes(number for number in range(32) if number not in b"\t\n\x0c\r\x1a") + b"\x7f"


def coding(start: bytes) -> str:
    """The coding that the first bytes tell, as Python names it."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def check(path: Path) -> None:
    """:raises Refused: NOT_TEXT for what holds control signs. What is no UTF-8 is taken as Windows' western coding."""
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        if coding(start) == "utf-16":
            decoder = codecs.getincrementaldecoder("utf-16")()
            try:
                while chunk := file.read(_CHUNK):
                    _refuse_controls(decoder.decode(chunk).encode())
                decoder.decode(b"", final=True)
            except UnicodeError as error:
                raise Refused(Refusal.NOT_TEXT) from error
            return
        while chunk := file.read(_CHUNK):
            _refuse_controls(chunk)


def _refuse_controls(chunk: bytes) -> None:
    if len(chunk.translate(None, _CONTROLS)) != len(chunk):
        raise Refused(Refusal.NOT_TEXT)
