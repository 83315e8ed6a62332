"""A stored file on its way to a browser: saved and never shown, with a fixed type (OWASP ASVS 5.0: 3.2.1, 5.4.1), and
written down."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from flask import Response, current_app, request, send_file
from flask_babel import lazy_gettext as _l
from werkzeug.wsgi import wrap_file

from tracker.core.actor import Actor
from tracker.core.bodies import limit_silence
from tracker.core.db import db, writing_after_reading
from tracker.core.errors import NotFound
from tracker.core.storage import CHUNK, file_store
from tracker.documents import queries, service
from tracker.documents.models import DocumentVersion

# Where deploy/nginx.conf has the files, for its own use only.
INTERNAL = "/internal/files"
# Should a browser show it after all, nothing in it runs, and it belongs to no site.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_GIVEN = (200, 206)


def hand_out(version: DocumentVersion, actor: Actor, now: datetime) -> Response:
    """The file of a version, whole or in ranges, and that `actor` was given it is written down. The view has made sure
    that `actor` may have it.

    :raises NotFound: the file is not in the store.
    """
    response = _response(version)
    if response.status_code in _GIVEN and _is_to_be_recorded(version, actor, now):
        # Kept here and now: a page that is read keeps nothing otherwise.
        with writing_after_reading():
            service.record_download(actor=actor, now=now, version=version)
            db.session.commit()
    return response


def _is_to_be_recorded(version: DocumentVersion, actor: Actor, now: datetime) -> bool:
    """A question for the headers is no download, and the parts of a file that is fetched in parts are one."""
    if request.method != "GET":
        return False
    ranges = request.range
    begins = ranges is None or ranges.units != "bytes" or any(not start for start, _end in ranges.ranges)
    return begins or not queries.is_recorded_download(version, actor.id, now)


def _response(version: DocumentVersion) -> Response:
    """With FILE_SERVER=x-accel nginx sends the file, told where by a header; else this process does."""
    path = file_store().path(version.sha256)
    if not path.is_file():
        raise NotFound(_l("The file is missing."))
    by_nginx = current_app.config["SETTINGS"].file_server == "x-accel"
    response = send_file(
        io.BytesIO() if by_nginx else path,
        mimetype=version.media_type,
        as_attachment=True,
        download_name=version.file_name,
        etag=False if by_nginx else version.sha256,
        last_modified=version.received_at,
        conditional=not by_nginx,
    )
    if response.status_code == 206:
        _send_part(response, path)
    limit_silence(request.environ)
    if by_nginx:
        response.headers["X-Accel-Redirect"] = f"{INTERNAL}/{path.parent.name}/{path.name}"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


class _Part(io.FileIO):
    """`length` bytes of a file from `start` on. A server that can lets the kernel send them from where it stands."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        super().__init__(path)
        self.seek(start)
        self._left = length

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        piece = super().read(wanted) or b""
        self._left -= len(piece)
        return piece


def _send_part(response: Response, path: Path) -> None:
    """Werkzeug would read, in pieces of 8 KB, all that stands before the range, too."""
    told = response.content_range
    response.close()
    part = _Part(path, told.start or 0, response.content_length or 0)
    response.response = wrap_file(request.environ, part, CHUNK)
