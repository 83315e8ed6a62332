"""Uploads by the tus protocol: what is kept, what is refused, and that its address is the only permission it takes."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import people
from tests.integration.documents.resuming import CONTENT, TUS, Sender, checksum
from tests.support.client import signed_in
from tracker.accounts.enums import Role
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.storage import DiskFull, file_store
from tracker.documents import incoming, staging
from tracker.documents.enums import UploadState
from tracker.documents.models import Upload


def staged() -> list[Path]:
    return list(file_store().staging.iterdir())


def test_a_file_in_one_go(sender: Sender) -> None:
    opened = sender.create()
    assert opened.status_code == 201
    assert opened.headers["Tus-Resumable"] == "1.0.0"
    assert opened.headers["Upload-Expires"].endswith("GMT")
    sent = sender.patch(CONTENT)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert sender.row.state is UploadState.COMPLETE
    taken = sender.taken()
    assert taken.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert taken.path.read_bytes() == CONTENT
    assert (taken.size_bytes, taken.file_name) == (len(CONTENT), "rapport.pdf")


def test_a_file_in_pieces(sender: Sender) -> None:
    sender.create()
    for start in range(0, len(CONTENT), 1000):
        assert sender.offset == start
        assert sender.patch(CONTENT[start : start + 1000], start).status_code == 204
    assert sender.head().headers["Upload-Length"] == str(len(CONTENT))
    assert sender.taken().sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_what_the_server_can_do(sender: Sender) -> None:
    sender.create()
    told = sender.browser.options(sender.address)
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert told.headers["Tus-Extension"] == "creation,checksum,termination,expiration"
    assert told.headers["Tus-Max-Size"] == str(200 * 1024 * 1024)
    assert "sha1" in told.headers["Tus-Checksum-Algorithm"].split(",")


@pytest.mark.parametrize(
    ("headers", "size", "name", "status"),
    [
        ({}, 200 * 1024 * 1024 + 1, "a.pdf", 413),
        ({}, 0, "a.pdf", 400),
        ({}, "-1", "a.pdf", 400),
        ({}, "9" * 40, "a.pdf", 400),
        ({}, 100, "a.exe", 415),
        ({}, 100, "", 415),
        ({"Tus-Resumable": "0.2.2"}, 100, "a.pdf", 412),
        ({"Upload-Defer-Length": "1", "Upload-Length": ""}, 100, "a.pdf", 400),
    ],
)
def test_an_upload_that_is_not_opened(
    sender: Sender, headers: dict[str, str], size: int | str, name: str, status: int
) -> None:
    response = sender.create(size, name, **headers)
    assert response.status_code == status
    assert response.mimetype == "text/plain"
    assert response.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Upload)) == 0
    assert staged() == []


def test_only_who_may_add_documents_opens_an_upload(app: Flask, sender: Sender) -> None:
    for role, status in ((Role.AUDITOR, 403), (Role.EVALUATOR, 403), (Role.PURCHASING, 201)):
        person = people.person(role)
        db.session.commit()
        assert Sender(signed_in(app, person), int(sender.page.split("/")[2])).create().status_code == status
    assert Sender(sender.browser, 999_999).create().status_code == 404


def test_the_address_is_the_permission(app: Flask, sender: Sender) -> None:
    sender.create()
    stranger: Any = app.test_client()
    known = Sender(stranger, 1)
    known.address = sender.address
    assert known.patch(CONTENT).status_code == 204
    known.address = sender.address[:-1]
    assert known.head().status_code == 404
    assert known.patch(b"x").status_code == 404


@pytest.mark.parametrize("offset", [1, len(CONTENT), 10_000])
def test_bytes_at_another_place(sender: Sender, offset: int) -> None:
    sender.create()
    response = sender.patch(CONTENT, offset)
    assert (response.status_code, response.headers["Upload-Offset"]) == (409, "0")
    assert sender.offset == 0


def test_more_than_was_told(sender: Sender) -> None:
    """A misdeclared size: refused by the length that is told, and by what comes where none is told."""
    sender.create(100)
    assert sender.patch(b"x" * 101).status_code == 413
    assert sender.offset == 0
    assert sender.patch(b"x" * 60).status_code == 204
    unknown = {"Transfer-Encoding": "chunked"}
    over = {"wsgi.input_terminated": True}
    for data, status, reached in ((b"y" * 41, 413, 60), (b"y" * 40, 204, 100)):
        response = sender.browser.patch(
            sender.address,
            input_stream=io.BytesIO(data),
            headers={**TUS, **unknown, "Upload-Offset": "60"},
            content_type="application/offset+octet-stream",
            environ_overrides=over,
        )
        assert (response.status_code, sender.offset) == (status, reached)


def test_less_than_was_told_is_no_file(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT[:-1])
    with pytest.raises(DomainError, match=r"whole|fram"):
        sender.taken()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_checksums(sender: Sender, algorithm: str) -> None:
    sender.create()
    first, rest = CONTENT[:2000], CONTENT[2000:]
    assert sender.patch(first, 0, **{"Upload-Checksum": checksum(first, algorithm)}).status_code == 204
    wrong = sender.patch(rest, 2000, **{"Upload-Checksum": checksum(b"other", algorithm)})
    assert wrong.status_code == 460
    assert sender.offset == 2000
    assert sender.row.state is UploadState.OPEN
    assert sender.patch(rest, 2000, **{"Upload-Checksum": checksum(rest, algorithm)}).status_code == 204
    assert sender.taken().sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("value", ["crc32 AAAA", "sha1", "sha1 ***", ""])
def test_a_checksum_that_is_none(sender: Sender, value: str) -> None:
    sender.create()
    assert sender.patch(CONTENT, 0, **{"Upload-Checksum": value}).status_code == 400
    assert sender.offset == 0


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [
        ({"Tus-Resumable": "2.0.0"}, "application/offset+octet-stream", 412),
        ({}, "application/octet-stream", 415),
        ({"Upload-Offset": "none"}, "application/offset+octet-stream", 400),
    ],
)
def test_what_is_not_the_protocol(sender: Sender, headers: dict[str, str], content_type: str, status: int) -> None:
    sender.create()
    sent = {**TUS, "Upload-Offset": "0", **headers}
    response = sender.browser.patch(sender.address, data=CONTENT, headers=sent, content_type=content_type)
    assert response.status_code == status
    assert sender.offset == 0


def test_one_at_a_time(sender: Sender) -> None:
    sender.create()
    with staging.alone(sender.row.id):
        assert sender.patch(CONTENT).status_code == 423
        assert sender.browser.delete(sender.address, headers=TUS).status_code == 423
    assert sender.patch(CONTENT).status_code == 204


def test_taken_back(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT)
    assert sender.browser.delete(sender.address, headers=TUS).status_code == 204
    assert staged() == []
    assert sender.head().status_code == 410
    assert sender.patch(b"x").status_code == 410
    with pytest.raises(DomainError):
        sender.taken()


def test_the_method_by_a_header(sender: Sender) -> None:
    sender.create()
    sent = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    response = sender.browser.post(
        sender.address, data=CONTENT, headers=sent, content_type="application/offset+octet-stream"
    )
    assert response.status_code == 204
    assert sender.browser.post(sender.address, headers=TUS).status_code == 400


def test_a_body_that_breaks_off_is_kept(sender: Sender) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 3000:
                raise ConnectionResetError
            return super().read(3000)

    sender.create()
    sender.browser.patch(
        sender.address,
        input_stream=Broken(CONTENT),
        headers={**TUS, "Upload-Offset": "0", "Content-Length": str(len(CONTENT))},
        content_type="application/offset+octet-stream",
    )
    assert sender.offset == 3000
    assert sender.patch(CONTENT[3000:], 3000).status_code == 204
    assert sender.taken().sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_time_runs_out(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT)
    late = clock.now() + timedelta(days=7, minutes=1)
    with clock.frozen_at(late):
        assert sender.head().status_code == 410
        with pytest.raises(DomainError):
            sender.taken()


def test_only_where_it_was_opened(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT)
    with pytest.raises(DomainError):
        incoming.from_upload(sender.address, context="case:0", now=clock.now())


def test_used_once_and_found_twice(sender: Sender) -> None:
    """The same form sent twice: the second finds the file where the first one put it."""
    sender.create()
    sender.patch(CONTENT)
    first = sender.taken()
    file_store().adopt(first.path, first.sha256)
    first.mark_used()
    db.session.commit()
    second = sender.taken()
    assert second.sha256 == first.sha256
    assert second.path == file_store().path(first.sha256)
    file_store().adopt(second.path, second.sha256)
    second.discard()
    db.session.commit()
    assert file_store().read(first.sha256) == CONTENT
    assert sender.row.state is UploadState.USED
    assert sender.head().status_code == 410


def test_nothing_is_lost_when_nothing_is_saved(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT)
    taken = sender.taken()
    file_store().adopt(taken.path, taken.sha256)
    taken.mark_used()
    db.session.rollback()
    assert not file_store().path(taken.sha256).exists()
    assert sender.taken().path.read_bytes() == CONTENT


def test_what_was_kept_before_stays_when_nothing_is_saved(sender: Sender) -> None:
    digest = file_store().put(CONTENT)
    sender.create()
    sender.patch(CONTENT)
    taken = sender.taken()
    file_store().adopt(taken.path, taken.sha256)
    db.session.rollback()
    assert file_store().read(digest) == CONTENT
    assert taken.path.read_bytes() == CONTENT
    file_store().path(digest).unlink()


def test_too_many_wait(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 200 * 1024 * 1024
    for _ in range(10):
        assert sender.create(limit).status_code == 201
    assert sender.create(1000).status_code == 429


def test_a_full_disk_keeps_what_came(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sender.create()
    write = os.pwrite

    def small(descriptor: int, data: Any, offset: int) -> int:
        if offset >= 2000:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: 2000 - offset], offset)

    monkeypatch.setattr(os, "pwrite", small)
    response = sender.patch(CONTENT)
    assert (response.status_code, response.headers["Upload-Offset"]) == (507, "2000")
    monkeypatch.undo()
    assert sender.offset == 2000
    assert sender.patch(CONTENT[2000:], 2000).status_code == 204
    assert sender.taken().sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_no_room_is_told_before_anything_is_sent(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("Usage", (), {"free": 10})
    monkeypatch.setattr("tracker.documents.tus.shutil.disk_usage", lambda _path: full)
    assert sender.create().status_code == 507
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Upload)) == 0


def test_what_nobody_goes_on_with_is_swept(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sender.create()
    sender.patch(CONTENT[:100])
    row_id = sender.row.id
    stray = file_store().staging / "form-left"
    stray.write_bytes(b"x")
    elsewhere = file_store().root / "elsewhere"
    elsewhere.write_bytes(b"x")
    (file_store().staging / "link").symlink_to(elsewhere)
    (file_store().staging / "folder").mkdir()
    assert staging.clean(clock.now()) == 0, "all are young"
    monkeypatch.setattr(staging, "STRAY_AFTER", timedelta(0))
    assert staging.clean(clock.now()) == 2
    assert elsewhere.exists()
    (file_store().staging / "folder").rmdir()
    assert sender.offset == 100
    staging.clean(clock.now() + timedelta(days=8))
    assert staged() == []
    assert db.session.get_one(Upload, row_id).state is UploadState.TERMINATED
    staging.clean(clock.now() + timedelta(days=15))
    assert db.session.get(Upload, row_id) is None


def test_an_upload_that_is_written_to_is_not_swept(sender: Sender) -> None:
    sender.create()
    sender.patch(CONTENT[:100])
    with staging.alone(sender.row.id):
        staging.clean(clock.now() + timedelta(days=8))
    assert sender.row.state is UploadState.OPEN
    assert sender.offset == 100


def test_no_room_for_a_first_byte(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sender.create()

    def refuse(*_args: Any, **_kwargs: Any) -> int:
        raise OSError(28, "No space left on device")

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DiskFull), staging.alone(sender.row.id):
        pass
    monkeypatch.setattr(os, "open", opened)
