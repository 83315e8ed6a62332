"""Downloads of a stored file against nginx that serves the same file from the disk, in the same run."""

from __future__ import annotations

import http.client
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from flask import Flask

from tests.benchmarks import site, uploads
from tests.benchmarks.table import Row
from tests.support import nginx

MB = 1024 * 1024
SIZE = 100 * MB
ROUNDS = 10
# Alone, most of the time is spent on who asks and on writing that down; with others, that happens while they are sent.
AT_ONCE = (1, 4)
WARM_UP = 6
TARGET_RATIO = 0.7


def measure(scale: float) -> list[Row]:
    if nginx.program() is None:
        raise FileNotFoundError("nginx is the baseline of this measure (Debian: apt install nginx)")
    data = os.urandom(int(SIZE * scale))
    with tempfile.TemporaryDirectory(prefix="samordna-") as parent, site.on_postgresql() as (app, surroundings):
        folder = Path(parent)
        files = folder / "plain"
        files.mkdir()
        (files / "rapport.pdf").write_bytes(data)
        path, cookie = _stored(app, data)
        with nginx.plain(folder / "nginx-plain", files) as port:
            baseline = _speeds(port, "/rapport.pdf", "", len(data))
        with site.gunicorn("wsgi:create()", surroundings, "/health") as port:
            embedded = _speeds(port, path, cookie, len(data))
        with uploads.in_production(app, surroundings, folder) as setting:
            behind = _speeds(setting.port, path, cookie, len(data))
    rows = []
    for way, speeds in {
        "nginx sends (X-Accel-Redirect)": behind,
        "this process sends (file wrapper)": embedded,
    }.items():
        for at_once, ours, plain in zip(AT_ONCE, speeds, baseline, strict=True):
            rows.append(_row(f"download of {len(data) / MB:.0f} MB, {at_once} at once, {way}", ours, plain))
    return rows


def _row(what: str, ours: float, baseline: float) -> Row:
    ratio = ours / baseline
    return Row(
        what,
        f"{ours:.0f} MB/s",
        f"{baseline:.0f} MB/s (nginx)",
        f"≥ {TARGET_RATIO} ×; is {ratio:.2f} ×",
        ratio >= TARGET_RATIO,
    )


def _stored(app: Flask, data: bytes) -> tuple[str, str]:
    """A registered document with this file: the address of its file, and the cookie of somebody who may have it."""
    from tests.factories import people
    from tests.factories.cases import bare_case
    from tests.factories.documents import document
    from tests.support.client import start_session
    from tracker.accounts.enums import Role
    from tracker.core.db import db
    from tracker.core.storage import file_store

    officer = people.person(Role.MARKET)
    digest = file_store().put(data)
    made = document(bare_case(officer))
    version = made.versions[0]
    version.sha256, version.size_bytes = digest, len(data)
    version.file_name, version.media_type = "rapport.pdf", "application/pdf"
    db.session.commit()
    path = f"/documents/versions/{version.id}/file"
    token = start_session(officer)
    db.session.remove()
    return path, f"{app.config['SESSION_COOKIE_NAME']}={token}"


def _speeds(port: int, path: str, cookie: str, size: int) -> list[float]:
    """MB/s of all together, for each of `AT_ONCE`."""
    # Every process has answered once before it counts.
    for _ in range(WARM_UP):
        _fetch(port, path, cookie, size)
    speeds = []
    for at_once in AT_ONCE:
        with ThreadPoolExecutor(at_once) as pool:
            started = time.perf_counter()
            for done in [pool.submit(_fetch, port, path, cookie, size) for _ in range(ROUNDS * at_once)]:
                done.result()
            speeds.append(ROUNDS * at_once * size / MB / (time.perf_counter() - started))
    return speeds


def _fetch(port: int, path: str, cookie: str, size: int) -> None:
    buffer = bytearray(MB)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        assert response.status == 200, response.status
        got = 0
        while count := response.readinto(buffer):
            got += count
        assert got == size, got
