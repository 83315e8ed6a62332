"""The tus 1.0 protocol, for uploads that go on after a lost line: core, creation, checksum, termination, expiration.

Whoever opens an upload has been let in by the page that it belongs to; the secret in the address is the permission
from then on. Written here because the Python servers of the protocol are bound to other frameworks or no longer kept.

The database is asked before the first byte and after the last one, never in between: see `documents.staging`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from tracker.core.bodies import discard_rest, impatient
from tracker.core.db import db, reading, release
from tracker.core.errors import DomainError
from tracker.core.storage import DiskFull, file_store
from tracker.documents import incoming, staging, uploads
from tracker.documents.enums import UploadState
from tracker.documents.inspection import FileRefused, check_name
from tracker.documents.models import Upload
from tracker.documents.names import clean_name

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
ALGORITHMS: dict[str, Callable[[], Any]] = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5}
BODY_TYPE = "application/offset+octet-stream"
_MISMATCH = 460
_NUMBER = re.compile(r"[0-9]{1,18}")


class Refused(HTTPException):
    """An answer of the protocol that is no success; the text is for the person who uploads."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(text, Response(text, status, {"Tus-Resumable": VERSION, **named}, mimetype="text/plain"))


@contextmanager
def refusing() -> Iterator[None]:
    """What a service refuses in here is told as an answer of the protocol, for the script to show."""
    try:
        yield
    except DomainError as error:
        raise Refused(422, str(error.message)) from error


def options() -> Response:
    """What this server can do."""
    return _answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension=EXTENSIONS,
        Tus_Max_Size=str(incoming.limit_bytes(current_app.config["SETTINGS"])),
        Tus_Checksum_Algorithm=",".join(ALGORITHMS),
    )


def create(context: str, person_id: int | None, now: datetime, sender: str | None = None) -> Response:
    """Open an upload in `context`, and answer with its address. The view has made sure that the asker may.

    :param sender: what let the asker in, for the gate of its kind (`uploads.register_gate`) to ask about later.
    """
    _check_version()
    size = _number("Upload-Length")
    if size == 0:
        raise Refused(400, _("The file is empty. Open it, see that something is in it, and choose it again."))
    limit = incoming.limit_bytes(current_app.config["SETTINGS"])
    if size > limit:
        raise Refused(
            413, _("The file is larger than %(limit)s MB. Make it smaller, or send it in parts.", limit=limit >> 20)
        )
    try:
        uploads.refuse_too_many(context, person_id, size, now)
    except uploads.TooMany as error:
        raise Refused(429, str(error)) from error
    if shutil.disk_usage(file_store().staging).free < size:
        raise Refused(507, _("There is no room for this file just now. Tell the administrator, and try again later."))
    file_name = clean_name(_metadata().get("filename", ""))
    try:
        check_name(file_name)
    except FileRefused as error:
        raise Refused(415, str(error)) from error
    upload, token = uploads.begin(context, person_id, file_name, size, now, sender)
    address = url_for("documents.upload", upload_token=token)
    return _answer(201, Location=address, Upload_Expires=http_date(upload.expires_at))


def tell(token: str, now: datetime) -> Response:
    """How much has come."""
    upload = _find(token, now)
    _check_version()
    return _answer(
        200,
        Upload_Offset=str(staging.received(upload.id)),
        Upload_Length=str(upload.size_bytes),
        Upload_Expires=http_date(upload.expires_at),
    )


def append(token: str, now: datetime) -> Response:
    """Take the next bytes. They are kept as they come: also when the line breaks, or the disk is full."""
    upload = _find(token, now)
    _ask_gate(upload, now)
    _check_version()
    if request.mimetype != BODY_TYPE:
        raise _refusal(415, _("The file must be sent as %(type)s.", type=BODY_TYPE))
    offset = _number("Upload-Offset")
    digest, wanted = _checksum()
    upload_id, size, expires_at = upload.id, upload.size_bytes, upload.expires_at
    release()
    sha256 = None
    with _alone(upload_id) as file:
        # It may have been ended between the question and the lock, and its place must not be filled again.
        is_whole = _find(token, now).state is UploadState.COMPLETE
        release()
        if offset != file.size:
            raise _refusal(409, _("The upload stands at another place."), Upload_Offset=str(file.size))
        room = size - offset
        if (request.content_length or 0) > room:
            raise _refusal(413, _("More was sent than the size that was told."))
        _take(file, room, digest, wanted)
        if file.size == size and not is_whole:
            sha256 = file.finish()
        reached = file.size
    if sha256 is not None:
        whole = sa.and_(Upload.id == upload_id, Upload.state == UploadState.OPEN)
        db.session.execute(sa.update(Upload).where(whole).values(state=UploadState.COMPLETE, sha256=sha256))
    return _answer(204, Upload_Offset=str(reached), Upload_Expires=http_date(expires_at))


def end(token: str, now: datetime) -> Response:
    """Take back an upload that is not wanted."""
    upload = _find(token, now)
    _check_version()
    upload_id = upload.id
    release()
    with _alone(upload_id):
        waits = sa.and_(Upload.id == upload_id, Upload.state.in_(staging.WAITING))
        ended = sa.update(Upload).where(waits).values(state=UploadState.TERMINATED).returning(Upload.id)
        is_ended = db.session.scalar(ended) is not None
        # Over for everybody before its file goes; one that a form has used meanwhile is no longer its sender's.
        db.session.commit()
        if is_ended:
            staging.remove(upload_id)
    return _answer(204)


def _take(file: staging.Growing, room: int, digest: Any, wanted: bytes | None) -> None:
    """Write the body; without a trace of it when it is not what its sender said."""
    start, body = file.size, request.environ["wsgi.input"]
    try:
        with impatient(request.environ):
            # What the length tells is read and no more; a body of unknown length, to its end.
            length = request.content_length
            file.append(body, room if length is None else length, digest)
            if length is None and file.size - start == room and body.read(1):
                file.cut(start)
                raise Refused(413, _("More was sent than the size that was told."))
    except DiskFull as error:
        if digest is not None:
            file.cut(start)
        raise _refusal(
            507,
            _("The disk is full. What has come so far is kept: go on when the administrator has made room."),
            Upload_Offset=str(file.size),
        ) from error
    if digest is not None and digest.digest() != wanted:
        file.cut(start)
        raise Refused(_MISMATCH, _("The bytes were changed on the way. They are sent again."))


@contextmanager
def _alone(upload_id: Any) -> Iterator[staging.Growing]:
    try:
        with staging.alone(upload_id) as file:
            yield file
    except staging.Busy as error:
        raise _refusal(423, _("The file is being sent already, in another window perhaps.")) from error


def _find(token: str, now: datetime) -> Upload:
    with reading():
        upload = db.session.scalar(sa.select(Upload).where(Upload.token_hash == incoming.hash_of(token)))
        if upload is None:
            raise _refusal(404, _("There is no such upload."))
        if upload.state not in staging.WAITING or upload.expires_at <= now:
            raise _refusal(410, _("The upload is over. Choose the file again."))
        return upload


def _ask_gate(upload: Upload, now: datetime) -> None:
    with reading():
        text = uploads.refusal(upload, now)
    if text is not None:
        raise _refusal(410, str(text))


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise _refusal(
            412, _("Only version %(version)s of the protocol is spoken here.", version=VERSION), Tus_Version=VERSION
        )


def _number(header: str) -> int:
    said = request.headers.get(header, "")
    if not _NUMBER.fullmatch(said):
        raise _refusal(400, _("%(header)s must be a whole number.", header=header))
    return int(said)


def _checksum() -> tuple[Any, bytes | None]:
    """A hash to feed with the body, and what it must come to; nothing when the sender tells none."""
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None, None
    name, _blank, encoded = said.partition(" ")
    try:
        digest, wanted = ALGORITHMS[name](), base64.b64decode(encoded, validate=True)
        if len(wanted) == digest.digest_size:
            return digest, wanted
    except (KeyError, ValueError):  # what is no Base64, or no ASCII
        pass
    raise _refusal(400, _("Upload-Checksum names an unknown algorithm or no value of it."))


def _metadata() -> dict[str, str]:
    """Upload-Metadata: pairs of a name and a value in Base64. What cannot be read is left out."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _blank, encoded = pair.strip().partition(" ")
        with contextlib.suppress(ValueError):
            found[name] = base64.b64decode(encoded, validate=True).decode()
    return found


def _refusal(status: int, text: str, **headers: str) -> Refused:
    """A refusal before the body was read: taken off the line first, so that its sender comes to read the answer."""
    discard_rest(request.environ)
    return Refused(status, text, **headers)


def _answer(status: int, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Response(status=status, headers={"Tus-Resumable": VERSION, **named})
    response.headers.pop("Content-Type", None)
    return response
