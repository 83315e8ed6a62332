"""Bodies of requests: whole or refused with 413, files straight to the disk, memory flat however much is sent.

A view that takes files says how large they may be::

    @blueprint.post("/cases/<int:case_id>/documents")
    @requires(Permission.DOCUMENT_ADD)
    @body_limit(lambda settings: settings.upload_max_mb * MB)

A body may then hold so much, and the room that every form has on top of it. The file parts of a form are written to
the staging folder of the file store while they are hashed; one that nobody has taken when the request ends is removed.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeVar

from flask import Request, current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

from tracker.core.db import release
from tracker.core.storage import DiskFull, StagedFile, file_store

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Any])

MB = 1024 * 1024
# A browser reads no answer while it is still sending: so much is taken and thrown away, for so long.
DISCARD_BYTES = 128 * MB
DISCARD_SECONDS = 5.0
# A line on which nothing comes for so long is broken.
SILENCE_SECONDS = 30.0
# More files than any of our forms sends.
FILES_LIMIT = 10
PIECE = 256 * 1024
_ATTRIBUTE = "body_limit"


def body_limit(limit: Callable[[Any], int]) -> Callable[[ViewFunction], ViewFunction]:
    """Let the bodies of this endpoint hold files of `limit(settings)` bytes."""

    def declare(view: ViewFunction) -> ViewFunction:
        setattr(view, _ATTRIBUTE, limit)
        return view

    return declare


class FilePart(StagedFile):
    """A file of a form. When the disk is full the rest is let go, so that the form's texts are not lost: `fault`."""

    fault: DiskFull | None = None

    def write(self, data: Any) -> int:
        if self.fault is None:
            try:
                return super().write(data)
            except DiskFull as error:
                self.fault = error
                self.truncate(0)
        return len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        if self.fault is not None:
            raise self.fault
        return super().read(-1 if size is None else size)


class NoFile(io.BytesIO):
    """Stands where a file is not kept: none was chosen, nobody may send one, or there was no room for it."""

    def __init__(self, fault: DiskFull | None = None) -> None:
        super().__init__()
        self.fault = fault

    def write(self, data: Any) -> int:
        return len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        if self.fault is not None:
            raise self.fault
        return b""


class _Whole(LimitedStream):
    """A body of unknown length. Werkzeug 3.1 cuts one that is too long at the limit and says nothing."""

    def readall(self) -> bytes:
        whole = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return whole


class _Form:
    """Takes a multipart body apart as it comes. What was read stays readable when the rest is refused."""

    def __init__(self, boundary: str, *, text_limit: int | None, parts_limit: int | None, keeps_files: bool) -> None:
        if not boundary.isascii() or not boundary:
            raise BadRequest
        # The decoder holds a piece, and the headers of a part at most.
        self._decoder = MultipartDecoder(boundary.encode(), 2 * PIECE, max_parts=parts_limit)
        self._text_limit = text_limit
        self._keeps_files = keeps_files
        self._text_bytes = 0
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, FileStorage]] = []
        self.kept: list[FilePart] = []
        self._part: Field | File | None = None
        self._text: list[bytes] = []
        self._file: FilePart | NoFile = NoFile()

    def read(self, stream: IO[bytes], *, until: float | None = None) -> None:
        """:raises RequestEntityTooLarge: more text, parts or files than any form of ours has.
        :raises BadRequest: the body is damaged or breaks off."""
        try:
            while piece := stream.read(PIECE):
                self._take(piece)
                if until is not None and time.monotonic() > until:
                    return
            self._take(None)
        except (ValueError, OSError) as error:
            raise BadRequest from error

    def _take(self, piece: bytes | None) -> None:
        self._decoder.receive_data(piece)
        while not isinstance(event := self._decoder.next_event(), NeedData | Epilogue):
            if isinstance(event, Field | File):
                self._begin(event)
            elif isinstance(event, Data):
                self._add(event)

    def _begin(self, part: Field | File) -> None:
        if part.name is None:
            raise ValueError("a part without a name")
        self._part, self._text = part, []
        if isinstance(part, File):
            self._file = self._room_for(part)

    def _room_for(self, part: File) -> FilePart | NoFile:
        if not part.filename or not self._keeps_files:
            return NoFile()
        if len(self.kept) == FILES_LIMIT:
            raise RequestEntityTooLarge
        try:
            self.kept.append(FilePart(file_store().staging, "form"))
        except DiskFull as error:
            return NoFile(error)
        return self.kept[-1]

    def _add(self, event: Data) -> None:
        part = self._part
        if isinstance(part, File):
            self._file.write(event.data)
            if not event.more_data:
                self._file.seek(0)
                stored = FileStorage(self._file, part.filename, part.name, headers=part.headers)
                self.files.append((part.name, stored))
        elif part is not None:
            self._text_bytes += len(event.data)
            if self._text_limit is not None and self._text_bytes > self._text_limit:
                raise RequestEntityTooLarge
            self._text.append(event.data)
            if not event.more_data:
                self.fields.append((part.name, b"".join(self._text).decode("utf-8", "replace")))


class PageRequest(Request):
    """A request whose body is whole or refused with 413."""

    refuses_files = False

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        self._staged: list[FilePart] = []

    @property
    def files_limit(self) -> int | None:
        """What `@body_limit` says of this endpoint, in bytes."""
        view = current_app.view_functions.get(self.endpoint) if current_app and self.endpoint else None
        limit = getattr(view, _ATTRIBUTE, None)
        return None if limit is None else int(limit(current_app.config["SETTINGS"]))

    @property
    def max_content_length(self) -> int | None:
        plain = super().max_content_length
        files = self.files_limit
        return plain if files is None or plain is None else plain + files

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @cached_property
    def stream(self) -> IO[bytes]:
        limit = self.max_content_length
        if self.content_length is None and limit is not None and "wsgi.input_terminated" in self.environ:
            return _Whole(self.environ["wsgi.input"], limit, is_max=True)  # type: ignore[return-value]
        return super().stream

    def _load_form_data(self) -> None:
        if "form" in self.__dict__ or self.mimetype != "multipart/form-data":
            super()._load_form_data()
            return
        # A slow line must not hold the database meanwhile.
        release()
        form = self._new_form(keeps_files=not self.refuses_files)
        self._staged = form.kept
        try:
            stream = self._get_stream_for_parsing()
            with impatient(self.environ):
                form.read(stream)
        except RequestEntityTooLarge:
            if "stream" not in self.__dict__:
                self._salvage(form := self._new_form(keeps_files=False))
            raise
        finally:
            kinds = self.parameter_storage_class
            self.__dict__.update(stream=io.BytesIO(), form=kinds(form.fields), files=kinds(form.files))

    def _new_form(self, *, keeps_files: bool) -> _Form:
        return _Form(
            self.mimetype_params.get("boundary", ""),
            text_limit=self.max_form_memory_size,
            parts_limit=self.max_form_parts,
            keeps_files=keeps_files,
        )

    def _salvage(self, form: _Form) -> None:
        """The texts of a body that is refused by its length, so that its page can show what was typed."""
        length = self.content_length or 0
        if length > max(DISCARD_BYTES, 2 * (self.max_content_length or 0)):
            return
        try:
            stream = LimitedStream(self.environ["wsgi.input"], length)
            with impatient(self.environ, DISCARD_SECONDS):
                form.read(stream, until=time.monotonic() + DISCARD_SECONDS)  # type: ignore[arg-type]
        except (BadRequest, RequestEntityTooLarge):
            return

    def close(self) -> None:
        super().close()
        for part in self._staged:
            part.close()


def discard_rest(environ: dict[str, Any]) -> None:
    """Take what the browser still sends off the line, within limits, so that it comes to read our answer."""
    ends_at = time.monotonic() + DISCARD_SECONDS
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > DISCARD_BYTES:
        return
    left = DISCARD_BYTES
    try:
        with impatient(environ, DISCARD_SECONDS):
            while left > 0 and time.monotonic() < ends_at and (piece := environ["wsgi.input"].read(PIECE)):
                left -= len(piece)
    except OSError:
        return  # nobody is there to be answered


def limit_silence(environ: dict[str, Any]) -> None:
    """Let the sending of this answer end, too, when its reader takes nothing for so long. gunicorn forgets it with the
    next request on the line."""
    line = environ.get("gunicorn.socket")
    if line is not None:
        line.settimeout(SILENCE_SECONDS)


@contextmanager
def impatient(environ: dict[str, Any], seconds: float = SILENCE_SECONDS) -> Iterator[None]:
    """Reading the body inside ends with an OSError when nothing comes for so long: a line that is dead without a word
    would hold a thread, and what the request has opened, until somebody restarts us."""
    line = environ.get("gunicorn.socket")
    if line is None:
        yield
        return
    before = line.gettimeout()
    line.settimeout(seconds)
    # gunicorn takes 8 KB off the line at a time, which for a large file is most of the work.
    unreader: Any = getattr(getattr(environ["wsgi.input"], "reader", None), "unreader", None)
    if hasattr(unreader, "mxchunk"):
        unreader.mxchunk = PIECE
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            line.settimeout(before)
