"""From content to PDF bytes: the process with its fonts, its limits and its faults."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import font_source_sans_pro

from tracker.core import limited
from tracker.core.typeset.glyphs import drawable, supported_characters

# The time is below the soft limit of a background task, so that the task can still tell that it failed.
LIMITS = limited.Limits(seconds=45, cpu_seconds=60, memory_bytes=2 * 1024**3, answer_bytes=256 * 1024**2)

FONT_DIR = Path(font_source_sans_pro.__file__).with_name("files")
FONTS = tuple(FONT_DIR / f"SourceSansPro-{cut}.ttf" for cut in ("Regular", "Semibold", "Bold"))


class TypesettingFailed(RuntimeError):
    """The document could not be made; the message is for those who run the system."""


def encoded(content: Mapping[str, Any]) -> bytes:
    """Content as `typeset` takes it: JSON, in which every character that the font lacks is replaced."""
    supported = supported_characters(FONTS)
    return json.dumps({key: _drawable(value, supported) for key, value in content.items()}, ensure_ascii=False).encode()


def instant_parts(instant: datetime) -> list[int]:
    """Year, month, day, hour, minute and second, for the date in a document's own description."""
    return [instant.year, instant.month, instant.day, instant.hour, instant.minute, instant.second]


def typeset(template: Path, content: bytes, *, timestamp: int) -> bytes:
    """The PDF of `template` with `content` (see `encoded`), which it reads as ``json(bytes(sys.inputs.content))``.

    :param timestamp: seconds since 1970 (UTC), the document's date.
    :raises TypesettingFailed: when Typst refuses the document or takes longer than ``LIMITS`` give.
    """
    with tempfile.TemporaryDirectory(prefix="samordna-fonts-") as folder:
        # Only these cuts: which of two files with the same cut is used would else depend on the folder's order.
        for font in FONTS:
            Path(folder, font.name).symlink_to(font)
        arguments = (str(template.resolve()), folder, str(timestamp))
        try:
            return limited.run("tracker.core.typeset.process", *arguments, limits=LIMITS, data=content)
        except limited.ProcessFailed as error:
            raise TypesettingFailed(str(error)) from error


def _drawable(value: Any, supported: frozenset[int]) -> Any:
    if isinstance(value, str):
        return drawable(value, supported)
    if isinstance(value, Mapping):
        return {key: _drawable(item, supported) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(item, supported) for item in value]
    return value
