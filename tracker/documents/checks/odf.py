"""OpenDocument packages (ISO/IEC 26300)."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from tracker.documents.checks import links, ooxml, xml_parts
from tracker.documents.checks.archive import Archive, Budget
from tracker.documents.checks.kinds import ALLOWED, ODF
from tracker.documents.checks.verdict import Finding, Refusal, Refused

_MANIFEST = "META-INF/manifest.xml"
_LIBRARY_TABLES = ("script-lb.xml", "script-lc.xml", "dialog-lb.xml", "dialog-lc.xml")
_READ = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
_ANCHORS = frozenset({"a"})
_ACTIVE = frozenset({"event-listener", "plugin", "applet", "floating-frame"})
_CALLING_FORMULA = re.compile(r"\b(?:WEBSERVICE|DDE)\s*\(|'(?:file|https?|ftp|smb):", re.IGNORECASE)


def check(file: BinaryIO, size: int, budget: Budget, said: str) -> set[Finding]:
    """What was found in the package, which must be ``said`` ("odt", "ods" or "odp").

    :raises Refused:
    """
    archive = Archive(file, size, budget)
    _check_type(archive, said)
    if _MANIFEST not in archive.names:
        raise Refused(Refusal.DAMAGED)
    found: set[Finding] = set()
    for part in archive.parts:
        if _is_script(part):
            raise Refused(Refusal.MACROS)
        base = part.filename.rpartition("/")[2]
        if part.filename == _MANIFEST:
            found |= _manifest(archive, part)
        elif base in _READ:
            found |= _content(archive, part)
        else:
            found |= ooxml.check_part(archive, part)
    return found


def _check_type(archive: Archive, said: str) -> None:
    first = min(archive.parts, key=lambda part: part.header_offset, default=None)
    if first is None or first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        is_office = ooxml.CONTENT_TYPES in archive.names
        raise Refused(Refusal.NOT_WHAT_IT_SAYS, "docx" if is_office else "zip")
    written = b"".join(archive.chunks(first)).decode("ascii", errors="replace").strip()
    if written != ALLOWED[said]:
        seen = next((kind for kind in ODF if ALLOWED[kind] == written), "zip")
        raise Refused(Refusal.NOT_WHAT_IT_SAYS, seen)


def _is_script(part: zipfile.ZipInfo) -> bool:
    folder, _, rest = part.filename.partition("/")
    # An empty library stays behind in many files that once had a macro; it holds tables only.
    is_library = folder in ("Basic", "Dialogs") and not part.filename.endswith(_LIBRARY_TABLES)
    return bool(rest) and not part.is_dir() and (is_library or folder == "Scripts")


def _manifest(archive: Archive, part: zipfile.ZipInfo) -> set[Finding]:
    found: set[Finding] = set()

    def on_element(name: str, attributes: xml_parts.Attributes) -> None:
        if xml_parts.local(name) == "encryption-data":
            raise Refused(Refusal.PASSWORD)
        if any("oleobject" in value.lower() for value in attributes.values()):
            found.add(Finding.EMBEDDED_FILE)

    xml_parts.read(archive.chunks(part), on_element)
    return found


def _content(archive: Archive, part: zipfile.ZipInfo) -> set[Finding]:
    found: set[Finding] = set()

    def on_element(name: str, attributes: xml_parts.Attributes) -> None:
        what = xml_parts.local(name)
        if what in _ACTIVE:
            found.add(Finding.ACTIVE_CONTENT)
        elif what.startswith("dde-"):
            found.add(Finding.EXTERNAL_CONTENT)
        for key, value in attributes.items():
            is_link = key.endswith("xlink href") and _is_foreign(what, value)
            if is_link or (key.endswith(" formula") and _CALLING_FORMULA.search(value)):
                found.add(Finding.EXTERNAL_CONTENT)

    xml_parts.read(archive.chunks(part), on_element)
    return found


def _is_foreign(element: str, target: str) -> bool:
    if element in _ANCHORS:
        return not links.is_plain(target)
    if element == "template":
        return links.leads_outside(target) and not links.is_own_disk(target)
    return links.leads_outside(target) or target.startswith("../")
