"""The product behind nginx as deploy/ sets it up: files go out by nginx, come in whole, and secrets are not logged."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import settings_for
from tests.factories import people
from tests.factories.cases import bare_case
from tests.factories.documents import document
from tests.support import nginx
from tests.support.client import start_session
from tracker.accounts.enums import Role
from tracker.app import create_app
from tracker.core.db import db
from tracker.core.storage import file_store

DATA = os.urandom(3_000_000)
TOKEN = "a-secret-that-is-a-permission"


@dataclass
class Front:
    """nginx with a product behind it that has one file."""

    port: int
    folder: Path
    path: str
    cookie: str
    inner: str

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()

    def file(self, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        return self.ask(method, self.path, Cookie=self.cookie, **headers)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    if nginx.program() is None:
        pytest.skip("nginx is not installed (Debian: apt install nginx)")
    folder = tmp_path_factory.mktemp("front")
    surroundings = {"SAMORDNA_INSTANCE": str(folder / "instance"), "FILE_SERVER": "x-accel", "PROXIES": "1"}
    path, cookie, inner = _with_one_file(folder, surroundings)
    files, socket = folder / "instance" / "files", folder / "web.sock"
    with (
        nginx.application(surroundings, socket, folder / "gunicorn.log"),
        nginx.in_front(folder / "nginx", socket=socket, files=files) as port,
    ):
        yield Front(port, folder / "nginx", path, cookie, inner)


def _with_one_file(folder: Path, surroundings: dict[str, str]) -> tuple[str, str, str]:
    app = create_app(settings_for(folder, **surroundings))
    with app.app_context():
        db.create_all()
        officer = people.person(Role.MARKET)
        digest = file_store().put(DATA)
        version = document(bare_case(officer)).versions[0]
        version.sha256, version.size_bytes = digest, len(DATA)
        version.file_name, version.media_type = "Slutrapport åäö.pdf", "application/pdf"
        db.session.commit()
        made = f"/documents/versions/{version.id}/file", f"{app.config['SESSION_COOKIE_NAME']}={start_session(officer)}"
        db.session.remove()
        db.engine.dispose()
    return *made, f"/internal/files/{digest[:2]}/{digest}"


def test_nginx_sends_the_file_with_our_headers(front: Front) -> None:
    status, headers, body = front.file()
    assert (status, body) == (200, DATA)
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''Slutrapport%20%C3%A5%C3%A4%C3%B6.pdf" in headers["Content-Disposition"]
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Accel-Redirect"] is None


def test_in_ranges(front: Front) -> None:
    status, headers, body = front.file(Range="bytes=100-199")
    assert (status, body) == (206, DATA[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(DATA)}"
    status, headers, body = front.file("HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(DATA)), b"")


def test_the_files_are_reached_only_through_the_application(front: Front) -> None:
    assert front.ask("GET", front.inner, Cookie=front.cookie)[0] == 404
    assert front.ask("GET", front.path)[0] == 302, "a visitor is sent to sign in"


def test_a_file_in_one_piece_of_the_largest_size(front: Front) -> None:
    """A refusal by the application, not by nginx: the body was let through."""
    with closing(http.client.HTTPConnection("127.0.0.1", front.port, timeout=60)) as line:
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        line.request("PATCH", "/uploads/unknown", body=bytes(201 * 1024 * 1024), headers=headers)
        answer = line.getresponse()
        assert (answer.status, answer.headers["Tus-Resumable"]) == (404, "1.0.0")
        answer.read()


def test_secret_addresses_are_not_written_down(front: Front) -> None:
    for path in (
        f"/uploads/{TOKEN}",
        f"/commission/{TOKEN}/deliverables/1?x={TOKEN}",
        f"/sign-in/link/{TOKEN}",
        f"/?a={TOKEN}",
    ):
        front.ask("GET", path)
    written = (front.folder / "access.log").read_text()
    assert TOKEN not in written
    assert '"GET /uploads/-"' in written
    assert '"GET /commission/-/deliverables/1"' in written


def test_nor_in_what_nginx_says_of_errors(tmp_path: Path) -> None:
    """The application is away, and what is sent is too large: of both, nginx writes down the address."""
    if nginx.program() is None:
        pytest.skip("nginx is not installed (Debian: apt install nginx)")
    nobody = tmp_path / "nobody.sock"
    with nginx.in_front(tmp_path / "nginx", socket=nobody, files=tmp_path) as port:
        for path in ("/uploads", "/commission", "/invitation", "/sign-in/link", "/cases"):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
                line.request("GET", f"{path}/{TOKEN if path != '/cases' else 'known'}/x")
                assert line.getresponse().status == 502
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
                line.putrequest("POST", f"{path}/{TOKEN if path != '/cases' else 'known'}")
                line.putheader("Content-Length", str(2**40))
                line.endheaders()
                assert line.getresponse().status == 413
    written = (tmp_path / "nginx" / "error.log").read_text()
    assert "/cases/known" in written
    assert TOKEN not in written
