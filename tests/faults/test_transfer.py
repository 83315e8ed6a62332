"""Uploads over lines that break: nothing is lost, nothing is sent twice, and one form makes one document."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.support import site as whole
from tests.support.cutting_proxy import line_to
from tests.support.site import Site, until
from tests.support.uploading import Hand, address_of, document_text, hand, multipart, staged

MB = 1024 * 1024
LIMIT_MB = 16
CHUNK = MB
GROWTH = 20 * MB
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def place(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A product in which files may have 16 MB."""
    folder = tmp_path_factory.mktemp("transfer") / "instance"
    with whole.started(prepared, folder, UPLOAD_MAX_MB=str(LIMIT_MB)) as running:
        yield running


@pytest.fixture(scope="module")
def officer(place: Site) -> Hand:
    return hand(place)


@pytest.fixture
def report(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A file of 10 MB, another one for each test."""
    path = tmp_path / "slutrapport.txt"
    path.write_bytes(request.node.name.encode() + b"\n" + document_text(10 * MB))
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def offset(address: str) -> int:
    return int(requests.head(address, headers=TUS, timeout=30).headers["Upload-Offset"])


def memory(site: Site) -> int:
    web = site.part("web")
    return sum(process.memory_info().rss for process in [web, *web.children()])


def test_the_public_client_breaks_off_and_resumes(officer: Hand, report: Path) -> None:
    client = officer.client(officer.fields()["csrf_token"])
    first = officer.uploader(client, report, chunk_size=CHUNK, upload_checksum=True)
    first.upload(stop_at=4 * MB)
    second = officer.uploader(client, report, chunk_size=CHUNK, upload_checksum=True, url=first.url)
    assert second.offset == first.offset == 4 * MB
    second.upload()
    assert officer.hand_in(address_of(second), title="Avbruten och fortsatt").status in (302, 303)
    assert officer.stored("Avbruten och fortsatt") == [(digest(report), report.stat().st_size)]
    assert staged(officer.site) == []


def test_a_line_cut_at_80_per_cent(officer: Hand, report: Path) -> None:
    """Everything that goes over the line is counted: no byte goes twice beyond one chunk."""
    size = report.stat().st_size
    port = int(officer.site.url.rpartition(":")[2])
    with line_to(port) as line:
        client = officer.client(officer.fields()["csrf_token"], line.port)
        uploader = officer.uploader(client, report, chunk_size=CHUNK, retries=5, retry_delay=0.2)
        line.cut_at = int(size * 0.8)
        uploader.upload()
        assert line.cuts == 1
        heads = 20 * 2048
        assert size <= line.sent <= size + CHUNK + heads
    assert officer.hand_in(address_of(uploader), title="Bruten linje").status in (302, 303)
    assert officer.stored("Bruten linje") == [(digest(report), size)]


def test_what_came_over_a_broken_line_is_kept(officer: Hand, report: Path) -> None:
    """One piece of 10 MB, of which 80 per cent come: it goes on from there, not from the piece's beginning."""
    data = report.read_bytes()
    uploader = officer.uploader(officer.client(officer.fields()["csrf_token"]), report)
    uploader.set_url(uploader.create_url())
    part = data[: len(data) * 8 // 10]
    sent = {"Upload_Offset": "0", "Tus_Resumable": "1.0.0", "Content_Type": "application/offset+octet-stream"}
    with officer.line("PATCH", address_of(uploader).removeprefix(officer.site.url), len(data), **sent) as line:
        line.sendall(part)
    until(lambda: offset(address_of(uploader)) == len(part), "what was sent has come")
    uploader.offset = uploader.get_offset()
    uploader.upload()
    assert officer.hand_in(address_of(uploader), title="Fyra femtedelar").status in (302, 303)
    assert officer.stored("Fyra femtedelar") == [(digest(report), len(data))]


def test_the_web_process_is_killed_in_the_middle(place: Site, officer: Hand, report: Path) -> None:
    uploader = officer.uploader(officer.client(officer.fields()["csrf_token"]), report, chunk_size=CHUNK)
    uploader.upload(stop_at=5 * MB)
    pid = place.kill("web")
    place.await_another("web", than=pid)

    def is_back() -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return offset(address_of(uploader)) == 5 * MB
        return False

    until(is_back, "the upload stands where it was")
    uploader.upload()
    assert officer.hand_in(address_of(uploader), title="Efter avbrottet").status in (302, 303)
    assert officer.stored("Efter avbrottet") == [(digest(report), report.stat().st_size)]


def test_a_form_cut_at_half_and_sent_again(officer: Hand, report: Path) -> None:
    fields = officer.fields(title="Halva formuläret")
    kind, body = multipart(fields, report.read_bytes())
    with officer.line("POST", officer.page, len(body), Content_Type=kind) as line:
        line.sendall(body[: len(body) // 2])
        until(lambda: staged(officer.site), "half of the file has come")
    until(lambda: staged(officer.site) == [], "and is gone with its line")
    assert officer.stored("Halva formuläret") == []
    answer = post(officer, kind, body)
    assert answer.status_code in (302, 303)
    assert officer.stored("Halva formuläret") == [(digest(report), report.stat().st_size)]


def post(officer: Hand, kind: str, body: bytes) -> requests.Response:
    headers = {"Cookie": officer.cookie, "Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
    return requests.post(officer.site.url + officer.page, data=body, headers=headers, allow_redirects=False, timeout=60)


def test_a_double_click(officer: Hand, report: Path) -> None:
    """The same form twice at once, by two processes: one document, and both are led to it."""
    kind, body = multipart(officer.fields(title="Dubbelklick"), report.read_bytes())
    answers: list[requests.Response] = []
    clicks = [threading.Thread(target=lambda: answers.append(post(officer, kind, body))) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert {answer.status_code for answer in answers} <= {302, 303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert officer.stored("Dubbelklick") == [(digest(report), report.stat().st_size)]
    assert staged(officer.site) == []


def test_a_double_click_after_an_upload(officer: Hand, report: Path) -> None:
    uploader = officer.uploader(officer.client(officer.fields()["csrf_token"]), report)
    uploader.upload()
    fields = officer.fields(title="Dubbelklick efter uppladdning", upload=address_of(uploader))
    statuses: list[int] = []
    clicks = [
        threading.Thread(target=lambda: statuses.append(officer.browser.post(officer.page, fields).status))
        for _ in range(2)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert set(statuses) <= {302, 303}
    assert officer.stored("Dubbelklick efter uppladdning") == [(digest(report), report.stat().st_size)]


def test_a_slow_upload_holds_nobody_up(officer: Hand, report: Path) -> None:
    """While a file trickles in, others write: the database is not held by who waits for a line."""
    kind, body = multipart(officer.fields(title="Långsam"), report.read_bytes())
    report.write_bytes(report.read_bytes()[::-1])
    uploader = officer.uploader(officer.client(officer.fields()["csrf_token"]), report)
    with officer.line("POST", officer.page, len(body), Content_Type=kind) as line:
        line.sendall(body[:MB])
        until(lambda: staged(officer.site), "the first part has come")
        started = time.monotonic()
        uploader.upload()
        assert officer.hand_in(address_of(uploader), title="Under tiden").status in (302, 303)
        assert time.monotonic() - started < 5
        line.sendall(body[MB:])
        assert line.recv(20).startswith(b"HTTP/1.1 30")
    assert len(officer.stored("Långsam")) == 1


# --- too much, too many -----------------------------------------------------------------------------------------------


def send(officer: Hand, headers: dict[str, str], pieces: Iterator[bytes]) -> tuple[int, str]:
    """POST to the page that takes files; give up sending when the server has said its word."""
    line = http.client.HTTPConnection(officer.site.url.removeprefix("http://"), timeout=60)
    with contextlib.closing(line):
        line.putrequest("POST", officer.page)
        for name, value in {"Cookie": officer.cookie, "Sec-Fetch-Site": "same-origin", **headers}.items():
            line.putheader(name, value)
        line.endheaders()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                line.send(piece)
        response = line.getresponse()
        return response.status, response.read().decode()


def flood(head: bytes, size: int, *, chunked: bool) -> Iterator[bytes]:
    for piece in (head, *([b"x" * 65536] * (size // 65536))):
        yield b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    if chunked:
        yield b"0\r\n\r\n"


@pytest.mark.parametrize("told", ["its length told", "its length not told"])
def test_a_file_too_large(place: Site, officer: Hand, told: str) -> None:
    kind, body = multipart(officer.fields(title="Alldeles för stor"), b"")
    head = body[: body.rindex(b"\r\n--")]
    size = 2 * LIMIT_MB * MB
    length = {"Content-Length": str(len(head) + size)}
    chunked = told == "its length not told"
    before = memory(place)
    headers = {"Content-Type": kind} | ({"Transfer-Encoding": "chunked"} if chunked else length)
    status, text = send(officer, headers, flood(head, size, chunked=chunked))
    assert status == 413
    assert f"{LIMIT_MB} MB" in text
    assert "Alldeles för stor" in text, "what was typed is shown"
    assert memory(place) - before < GROWTH
    assert staged(place) == []


@pytest.mark.parametrize("file_name", ["", '; filename="a.txt"'])
def test_ten_thousand_parts(place: Site, officer: Hand, file_name: str) -> None:
    part = f'--x\r\nContent-Disposition: form-data; name="title"{file_name}\r\n\r\na\r\n'.encode()
    body = part * 10_000 + b"--x--\r\n"
    before = memory(place)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(body))}
    assert send(officer, headers, iter([body]))[0] == 413
    assert memory(place) - before < GROWTH
    assert staged(place) == []


def test_memory_is_flat_while_files_come(place: Site, officer: Hand, tmp_path: Path) -> None:
    path = tmp_path / "stor.txt"
    path.write_bytes(document_text(LIMIT_MB * MB))
    token = officer.fields()["csrf_token"]
    officer.uploader(officer.client(token), path).upload()
    before = memory(place)
    for _ in range(5):
        officer.uploader(officer.client(token), path).upload()
    assert memory(place) - before < GROWTH
    assert psutil.pid_exists(place.part("web").pid)
