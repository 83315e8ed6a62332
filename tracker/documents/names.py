"""File names as people wrote them, made harmless. They are shown and offered for saving, never used as paths here."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 200
# File systems take 255 bytes; programs that save a file add to the name.
MAX_BYTES = 240
NAMELESS = "fil"
_MAX_EXTENSION = 10
# Control, format (text direction, zero width), surrogates, private use, unassigned, and separators of lines.
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# No file on Windows may have these in its name.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_BLANKS = re.compile(r"\s+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """``raw`` as a plain file name: NFC, 1 to 200 characters, without folders, control signs, signs that turn the
    direction of the text, or names that Windows keeps for devices. The ending survives, so that the type shows."""
    last = re.split(r"[/\\]", raw)[-1]
    kept = "".join(_kept(character) for character in unicodedata.normalize("NFC", last))
    # What was removed may have stood between signs that belong together.
    name = _trimmed(unicodedata.normalize("NFC", kept))
    stem, extension = _parted(name)
    name = _trimmed(_cut(stem or NAMELESS, len(extension), len(extension.encode())) + extension)
    return f"_{name[: MAX_CHARACTERS - 1]}" if _DEVICE.match(name) else name


def extension_of(name: str) -> str:
    """The ending of a clean name in small letters, without its dot; empty when there is none."""
    return _parted(name)[1][1:].lower()


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _REMOVED else _FORBIDDEN.sub("_", character)


def _trimmed(name: str) -> str:
    # Windows drops dots and blanks at the end. A dot in front hides a file, unless only the ending is left.
    name = _BLANKS.sub(" ", name).strip().rstrip(". ")
    return name if name.startswith(".") and not _parted(name)[0] else name.lstrip(". ")


def _parted(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension or len(extension) > _MAX_EXTENSION or not extension.isalnum():
        return name, ""
    return stem.rstrip(". "), dot + extension


def _cut(stem: str, less: int, less_bytes: int) -> str:
    stem = stem[: MAX_CHARACTERS - less]
    return stem.encode()[: MAX_BYTES - less_bytes].decode(errors="ignore").rstrip(". ") or NAMELESS
