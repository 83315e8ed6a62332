"""Whether a file may be taken in, and what people must know of it.

Three answers: it is refused, with a sentence that says what is wrong and how to mend it; it is taken in and *set
aside*, so that nobody downloads it before a person has released it; or it is taken in. The file is opened only in a
process of its own (`tracker.documents.checks`); when that process fails, the file is refused. `docs/uploads.md` says
what leads to which answer, and why.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core import limited
from tracker.core.errors import DomainError
from tracker.documents.checks.kinds import ALLOWED
from tracker.documents.checks.verdict import Finding, Refusal
from tracker.documents.names import clean_name, extension_of

__all__ = ["ACCEPT", "ALLOWED", "FINDINGS", "FileRefused", "Inspection", "inspect", "is_set_aside"]

log = logging.getLogger(__name__)

LIMITS = limited.Limits(seconds=20, cpu_seconds=15, memory_bytes=256 * 1024 * 1024, answer_bytes=64 * 1024)
#: For the ``accept`` attribute of a file input.
ACCEPT = ",".join(f".{extension}" for extension in ALLOWED)

FINDINGS: dict[str, Any] = {
    Finding.PDF_JAVASCRIPT: _l("The PDF contains a script (JavaScript)."),
    Finding.PDF_LAUNCH: _l("The PDF wants to start another program."),
    Finding.PDF_ACTION: _l("The PDF does something by itself when it is opened, or sends data to another place."),
    Finding.PDF_ATTACHMENT: _l("The PDF has other files attached inside it."),
    Finding.PDF_MEDIA: _l("The PDF contains sound, film or 3D."),
    Finding.PDF_XFA: _l("The PDF contains a form of the old kind XFA, which may run scripts."),
    Finding.PDF_RESTRICTED: _l("The PDF is protected against changes or copying."),
    Finding.ACTIVE_CONTENT: _l("The document contains controls or add-ins that can run."),
    Finding.EMBEDDED_FILE: _l("The document has a file of another kind embedded in it."),
    Finding.EXTERNAL_CONTENT: _l("The document fetches content from another place when it is opened."),
}
_ONLY_TOLD = frozenset({Finding.PDF_RESTRICTED})


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that may be taken in. ``findings`` are keys of ``FINDINGS``, in a fixed order."""

    media_type: str
    findings: tuple[str, ...]


class FileRefused(DomainError):
    """The file is not taken in. ``refusal`` says why, the message how to mend it; ``seen`` what it seems to be."""

    def __init__(self, message: Any, refusal: Refusal, seen: str | None = None) -> None:
        super().__init__(message, "file")
        self.refusal = refusal
        self.seen = seen


def inspect(path: Path, file_name: str) -> Inspection:
    """Look at the file at ``path`` that somebody called ``file_name``.

    :raises FileRefused: also when the file could not be checked.
    """
    extension = check_name(file_name)
    try:
        answer = json.loads(limited.run("tracker.documents.checks", extension, str(path.resolve()), limits=LIMITS))
    except limited.OutOfTime as error:
        log.warning("a file of %s bytes could not be checked in time: %s", path.stat().st_size, error)
        raise _refusal(Refusal.TOO_SLOW, extension) from error
    except limited.OutOfMemory as error:
        log.warning("a file of %s bytes took too much memory to check: %s", path.stat().st_size, error)
        raise _refusal(Refusal.TOO_MUCH_MEMORY, extension) from error
    except (limited.ProcessFailed, ValueError) as error:
        log.error("a file of %s bytes could not be checked: %s", path.stat().st_size, error)
        raise _refusal(Refusal.UNCHECKED, extension) from error
    if "refused" in answer:
        raise _refusal(Refusal(answer["refused"]), extension, answer["seen"])
    return Inspection(ALLOWED[extension], tuple(Finding(code).value for code in answer["findings"]))


def check_name(file_name: str) -> str:
    """The ending of a file's name, such as ``pdf``. Raises FileRefused when files of this name are not accepted."""
    extension = extension_of(clean_name(file_name))
    if extension not in ALLOWED:
        raise _refusal(Refusal.NOT_ALLOWED, extension)
    return extension


def is_set_aside(findings: Iterable[str]) -> bool:
    """Whether somebody must release a file with these findings before it can be downloaded."""
    return any(finding not in _ONLY_TOLD for finding in findings)


def _refusal(refusal: Refusal, extension: str, seen: str | None = None) -> FileRefused:
    if refusal is Refusal.NOT_WHAT_IT_SAYS and seen in _KINDS:
        message = _l(
            "The file's name ends in .%(extension)s, but it is %(kind)s. Save it as one of the allowed types.",
            extension=extension,
            kind=_KINDS[seen],
        )
    elif refusal is Refusal.NOT_ALLOWED:
        message = _not_allowed(extension)
    else:
        message = _REFUSALS[refusal]
    return FileRefused(message, refusal, seen)


def _not_allowed(extension: str) -> Any:
    if extension in _MACRO_ENDINGS:
        return _REFUSALS[Refusal.MACROS]
    if extension in _OLD_ENDINGS:
        return _l(
            "Old Office files (.%(extension)s) are not accepted. Save the file as PDF or in the present format, "
            "for example .docx.",
            extension=extension,
        )
    return _l(
        "Files of this type are not accepted. Save the file as PDF. These are accepted: %(list)s.",
        list=", ".join(ALLOWED),
    )


_MACRO_ENDINGS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "potm", "ppsm"})
_OLD_ENDINGS = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pps"})
_KINDS: dict[str | None, Any] = {
    "pdf": _l("a PDF"),
    "docx": _l("a Word document"),
    "xlsx": _l("an Excel workbook"),
    "pptx": _l("a PowerPoint presentation"),
    "odt": _l("an OpenDocument text"),
    "ods": _l("an OpenDocument spreadsheet"),
    "odp": _l("an OpenDocument presentation"),
    "doc": _l("an old Office file"),
    "zip": _l("a compressed archive"),
    "rar": _l("a compressed archive"),
    "7z": _l("a compressed archive"),
    "gz": _l("a compressed archive"),
    "png": _l("a PNG picture"),
    "jpg": _l("a JPEG picture"),
    "gif": _l("a picture of another type"),
    "bmp": _l("a picture of another type"),
    "svg": _l("a drawing (SVG)"),
    "html": _l("a web page"),
    "xml": _l("an XML file"),
    "exe": _l("a program"),
    "rtf": _l("a rich text file (RTF)"),
    "ps": _l("a PostScript file"),
}
_REFUSALS: dict[Refusal, Any] = {
    Refusal.EMPTY: _l("The file is empty. Choose the file again."),
    Refusal.NOT_WHAT_IT_SAYS: _l(
        "The file is not what its name says. Open it in the program it was made with and save it again."
    ),
    Refusal.DAMAGED: _l("The file is damaged. Open it in the program it was made with and save it again."),
    Refusal.PASSWORD: _l("The file is protected with a password. Save it without a password and try again."),
    Refusal.TOO_LARGE_UNPACKED: _l(
        "The file is far too large when unpacked, and is not opened. Save the document as PDF, or divide it."
    ),
    Refusal.STRANGE_PACKAGE: _l(
        "The file is put together in a way that no office program does. Open it and save it again, or save it as PDF."
    ),
    Refusal.MACROS: _l("The file has macros. Save it without macros, as .docx, .xlsx or .pptx, or save it as PDF."),
    Refusal.ENTITIES: _l(
        "The file holds declarations (DTD) that no office program writes. Open it and save it again, or save it as PDF."
    ),
    Refusal.SEVERAL_IN_ONE: _l(
        "There is more in the file than it should hold: something stands before or after the document. "
        "Open it in the program it was made with and save it again."
    ),
    Refusal.TOO_MANY_PIXELS: _l("The picture has more than 100 million pixels. Make it smaller and try again."),
    Refusal.NOT_TEXT: _l("The file holds signs that are not text. Save it again as plain text (UTF-8)."),
    Refusal.UNCHECKED: _l(
        "The file could not be checked, and is therefore not accepted. Save it as PDF and try again."
    ),
    Refusal.TOO_SLOW: _l(
        "The file took too long to check, and is therefore not accepted. Save it as PDF, or divide it."
    ),
    Refusal.TOO_MUCH_MEMORY: _l(
        "The file needs too much memory to be checked safely, and is therefore not accepted. Print it to a new PDF, "
        "or divide it into several files."
    ),
}
