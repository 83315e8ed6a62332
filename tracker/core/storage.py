"""Files by content: each is kept under the SHA-256 of its bytes, written once and never changed.

A file comes into being whole or not at all: written to a temporary name in the same folder, synced to the disk, then
renamed. Writing the same bytes twice is harmless. Nothing here tells one user whether another has the same file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
from io import BufferedReader
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l

from tracker.core.errors import NotFound, Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")
# EFBIG: the limit that a service manager may set on the size of files.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CHUNK = 1 << 20


class DiskFull(Unavailable):
    """The disk that holds the files has no room left. Nothing was kept."""


class Damaged(Exception):
    """A stored file is not what its name says; the message names it."""


class FileStore:
    """Files below ``root``: ``ab/abcdef…``. Safe for any number of processes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Keep `data` and return its SHA-256. Raises DiskFull, or OSError for any other fault of the disk."""
        digest = hashlib.sha256(data).hexdigest()
        target = self.path(digest)
        if target.exists() and target.stat().st_size == len(data):
            return digest
        try:
            self._write(target, data)
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFull(_l("The disk for files is full. Nothing was saved.")) from error
            raise
        return digest

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

    def _write(self, target: Path, data: bytes) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for start in range(0, len(data), _CHUNK):
                    file.write(data[start : start + _CHUNK])
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)
            raise
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_store() -> FileStore:
    """The store of the running application."""
    return FileStore(current_app.config["SETTINGS"].files_dir)
