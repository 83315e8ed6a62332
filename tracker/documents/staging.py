"""The files of uploads in the staging folder: written at their end by one request at a time, and swept when left.

The bytes on the disk are the only record of how much has come: what a broken line, a full disk or a killed process
leaves behind is where the upload goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from tracker.core.db import db
from tracker.core.storage import CHUNK, file_store, room_needed
from tracker.documents.enums import UploadState
from tracker.documents.models import Upload

# A form's file that still grows is younger than this, however slow the line.
STRAY_AFTER = timedelta(hours=6)
# How long the row of an upload is kept after its end, to answer a form that is sent a second time.
ROW_KEPT = timedelta(days=7)
WAITING = (UploadState.OPEN, UploadState.COMPLETE)


class Busy(Exception):
    """Another request is writing to the same upload."""


class Source(Protocol):
    """A body to read from. Gives fewer bytes than asked for only at its end, or when the line is broken."""

    def read(self, size: int, /) -> bytes: ...


def path_of(upload_id: uuid.UUID) -> Path:
    """Where the bytes of an upload lie until they are used."""
    return file_store().staging / upload_id.hex


def received(upload_id: uuid.UUID) -> int:
    """How many bytes have come."""
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


class Growing:
    """The file of one upload, open for one request."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        # A file that comes whole in one request is hashed on its way; one that comes in pieces, when it is whole.
        self._sha256: hashlib._Hash | None = hashlib.sha256() if self.size == 0 else None

    def append(self, source: Source, room: int, digest: hashlib._Hash | None = None) -> int:
        """Write what `source` gives, at most `room` bytes, and return how many there were.

        A line that breaks ends it like the body's end; what came is kept.

        :raises DiskFull: what there was room for is kept.
        """
        start = self.size
        while left := room - (self.size - start):
            try:
                piece = source.read(min(CHUNK, left))
            except OSError:
                break
            if not piece:
                break
            if digest is not None:
                digest.update(piece)
            self._write(piece)
        return self.size - start

    def _write(self, piece: bytes) -> None:
        view = memoryview(piece)
        with room_needed():
            while view:
                written = os.pwrite(self._descriptor, view, self.size)
                if self._sha256 is not None:
                    self._sha256.update(view[:written])
                self.size += written
                view = view[written:]

    def cut(self, size: int) -> None:
        """Throw away what came after the first `size` bytes."""
        os.ftruncate(self._descriptor, size)
        self.size, self._sha256 = size, None

    def finish(self) -> str:
        """Bring it to the disk; the SHA-256 of the whole."""
        if self._sha256 is not None:
            with room_needed():
                os.fsync(self._descriptor)
            return self._sha256.hexdigest()
        # The disk and the processor each have their work, and neither waits for the other.
        with ThreadPoolExecutor(max_workers=1) as beside:
            hashed = beside.submit(self._hash)
            with room_needed():
                os.fsync(self._descriptor)
            return hashed.result()

    def _hash(self) -> str:
        with os.fdopen(os.dup(self._descriptor), "rb", buffering=0) as file:
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def alone(upload_id: uuid.UUID) -> Iterator[Growing]:
    """The file of an upload, to which nobody else writes meanwhile. It is made when nothing has come yet.

    :raises Busy: another request has it.
    :raises DiskFull: there is no room to make it.
    """
    with room_needed():
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path_of(upload_id), flags, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield Growing(descriptor)
    finally:
        os.close(descriptor)


def remove(upload_id: uuid.UUID) -> None:
    path_of(upload_id).unlink(missing_ok=True)


def clean(now: datetime) -> int:
    """Remove what nobody goes on with: uploads past their time and files without an owner. How many files went.

    Commits. A file that is being written to is left for the next time.
    """
    past = sa.and_(Upload.state.in_(WAITING), Upload.expires_at <= now)
    for upload_id in db.session.scalars(sa.select(Upload.id).where(past)).all():
        with contextlib.suppress(Busy), alone(upload_id):
            db.session.execute(sa.update(Upload).where(Upload.id == upload_id).values(state=UploadState.TERMINATED))
            db.session.commit()
            remove(upload_id)
    ended = sa.and_(Upload.state.not_in(WAITING), Upload.expires_at <= now - ROW_KEPT)
    db.session.execute(sa.delete(Upload).where(ended))
    db.session.commit()
    waiting = set(db.session.scalars(sa.select(Upload.id).where(Upload.state.in_(WAITING))))
    return sum(_sweep(path, {upload_id.hex for upload_id in waiting}) for path in file_store().staging.iterdir())


def _sweep(path: Path, waiting: set[str]) -> bool:
    """Remove a file that belongs to no upload and has not grown for long. What a link leads to stays, as do folders."""
    try:
        found = path.lstat()
        is_young = time.time() - found.st_mtime < STRAY_AFTER.total_seconds()
        if path.name in waiting or is_young or stat.S_ISDIR(found.st_mode):
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True
