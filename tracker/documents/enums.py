"""Kinds and states of documents."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is in its case."""

    TERMS_OF_REFERENCE = "terms_of_reference"
    INCEPTION_REPORT = "inception_report"
    DRAFT_REPORT = "draft_report"
    FACT_CHECK = "fact_check"
    FINAL_REPORT = "final_report"
    PRESENTATION = "presentation"
    DECISION = "decision"
    AGREEMENT = "agreement"
    PROCUREMENT_DOCUMENT = "procurement_document"
    TENDER = "tender"
    MINUTES = "minutes"
    LETTER = "letter"
    EVIDENCE = "evidence"
    OTHER = "other"


class Direction(StrEnum):
    """How a document came to the case (OSL 5:2: from whom it came, or to whom it was sent)."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class Series(StrEnum):
    """Which count of a case a document's number belongs to."""

    MAIN = "main"
    TENDERS = "tenders"  # about tenders or prices when it was registered


class RetentionRule(StrEnum):
    """How long a document is kept before it may be culled (gallring); culling itself is always a decision of people."""

    KEEP = "keep"  # arkivlagen 3 §: kept for good
    YEARS_4_FROM_AWARD = "years_4_from_award"  # LOU 12:17
    YEARS_7 = "years_7"  # bokföringslagen 7:2
    YEARS_10 = "years_10"
    MINOR_IMPORTANCE = "minor_importance"  # of little and passing importance: may go when no longer needed


class ScanState(StrEnum):
    """What is known about harmful content. Only ``clean`` and ``not_configured`` may be downloaded by everybody."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"  # the scanner could not say; tried again until it can
    NOT_CONFIGURED = "not_configured"


class TextState(StrEnum):
    """Whether the words of a file can be searched."""

    PENDING = "pending"
    DONE = "done"
    EMPTY = "empty"  # no text inside, for example scanned pages
    FAILED = "failed"  # tried again some times, see documents.extraction


class UploadState(StrEnum):
    """A file on its way in."""

    OPEN = "open"
    COMPLETE = "complete"
    USED = "used"
    TERMINATED = "terminated"
