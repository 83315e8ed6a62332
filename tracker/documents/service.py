"""Registering documents and their versions, and what is written down about them.

A file is inspected, put into the store under its hash, and only then named by a row: what a row names is there.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.cases.models import Case
from tracker.core.actor import Actor
from tracker.core.checks import checked_year, not_in_future, required_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.db import release as release_database
from tracker.core.dispatch import TaskName, after_commit
from tracker.core.errors import DomainError
from tracker.core.storage import file_store, room_needed, sync_file
from tracker.core.submissions import made_before
from tracker.documents import inspection, owners, scanning
from tracker.documents.enums import Direction, DocumentKind, RetentionRule, ScanState, Series, TextState
from tracker.documents.incoming import IncomingFile
from tracker.documents.inspection import Inspection
from tracker.documents.labels import registry_number
from tracker.documents.models import Document, DocumentVersion
from tracker.documents.names import clean_name
from tracker.documents.retention import default_rule

LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_REASON = 500


def register(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    incoming: IncomingFile,
    kind: DocumentKind,
    title: str,
    direction: Direction = Direction.INCOMING,
    correspondent: str | None = None,
    secrecy_class: SecrecyClass | None = None,
    secrecy_ground: str | None = None,
    information_class: InformationClass = InformationClass.GENERAL,
    retention: RetentionRule | None = None,
    registered_on: date | None = None,
    public_copy_of: Document | None = None,
    for_name: str | None = None,
    change_note: str | None = None,
    submission_id: str | None = None,
    inspected: Inspection | None = None,
) -> DocumentVersion:
    """Put a document and the first version of its file into the register of a case (OSL 5:1, 5:2).

    :param secrecy_class: stricter than the case's where given; otherwise the document is known as widely as its case.
    :param correspondent: from whom it came or to whom it was sent; needed unless it was drawn up here.
    :param public_copy_of: the original of the same case, when this is a redacted copy that may be given out.
    :param for_name: whom `actor` acts for.
    :param submission_id: the same again gives the version made before.
    :param inspected: what `inspect_first` found; without, the file is inspected here.
    :raises DomainError: on the field that is wrong; FileRefused on ``file`` when the file cannot be taken.
    """
    cases.hold(case)
    made = made_before(Document, submission_id, case_id=case.id)
    if made is not None:
        incoming.discard()
        return made.versions[0]
    entry = _checked_entry(
        now=now,
        kind=kind,
        title=title,
        direction=direction,
        correspondent=correspondent,
        secrecy_class=secrecy_class or SecrecyClass.OPEN,
        secrecy_ground=secrecy_ground,
        information_class=information_class,
        retention=retention,
        registered_on=registered_on or local_date(now),
    )
    document = _new_document(actor, now, case, public_copy_of, submission_id, entry)
    version = _take_in(
        actor, now, document, incoming, inspected, for_name=for_name, change_note=change_note, submission=submission_id
    )
    told = {"document_kind": document.kind, **_told_of(version)}
    _record(AuditAction.DOCUMENT_REGISTERED, actor, now, document, told)
    return version


def add_version(
    *,
    actor: Actor,
    now: datetime,
    document: Document,
    incoming: IncomingFile,
    for_name: str | None = None,
    change_note: str | None = None,
    submission_id: str | None = None,
    inspected: Inspection | None = None,
    by_owner: bool = False,
) -> DocumentVersion:
    """A newer file of a document. The one before is superseded and stays readable.

    :param change_note: what is different from the version before.
    :param by_owner: it comes by the way of what the document belongs to (`documents.owners`).
    :raises DomainError: on ``file`` when it cannot be taken, or is the newest version already; for a document whose
        versions come another way.
    """
    cases.hold(document.case)
    made = made_before(DocumentVersion, submission_id, document_id=document.id)
    if made is not None:
        incoming.discard()
        return made
    if not by_owner:
        _refuse_owned(document)
    db.session.refresh(document, ["versions"])
    if document.versions and document.versions[-1].sha256 == incoming.sha256:
        raise DomainError(_l("This is the same file as the newest version. Choose the one that was changed."), "file")
    version = _take_in(
        actor, now, document, incoming, inspected, for_name=for_name, change_note=change_note, submission=submission_id
    )
    _record(AuditAction.DOCUMENT_VERSION_ADDED, actor, now, document, _told_of(version))
    return version


def change_document(
    *,
    actor: Actor,
    now: datetime,
    document: Document,
    kind: DocumentKind,
    title: str,
    direction: Direction,
    correspondent: str | None,
    secrecy_class: SecrecyClass,
    secrecy_ground: str | None,
    information_class: InformationClass,
    retention: RetentionRule,
    registered_on: date,
    version: int | None = None,
) -> Document:
    """Correct the entry in the register. Number, series and files stay as they are.

    :raises StaleVersion: when the entry was changed since the form was shown.
    """
    cases.check_version(document.version, version, entry_texts(document))
    entry = _checked_entry(
        now=now,
        kind=kind,
        title=title,
        direction=direction,
        correspondent=correspondent,
        secrecy_class=secrecy_class,
        secrecy_ground=secrecy_ground,
        information_class=information_class,
        retention=retention,
        registered_on=registered_on,
    )
    for name, value in entry.items():
        setattr(document, name, value)
    changes = audit.diff(document)
    if not changes:
        return document
    _renew_search_text(document)
    db.session.flush()
    told = {f"document_{name}": change for name, change in changes.items()}
    _record(AuditAction.DOCUMENT_CHANGED, actor, now, document, told)
    return document


def inspect_first(incoming: IncomingFile) -> Inspection | None:
    """Inspect a file, and bring it to the disk, while nobody waits for the database. For views, before they register
    anything: objects are read anew when they are used next. None when the file is no longer there: the same form came a
    second time.

    :raises FileRefused: when the file cannot be taken.
    :raises DiskFull: when there is no room for it after all.
    """
    release_database()
    try:
        with room_needed():
            sync_file(incoming.path)
        return inspection.inspect(incoming.path, clean_name(incoming.file_name))
    except (inspection.FileRefused, FileNotFoundError):
        if not incoming.path.exists():
            return None
        raise


def release(*, actor: Actor, now: datetime, version: DocumentVersion, reason: str) -> DocumentVersion:
    """Let a file out that the inspection set aside: somebody has looked at it and says why it is harmless.

    :raises DomainError: without a reason, and for a file in which harmful content was found.
    """
    if not version.is_set_aside:
        return version
    if version.scan_state is ScanState.INFECTED:
        raise DomainError(_l("Harmful content was found in this file. It cannot be let out."), "reason")
    reason = required_text(reason, "reason", _l("Write why the file can be let out."), LONGEST_REASON)
    version.is_set_aside = False
    version.released_at, version.released_by_name, version.release_reason = now, actor.name, reason
    db.session.flush()
    told = {**_told_of(version), "reason": reason}
    _record(AuditAction.DOCUMENT_RELEASED, actor, now, version.document, told)
    return version


def record_download(*, actor: Actor, now: datetime, version: DocumentVersion) -> None:
    """Write down that somebody was given a file."""
    _record(AuditAction.DOCUMENT_DOWNLOADED, actor, now, version.document, _told_of(version))


def information_of(kind: DocumentKind, chosen: InformationClass) -> InformationClass:
    """What the secrecy table is asked for: nobody makes a tender known by leaving a field as it was."""
    is_tender = kind is DocumentKind.TENDER and chosen is InformationClass.GENERAL
    return InformationClass.TENDER if is_tender else chosen


def entry_texts(document: Document) -> dict[str, str]:
    """What is stored, by the names of the form's fields, as the form would show it."""
    return {
        "kind": document.kind.value,
        "title": document.title,
        "direction": document.direction.value,
        "correspondent": document.correspondent or "",
        "secrecy_class": document.secrecy_class.value,
        "secrecy_ground": document.secrecy_ground or "",
        "information_class": document.information_class.value,
        "retention": document.retention.value,
        "registered_on": document.registered_on.isoformat(),
        "version": str(document.version),
    }


def _checked_entry(
    *,
    now: datetime,
    kind: DocumentKind,
    title: str,
    direction: Direction,
    correspondent: str | None,
    secrecy_class: SecrecyClass,
    secrecy_ground: str | None,
    information_class: InformationClass,
    retention: RetentionRule | None,
    registered_on: date,
) -> dict[str, Any]:
    """The columns of the entry, as they may be stored. Raises DomainError on the field that is wrong."""
    title = required_text(title, "title", _l("Write what the document is, in a few words."), LONGEST_TITLE)
    checked_year(registered_on, "registered_on")
    not_in_future(registered_on, now, "registered_on")
    correspondent = short_text(correspondent, "correspondent", LONGEST_NAME)
    if direction is Direction.INTERNAL:
        correspondent = None
    elif correspondent is None:
        raise DomainError(
            _l("Write from whom the document came or to whom it was sent (OSL 5 kap. 2 §)."), "correspondent"
        )
    ground = short_text(secrecy_ground, "secrecy_ground", LONGEST_NAME)
    if secrecy_class is not SecrecyClass.OPEN and ground is None:
        raise DomainError(_l("Write the section that the secrecy rests on, for example OSL 31:16."), "secrecy_ground")
    return {
        "kind": kind,
        "title": title,
        "direction": direction,
        "correspondent": correspondent,
        "secrecy_class": secrecy_class,
        "secrecy_ground": ground,
        "information_class": information_of(kind, information_class),
        "retention": retention or default_rule(kind),
        "registered_on": registered_on,
    }


def _new_document(
    actor: Actor,
    now: datetime,
    case: Case,
    original: Document | None,
    submission_id: str | None,
    entry: dict[str, Any],
) -> Document:
    """The document with the next number of its series, not in the session yet."""
    _check_original(case, original)
    series = Series.MAIN if entry["information_class"] is InformationClass.GENERAL else Series.TENDERS
    return Document(
        case=case,
        series=series,
        number=_next_number(case, series),
        public_copy_of=original,
        created_at=now,
        created_by_id=actor.id,
        created_by_name=actor.name,
        submission_id=submission_id,
        **entry,
    )


def _check_original(case: Case, original: Document | None) -> None:
    if original is None:
        return
    if original.case_id != case.id:
        raise DomainError(_l("A copy belongs to the case of its original."))
    if original.public_copy_of_id is not None:
        raise DomainError(_l("This is a public copy already. Make the new one from the original."))


def _take_in(
    actor: Actor,
    now: datetime,
    document: Document,
    incoming: IncomingFile,
    inspected: Inspection | None,
    *,
    for_name: str | None,
    change_note: str | None,
    submission: str | None,
) -> DocumentVersion:
    """Inspect the file, keep it, and name it by a row; the workers are told of it after the commit."""
    for_name = short_text(for_name, "for_name", LONGEST_NAME)
    file_name = clean_name(incoming.file_name)
    store = file_store()
    # Used by another form a moment ago: it is in the store by now.
    path = incoming.path if incoming.path.exists() else store.path(incoming.sha256)
    if not path.exists():
        raise DomainError(_l("The uploaded file is no longer here. Choose it again."), "file")
    found = inspected or inspection.inspect(path, file_name)
    store.adopt(path, incoming.sha256)
    incoming.mark_used()
    version = DocumentVersion(
        document=document,
        number=len(document.versions) + 1,
        sha256=incoming.sha256,
        size_bytes=incoming.size_bytes,
        file_name=file_name,
        media_type=found.media_type,
        received_at=now,
        uploaded_by_id=actor.id,
        uploaded_by_name=actor.name,
        for_name=for_name,
        change_note=short_text(change_note, "change_note", None),
        findings=list(found.findings),
        is_set_aside=inspection.is_set_aside(found.findings),
        scan_state=scanning.initial_state(),
        text_state=TextState.PENDING,
        submission_id=submission,
    )
    db.session.add_all([document, version])
    _renew_search_text(document)
    db.session.flush()
    # What is scanned first is read when it was found clean.
    is_scanned = version.scan_state is ScanState.PENDING
    after_commit(TaskName.DOCUMENTS_SCAN if is_scanned else TaskName.DOCUMENTS_READ, version_id=version.id)
    return version


def _refuse_owned(document: Document) -> None:
    owner = owners.find_owner(document)
    if owner is not None:
        told = _l(
            "This is what was handed in for %(title)s. A new version is handed in there, so that it is dated, read and "
            "gets its receipt.",
            title=owner.title,
        )
        raise DomainError(told)


def _next_number(case: Case, series: Series) -> int:
    # The case is held: whoever registers in it at the same time waits, so that no number is given twice.
    highest = sa.select(sa.func.max(Document.number)).where(Document.case_id == case.id, Document.series == series)
    return (db.session.scalar(highest) or 0) + 1


def _renew_search_text(document: Document) -> None:
    names = [version.file_name for version in document.versions]
    document.search_text = cases.search_text_of(
        [registry_number(document), document.title, document.correspondent, *names]
    )


def _told_of(version: DocumentVersion) -> dict[str, Any]:
    told = {"document_version": version.number, "file": version.file_name, "sha256": version.sha256}
    return told | ({"for_name": version.for_name} if version.for_name else {})


def _record(action: AuditAction, actor: Actor, now: datetime, document: Document, changes: dict[str, Any]) -> None:
    """Every event names the document as its subject: whoever may not know of it is not told the event either."""
    told = {"document": f"{registry_number(document)} {document.title}", **changes}
    audit.record(action, actor=actor, now=now, case_id=document.case_id, subject=document, changes=told)
