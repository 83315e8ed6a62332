"""Bodies with files: to the staging folder and gone with the request, refused early, and their texts kept."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from tests.factories import people
from tests.factories.cases import bare_case
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.core.bodies import FILES_LIMIT, FilePart, NoFile, PageRequest
from tracker.core.db import db
from tracker.core.storage import DiskFull, StagedFile, file_store
from tracker.documents import incoming

BOUNDARY = "b0undary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def text(name: str, value: bytes | str) -> bytes:
    said = value.encode() if isinstance(value, str) else value
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + said + b"\r\n"


def file(name: str, data: bytes, file_name: str = "a.pdf") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + data + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@pytest.fixture(autouse=True)
def store(app: Flask) -> Iterator[None]:
    yield
    shutil.rmtree(file_store().root, ignore_errors=True)


@pytest.fixture
def browser(app: Flask) -> Client:
    return signed_in(app, people.person(Role.MARKET))


@pytest.fixture
def page(app: Flask) -> str:
    """A page that takes files."""
    case = bare_case(people.person(Role.MARKET))
    db.session.commit()
    return f"/cases/{case.id}/documents/new"


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files may be 1 MB, and the rest of a form 64 kB."""
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], upload_max_mb=1))
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 64 * 1024)
    monkeypatch.setitem(app.config, "MAX_FORM_MEMORY_SIZE", 64 * 1024)


def staged() -> list[Path]:
    return list(file_store().staging.iterdir())


def parsed(app: Flask, path: str, body: bytes, **environment: Any) -> PageRequest:
    """A request of this body, with the form not read yet."""
    context = app.test_request_context(
        path, method="POST", input_stream=io.BytesIO(body), content_type=KIND, environ_overrides=environment
    )
    if "wsgi.input_terminated" in environment:
        context.request.environ.pop("CONTENT_LENGTH", None)
    context.push()
    return cast(PageRequest, context.request)


@pytest.fixture(autouse=True)
def contexts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes down what `parsed` has set up."""
    made: list[Any] = []
    usual = app.test_request_context

    def noted(*args: Any, **kwargs: Any) -> Any:
        made.append(usual(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(app, "test_request_context", noted)
    yield
    for context in reversed(made):
        context.pop()


def test_a_file_is_hashed_on_its_way_to_the_disk(app: Flask, page: str) -> None:
    data = bytes(range(256)) * 5000
    request = parsed(app, page, text("title", "Rapport åäö") + file("file", data) + END)
    assert request.form["title"] == "Rapport åäö"
    part = cast(FilePart, request.files["file"].stream)
    assert isinstance(part, FilePart)
    assert part.path.parent == file_store().staging
    assert part.path.stat().st_mode & 0o077 == 0
    assert (part.sha256, part.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert request.files["file"].read() == data
    assert request.form["title"], "and it can be read again"
    request.close()
    assert staged() == []


def test_a_file_that_is_taken_stays(app: Flask, page: str) -> None:
    request = parsed(app, page, file("file", b"kept") + END)
    taken = incoming.from_form(request.files["file"])
    file_store().adopt(taken.path, taken.sha256)
    db.session.commit()
    request.close()
    assert file_store().read(taken.sha256) == b"kept"
    assert staged() == []


def test_no_file_chosen_costs_no_file(app: Flask, page: str) -> None:
    request = parsed(app, page, file("file", b"", file_name="") + END)
    assert isinstance(request.files["file"].stream, NoFile)
    assert staged() == []


@pytest.mark.usefixtures("small")
def test_texts_beyond_any_form(app: Flask, page: str) -> None:
    """However large files may be: the texts of a form are held in memory."""
    piece = b"x" * 40_000
    request = parsed(app, page, text("first", "typed") + text("a", piece) + text("b", piece) + END)
    with pytest.raises(RequestEntityTooLarge):
        _ = request.form
    assert request.form["first"] == "typed", "what had been read before stays readable"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("parts", [text("a", "b"), file("f", b"x")])
def test_many_small_parts(app: Flask, page: str, parts: bytes) -> None:
    request = parsed(app, page, parts * 10_000 + END)
    with pytest.raises(RequestEntityTooLarge):
        _ = request.form
    assert len(staged()) <= FILES_LIMIT
    request.close()
    assert staged() == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("head", [b"x" * 900_000, b"--" + BOUNDARY.encode() + b"\r\n" + b"A: b\r\n" * 150_000])
def test_a_body_that_never_comes_to_the_point(app: Flask, page: str, head: bytes) -> None:
    with pytest.raises(RequestEntityTooLarge):
        _ = parsed(app, page, head).form


@pytest.mark.parametrize("body", [file("file", b"x" * 50_000)[:-10], text("title", "t"), END[:-8], b""])
def test_a_body_that_breaks_off_is_no_form(app: Flask, page: str, body: bytes) -> None:
    """Half a form must not be taken for a whole one."""
    request = parsed(app, page, body)
    with pytest.raises(BadRequest):
        _ = request.form
    request.close()
    assert staged() == []


@pytest.mark.usefixtures("small")
def test_too_large_by_its_length_keeps_the_texts(browser: Client, page: str) -> None:
    body = text("title", "Slutrapport om samverkan") + file("file", b"x" * 2_000_000) + END
    response = browser.post(page, input_stream=io.BytesIO(body), content_type=KIND, content_length=len(body))
    assert response.status_code == 413
    assert "Slutrapport om samverkan" in response.get_data(as_text=True)
    assert "1 MB" in response.get_data(as_text=True)
    assert staged() == []


@pytest.mark.usefixtures("small")
def test_too_large_of_unknown_length(app: Flask, page: str) -> None:
    body = text("title", "typed") + file("file", b"x" * 2_000_000) + END
    request = parsed(app, page, body, **{"wsgi.input_terminated": True})
    with pytest.raises(RequestEntityTooLarge):
        _ = request.form
    assert request.form["title"] == "typed"
    request.close()
    assert staged() == []


@pytest.mark.usefixtures("small")
def test_pages_without_files_take_no_more_than_before(browser: Client) -> None:
    body = file("file", b"x" * 70_000) + END
    assert browser.post("/language", input_stream=io.BytesIO(body), content_type=KIND).status_code == 413


def test_a_visitor_sends_no_file_to_the_disk(app: Flask, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("tracker.core.bodies.FilePart", refuse)
    body = text("title", "Min rapport") + file("file", b"x" * 100_000) + END
    response = cast(Client, app.test_client()).post(page, input_stream=io.BytesIO(body), content_type=KIND)
    assert response.status_code == 401
    assert "Min rapport" in response.get_data(as_text=True)


@pytest.mark.parametrize("where", ["made", "written"])
def test_a_full_disk_keeps_the_texts(
    app: Flask, browser: Client, page: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise DiskFull("full")

    monkeypatch.setattr(StagedFile, "__init__" if where == "made" else "write", refuse)
    request = parsed(app, page, file("file", b"x" * 100) + text("title", "behind the file") + END)
    assert request.form["title"] == "behind the file"
    with pytest.raises(DiskFull):
        incoming.from_form(request.files["file"])
    with pytest.raises(DiskFull):
        request.files["file"].read()
