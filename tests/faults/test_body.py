"""Bodies that are too large, with their length told or not: refused early, in words, with the memory unmoved."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing

import psutil
import pytest

from tests.support.browser import Answer, Browser
from tests.support.site import Site

LIMIT = 1024 * 1024
HUGE = 64 * LIMIT
GROWTH = 24 * 1024 * 1024


@pytest.fixture(scope="module")
def browser(site: Site) -> Browser:
    return site.signed_in()


@pytest.fixture(scope="module")
def cookie(browser: Browser) -> str:
    return "; ".join(f"{item.name}={item.value}" for item in browser.cookies)


def send(site: Site, cookie: str, headers: dict[str, str], pieces: Iterator[bytes]) -> Answer:
    """POST to the page of a new procurement; give up sending when the server has said its word."""
    host = site.url.removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.putrequest("POST", "/procurements/new")
        for name, value in {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            for piece in pieces:
                connection.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), response.headers, 0.0)


def flood(total: int, *, chunked: bool) -> Iterator[bytes]:
    piece = b"x" * 65536
    yield b"%x\r\n%s\r\n" % (6, b"title=") if chunked else b"title="
    for _ in range(total // len(piece)):
        yield b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    if chunked:
        yield b"0\r\n\r\n"


def memory(site: Site) -> int:
    web = site.part("web")
    return sum(process.memory_info().rss for process in [web, *web.children()])


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "total", "chunked"),
    [
        (FORM | {"Content-Length": str(HUGE + 6)}, HUGE, False),
        (FORM | {"Content-Length": str(LIMIT + 65536 + 6)}, LIMIT + 65536, False),
        (FORM | {"Transfer-Encoding": "chunked"}, 2 * LIMIT, True),
        (FORM | {"Transfer-Encoding": "chunked"}, HUGE, True),
    ],
    ids=["far too long", "a little too long", "unknown length", "unknown length, endless"],
)
def test_a_body_too_large(
    site: Site, browser: Browser, cookie: str, headers: dict[str, str], total: int, chunked: bool
) -> None:
    before = memory(site)
    answer = send(site, cookie, headers, flood(total, chunked=chunked))
    assert answer.status == 413
    assert answer.heading == "För mycket skickades på en gång"
    assert "1 MB" in answer.text
    assert 'lang="sv"' in answer.text
    assert memory(site) - before < GROWTH
    assert browser.get("/").status == 200, "and the next request is answered"


def test_ten_thousand_small_parts(site: Site, cookie: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n'
    body = part * 10_000 + b"--x--\r\n"
    before = memory(site)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(body))}
    answer = send(site, cookie, headers, iter([body]))
    assert answer.status == 413
    assert memory(site) - before < GROWTH


def test_a_body_that_breaks_off(site: Site, cookie: str) -> None:
    """A lost line in the middle of a form: nothing is stored, and nobody waits for the rest for ever."""
    before = site.one("SELECT count(*) FROM cases")
    host, port = site.url.removeprefix("http://").split(":")
    for ending in (b"", b"title=Vaccin&wished_supply_on=2028-0"):
        with socket.create_connection((host, int(port)), timeout=10) as line:
            head = f"POST /procurements/new HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
            head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"
            line.sendall(head.encode() + ending)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(20).startswith((b"HTTP/1.1 4", b""))
    assert site.one("SELECT count(*) FROM cases") == before
    assert psutil.pid_exists(site.part("web").pid)
