"""PDF (ISO 32000): what it would do by itself when opened, and whether it is only a PDF.

Names are compared as pikepdf reads them, so ``/J#61vaScript`` and objects in compressed streams are seen. The bytes are
searched as well, for objects that the file's own table leaves out and another reader might find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from tracker.documents.checks.kinds import HTML, windows
from tracker.documents.checks.verdict import Finding, Refusal, Refused

MAX_OBJECTS = 1_000_000
MAX_LEVELS = 60
_HEAD_BYTES = 1024
# More than the end record of a ZIP with its longest comment, which stands within the last 64 kB.
_TAIL_BYTES = 1024 * 1024
# "/JavaScript" with every letter written by its number.
_LONGEST_NAME = 64
_BLANK = b"\0\t\n\x0c\r "

_BY_KEY = {
    "/JS": Finding.PDF_JAVASCRIPT,
    "/JavaScript": Finding.PDF_JAVASCRIPT,
    "/EmbeddedFiles": Finding.PDF_ATTACHMENT,
    "/EF": Finding.PDF_ATTACHMENT,
    "/XFA": Finding.PDF_XFA,
    "/RichMediaContent": Finding.PDF_MEDIA,
}
_BY_ACTION = {
    "/JavaScript": Finding.PDF_JAVASCRIPT,
    "/Launch": Finding.PDF_LAUNCH,
    "/SubmitForm": Finding.PDF_ACTION,
    "/ImportData": Finding.PDF_ACTION,
    "/GoToR": Finding.PDF_ACTION,
    "/GoToE": Finding.PDF_ACTION,
    "/Rendition": Finding.PDF_MEDIA,
    "/Movie": Finding.PDF_MEDIA,
    "/Sound": Finding.PDF_MEDIA,
    "/RichMediaExecute": Finding.PDF_MEDIA,
    "/GoTo3DView": Finding.PDF_MEDIA,
}
_BY_SUBTYPE = {
    "/RichMedia": Finding.PDF_MEDIA,
    "/Screen": Finding.PDF_MEDIA,
    "/Movie": Finding.PDF_MEDIA,
    "/Sound": Finding.PDF_MEDIA,
    "/3D": Finding.PDF_MEDIA,
    "/FileAttachment": Finding.PDF_ATTACHMENT,
}
# How qpdf says that it takes an object for nothing, or a stream of objects, since it cannot be read.
_UNREAD = ("error reading object", "error decoding stream data", "unfilterable stream")
_OBJECT_NAMED = re.compile(r"object (\d+)[ /](\d+)")
# What happens without a click: these may go to a place in the document, and nothing else.
_BY_ITSELF = ("/OpenAction", "/AA")
_HARMLESS_ACTIONS = frozenset({"/GoTo", "/Named", "/SetOCGState", "/Hide", "/Thread", "/Trans"})


def _spelled(name: str) -> bytes:
    """A pattern for ``name`` in which any sign may be written by its number."""
    return b"".join(b"(?:%s|#%02X|#%02x)" % (re.escape(letter.encode()), ord(letter), ord(letter)) for letter in name)


_RAW = {
    re.compile(rb"/" + _spelled(name) + rb"(?![\w#])"): finding
    for name, finding in {
        "JavaScript": Finding.PDF_JAVASCRIPT,
        "Launch": Finding.PDF_LAUNCH,
        "EmbeddedFile": Finding.PDF_ATTACHMENT,
        "RichMedia": Finding.PDF_MEDIA,
    }.items()
}


def check(path: Path) -> set[Finding]:
    """What was found in the PDF.

    :raises Refused:
    :raises MemoryError:
    """
    found = _check_bytes(path)
    try:
        with pikepdf.open(path, suppress_warnings=True, access_mode=pikepdf.AccessMode.stream) as document:
            if document.is_encrypted:
                found.add(Finding.PDF_RESTRICTED)
            if len(document.pages) == 0:
                raise Refused(Refusal.DAMAGED)
            found |= _look_through(document)
            _refuse_unread(document)
    except pikepdf.PasswordError as error:
        raise Refused(Refusal.PASSWORD) from error
    except (pikepdf.PdfError, RecursionError, RuntimeError, ValueError) as error:
        raise Refused(Refusal.DAMAGED) from error
    return found


def _check_bytes(path: Path) -> set[Finding]:
    size = path.stat().st_size
    found: set[Finding] = set()
    with path.open("rb") as file:
        # Nothing that browsers take for a page may stand in front, and nothing may follow the end.
        if HTML.search(file.read(_HEAD_BYTES)):
            raise Refused(Refusal.SEVERAL_IN_ONE)
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
        end = tail.rfind(b"%%EOF")
        if end < 0:
            raise Refused(Refusal.DAMAGED)
        if tail[end + 5 :].strip(_BLANK) or _is_archive_too(tail, size):
            raise Refused(Refusal.SEVERAL_IN_ONE)
        for window in windows(file, _LONGEST_NAME):
            found |= {finding for pattern, finding in _RAW.items() if finding not in found and pattern.search(window)}
    return found


def _is_archive_too(tail: bytes, size: int) -> bool:
    """Whether a ZIP program would find the end of an archive here, with a table of contents in front of it."""
    at = -1
    while (at := tail.find(b"PK\x05\x06", at + 1)) >= 0:
        table = int.from_bytes(tail[at + 12 : at + 16], "little")
        first = tail[max(0, at - table) : at] if table <= at else b"PK\x01\x02"
        if table and table < size and first.startswith(b"PK\x01\x02"):
            return True
    return False


def _look_through(document: pikepdf.Pdf) -> set[Finding]:
    found: set[Finding] = set()
    for number, thing in enumerate(document.objects):
        if number > MAX_OBJECTS:
            raise Refused(Refusal.TOO_LARGE_UNPACKED)
        for dictionary in _dictionaries(thing):
            found |= _findings(dictionary)
    found |= {finding for dictionary in _dictionaries(document.trailer) for finding in _findings(dictionary)}
    return found


def _refuse_unread(document: pikepdf.Pdf) -> None:
    """What qpdf could not read was not looked at, and another reader may make something of it.

    :raises MemoryError: where there was too little memory for it.
    """
    warnings = document.get_warnings()
    if any("bad_alloc" in warning for warning in warnings):
        raise MemoryError
    named = {(int(number), int(generation)) for text in warnings for number, generation in _OBJECT_NAMED.findall(text)}
    if any(mark in warning for warning in warnings for mark in _UNREAD) or any(
        document.get_object(thing) is None for thing in named
    ):
        raise Refused(Refusal.DAMAGED)


def _dictionaries(thing: Any, level: int = 0) -> Iterator[Any]:
    """The dictionaries of one object, without those that stand as objects of their own."""
    if level > MAX_LEVELS:
        raise Refused(Refusal.DAMAGED)
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        dictionary = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        yield dictionary
        inner = [value for _key, value in dictionary.items()]
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _dictionaries(value, level + 1)


def _findings(dictionary: Any) -> set[Finding]:
    found = {finding for key, finding in _BY_KEY.items() if key in dictionary}
    action, subtype = str(dictionary.get("/S", "")), str(dictionary.get("/Subtype", ""))
    if action in _BY_ACTION:
        found.add(_BY_ACTION[action])
    if subtype in _BY_SUBTYPE:
        found.add(_BY_SUBTYPE[subtype])
    if str(dictionary.get("/Type", "")) == "/EmbeddedFile":
        found.add(Finding.PDF_ATTACHMENT)
    if any(key in dictionary and not _is_harmless(dictionary[key]) for key in _BY_ITSELF):
        found.add(Finding.PDF_ACTION)
    return found


def _is_harmless(thing: Any) -> bool:
    """A destination, or an action (or several, by what sets them off) that stays within the document."""
    if not isinstance(thing, pikepdf.Dictionary):
        return True
    actions = [thing] if "/S" in thing else [value for _key, value in thing.items()]
    return all(
        isinstance(action, pikepdf.Dictionary)
        and str(action.get("/S", "")) in _HARMLESS_ACTIONS
        and "/Next" not in action
        for action in actions
        if isinstance(action, pikepdf.Dictionary)
    )
