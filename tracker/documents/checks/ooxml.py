"""Word, Excel and PowerPoint packages (ECMA-376), and packages inside them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from tracker.documents.checks import links, xml_parts
from tracker.documents.checks.archive import MAX_DEPTH, Archive, Budget
from tracker.documents.checks.kinds import OLE_START, ZIP_START, web_page
from tracker.documents.checks.verdict import Finding, Refusal, Refused

MAX_NESTED_BYTES = 48 * 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES = {
    f"{_OFFICE}wordprocessingml.document.main+xml": "docx",
    f"{_OFFICE}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_OFFICE}presentationml.presentation.main+xml": "pptx",
}
_MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "macrosheet")
_MACRO_NAMES = ("vbaproject", "vbadata", "/macrosheets/")
_TYPES_WITH_A_MEANING = {
    "activex": Finding.ACTIVE_CONTENT,
    "webextension": Finding.ACTIVE_CONTENT,
    "oleobject": Finding.EMBEDDED_FILE,
    "spreadsheetml.externallink": Finding.EXTERNAL_CONTENT,
    "spreadsheetml.connections": Finding.EXTERNAL_CONTENT,
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_XML_ENDINGS = (".xml", ".vml", ".svg")
_WORD = "wordprocessingml"
_SHEETS = frozenset({"worksheet", "workbook"})
# Fields that talk with another program, and a function that calls a web address.
_CALLING_FIELD = re.compile(r"(?:^|[\s{])DDE(?:AUTO)?(?:\s|$)")
_CALLING_FORMULA = re.compile(rb"WEBSERVICE\(", re.IGNORECASE)
_BY_NUMBER = re.compile(rb"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
# Each of its letters by its number, in UTF-16.
_LONGEST_CALL = 256


def check(file: BinaryIO, size: int, budget: Budget, said: str | None) -> set[Finding]:
    """What was found in the package.

    :param said: "docx", "xlsx" or "pptx", what it must be; None for a package inside another one.
    :raises Refused:
    """
    archive = Archive(file, size, budget)
    if CONTENT_TYPES not in archive.names:
        raise Refused(Refusal.NOT_WHAT_IT_SAYS, "zip")
    types = _content_types(archive)
    if any(mark in kind for kind in types.values() for mark in _MACRO_TYPES):
        raise Refused(Refusal.MACROS)
    kinds = {MAIN_TYPES[kind] for name, kind in types.items() if kind in MAIN_TYPES and name in archive.names}
    if said is not None and kinds != {said}:
        raise Refused(Refusal.NOT_WHAT_IT_SAYS, min(kinds - {said}, default="zip"))
    found = {finding for mark, finding in _TYPES_WITH_A_MEANING.items() for kind in types.values() if mark in kind}
    for part in archive.parts:
        found |= check_part(archive, part)
    return found


def _content_types(archive: Archive) -> dict[str, str]:
    """Part name -> content type in small letters; for endings ``*.ending``."""
    types: dict[str, str] = {}

    def on_element(name: str, attributes: xml_parts.Attributes) -> None:
        kind = attributes.get("ContentType", "").lower()
        if xml_parts.local(name) == "Override":
            types[attributes.get("PartName", "").removeprefix("/")] = kind
        elif xml_parts.local(name) == "Default":
            types[f"*.{attributes.get('Extension', '').lower()}"] = kind

    part = next(part for part in archive.parts if part.filename == CONTENT_TYPES)
    xml_parts.read(archive.chunks(part), on_element)
    return types


def check_part(archive: Archive, part: zipfile.ZipInfo) -> set[Finding]:
    """Unpack one part, count it, and look into it. Serves packages of both families."""
    name = part.filename.lower()
    if any(mark in f"/{name}" for mark in _MACRO_NAMES):
        raise Refused(Refusal.MACROS)
    chunks = archive.chunks(part)
    first = next(chunks, b"")
    whole: Iterator[bytes] = chain([first], chunks)
    if first.startswith(ZIP_START):
        return _nested(archive, whole)
    if first.startswith(OLE_START):
        return {_old_office(whole)}
    if name.endswith(".rels"):
        return _relationships(whole)
    if name.endswith(_XML_ENDINGS):
        return _xml_part(whole, may_name_a_type=name.endswith(".svg")) if first else set()
    found = _perhaps_xml(whole) if xml_parts.looks_like_xml(first) else set()
    for _chunk in whole:
        pass
    return found | _other_part(first)


def _other_part(first: bytes) -> set[Finding]:
    """A web page or a program brought along as a part of its own is found."""
    is_program = first.startswith(_PROGRAMS) and b"\0" in first
    return {Finding.EMBEDDED_FILE} if web_page(first) or is_program else set()


def _perhaps_xml(chunks: Iterator[bytes]) -> set[Finding]:
    """XML under another name is looked at as well; but any part may begin with the sign for "less than"."""
    try:
        return _xml_part(chunks)
    except Refused as refused:
        if refused.refusal is not Refusal.DAMAGED:
            raise
        return set()


def _xml_part(chunks: Iterator[bytes], *, may_name_a_type: bool = False) -> set[Finding]:
    """What a part is its root element says: its name and folder are whatever its sender chose.

    A text of Word's is read whole. A field's instruction may be cut into many pieces, so they are put together before
    they are looked at. Of all else only the beginning is read, and formulas of sheets are searched for.
    """
    root = ""
    calling: set[Finding] = set()
    pieces: list[str] = []
    is_instruction = False

    def on_element(name: str, attributes: xml_parts.Attributes) -> None:
        nonlocal root, is_instruction
        root = root or name
        if _WORD not in root.rpartition(" ")[0]:
            raise xml_parts.Enough
        what = xml_parts.local(name)
        is_instruction = what == "instrText"
        if what == "fldChar":
            pieces.append("\n")
        for key, value in attributes.items():
            if what == "fldSimple" and xml_parts.local(key) == "instr":
                pieces.append(f"\n{value}\n")

    def on_text(text: str) -> None:
        if is_instruction:
            pieces.append(text)

    xml_parts.read(_watched(chunks, calling), on_element, on_text, may_name_a_type=may_name_a_type)
    if xml_parts.local(root) in _SHEETS:
        return calling
    return {Finding.EXTERNAL_CONTENT} if _CALLING_FIELD.search("".join(pieces)) else set()


def _nested(archive: Archive, chunks: Iterator[bytes]) -> set[Finding]:
    if archive.budget.depth >= MAX_DEPTH:
        raise Refused(Refusal.TOO_LARGE_UNPACKED)
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_NESTED_BYTES:
            raise Refused(Refusal.TOO_LARGE_UNPACKED)
    archive.budget.depth += 1
    try:
        with io.BytesIO(content) as file:
            return check(file, len(content), archive.budget, None)
    except Refused as refused:
        if refused.refusal is not Refusal.NOT_WHAT_IT_SAYS:
            raise
        # An archive that is no document.
        return {Finding.EMBEDDED_FILE}
    finally:
        archive.budget.depth -= 1


def _old_office(chunks: Iterator[bytes]) -> Finding:
    """An OLE object; one with a macro project inside is refused."""
    mark = "_VBA_PROJECT".encode("utf-16-le")
    tail = b""
    for chunk in chunks:
        if mark in tail + chunk:
            raise Refused(Refusal.MACROS)
        tail = chunk[-len(mark) :]
    return Finding.EMBEDDED_FILE


def _relationships(chunks: Iterator[bytes]) -> set[Finding]:
    found: set[Finding] = set()
    xml_parts.read(chunks, lambda _name, attributes: found.update(_relationship(attributes)))
    return found


def _relationship(attributes: xml_parts.Attributes) -> set[Finding]:
    target, kind = attributes.get("Target", ""), attributes.get("Type", "").lower()
    if kind.endswith("/afchunk"):
        return {Finding.EMBEDDED_FILE}
    is_outside = attributes.get("TargetMode", "").lower() == "external" or links.leads_outside(target)
    if not is_outside or (kind.endswith("/hyperlink") and links.is_plain(target)):
        return set()
    if kind.endswith("/attachedtemplate") and links.is_own_disk(target):
        return set()
    return {Finding.EXTERNAL_CONTENT}


def _watched(chunks: Iterator[bytes], found: set[Finding]) -> Iterator[bytes]:
    tail = b""
    for chunk in chunks:
        if _CALLING_FORMULA.search(_plain(tail + chunk)):
            found.add(Finding.EXTERNAL_CONTENT)
        tail = chunk[-_LONGEST_CALL:]
        yield chunk


def _plain(text: bytes) -> bytes:
    """Without the zeros of UTF-16, and with the letters that are written by their number."""
    text = text.replace(b"\0", b"")
    if b"&#" not in text:
        return text
    return _BY_NUMBER.sub(lambda found: _letter(int(found[1], 16) if found[1] else int(found[2])), text)


def _letter(number: int) -> bytes:
    return bytes([number]) if number < 128 else b"?"
