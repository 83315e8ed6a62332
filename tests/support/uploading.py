"""Uploading to a running product as its pages do, and as the public client of the protocol does."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from tests.support.browser import Answer, Browser
from tests.support.site import Site

BOUNDARY = "----a-boundary-of-the-tests"


def document_text(size: int) -> bytes:
    """A text file of `size` bytes that is not the same all over."""
    lines = b"".join(b"%09d Utvarderingen av samverkan\n" % number for number in range(size // 37 + 1))
    return lines[:size]


@dataclass
class Hand:
    """Somebody at the page where a document is put into the register of a case."""

    site: Site
    browser: Browser
    case_id: int

    @property
    def page(self) -> str:
        return f"/cases/{self.case_id}/documents/new"

    @property
    def cookie(self) -> str:
        return "; ".join(f"{item.name}={item.value}" for item in self.browser.cookies)

    def fields(self, **answers: str) -> dict[str, str]:
        """The filled-in form, without a file."""
        shown = self.browser.get(self.page).form()
        shown.pop("file", None)
        typed = {"kind": "letter", "title": "Slutrapport", "direction": "incoming", "correspondent": "Bolaget AB"}
        return shown | typed | {"information_class": "general", "secrecy_class": "open"} | answers

    def headers(self, token: str) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRFToken": token}

    def client(self, token: str, port: int | None = None) -> TusClient:
        """The public client of the protocol, before this case (or a line to it)."""
        base = f"http://127.0.0.1:{port}" if port else self.site.url
        return TusClient(f"{base}/cases/{self.case_id}/uploads", headers=self.headers(token))

    def uploader(self, client: TusClient, path: Path, **options: Any) -> Uploader:
        # Given as a stream: the client would leave a file open.
        stream = io.BytesIO(path.read_bytes())
        return client.uploader(file_stream=stream, metadata={"filename": path.name}, **options)

    def hand_in(self, address: str, **answers: str) -> Answer:
        return self.browser.post(self.page, self.fields(upload=address, **answers))

    def stored(self, title: str) -> list[tuple[Any, ...]]:
        """SHA-256 and size of the versions of documents with this title."""
        query = (
            "SELECT sha256, size_bytes FROM document_versions v JOIN documents d ON d.id = document_id WHERE title = ?"
        )
        return self.site.rows(query, title)

    @contextmanager
    def line(self, method: str, path: str, length: int, **headers: str) -> Iterator[socket.socket]:
        """A connection on which a request has begun whose body of `length` bytes is to follow."""
        host = self.site.url.removeprefix("http://")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Host": host, "Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", "Content-Length": length, **named}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=60) as line:
            line.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
            yield line


def address_of(uploader: Uploader) -> str:
    """Where the server keeps what is being sent. The client's own types say that it is nowhere."""
    address = vars(uploader)["url"]
    assert isinstance(address, str), "nothing has been opened yet"
    return address


def hand(site: Site) -> Hand:
    """The officer at a case of the examples."""
    browser = site.signed_in()
    return Hand(site, browser, int(site.one("SELECT min(id) FROM cases WHERE kind = 'procurement'")))


def multipart(fields: dict[str, str], data: bytes, file_name: str = "rapport.txt") -> tuple[str, bytes]:
    """Content type and body of a form with one file, as a browser sends it."""
    body = io.BytesIO()
    for name, value in fields.items():
        body.write(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
    body.write(f"{head}Content-Type: text/plain\r\n\r\n".encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode())
    return f"multipart/form-data; boundary={BOUNDARY}", body.getvalue()


def staged(site: Site) -> list[Path]:
    """What lies in the staging folder."""
    return list((site.folder / "files" / "incoming").iterdir())
