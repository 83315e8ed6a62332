"""Pictures: PNG (ISO/IEC 15948) and JPEG (ITU-T T.81), their size in pixels, and that nothing follows them.

Nothing is unpacked: a picture of many pixels costs no more than a small one.
"""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from tracker.documents.checks.verdict import Refusal, Refused

MAX_PIXELS = 100_000_000
_PNG_START = 8
_PNG_CHUNK = struct.Struct(">I4s")
_BLANK = b"\0\t\n\r "
_STANDING_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_CHUNK = 64 * 1024


def check(path: Path, kind: str) -> None:
    """:raises Refused:"""
    with path.open("rb") as file:
        (_walk_png if kind == "png" else _walk_jpeg)(file)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=["PNG" if kind == "png" else "JPEG"]) as picture:
                width, height = picture.size
                picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Refusal.TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise Refused(Refusal.DAMAGED) from error
    if width * height > MAX_PIXELS:
        raise Refused(Refusal.TOO_MANY_PIXELS)


def _walk_png(file: BinaryIO) -> None:
    file.seek(_PNG_START)
    while True:
        head = file.read(_PNG_CHUNK.size)
        if len(head) < _PNG_CHUNK.size:
            raise Refused(Refusal.DAMAGED)
        length, name = _PNG_CHUNK.unpack(head)
        file.seek(length + 4, 1)
        if name == b"IEND":
            break
    if file.read(_CHUNK).strip(_BLANK) or file.read(1):
        raise Refused(Refusal.SEVERAL_IN_ONE)


def _walk_jpeg(file: BinaryIO) -> None:
    """To the end of the picture. Cameras put small pictures behind the large one: these are walked as well."""
    file.seek(0)
    while True:
        _walk_one_jpeg(file)
        place = file.tell()
        rest = file.read(_CHUNK)
        if not rest.strip(_BLANK) and not file.read(1):
            return
        blanks = len(rest) - len(rest.lstrip(_BLANK))
        if rest[blanks : blanks + 3] != b"\xff\xd8\xff":
            raise Refused(Refusal.SEVERAL_IN_ONE)
        file.seek(place + blanks)


def _walk_one_jpeg(file: BinaryIO) -> None:
    if file.read(2) != b"\xff\xd8":
        raise Refused(Refusal.DAMAGED)
    while True:
        marker = _next_marker(file)
        if marker == 0xD9:
            return
        if marker in _STANDING_ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2:
            raise Refused(Refusal.DAMAGED)
        file.seek(length - 2, 1)


def _next_marker(file: BinaryIO) -> int:
    """Over the compressed picture, if one stands here, to the next marker."""
    pending = b""
    while True:
        chunk = file.read(_CHUNK)
        if not chunk:
            raise Refused(Refusal.DAMAGED)
        data = pending + chunk
        at = data.find(b"\xff")
        while 0 <= at < len(data) - 1:
            # 0 is a filled-up sign of the picture itself, FF only fills.
            if data[at + 1] not in (0x00, 0xFF):
                file.seek(at + 2 - len(data), 1)
                return data[at + 1]
            at = data.find(b"\xff", at + 1 + (data[at + 1] == 0))
        pending = data[-1:] if data.endswith(b"\xff") else b""
