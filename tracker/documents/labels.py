"""What the codes of documents are called on pages, and how a document's registry number is written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _l

from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.core.filters import NO_BREAK_SPACE, locale_code
from tracker.documents.enums import Direction, DocumentKind, RetentionRule, ScanState, Series, TextState
from tracker.documents.models import Document
from tracker.documents.retention import NAMES as RETENTION

KINDS: Mapping[DocumentKind, Any] = {
    DocumentKind.TERMS_OF_REFERENCE: _l("Terms of reference"),
    DocumentKind.INCEPTION_REPORT: _l("Inception report"),
    DocumentKind.DRAFT_REPORT: _l("Draft report"),
    DocumentKind.FACT_CHECK: _l("Fact check"),
    DocumentKind.FINAL_REPORT: _l("Final report"),
    DocumentKind.PRESENTATION: _l("Presentation"),
    DocumentKind.DECISION: _l("Decision"),
    DocumentKind.AGREEMENT: _l("Agreement"),
    DocumentKind.PROCUREMENT_DOCUMENT: _l("Procurement document"),
    DocumentKind.TENDER: _l("Tender"),
    DocumentKind.MINUTES: _l("Minutes"),
    DocumentKind.LETTER: _l("Letter"),
    DocumentKind.EVIDENCE: _l("Evidence"),
    DocumentKind.OTHER: _l("Other document"),
}

DIRECTIONS: Mapping[Direction, Any] = {
    Direction.INCOMING: _l("Came in"),
    Direction.OUTGOING: _l("Went out"),
    Direction.INTERNAL: _l("Drawn up here"),
}

# A document is known as widely as its case unless it has a stricter class.
SECRECY: Mapping[SecrecyClass, Any] = {
    SecrecyClass.OPEN: _l("The same people as know of the case"),
    SecrecyClass.RESTRICTED: _l("Restricted to the Market function and SKL Kommentus"),
    SecrecyClass.SEALED: _l("Only those who take part in the case"),
}

INFORMATION: Mapping[InformationClass, Any] = {
    InformationClass.GENERAL: _l("Neither tenders nor prices"),
    InformationClass.TENDER: _l("Tenders or tenderers: secret until the award (OSL 19 kap. 3 §)"),
    InformationClass.PRICE: _l("Prices or terms: for those who work with them also after the award"),
}

SCAN_STATES: Mapping[ScanState, Any] = {
    ScanState.PENDING: _l("Is being checked for harmful content"),
    ScanState.CLEAN: _l("Checked: no harmful content found"),
    ScanState.INFECTED: _l("Stopped: harmful content found"),
    ScanState.FAILED: _l("The check did not succeed; it is tried again"),
    ScanState.NOT_CONFIGURED: _l("Not checked: this installation has no virus scanner"),
}
# Whether the words of a file can be searched, where they cannot.
TEXT_STATES: Mapping[TextState, Any] = {
    TextState.PENDING: _l("The text of the file cannot be searched yet: it is being read."),
    TextState.EMPTY: _l("There is no text in the file to search, for example because its pages are scanned pictures."),
    TextState.FAILED: _l("The text of the file could not be read, and cannot be searched. The file itself is whole."),
}

# How histories of cases tell the facts of documents.
FIELDS: Mapping[str, Any] = {
    "document": _l("Document"),
    "document_kind": _l("Kind of document"),
    "document_title": _l("Title"),
    "document_registered_on": _l("Date"),
    "document_direction": _l("How it came here"),
    "document_correspondent": _l("From whom or to whom"),
    "document_secrecy_class": _l("Who may know of the document"),
    "document_secrecy_ground": _l("Ground for secrecy"),
    "document_information_class": _l("Tenders or prices"),
    "document_retention": _l("How long it is kept"),
    "document_version": _l("Version"),
    "file": _l("File"),
    "sha256": _l("SHA-256"),
    "for_name": _l("On behalf of"),
    "scan_state": _l("Check for harmful content"),
    "detail": _l("Detail"),
}
CODES: Mapping[str, tuple[tuple[type[StrEnum], Mapping[Any, Any]], ...]] = {
    "document_kind": ((DocumentKind, KINDS),),
    "document_direction": ((Direction, DIRECTIONS),),
    "document_secrecy_class": ((SecrecyClass, SECRECY),),
    "document_information_class": ((InformationClass, INFORMATION),),
    "document_retention": ((RetentionRule, RETENTION),),
    "scan_state": ((ScanState, SCAN_STATES),),
}

# A row of signs that stands on the document's own page.
UNTOLD = frozenset({"sha256"})

_KB, _MB = 1024, 1024 * 1024
_SERIES_LETTER = {Series.MAIN: "", Series.TENDERS: "A"}  # A as in anbud; the register is kept in Swedish


def document_number(series: Series, number: int) -> str:
    """The document's part of its registry number: "3", or "A1" in the series of tenders and prices."""
    return f"{_SERIES_LETTER[series]}{number}"


def registry_number(document: Document) -> str:
    """ "SAM 2026/0001-3": the case's number and the document's."""
    return f"{document.case.registry_number}-{document_number(document.series, document.number)}"


def file_size(size_bytes: int) -> str:
    """ "1,4 MB", "34 kB", "512 B", with the reader's decimal sign. One MB is 1 048 576 bytes, as in the limits."""
    if size_bytes >= _MB:
        amount, unit = format_decimal(size_bytes / _MB, "#,##0.0", locale=locale_code()), "MB"
    elif size_bytes >= _KB:
        amount, unit = format_decimal(round(size_bytes / _KB), locale=locale_code()), "kB"
    else:
        amount, unit = str(size_bytes), "B"
    return f"{amount}{NO_BREAK_SPACE}{unit}"
