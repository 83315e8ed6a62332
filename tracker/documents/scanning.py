"""Scanning the files for harmful content, by clamd where the setting CLAMD names one.

It fails closed: a file that is not known to be clean is not given out, and its state says why. A scanner that is away
leaves the file pending; the sweep looks each minute whether it is back. A scanner that answers but cannot say makes it
failed, and it is asked again at growing intervals. What is infected is kept, since it came in, and people are told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import CursorResult

from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.dispatch import TaskName, after_commit
from tracker.core.errors import NotFound
from tracker.core.storage import file_store
from tracker.documents.clamd import Away, Clamd, NoAnswer
from tracker.documents.enums import ScanState
from tracker.documents.models import Document, DocumentVersion
from tracker.outbox import service as outbox
from tracker.outbox.enums import MessageKind

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
OPEN = (ScanState.PENDING, ScanState.FAILED)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
_MISSING = "the file is missing"


def initial_state() -> ScanState:
    """The state of a file that has just come in."""
    return ScanState.PENDING if _address() else ScanState.NOT_CONFIGURED


def scan_version(version_id: int, clock: Clock) -> ScanState | None:
    """Have one version scanned and write down what was found. Commits.

    :returns: its state afterwards; None when there is no such version, or nothing to do any more.
    """
    with reading():
        db.session.rollback()
        version = db.session.get(DocumentVersion, version_id)
        is_open = version is not None and version.scan_state in OPEN
        sha256 = version.sha256 if version is not None else ""
        db.session.rollback()
    if not is_open or not _address():
        return None
    try:
        with file_store().open(sha256) as file:
            signature = Clamd(_address()).scan(file)
    except Away as error:
        log.warning("version %s stays unscanned, the scanner is away: %s", version_id, error)
        return _write(version_id, clock(), ScanState.PENDING, "the scanner does not answer", is_try=False)
    except NoAnswer as error:
        log.error("version %s could not be scanned: %s", version_id, error)
        return _write(version_id, clock(), ScanState.FAILED, str(error))
    except NotFound:
        log.error("version %s could not be scanned: %s", version_id, _MISSING)
        return _write(version_id, clock(), ScanState.FAILED, _MISSING)
    if signature is None:
        return _write(version_id, clock(), ScanState.CLEAN, None)
    log.warning("version %s is infected: %s", version_id, signature)
    return _write(version_id, clock(), ScanState.INFECTED, signature)


def list_due(now: datetime) -> Sequence[int]:
    """Ids of the versions to be scanned now, oldest first: all that are pending, and the failed ones whose pause is
    over."""
    query = (
        sa.select(
            DocumentVersion.id, DocumentVersion.scan_state, DocumentVersion.scan_attempts, DocumentVersion.scanned_at
        )
        .where(DocumentVersion.scan_state.in_(OPEN))
        .order_by(DocumentVersion.id)
    )
    return [row.id for row in db.session.execute(query) if row.scan_state is ScanState.PENDING or _is_due(row, now)]


def is_away() -> bool:
    """Whether a scanner is named that does not answer."""
    try:
        if _address():
            Clamd(_address()).ping()
    except Away as error:
        log.warning("the virus scanner is away: %s", error)
        return True
    return False


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries that gave no answer: one minute, doubled each time, six hours at most."""
    return min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 20), LONGEST_PAUSE)


def _is_due(row: Any, now: datetime) -> bool:
    return row.scanned_at is None or row.scanned_at + pause_after(row.scan_attempts) <= now


def _address() -> str:
    return str(current_app.config["SETTINGS"].clamd)


def _write(
    version_id: int, now: datetime, state: ScanState, detail: str | None, *, is_try: bool = True
) -> ScanState | None:
    """Settle one version, unless another worker has done so meanwhile."""
    with writing():
        db.session.rollback()
        before = db.session.scalar(
            sa.select(DocumentVersion.scan_state).where(DocumentVersion.id == version_id).with_for_update()
        )
        values: dict[str, Any] = {"scan_state": state, "scan_detail": detail[:300] if detail else None}
        if is_try:
            values |= {"scanned_at": now, "scan_attempts": DocumentVersion.scan_attempts + 1}
        elif before is ScanState.FAILED:
            # That it is away now does not make what it said before untrue.
            values = {}
        if before not in OPEN or not values:
            db.session.rollback()
            return None
        done = db.session.execute(
            sa.update(DocumentVersion)
            .where(DocumentVersion.id == version_id, DocumentVersion.scan_state == before)
            .values(**values)
        )
        if cast("CursorResult[Any]", done).rowcount == 1 and state is not before:
            _tell(version_id, now, before, state, detail)
        db.session.commit()
    return state


def _tell(version_id: int, now: datetime, before: ScanState, state: ScanState, detail: str | None) -> None:
    version = db.session.get_one(DocumentVersion, version_id, populate_existing=True)
    document = version.document
    changes = {"document_version": version.number, "scan_state": [before, state]} | (
        {"detail": detail} if detail else {}
    )
    audit.record(
        AuditAction.DOCUMENT_SCANNED,
        actor=SYSTEM,
        now=now,
        case_id=document.case_id,
        subject=document,
        changes=changes,
    )
    if state is ScanState.CLEAN:
        after_commit(TaskName.DOCUMENTS_READ, version_id=version_id)
    elif state is ScanState.INFECTED:
        _alert(document, version, now)


def _alert(document: Document, version: DocumentVersion, now: datetime) -> None:
    """A mail each to the case's responsible officer and to whom the file came from."""
    uploader = db.session.get(Person, version.uploaded_by_id) if version.uploaded_by_id else None
    people = {person.id: person for person in (document.case.responsible, uploader) if person and person.is_active}
    for person in people.values():
        outbox.enqueue(
            kind=MessageKind.DOCUMENT_ALERT,
            person=person,
            dedupe_key=f"document-alert:{version.id}:{person.id}",
            params={"version_id": version.id},
            now=now,
            cases=[document.case_id],
        )
