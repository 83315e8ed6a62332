"""Files by content: each is kept under the SHA-256 of its bytes, written once and never changed.

A file comes into being whole or not at all: written to the staging folder on the same disk, synced, then renamed.
Keeping the same bytes twice is harmless. Nothing here tells one user whether another has the same file.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app, has_app_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.core.db import db
from tracker.core.errors import NotFound, Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")
# EFBIG: the limit that a service manager may set on the size of files.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
CHUNK = 1 << 20
_UNDO = "adopted_files"
_UNWANTED = "unwanted_files"


class DiskFull(Unavailable):
    """The disk that holds the files has no room left. Nothing was kept."""


class Damaged(Exception):
    """A stored file is not what its name says; the message names it."""


@contextmanager
def room_needed() -> Iterator[None]:
    """Turn the operating system's words for a full disk into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(_l("The disk for files is full. Nothing was saved.")) from error
        raise


class StagedFile(io.FileIO):
    """A file on its way in, hashed as it is written. Closing it removes it, unless the store has adopted it by then.

    :raises DiskFull: when it is made or written and there is no room.
    """

    def __init__(self, folder: Path, prefix: str = "draft") -> None:
        self.path = folder / f"{prefix}-{secrets.token_hex(16)}"
        self.size_bytes = 0
        self._digest = hashlib.sha256()
        with room_needed():
            super().__init__(self.path, "x+", opener=lambda name, flags: os.open(name, flags | os.O_CLOEXEC, 0o600))

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        with room_needed():
            written = 0
            while written < len(view):
                written += super().write(view[written:]) or 0
        self._digest.update(view)
        self.size_bytes += written
        return written

    def close(self) -> None:
        is_open = not self.closed
        super().close()
        if is_open:
            self.path.unlink(missing_ok=True)


class FileStore:
    """Files below ``root``: ``ab/abcdef…``. Safe for any number of processes.

    :param is_shared: let the group read what is kept, for a web server that sends the files itself.
    """

    def __init__(self, root: Path, *, is_shared: bool = False) -> None:
        self.root = root
        self._folder_mode = 0o750 if is_shared else 0o700
        self._file_mode = 0o640 if is_shared else 0o600

    @property
    def staging(self) -> Path:
        """Where files on their way in are written: on the same disk, closed to everybody else."""
        folder = self.root / "incoming"
        with room_needed():
            self._make_folder(self.root, self._folder_mode)
            self._make_folder(folder, 0o700)
        return folder

    def put(self, data: bytes | BinaryIO) -> str:
        """Keep `data`, or all that a stream gives, and return its SHA-256.

        :raises DiskFull: or OSError for any other fault of the disk; nothing is left behind then.
        """
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        with contextlib.closing(StagedFile(self.staging)) as draft:
            while piece := source.read(CHUNK):
                draft.write(piece)
            self._take(draft.path, draft.sha256)
            return draft.sha256

    def adopt(self, path: Path, sha256: str) -> None:
        """Keep the file at `path`, whose bytes have this hash: synced, then renamed. `path` is gone afterwards.

        When the running transaction is rolled back, the file goes back to `path` and is no longer kept, so that no
        file stays without its row; one that was kept already, or that somebody else kept since, stays. Two that take
        the same bytes at once and are both rolled back leave one behind: to remove it would risk that of a third that
        is just committing. `samordna documents verify` lists it as stray, and it does no harm.

        :raises DiskFull: the file is still at `path` then.
        """
        if path == self.path(sha256):
            return  # the same form a second time
        changed_at = self._take(path, sha256)
        if has_app_context():
            db.session().info.setdefault(_UNDO, []).append(lambda: self._give_back(path, sha256, changed_at))

    def open(self, digest: str) -> BufferedReader:
        """The file, open for reading. Raises NotFound when there is none."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise NotFound(_l("The file is missing.")) from error

    def read(self, digest: str) -> bytes:
        """The bytes, checked against their name. Raises NotFound or Damaged."""
        with self.open(digest) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != digest:
            raise Damaged(f"the stored file {digest} has other bytes than its name says")
        return data

    def is_intact(self, digest: str) -> bool:
        """Whether the file exists and its bytes still have this SHA-256. Reads it in pieces."""
        try:
            with self.open(digest) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except NotFound:
            return False

    def path(self, digest: str) -> Path:
        """Where the file with this SHA-256 is kept. Raises ValueError for anything that is no SHA-256."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is not a SHA-256")
        return self.root / digest[:2] / digest

    def _take(self, path: Path, digest: str) -> int | None:
        """Rename to the hash; the time stamp of a file that was not kept before, else None.

        One that was is replaced all the same: whatever has happened to its bytes is mended so, and a transaction that
        made it and may still be rolled back sees by the time stamp that it has company.
        """
        target = self.path(digest)
        with room_needed():
            if not path.exists() and target.exists():
                return None  # the same upload was used by another form a moment ago
            sync_file(path)
            self._make_folder(target.parent, self._folder_mode)
            with _locked(target.parent):
                was_kept = target.exists()
                os.chmod(path, self._file_mode)
                os.replace(path, target)
                _sync_folder(target.parent)
                return None if was_kept else target.stat().st_ctime_ns

    def _give_back(self, path: Path, digest: str, changed_at: int | None) -> None:
        target = self.path(digest)
        with _locked(target.parent):
            if target.exists() and target.stat().st_ctime_ns == changed_at:
                os.replace(target, path)
            elif target.exists():
                # Whoever asked for it meanwhile has made an empty one.
                path.unlink(missing_ok=True)
                os.link(target, path)

    def _make_folder(self, folder: Path, mode: int) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
            # Whatever the umask says, which is strict; the group stays that of the folder above where that is wanted.
            folder.chmod(mode | (folder.stat().st_mode & stat.S_ISGID))
            _sync_folder(folder.parent)


def sync_file(path: Path) -> None:
    """Bring the bytes of a file to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a name that was made or changed in it survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else keeps or gives back a file of this folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_after_commit(path: Path) -> None:
    """Remove a file that no row names any more, once that is so for everybody."""
    db.session().info.setdefault(_UNWANTED, []).append(path)


@event.listens_for(db.session, "after_commit")
def _keep_adopted(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_UNDO, None)
    for path in session.info.pop(_UNWANTED, []):
        path.unlink(missing_ok=True)


@event.listens_for(db.session, "after_rollback")
def _undo_adopted(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_UNWANTED, None)
    undo: list[Callable[[], None]] = session.info.pop(_UNDO, [])
    for step in reversed(undo):
        step()


def file_store() -> FileStore:
    """The store of the running application."""
    settings = current_app.config["SETTINGS"]
    return FileStore(settings.files_dir, is_shared=settings.file_server == "x-accel")
