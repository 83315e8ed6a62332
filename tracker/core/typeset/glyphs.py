"""Which characters the documents' font can draw.

PDF/UA and PDF/A refuse a document that holds a character without a glyph, so one emoji in a title would stop a whole
report. Such characters are drawn as a replacement sign in the PDF; workbooks, pages and frozen JSON keep them.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

REPLACEMENT = "\N{CURRENCY SIGN}"

#: Characters without a glyph of their own that typesetting handles (line break, joiners, soft hyphen, marks).
_HANDLED = frozenset("\t\n\r \u00a0\u00ad\u200b\u200c\u200d\u2028\u2029\u202f\u2060\ufeff")


def drawable(text: str, supported: frozenset[int]) -> str:
    """`text` with every character that the font lacks replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if ord(char) in supported or char in _HANDLED else REPLACEMENT for char in text)


@lru_cache(maxsize=4)
def supported_characters(fonts: tuple[Path, ...]) -> frozenset[int]:
    """Code points that every one of the TrueType files maps to a glyph; private-use and control ones left out."""
    common = frozenset.intersection(*(_mapped(path.read_bytes()) for path in fonts))
    return frozenset(point for point in common if point > 0x9F and not 0xE000 <= point <= 0xF8FF) | frozenset(
        range(0x20, 0x7F)
    )


def _mapped(data: bytes) -> frozenset[int]:
    count = struct.unpack_from(">H", data, 4)[0]
    for record in range(count):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", data, 12 + 16 * record)
        if tag == b"cmap":
            return _read_cmap(data, offset)
    raise ValueError("the font file has no character map")


def _read_cmap(data: bytes, start: int) -> frozenset[int]:
    points: set[int] = set()
    for record in range(struct.unpack_from(">H", data, start + 2)[0]):
        platform, _encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * record)
        if platform not in (0, 3):
            continue
        table_format = struct.unpack_from(">H", data, start + offset)[0]
        if table_format == 4:
            points |= _read_segments(data, start + offset)
        elif table_format == 12:
            points |= _read_groups(data, start + offset)
    return frozenset(points)


def _read_segments(data: bytes, table: int) -> set[int]:
    """Format 4 (OpenType specification, `cmap`): segments of the basic plane, by delta or by glyph array."""
    segments = struct.unpack_from(">H", data, table + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", data, table + 14)
    starts = struct.unpack_from(f">{segments}H", data, table + 16 + 2 * segments)
    deltas = struct.unpack_from(f">{segments}H", data, table + 16 + 4 * segments)
    ranges_at = table + 16 + 6 * segments
    points: set[int] = set()
    for index in range(segments):
        offset = struct.unpack_from(">H", data, ranges_at + 2 * index)[0]
        for point in range(starts[index], min(ends[index], 0xFFFE) + 1):
            if offset == 0:
                glyph = (point + deltas[index]) & 0xFFFF
            else:
                at = ranges_at + 2 * index + offset + 2 * (point - starts[index])
                glyph = struct.unpack_from(">H", data, at)[0]
            if glyph:
                points.add(point)
    return points


def _read_groups(data: bytes, table: int) -> set[int]:
    """Format 12: runs of code points in every plane."""
    points: set[int] = set()
    for group in range(struct.unpack_from(">I", data, table + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", data, table + 16 + 12 * group)
        points.update(range(first if glyph else first + 1, last + 1))
    return points
