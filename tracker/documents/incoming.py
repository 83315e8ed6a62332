"""Files that have arrived and are not documents yet: from a plain form, or from an upload that went before it.

A form that takes a file has the fields of `documents.upload_fields.FileFields`; its view asks::

    incoming = chosen(form, context=f"case:{case.id}", now=clock.now())

and hands what it gets to `documents.service`. Whatever is not used is removed: with the request, or by the sweep.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from tracker.core.bodies import MB, FilePart, NoFile
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.storage import file_store
from tracker.documents import staging
from tracker.documents.enums import UploadState
from tracker.documents.models import Upload

FIELD = "file"


@dataclass(frozen=True)
class IncomingFile:
    """A whole file in the staging folder, or already in the store when its form was sent before.

    ``file_name`` is as it was sent, ``upload_id`` tells the upload it came by, None for a plain form.
    """

    path: Path
    sha256: str
    size_bytes: int
    file_name: str
    upload_id: uuid.UUID | None = None

    def discard(self) -> None:
        """Remove it: it is not wanted after all. What is in the store stays."""
        if self.path == file_store().path(self.sha256):
            return
        self.path.unlink(missing_ok=True)
        self._end(UploadState.TERMINATED)

    def mark_used(self) -> None:
        """Called when the store has adopted it. The upload takes no more, and leads to the stored file."""
        self._end(UploadState.USED)

    def _end(self, state: UploadState) -> None:
        if self.upload_id is None:
            return
        mine = sa.and_(Upload.id == self.upload_id, Upload.state != UploadState.USED)
        db.session.execute(sa.update(Upload).where(mine).values(state=state, sha256=self.sha256))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that goes in with the form when no other is chosen, as its page names it."""

    file_name: str
    size_bytes: int


def limit_bytes(settings: Any) -> int:
    """The largest file, in bytes; for `@body_limit(limit_bytes)`."""
    return int(settings.upload_max_mb) * MB


def from_form(field_data: FileStorage) -> IncomingFile:
    """The file of a plain form.

    :raises DomainError: on ``file``, when nothing is in it or it is too large.
    :raises DiskFull: there was no room for it. The form's texts are whole.
    """
    part = field_data.stream
    fault = getattr(part, "fault", None)
    if fault is not None:
        raise fault
    if isinstance(part, NoFile) or not isinstance(part, FilePart):
        raise DomainError(_l("Choose a file."), FIELD)
    check_size(part.size_bytes)
    return IncomingFile(part.path, part.sha256, part.size_bytes, field_data.filename or "")


def check_size(size_bytes: int) -> None:
    """:raises DomainError: on ``file``, for an empty file and one over the limit."""
    settings = current_app.config["SETTINGS"]
    if size_bytes == 0:
        raise DomainError(_l("The file is empty. Open it, see that something is in it, and choose it again."), FIELD)
    if size_bytes > limit_bytes(settings):
        raise DomainError(
            _l(
                "The file is larger than %(limit)s MB. Make it smaller, or send it in parts.",
                limit=settings.upload_max_mb,
            ),
            FIELD,
        )


def from_upload(token: str, *, context: str, now: datetime) -> IncomingFile:
    """The file of a complete upload.

    :param token: the secret of its address, or the whole address.
    :raises DomainError: on ``file``, when it is not known in this context, has expired, or is not whole yet.
    """
    # Held: the same form twice at once waits here, and finds the file where the first one put it.
    found = sa.select(Upload).where(is_at(token), Upload.context == context).with_for_update()
    return _whole(db.session.scalar(found), now)


def from_kept(upload_id: uuid.UUID | None, *, context: str, now: datetime) -> IncomingFile:
    """The file of a complete upload that a draft names.

    :raises DomainError: as `from_upload`.
    """
    found = sa.select(Upload).where(Upload.id == upload_id, Upload.context == context).with_for_update()
    return _whole(db.session.scalar(found), now)


def _whole(upload: Upload | None, now: datetime) -> IncomingFile:
    if upload is None or upload.expires_at <= now or upload.state is UploadState.TERMINATED:
        raise DomainError(_l("The uploaded file is no longer here. Choose it again."), FIELD)
    if upload.state is UploadState.USED and upload.sha256 is not None:
        return IncomingFile(
            file_store().path(upload.sha256), upload.sha256, upload.size_bytes, upload.file_name, upload.id
        )
    sha256 = _whole_digest(upload)
    if sha256 is None:
        raise DomainError(
            _l("The file has not come through whole. Choose it again, and it goes on where it was."), FIELD
        )
    check_size(upload.size_bytes)
    return IncomingFile(staging.path_of(upload.id), sha256, upload.size_bytes, upload.file_name, upload.id)


def _whole_digest(upload: Upload) -> str | None:
    """The SHA-256 of an upload of which every byte has come and is there to stay; None while it is not so.

    A request that has written the last byte may still take it back: only where nobody writes is it whole.
    """
    if staging.received(upload.id) != upload.size_bytes:
        return None
    if upload.state is UploadState.COMPLETE and upload.sha256 is not None:
        return upload.sha256
    try:
        with staging.alone(upload.id) as file:
            return file.finish() if file.size == upload.size_bytes else None
    except staging.Busy:
        return None


def chosen(form: Any, *, context: str, now: datetime) -> IncomingFile | None:
    """Whichever file came with a form that has `FileFields`: by an upload before it, or with the form itself.

    :raises DomainError: see `from_upload` and `from_form`.
    """
    if form.file.data:
        return from_form(form.file.data)
    if form.upload.data:
        return from_upload(form.upload.data, context=context, now=now)
    return None


def find_waiting(token: str, now: datetime) -> Waiting | None:
    """An uploaded file that is whole and waits to be used. Who has its address knows its name already."""
    waits = sa.and_(is_at(token), Upload.state.in_(staging.WAITING), Upload.expires_at > now)
    upload = db.session.scalar(sa.select(Upload).where(waits))
    if upload is None or staging.received(upload.id) != upload.size_bytes:
        return None
    return Waiting(upload.file_name, upload.size_bytes)


def hash_of(token: str) -> str:
    """What is stored of the secret in an upload's address."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_at(token: str) -> sa.ColumnElement[bool]:
    """A condition on ``Upload``: the one at this address, given whole or as the secret in it."""
    return Upload.token_hash == hash_of(token.rstrip("/").rpartition("/")[2])
