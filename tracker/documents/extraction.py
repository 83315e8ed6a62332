"""The words of files, for the search: taken out by Kreuzberg in a process of its own, and kept beside the version."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from tracker.core import limited
from tracker.core.db import db, reading, writing
from tracker.core.errors import NotFound
from tracker.core.storage import file_store
from tracker.documents.enums import ScanState, TextState
from tracker.documents.models import DocumentText, DocumentVersion

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


def read_version(version_id: int) -> TextState | None:
    """Take the words out of one version and keep them. Commits.

    :returns: its state afterwards; None when there was nothing to do, or not yet.
    """
    with reading():
        db.session.rollback()
        version = db.session.get(DocumentVersion, version_id)
        is_waiting = version is not None and version.text_state is TextState.PENDING
        if version is None or not is_waiting or version.scan_state not in _READABLE:
            db.session.rollback()
            return None
        sha256, media_type = version.sha256, version.media_type
        db.session.rollback()
    if media_type in _PICTURES:
        return _write(version_id, TextState.EMPTY, b"")
    try:
        words = _words(file_store().path(sha256), media_type)
    except (limited.ProcessFailed, NotFound) as error:
        log.error("no words taken out of version %s: %s", version_id, error)
        return _write(version_id, TextState.FAILED, b"")
    return _write(version_id, TextState.DONE if words else TextState.EMPTY, words)


def list_due() -> Sequence[int]:
    """Ids of the versions whose words wait to be taken out, oldest first."""
    query = (
        sa.select(DocumentVersion.id)
        .where(DocumentVersion.text_state == TextState.PENDING, DocumentVersion.scan_state.in_(_READABLE))
        .order_by(DocumentVersion.id)
    )
    return db.session.scalars(query).all()


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
            .where(DocumentVersion.id == version_id, DocumentVersion.text_state == TextState.PENDING)
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
