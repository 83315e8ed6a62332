"""Whether an XLSX file may be opened: a plain workbook, no bomb, no macros, nothing outside itself. Pure.

The sizes that a ZIP file declares may lie, so every part is also unpacked, counted and thrown away.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from enum import StrEnum
from io import BytesIO

MAX_PARTS = 400
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_RATIO = 200
# A small part may be packed very well without harm: an empty sheet is mostly the same letters.
RATIO_FLOOR_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
_MACROS = ("vbaproject.bin", "/activex/", "/embeddings/")
_OUTSIDE = "/externallinks/"


class Refusal(StrEnum):
    """Why a workbook is not opened."""

    NOT_A_WORKBOOK = "not_a_workbook"
    ENCRYPTED = "encrypted"
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    ACTIVE_CONTENT = "active_content"
    ENTITIES = "entities"


class Refused(ValueError):
    """The workbook is not opened; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def check(content: bytes) -> None:
    """:raises Refused:"""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # OLE container: an old .xls, or an .xlsx with a password.
        raise Refused(Refusal.ENCRYPTED)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_names(archive)
            _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refused(Refusal.NOT_A_WORKBOOK) from error


def _check_names(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise Refused(Refusal.NOT_A_WORKBOOK)
    if len(set(names)) != len(names) or any(".." in name or name.startswith("/") or "\\" in name for name in names):
        raise Refused(Refusal.NOT_A_WORKBOOK)
    if any(stat.S_ISLNK(part.external_attr >> 16) for part in parts):
        raise Refused(Refusal.NOT_A_WORKBOOK)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise Refused(Refusal.TOO_LARGE_UNPACKED)
    if any(mark in f"/{name}" for name in names for mark in (*_MACROS, _OUTSIDE)):
        raise Refused(Refusal.ACTIVE_CONTENT)
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused(Refusal.ENCRYPTED)


def _check_parts(archive: zipfile.ZipFile) -> None:
    unpacked = 0
    for part in archive.infolist():
        size = 0
        is_xml = part.filename.lower().endswith((".xml", ".rels"))
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED_BYTES or _is_bomb(size, part.compress_size):
                    raise Refused(Refusal.TOO_LARGE_UNPACKED)
                # A document type declaration is where entities are declared; no workbook has one.
                if is_xml and b"<!doctype" in (tail + chunk).replace(b"\0", b"").lower():
                    raise Refused(Refusal.ENTITIES)
                tail = chunk[-32:]


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * max(packed, 1)
