"""A ZIP file that says what it holds and holds nothing else.

Everything that a ZIP declares may lie, so its tables are compared with each other, and each part is unpacked, counted
and thrown away. What no office program writes (a part twice, a path out of the folder, gaps, something before or after
the archive) is refused: it is how one file is made to look like two.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tracker.documents.checks.kinds import ZIP_START
from tracker.documents.checks.verdict import Refusal, Refused

MAX_PARTS = 10_000
MAX_TABLE_BYTES = 8 * 1024 * 1024
MAX_COMMENT_BYTES = 256
# Of all parts together: this much, and some times the size of the file itself (pictures hardly shrink).
MAX_UNPACKED_BYTES = 150 * 1024 * 1024
UNPACKED_PER_BYTE = 2
MAX_RATIO = 200
# A small part may be packed very well without harm: an empty sheet is mostly the same letters.
RATIO_FLOOR_BYTES = 1024 * 1024
MAX_DEPTH = 2
# Between two parts: what follows data whose size was not known before, or fills up to a round address.
MAX_GAP_BYTES = 64
CHUNK = 256 * 1024
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error, ValueError)


@dataclass
class Budget:
    """What may still be unpacked, over all levels of packages in packages."""

    left: int
    depth: int = 0


def budget_for(size: int) -> Budget:
    return Budget(MAX_UNPACKED_BYTES + UNPACKED_PER_BYTE * size)


class Archive:
    """A ZIP file whose tables have been checked. Reading a part counts it against the budget."""

    def __init__(self, file: BinaryIO, size: int, budget: Budget) -> None:
        """:raises Refused: for tables that lie, or that no office program writes."""
        self.budget = budget
        try:
            _check_frame(file, size)
            self._zip = zipfile.ZipFile(file)
            self.parts = self._zip.infolist()
            _check_parts(self.parts)
            _check_places(file, self.parts, self._zip.start_dir)
        except _BROKEN as error:
            raise Refused(Refusal.DAMAGED) from error
        if sum(part.file_size for part in self.parts) > budget.left:
            raise Refused(Refusal.TOO_LARGE_UNPACKED)
        self.names = frozenset(part.filename for part in self.parts)

    def chunks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """The unpacked bytes of ``part``; its checksum is compared at the end."""
        size = 0
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self.budget.left -= len(chunk)
                    if self.budget.left < 0 or _is_bomb(size, part.compress_size):
                        raise Refused(Refusal.TOO_LARGE_UNPACKED)
                    yield chunk
        except _BROKEN as error:
            raise Refused(Refusal.DAMAGED) from error
        if size != part.file_size:
            raise Refused(Refusal.DAMAGED)


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_FLOOR_BYTES and unpacked > MAX_RATIO * max(packed, 1)


def _check_frame(file: BinaryIO, size: int) -> None:
    """The archive begins at the first byte and ends at the last one. Looked at before the table is read, which may be
    as large as the file."""
    file.seek(0)
    if file.read(4) != ZIP_START:
        raise Refused(Refusal.DAMAGED)
    tail_size = min(size, _END.size + MAX_COMMENT_BYTES)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise Refused(Refusal.SEVERAL_IN_ONE if _has_end_further_up(file, size) else Refusal.DAMAGED)
    _, disk, table_disk, here, parts, table_size, table_at, comment = _END.unpack_from(tail, found)
    end_at = size - tail_size + found
    if disk or table_disk or here != parts or 0xFFFF in (here, parts) or 0xFFFFFFFF in (table_size, table_at):
        raise Refused(Refusal.STRANGE_PACKAGE)
    if end_at + _END.size + comment != size or table_at + table_size != end_at:
        raise Refused(Refusal.SEVERAL_IN_ONE)
    if parts > MAX_PARTS or table_size > MAX_TABLE_BYTES:
        raise Refused(Refusal.TOO_LARGE_UNPACKED)
    file.seek(0)


def _has_end_further_up(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 1024 * 1024))
    return b"PK\x05\x06" in file.read()


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.casefold() for part in parts]
    if len(set(names)) != len(names):
        raise Refused(Refusal.STRANGE_PACKAGE)
    for part in parts:
        if part.flag_bits & 0x1:
            raise Refused(Refusal.PASSWORD)
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(Refusal.STRANGE_PACKAGE)
        if stat.S_ISLNK(part.external_attr >> 16) or _leads_out(part.orig_filename):
            raise Refused(Refusal.STRANGE_PACKAGE)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ":" in name[:2] or ".." in name.split("/")


def _check_places(file: BinaryIO, parts: list[zipfile.ZipInfo], table_at: int) -> None:
    """The parts lie one after the other from the first byte to the table, each under the name that the table gives."""
    position = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if not position <= part.header_offset <= position + (MAX_GAP_BYTES if position else 0):
            raise Refused(Refusal.STRANGE_PACKAGE)
        file.seek(part.header_offset)
        header = file.read(_LOCAL.size)
        signature, _version, flags, method, _time, _date, _crc, packed, size, name_size, extra = _LOCAL.unpack(header)
        name = file.read(name_size)
        if signature != ZIP_START or method != part.compress_type or flags & 0x1:
            raise Refused(Refusal.STRANGE_PACKAGE)
        if name.decode("utf-8" if part.flag_bits & 0x800 else "cp437") != part.orig_filename:
            raise Refused(Refusal.STRANGE_PACKAGE)
        # Bit 3: sizes follow the data and are zero here.
        if not flags & 0x8 and (packed, size) not in ((part.compress_size, part.file_size), (2**32 - 1, 2**32 - 1)):
            raise Refused(Refusal.STRANGE_PACKAGE)
        position = part.header_offset + _LOCAL.size + name_size + extra + part.compress_size
    if not position <= table_at <= position + MAX_GAP_BYTES:
        raise Refused(Refusal.STRANGE_PACKAGE)
