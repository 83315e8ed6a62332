"""The words of files, for the search: taken out by Kreuzberg in a process of its own, and kept beside the version.

A try is written down before it begins, so that a file at which the worker itself dies is not tried for ever either.
After the last try that gave no words the file stays ``failed``; its page says that it cannot be searched, and
`samordna documents read-again` starts over.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tracker.core import limited
from tracker.core.db import db, writing
from tracker.core.errors import NotFound
from tracker.core.storage import file_store
from tracker.documents.enums import ScanState, TextState
from tracker.documents.models import Document, DocumentText, DocumentVersion

log = logging.getLogger(__name__)

#: Kept of one file, in bytes of UTF-8: a report of some three hundred pages.
MAX_BYTES = 500_000
MEGABYTE = 1024 * 1024
# The wall clock stays below the soft time limit of a background task.
LIMITS = limited.Limits(
    seconds=40, cpu_seconds=40, memory_bytes=1536 * MEGABYTE, answer_bytes=MEGABYTE, file_bytes=32 * MEGABYTE
)
_PICTURES = ("image/png", "image/jpeg")
# A file that may be harmful is opened by nothing but the scanner.
_READABLE = (ScanState.CLEAN, ScanState.NOT_CONFIGURED)
_OPEN = (TextState.PENDING, TextState.FAILED)
#: How long after a try the next may begin; as many tries as pauses. Far longer than a try may take.
PAUSES = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=12))

Clock = Callable[[], datetime]


def read_version(version_id: int, clock: Clock) -> TextState | None:
    """Take the words out of one version and keep them. Commits.

    :returns: its state afterwards; None when there was nothing to do, or not yet.
    """
    begun = _begin(version_id, clock())
    if begun is None:
        return None
    sha256, media_type, attempt = begun
    if attempt > len(PAUSES):
        log.error("no words taken out of version %s: the worker died at it %s times", version_id, len(PAUSES))
        return _write(version_id, TextState.FAILED, b"")
    if media_type in _PICTURES:
        return _write(version_id, TextState.EMPTY, b"")
    try:
        words = _words(file_store().path(sha256), media_type)
    except (limited.ProcessFailed, NotFound) as error:
        log.error("no words taken out of version %s: %s", version_id, error)
        return _write(version_id, TextState.FAILED, b"")
    return _write(version_id, TextState.DONE if words else TextState.EMPTY, words)


def list_due(now: datetime) -> Sequence[int]:
    """Ids of the versions whose words are to be taken out now: those never tried first, then oldest first."""
    query = sa.select(DocumentVersion.id).where(_is_due(now))
    return db.session.scalars(query.order_by(DocumentVersion.text_attempts, DocumentVersion.id)).all()


def start_again(document: Document | None = None) -> Sequence[int]:
    """Have words taken out anew, by the next sweep: of the files at which it was given up, or of all files of
    `document`. What they had is searched no more until then. Flushes.

    :returns: the ids of the versions.
    """
    given_up = sa.and_(DocumentVersion.text_state == TextState.FAILED, DocumentVersion.text_attempts >= len(PAUSES))
    which = given_up if document is None else DocumentVersion.document_id == document.id
    begun = (
        sa.update(DocumentVersion)
        .where(which)
        .values(text_state=TextState.PENDING, text_attempts=0, text_tried_at=None)
        .returning(DocumentVersion.id)
        .execution_options(synchronize_session=False)
    )
    version_ids = db.session.scalars(begun).all()
    db.session.execute(sa.delete(DocumentText).where(DocumentText.version_id.in_(version_ids)))
    return version_ids


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    tries, tried_at = DocumentVersion.text_attempts, DocumentVersion.text_tried_at
    is_rested = [sa.and_(tries == number, tried_at <= now - pause) for number, pause in enumerate(PAUSES, 1)]
    # Whoever died at the last try left the version pending: it is looked at once more, to say so.
    is_left = sa.or_(tries < len(PAUSES), DocumentVersion.text_state == TextState.PENDING)
    is_open = sa.and_(DocumentVersion.text_state.in_(_OPEN), DocumentVersion.scan_state.in_(_READABLE))
    return sa.and_(is_open, is_left, sa.or_(tries == 0, *is_rested))


def _begin(version_id: int, now: datetime) -> sa.Row[str, str, int] | None:
    """Write down that a try begins: the file's SHA-256, its media type, and which try it is. None when it is not due,
    or another worker has just begun."""
    with writing():
        db.session.rollback()
        begun = db.session.execute(
            sa.update(DocumentVersion)
            .where(DocumentVersion.id == version_id, _is_due(now))
            .values(text_attempts=DocumentVersion.text_attempts + 1, text_tried_at=now)
            .returning(DocumentVersion.sha256, DocumentVersion.media_type, DocumentVersion.text_attempts)
            .execution_options(synchronize_session=False)
        ).first()
        db.session.commit()
    return begun


def _words(path: Path, media_type: str) -> bytes:
    """In UTF-8; one byte more than is kept when there would be more.

    :raises limited.ProcessFailed:
    """
    # Kreuzberg unpacks a library of its own before use: into a folder that is nobody else's.
    with tempfile.TemporaryDirectory(prefix="samordna-words-") as folder:
        return limited.run(
            "tracker.documents.extraction_process",
            media_type,
            str(MAX_BYTES),
            str(path.resolve()),
            limits=LIMITS,
            folder=Path(folder),
        )


def _write(version_id: int, state: TextState, words: bytes) -> TextState | None:
    body = words[:MAX_BYTES].decode(errors="ignore")
    with writing():
        db.session.rollback()
        waiting = (
            sa.select(DocumentVersion)
            .where(DocumentVersion.id == version_id, DocumentVersion.text_state.in_(_OPEN))
            .with_for_update()
        )
        version = db.session.scalar(waiting)
        if version is None:
            db.session.rollback()
            return None
        version.text_state = state
        if body:
            db.session.merge(DocumentText(version_id=version_id, body=body, is_cut=len(words) > MAX_BYTES))
        db.session.commit()
    return state
