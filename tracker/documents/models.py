"""Documents of cases: the register's entry, the versions of the file, files on their way in, and receipts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.cases.models import Case
from tracker.core.counters import YearCounter
from tracker.core.db import Model
from tracker.core.types import JSONColumn, UTCDateTime, Versioned, enum_column
from tracker.documents.enums import (
    Direction,
    DocumentKind,
    RetentionRule,
    ScanState,
    Series,
    TextState,
    UploadState,
)


class Document(Versioned, Model):
    """A document of a case, as the register tells it (OSL 5:2): date, number, from or to whom, brief subject.

    ``number`` counts within the case and the series; the registry number of the document is the case's with the
    series and the number behind it (``-3``, ``-A1``). What is about tenders and prices has a series of its own, so that
    the gaps in the other one do not tell how many have tendered (OSL 19:3). A number once given is never changed.
    ``secrecy_class`` can be stricter than the case's, never wider; ``information_class`` puts it under the secrecy
    table (tender documents under OSL 19:3). A redacted copy that may be given out is a document of its own with
    ``public_copy_of_id``; it never replaces the original. ``search_text`` is the case-folded text of the entry that
    searches read beside the words of the files.
    """

    __tablename__ = "documents"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "series", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("length(title) > 0", name="title_given"),
        sa.CheckConstraint("public_copy_of_id IS NULL OR public_copy_of_id <> id", name="copy_of_another"),
        sa.CheckConstraint("direction = 'internal' OR length(correspondent) > 0", name="correspondent_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    series: Mapped[Series] = mapped_column(enum_column(Series, "series"), default=Series.MAIN)
    number: Mapped[int] = mapped_column()
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind, "kind"))
    title: Mapped[str] = mapped_column(sa.String(300))
    registered_on: Mapped[date] = mapped_column()
    direction: Mapped[Direction] = mapped_column(enum_column(Direction, "direction"))
    correspondent: Mapped[str | None] = mapped_column(sa.String(200))
    secrecy_class: Mapped[SecrecyClass] = mapped_column(
        enum_column(SecrecyClass, "secrecy_class"), default=SecrecyClass.OPEN
    )
    secrecy_ground: Mapped[str | None] = mapped_column(sa.String(200))
    information_class: Mapped[InformationClass] = mapped_column(
        enum_column(InformationClass, "information_class"), default=InformationClass.GENERAL
    )
    retention: Mapped[RetentionRule] = mapped_column(enum_column(RetentionRule, "retention"))
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    public_copy_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("documents.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    created_by_name: Mapped[str] = mapped_column(sa.String(200))
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    case: Mapped[Case] = relationship()
    versions: Mapped[list[DocumentVersion]] = relationship(back_populates="document", order_by="DocumentVersion.number")
    public_copy_of: Mapped[Document | None] = relationship(remote_side=[id])


class DocumentVersion(Model):
    """One file of a document. Written once; a later version supersedes it and it stays readable.

    ``sha256`` names the bytes in the file store. ``findings`` are codes of what the inspection set aside (see
    ``documents.inspection``); while ``is_set_aside`` only people who may release files can have it. ``for_name`` is
    whom the uploader acted for. Sizes in bytes.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("size_bytes >= 0", name="size_not_negative"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_length"),
        sa.Index(
            "ix_document_versions_unscanned",
            "id",
            postgresql_where=sa.text("scan_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("scan_state IN ('pending', 'failed')"),
        ),
        sa.Index(
            "ix_document_versions_unread",
            "id",
            postgresql_where=sa.text("text_state IN ('pending', 'failed')"),
            sqlite_where=sa.text("text_state IN ('pending', 'failed')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("documents.id"))
    number: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    uploaded_by_name: Mapped[str] = mapped_column(sa.String(200))
    for_name: Mapped[str | None] = mapped_column(sa.String(200))
    change_note: Mapped[str | None] = mapped_column(sa.Text)
    findings: Mapped[list[str]] = mapped_column(JSONColumn, default=list)
    is_set_aside: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    release_reason: Mapped[str | None] = mapped_column(sa.String(500))
    scan_state: Mapped[ScanState] = mapped_column(enum_column(ScanState, "scan_state"))
    scan_detail: Mapped[str | None] = mapped_column(sa.String(300))
    scanned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scan_attempts: Mapped[int] = mapped_column(default=0)
    text_state: Mapped[TextState] = mapped_column(enum_column(TextState, "text_state"), default=TextState.PENDING)
    text_tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    text_attempts: Mapped[int] = mapped_column(default=0)
    submission_id: Mapped[str | None] = mapped_column(sa.String(36), unique=True)

    document: Mapped[Document] = relationship(back_populates="versions")


class DocumentText(Model):
    """The words of one version, for the search: plain text, at most some megabytes of it."""

    __tablename__ = "document_texts"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("document_versions.id"), primary_key=True, autoincrement=False
    )
    body: Mapped[str] = mapped_column(sa.Text)
    is_cut: Mapped[bool] = mapped_column(default=False)


class Upload(Model):
    """A file on its way in by the tus protocol. Its bytes lie in the staging folder under ``id``, and their number
    there is the offset: nothing is written here between creation and the last byte.

    ``token_hash`` is the SHA-256 of the secret in its address. ``context`` is a name that the domain gives its place
    (``case:12``, ``deliverable:7``); only there it can be used. ``sender`` is what let the sender in, where that can be
    taken back (``link:5``). ``size_bytes`` is what was declared, ``sha256`` what
    was received; it leads from a used upload to the file in the store, so that the same form twice finds it twice.
    """

    __tablename__ = "uploads"
    __table_args__ = (sa.CheckConstraint("size_bytes >= 0", name="size_not_negative"),)

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    context: Mapped[str] = mapped_column(sa.String(80), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    sender: Mapped[str | None] = mapped_column(sa.String(80))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    state: Mapped[UploadState] = mapped_column(enum_column(UploadState, "state"), default=UploadState.OPEN)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Receipt(Model):
    """Proof that a file was received. ``content`` is frozen; ``code`` is an HMAC over its canonical JSON, in the form
    people can type. ``pdf_sha256`` and ``pdf_en_sha256`` name the PDF in the file store, in Swedish and in English,
    once somebody has asked for it."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("document_versions.id"), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONColumn)
    code: Mapped[str] = mapped_column(sa.String(40))
    pdf_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    pdf_en_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)

    version: Mapped[DocumentVersion] = relationship()


class ReceiptCounter(YearCounter, Model):
    """The last receipt number given in a year."""

    __tablename__ = "receipt_counters"
