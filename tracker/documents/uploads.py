"""Uploads as rows: begun by a sender, or made of a file that came with a plain form; and how many may wait.

What is promised counts, not what has come: nobody fills the disk, or the table, with what is never used.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.storage import remove_after_commit, room_needed
from tracker.documents import staging
from tracker.documents.enums import UploadState
from tracker.documents.incoming import IncomingFile, hash_of, limit_bytes
from tracker.documents.models import Upload
from tracker.documents.names import clean_name

LIFETIME = timedelta(days=7)
# One place may hold so many whole files that nobody has used yet, and one person three times as many in all places.
WAITING_FILES = 10
PERSON_FILES = 3 * WAITING_FILES
# However small they are: so many at once in one place, and so many begun by one person within a day.
WAITING_UPLOADS = 100
UPLOADS_PER_DAY = 1000

Gate = Callable[[Upload, datetime], Any]
_gates: dict[str, Gate] = {}


class TooMany(DomainError):
    """So much waits already that nothing more is taken in."""


def begin(
    context: str, person_id: int | None, file_name: str, size_bytes: int, now: datetime, sender: str | None = None
) -> tuple[Upload, str]:
    """A new upload, and the secret of its address."""
    token = secrets.token_urlsafe(24)
    upload = Upload(
        token_hash=hash_of(token),
        context=context,
        person_id=person_id,
        sender=sender,
        file_name=clean_name(file_name),
        size_bytes=size_bytes,
        state=UploadState.OPEN,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.session.add(upload)
    db.session.flush()
    return upload, token


def keep(sent: IncomingFile, context: str, person_id: int | None, now: datetime) -> tuple[Upload, str]:
    """The file of a plain form as an upload that is complete. A file whose row is not committed after all is swept.

    :raises DiskFull:
    """
    upload, token = begin(context, person_id, sent.file_name, sent.size_bytes, now)
    upload.sha256, upload.state = sent.sha256, UploadState.COMPLETE
    with room_needed():
        os.replace(sent.path, staging.path_of(upload.id))
    db.session.flush()
    return upload, token


def let_go(which: sa.ColumnElement[bool]) -> None:
    """End uploads that still wait, and give their room back at once: nobody fills the disk with one after another."""
    waits = sa.and_(which, Upload.state.in_(staging.WAITING))
    ended = sa.update(Upload).where(waits).values(state=UploadState.TERMINATED).returning(Upload.id)
    for upload_id in db.session.scalars(ended).all():
        remove_after_commit(staging.path_of(upload_id))


def register_gate(kind: str, gate: Gate) -> None:
    """Ask `gate` before bytes are taken of a sender whose name begins with `kind` and a colon.

    :param gate: gives the reason why its sender may no longer send, or None.
    """
    _gates[kind] = gate


def refusal(upload: Upload, now: datetime) -> Any:
    """Why its sender may no longer send, or None."""
    gate = _gates.get((upload.sender or "").partition(":")[0])
    return gate(upload, now) if gate is not None else None


def refuse_too_many(context: str, person_id: int | None, size_bytes: int, now: datetime) -> None:
    """:raises TooMany: when one more file of this size is more than may wait in this place, or for this person."""
    limit = limit_bytes(current_app.config["SETTINGS"])
    waits = sa.and_(Upload.state.in_(staging.WAITING), Upload.expires_at > now)
    here, mine = Upload.context == context, Upload.person_id == person_id
    count, promised = sa.func.count(Upload.id), sa.func.coalesce(sa.func.sum(Upload.size_bytes), 0)
    files, waiting_bytes = db.session.execute(sa.select(count, promised).where(waits, here)).one()
    is_too_much = files >= WAITING_UPLOADS or waiting_bytes + size_bytes > WAITING_FILES * limit
    if person_id is not None and not is_too_much:
        in_all = db.session.scalar(sa.select(promised).where(waits, mine)) or 0
        begun = db.session.scalar(sa.select(count).where(mine, Upload.created_at > now - timedelta(days=1))) or 0
        is_too_much = in_all + size_bytes > PERSON_FILES * limit or begun >= UPLOADS_PER_DAY
    if is_too_much:
        raise TooMany(_l("Too many files wait here without having been used. Send the form with the ones you have."))
