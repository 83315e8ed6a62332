"""Uploads against nginx that writes the same bytes to plain files, in the same run: speed, memory, and none lost."""

from __future__ import annotations

import hashlib
import http.client
import os
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa
from flask import Flask

from tests.benchmarks import site
from tests.benchmarks.table import Row
from tests.support import nginx
from tracker.core.db import db
from tracker.documents import incoming
from tracker.documents.enums import UploadState
from tracker.documents.models import Upload

MB = 1024 * 1024
LARGE, LARGE_COUNT = 100 * MB, 10
LARGE_LAST = 24 * MB  # ten of 100 MB and this make 1 GiB
SMALL, SMALL_COUNT = 20 * MB, 50
CHUNK = 8 * MB
TARGET_RATIO = 0.5
WARM_UP = 6
TARGET_GROWTH_MB = 20
CONTEXT = "case:1"
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True)
class Setting:
    """A running product: its port, its web process, and where its files are."""

    app: Flask
    port: int
    web: psutil.Process
    files: Path


def measure(scale: float) -> list[Row]:
    if nginx.program() is None:
        raise FileNotFoundError("nginx is the baseline of this measure (Debian: apt install nginx)")
    data = os.urandom(int(LARGE * scale))
    sizes = [len(data)] * LARGE_COUNT + [int(LARGE_LAST * scale)]
    with tempfile.TemporaryDirectory(prefix="samordna-") as parent:
        folder = Path(parent)
        baseline = _plain(folder, data, sizes)
        rows = []
        with site.on_postgresql() as (app, surroundings):
            with _embedded(app, surroundings, folder) as setting:
                rows += _speed("straight", setting, data, sizes, baseline)
            with in_production(app, surroundings, folder) as setting:
                rows += _speed("behind nginx", setting, data, sizes, baseline)
                rows.append(_at_once(setting, int(SMALL * scale)))
    return rows


def _plain(folder: Path, data: bytes, sizes: list[int]) -> float:
    """MB/s of nginx alone, synced to the disk at the end as ours is."""
    files = folder / "plain"
    files.mkdir()
    with nginx.plain(folder / "nginx-plain", files) as port:
        _put(port, data, sizes[:1], files)
        return _put(port, data, sizes, files)


def _put(port: int, data: bytes, sizes: list[int], files: Path) -> float:
    started = time.perf_counter()
    for number, size in enumerate(sizes):
        status = send(port, "PUT", f"/{number}", memoryview(data)[:size], {})
        assert status in (201, 204), status
        _sync(files / str(number))
    took = time.perf_counter() - started
    for path in files.iterdir():
        path.unlink()
    return sum(sizes) / MB / took


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _embedded(app: Flask, surroundings: dict[str, str], folder: Path) -> Iterator[Setting]:
    """gunicorn alone, as `make run` starts it but for the workers."""
    with site.gunicorn("wsgi:create()", surroundings, "/health") as port:
        yield Setting(app, port, _web(), Path(surroundings["SAMORDNA_INSTANCE"]) / "files")


@contextmanager
def in_production(app: Flask, surroundings: dict[str, str], folder: Path) -> Iterator[Setting]:
    """gunicorn as its unit starts it, behind nginx as deploy/nginx.conf sets it up."""
    files = Path(surroundings["SAMORDNA_INSTANCE"]) / "files"
    files.mkdir(exist_ok=True)
    socket = folder / "web.sock"
    behind = {**surroundings, "FILE_SERVER": "x-accel", "PROXIES": "1"}
    with (
        nginx.application(behind, socket, folder / "gunicorn.log") as process,
        nginx.in_front(folder / "nginx-front", socket=socket, files=files) as port,
    ):
        yield Setting(app, port, psutil.Process(process.pid), files)


def _web() -> psutil.Process:
    mine = psutil.Process().children()
    return next(child for child in mine if "gunicorn" in " ".join(child.cmdline()))


def _speed(how: str, setting: Setting, data: bytes, sizes: list[int], baseline: float) -> list[Row]:
    # Every process has taken one before it counts.
    for _ in range(WARM_UP):
        upload(setting, memoryview(data)[: sizes[-1]])
    peak = Peak(setting.web)
    tokens = [_open(setting, size) for size in sizes]
    with peak:
        started = time.perf_counter()
        for token, size in zip(tokens, sizes, strict=True):
            upload(setting, memoryview(data)[:size], token=token)
        took = time.perf_counter() - started
    ours = sum(sizes) / MB / took
    chunked_started = time.perf_counter()
    upload(setting, memoryview(data), chunk=CHUNK)
    chunked = len(data) / MB / (time.perf_counter() - chunked_started)
    _forget(setting)
    ratio = ours / baseline
    return [
        Row(
            f"upload {sum(sizes) / MB:.0f} MB in {sizes[0] / MB:.0f} MB files, {how}",
            f"{ours:.0f} MB/s ({chunked:.0f} in pieces of {CHUNK // MB} MB)",
            f"{baseline:.0f} MB/s (nginx PUT and fsync)",
            f"≥ {TARGET_RATIO} ×; is {ratio:.2f} ×",
            ratio >= TARGET_RATIO,
        ),
        Row(
            f"memory of the web processes meanwhile, {how}",
            f"+{peak.growth_mb:.0f} MB",
            "",
            f"≤ {TARGET_GROWTH_MB} MB",
            peak.growth_mb <= TARGET_GROWTH_MB,
        ),
    ]


def _at_once(setting: Setting, size: int) -> Row:
    """Fifty people send a file each; every one must arrive as it was sent."""
    files = [secrets.token_bytes(1024) + os.urandom(1024) * (size // 1024 - 1) for _ in range(SMALL_COUNT)]
    wanted = {hashlib.sha256(data).hexdigest() for data in files}
    faults: list[str] = []

    def one(data: bytes) -> None:
        try:
            upload(setting, memoryview(data), chunk=CHUNK)
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")

    senders = [threading.Thread(target=one, args=(data,)) for data in files]
    started = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.perf_counter() - started
    arrived = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (setting.files / "incoming").iterdir()}
    said = set(db.session.scalars(sa.select(Upload.sha256).where(Upload.state == UploadState.COMPLETE)))
    lost = len(wanted - (arrived & said))
    _forget(setting)
    return Row(
        f"{SMALL_COUNT} uploads of {size / MB:.0f} MB at once",
        f"{lost} lost, {len(faults)} faults, {took:.0f} s {'; '.join(faults[:1])}",
        "",
        "none lost (SHA-256)",
        lost == 0 and not faults,
    )


def upload(setting: Setting, data: memoryview, *, chunk: int | None = None, token: str | None = None) -> None:
    """One file by the protocol, whole or in pieces; into an upload that is open already, or a new one."""
    token = token or _open(setting, len(data))
    for start in range(0, len(data), chunk or len(data)):
        piece = data[start : start + (chunk or len(data))]
        status = send(setting.port, "PATCH", f"/uploads/{token}", piece, {**TUS, "Upload-Offset": str(start)})
        assert status == 204, f"PATCH at {start}: {status}"


def _open(setting: Setting, size: int) -> str:
    """An upload as the page opens it; made here, since the measure is of what comes after."""
    token, now = secrets.token_urlsafe(24), datetime.now(UTC)
    row = {"context": CONTEXT, "file_name": "rapport.pdf", "size_bytes": size, "state": UploadState.OPEN}
    values = {**row, "token_hash": incoming.hash_of(token), "created_at": now, "expires_at": now + timedelta(days=7)}
    with setting.app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(Upload), values)
    return token


def send(port: int, method: str, path: str, body: memoryview, headers: dict[str, str]) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request(method, path, body=body, headers={**headers, "Content-Length": str(len(body))})
        response = connection.getresponse()
        response.read()
        return response.status


class Peak:
    """The largest memory of a process and its children inside, in MB beyond that at the beginning."""

    growth_mb = 0.0

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def _used(self) -> float:
        members = [self._process, *self._process.children(recursive=True)]
        return sum(member.memory_info().rss for member in members) / MB

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.growth_mb = max(self.growth_mb, self._used() - self._before)

    def __enter__(self) -> Peak:
        self._before = self._used()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()


def _forget(setting: Setting) -> None:
    db.session.execute(sa.delete(Upload))
    db.session.commit()
    subprocess.run(["find", str(setting.files / "incoming"), "-type", "f", "-delete"], check=True)
