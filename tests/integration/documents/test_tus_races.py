"""Uploads against the grain: two at once, taken back while it is used, garbage in headers, more than anybody needs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import people
from tests.factories.cases import bare_case
from tests.integration.documents.resuming import CONTENT, TUS, Sender, named
from tests.support.client import signed_in
from tracker.accounts.enums import Role
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.storage import file_store
from tracker.documents import incoming, service, staging, uploads
from tracker.documents.enums import Direction, DocumentKind, UploadState
from tracker.documents.inspection import Inspection
from tracker.documents.models import Upload


class Meanwhile(io.BytesIO):
    """A body that does something else once all of it was read, before it ends."""

    def __init__(self, data: bytes, then: Callable[[], object], more: bytes = b"") -> None:
        super().__init__(data)
        self._then: Callable[[], object] | None = then
        self._more = more

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if piece or self._then is None:
            return piece
        then, self._then = self._then, None
        then()
        return self._more


def chunked(sender: Sender, body: io.BytesIO) -> TestResponse:
    return sender.browser.patch(
        sender.address,
        input_stream=body,
        headers={**TUS, "Transfer-Encoding": "chunked", "Upload-Offset": "0"},
        content_type="application/offset+octet-stream",
        environ_overrides={"wsgi.input_terminated": True},
    )


def test_bytes_that_may_be_taken_back_are_no_file_yet(app: Flask, sender: Sender) -> None:
    """All bytes are there, but the request that wrote them has not ended: it could still cut them off, and write others
    in their place, when the file had been inspected or kept already."""
    sender.create()
    refused = []

    def use() -> None:
        with app.app_context(), pytest.raises(DomainError) as error:
            incoming.from_upload(sender.address, context=sender.context, now=clock.now())
        refused.append(error.value.field)

    assert chunked(sender, Meanwhile(CONTENT, use, b"!")).status_code == 413
    assert refused == ["file"]
    assert sender.offset == 0
    assert chunked(sender, Meanwhile(CONTENT, lambda: None)).status_code == 204
    taken = sender.taken()
    assert chunked(sender, io.BytesIO(b"others")).status_code == 409
    assert sender.patch(b"x", len(CONTENT)).status_code == 413
    assert taken.path.read_bytes() == CONTENT


def test_whole_without_a_word_of_it(sender: Sender) -> None:
    """The process died between the last byte and its row: the file is whole, and usable."""
    sender.create()
    sender.patch(CONTENT)
    row = sender.row
    row.state, row.sha256 = UploadState.OPEN, None
    db.session.commit()
    assert sender.taken().sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_one_writer_at_a_time(sender: Sender) -> None:
    sender.create()
    with staging.alone(sender.row.id):
        assert sender.patch(CONTENT).status_code == 423
        assert sender.browser.delete(sender.address, headers=TUS).status_code == 423
    assert sender.patch(CONTENT).status_code == 204


def test_ended_between_the_question_and_the_lock(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    sender.create()
    sender.patch(CONTENT[:100])
    upload_id = sender.row.id
    alone = staging.alone

    def late(which: Any) -> Any:
        monkeypatch.setattr(staging, "alone", alone)
        with sender.browser.application.app_context():
            assert sender.browser.delete(sender.address, headers=TUS).status_code == 204
        return alone(which)

    monkeypatch.setattr(staging, "alone", late)
    assert sender.patch(CONTENT, 0).status_code == 410
    assert staging.received(upload_id) == 0


def test_what_is_used_is_not_ended(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form used it while somebody asked to take it back: it stays used, and the form finds it again."""
    sender.create()
    sender.patch(CONTENT)
    alone = staging.alone

    def late(which: Any) -> Any:
        with sender.browser.application.app_context():
            taken = sender.taken()
            file_store().adopt(taken.path, taken.sha256)
            taken.mark_used()
            db.session.commit()
        return alone(which)

    monkeypatch.setattr(staging, "alone", late)
    assert sender.browser.delete(sender.address, headers=TUS).status_code == 204
    monkeypatch.undo()
    assert sender.row.state is UploadState.USED
    assert file_store().read(sender.taken().sha256) == CONTENT


@pytest.mark.parametrize("headers", [{"Upload-Checksum": "sha1 å"}, {"Upload-Checksum": "sha1 " + "å" * 28}])
def test_headers_that_are_no_ascii(sender: Sender, headers: dict[str, Any]) -> None:
    assert sender.create(**{"Upload-Metadata": "filename å, x ö"}).status_code == 415
    assert sender.create(**{"Upload-Metadata": f"a å,{named('a.pdf')},,b"}).status_code == 201
    assert sender.patch(CONTENT, **headers).status_code == 400


def test_small_ones_are_counted_too(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAITING_UPLOADS", 3)
    assert [sender.create(1).status_code for _ in range(4)] == [201, 201, 201, 429]
    monkeypatch.setattr(uploads, "WAITING_UPLOADS", 100)
    monkeypatch.setattr(uploads, "UPLOADS_PER_DAY", 3)
    assert sender.create(1).status_code == 429
    db.session.execute(sa.update(Upload).values(created_at=clock.now() - timedelta(days=2)))
    assert sender.create(1).status_code == 201


def test_one_person_is_counted_in_all_places(app: Flask, sender: Sender) -> None:
    limit = 200 * 1024 * 1024
    officer = db.session.get_one(Case, int(sender.context.partition(":")[2])).responsible
    pages = [Sender(sender.browser, bare_case(officer).id) for _ in range(4)]
    answers = [page.create(limit).status_code for page in pages for _ in range(10)]
    assert answers == [201] * 30 + [429] * 10
    another = people.person(Role.MARKET)
    assert Sender(signed_in(app, another), int(pages[3].context.partition(":")[2])).create(limit).status_code == 201


def test_a_file_that_goes_while_it_is_inspected_makes_no_row(sender: Sender, app: Flask) -> None:
    sender.create(name="a.txt")
    sender.patch(CONTENT)
    taken = sender.taken()
    assert sender.browser.delete(sender.address, headers=TUS).status_code == 204
    case = db.session.get_one(Case, int(sender.context.partition(":")[2]))
    with pytest.raises(DomainError) as error:
        service.register(
            actor=case.responsible,
            now=clock.now(),
            case=case,
            incoming=taken,
            inspected=Inspection("text/plain", ()),
            kind=DocumentKind.LETTER,
            title="Brev",
            direction=Direction.INTERNAL,
            correspondent=None,
        )
    assert error.value.field == "file"
