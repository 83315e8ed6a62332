"""Where a link inside a document leads."""

from __future__ import annotations

import re

# Followed only when somebody clicks, and shown before.
_PLAIN = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_OTHER_MACHINE = re.compile(r"\s*(?:\\\\|//|\\/|/\\)")
_DRIVE = re.compile(r"\s*[a-zA-Z]:(?:[\\/]|$)")

_OWN_DISK = re.compile(r"\s*(?:file:/{2,3})?[a-zA-Z]:[\\/]|\s*file:///(?![\\/])", re.IGNORECASE)


def leads_outside(target: str) -> bool:
    """Whether what is named here lies outside the document: another machine, a disk, or the web."""
    return bool(_SCHEME.match(target) or _OTHER_MACHINE.match(target) or _DRIVE.match(target))


def is_plain(target: str) -> bool:
    """Whether this is a link as texts have them: to the web or a mail address, or a place in the document itself."""
    if _DRIVE.match(target) or _OTHER_MACHINE.match(target):
        return False
    scheme = _SCHEME.match(target)
    return scheme is None or scheme[1].lower() in _PLAIN


def is_own_disk(target: str) -> bool:
    """Whether a path on the reader's own disk is meant. Most documents made from a template have one of these: it
    asks no other machine for anything."""
    return bool(_OWN_DISK.match(target))
