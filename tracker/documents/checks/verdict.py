"""What can be said of a file: codes that the application puts into words."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a file is not taken in."""

    NOT_ALLOWED = "not_allowed"
    EMPTY = "empty"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    DAMAGED = "damaged"
    PASSWORD = "password"
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    STRANGE_PACKAGE = "strange_package"
    MACROS = "macros"
    ENTITIES = "entities"
    SEVERAL_IN_ONE = "several_in_one"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_TEXT = "not_text"
    UNCHECKED = "unchecked"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"


class Finding(StrEnum):
    """What was found in a file that is taken in."""

    PDF_JAVASCRIPT = "pdf_javascript"
    PDF_LAUNCH = "pdf_launch"
    PDF_ACTION = "pdf_action"
    PDF_ATTACHMENT = "pdf_attachment"
    PDF_MEDIA = "pdf_media"
    PDF_XFA = "pdf_xfa"
    PDF_RESTRICTED = "pdf_restricted"
    ACTIVE_CONTENT = "active_content"
    EMBEDDED_FILE = "embedded_file"
    EXTERNAL_CONTENT = "external_content"


class Refused(Exception):
    """The file is not taken in. ``seen`` is the ending of what it really is, where that is known."""

    def __init__(self, refusal: Refusal, seen: str | None = None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.seen = seen
