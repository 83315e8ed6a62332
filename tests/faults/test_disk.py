"""A full disk, for the database and for the reports: said clearly, nothing half-written, all well with room again."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask_migrate import upgrade

from tests.conftest import settings_for
from tests.factories import people
from tests.factories.cases import bare_case
from tests.factories.organisations import load_reference
from tests.support.client import Client, signed_in
from tests.support.forms import form_values
from tests.support.site import Site, started, until
from tracker.accounts.enums import Role
from tracker.app import create_app
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.storage import DiskFull, FileStore
from tracker.documents.models import Document
from tracker.reports.compiling import compile_edition
from tracker.reports.enums import EditionState
from tracker.reports.models import ReportEdition

DISK_BYTES = 6 * 1024 * 1024
TYPED = {
    "title": "Vaccin mot bältros",
    "substance": "zostervaccin",
    "wished_supply_on": "2028-03-01",
    "procedure": "open",
}
PARTS = ("web", "worker", "beat", "redis")
LETTER = b"Hej.\n" * 40_000
Full = Callable[[], AbstractContextManager[None]]


@pytest.fixture(params=["a small disk", "a limit on files"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Full]]:
    """A folder, and a context in which there is no room left in it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "a limit on files":
        yield folder, file_limit
        return
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root; the limit on files shows the same")
    try:
        yield folder, lambda: filled(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is left on the disk inside."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError as error:
            assert error.errno == errno.ENOSPC
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def file_limit() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes inside (EFBIG, which Python's processes get as an error)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def application(folder: Path, **environment: str) -> Iterator[Flask]:
    """An application of its own with its data below ``folder``."""
    app = create_app(settings_for(folder, **environment))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Client
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        load_reference()
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def officers_browser(app: Flask) -> Client:
    made = people.person(Role.MARKET)
    db.session.commit()
    return signed_in(app, made)


def count(model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_logging_a_procurement(room: tuple[Path, Full]) -> None:
    with application(room[0]) as app:
        log_on_a_full_disk(officers_browser(app), room[1])


def log_on_a_full_disk(browser: Client, full: Full) -> None:
    filled_in = form_values(browser.get("/procurements/new")) | TYPED
    with full():
        response = browser.post("/procurements/new", data=filled_in, headers={"Sec-Fetch-Site": "same-origin"})
        reading = browser.get("/procurements").status_code
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert response.status_code == 503
    assert page.h1 is not None and page.h1.get_text() in (
        "Lagringsutrymmet är fullt",
        "Tjänsten är inte tillgänglig just nu",
    )
    kept: Any = page.select_one("main form, form")
    for name, value in TYPED.items():
        assert kept.find(attrs={"name": name}).get_text().strip() == value
    assert reading == 200, "what is stored can still be read"
    assert count(Case) == 0

    assert browser.post("/procurements/new", data=filled_in).status_code == 302
    assert count(Case) == 1
    assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"


def test_keeping_a_file(room: tuple[Path, Full]) -> None:
    store = FileStore(room[0] / "files")
    with room[1](), pytest.raises(DiskFull):
        store.put(b"x" * 100_000)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    assert store.is_intact(store.put(b"x" * 100_000))


@pytest.mark.parametrize("room", ["a small disk"], indirect=True)
def test_compiling_a_report(room: tuple[Path, Full], tmp_path: Path) -> None:
    """The files' disk is full while the database has room: the edition says so, and is tried again by a button."""
    files = room[0] / "reports"
    with application(tmp_path, FILES_DIR=str(files)) as app:
        browser = officers_browser(app)
        response = browser.post("/reports", data={"as_of_on": "idag"})
        edition = db.session.scalars(sa.select(ReportEdition)).one()
        with room[1]():
            assert compile_edition(edition.id, lambda: datetime.now(UTC)) is EditionState.FAILED
        db.session.expire_all()
        assert edition.error is not None and edition.error.startswith("disk_full")
        assert [path for path in files.rglob("*") if path.is_file()] == []
        assert "Disken för filer är full" in browser.get(response.location).get_data(as_text=True)
        assert browser.get(f"{response.location}/pdf").status_code == 404

        assert browser.post(f"{response.location}/retry").status_code == 303
        assert compile_edition(edition.id, lambda: datetime.now(UTC)) is EditionState.DONE
        with browser.get(f"{response.location}/pdf") as pdf:
            assert pdf.status_code == 200


def documents_page(app: Flask) -> tuple[Client, str]:
    browser = officers_browser(app)
    case = bare_case(people.person(Role.MARKET))
    db.session.commit()
    return browser, f"/cases/{case.id}"


def entry_of(browser: Client, page: str, **answers: Any) -> dict[str, Any]:
    shown = form_values(browser.get(page))
    shown.pop("file", None)
    wanted = {"kind": "letter", "title": "Brev från bolaget", "direction": "incoming", "correspondent": "Bolaget AB"}
    return shown | wanted | {"information_class": "general", "secrecy_class": "open", "retention": ""} | answers


def files_of(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and path.name != "filler"]


def test_a_file_of_a_form(room: tuple[Path, Full], tmp_path: Path) -> None:
    """The files' disk is full: said in words, with what was typed, and nothing of the file is left."""
    files = room[0] / "files"
    with application(tmp_path, FILES_DIR=str(files)) as app:
        browser, case = documents_page(app)
        values = entry_of(browser, f"{case}/documents/new")

        def send() -> Any:
            body = values | {"file": (io.BytesIO(LETTER), "brev.txt")}
            return browser.post(f"{case}/documents/new", data=body, content_type="multipart/form-data")

        with room[1]():
            response = send()
        text = response.get_data(as_text=True)
        assert response.status_code == 503
        assert "Brev från bolaget" in text
        assert "Lagringsutrymmet är fullt" in text
        assert (files_of(files), count(Document)) == ([], 0)

        assert send().status_code in (302, 303)
        assert files_of(files) == [hashlib.sha256(LETTER).hexdigest()]


def test_an_upload(room: tuple[Path, Full], tmp_path: Path) -> None:
    """What there was room for is kept, and the upload goes on when there is room again."""
    files = room[0] / "files"
    tus = {"Tus-Resumable": "1.0.0"}
    with application(tmp_path, FILES_DIR=str(files)) as app:
        browser, case = documents_page(app)
        name = base64.b64encode(b"brev.txt").decode()
        opening = {**tus, "Upload-Length": str(len(LETTER)), "Upload-Metadata": f"filename {name}"}
        address = browser.post(f"{case}/uploads", headers=opening).headers["Location"]

        def send(start: int) -> Any:
            return browser.patch(
                address,
                data=LETTER[start:],
                headers={**tus, "Upload-Offset": str(start)},
                content_type="application/offset+octet-stream",
            )

        with room[1]():
            refused = send(0)
            come = int(browser.head(address, headers=tus).headers["Upload-Offset"])
        assert refused.status_code == 507
        assert "full" in refused.get_data(as_text=True)
        assert come < len(LETTER)
        assert send(come).status_code == 204
        values = entry_of(browser, f"{case}/documents/new", upload=address)
        assert browser.post(f"{case}/documents/new", data=values).status_code in (302, 303)
        assert files_of(files) == [hashlib.sha256(LETTER).hexdigest()]


def test_a_database_without_room_leaves_no_file(tmp_path: Path, room: tuple[Path, Full]) -> None:
    """The file's disk has room and the database's has not: neither row nor file, and the upload is still there."""
    files = tmp_path / "files"
    with application(room[0], FILES_DIR=str(files)) as app:
        browser, case = documents_page(app)
        values = entry_of(browser, f"{case}/documents/new")
        body = values | {"file": (io.BytesIO(LETTER[:100]), "brev.txt")}
        with filled(room[0]) if room[1] is not file_limit else database_limit():
            response = browser.post(f"{case}/documents/new", data=body, content_type="multipart/form-data")
        assert response.status_code == 503
        assert files_of(files) == []
        assert count(Document) == 0


@contextmanager
def database_limit() -> Iterator[None]:
    """Files of a few kilobytes can be written inside, and the database's log cannot grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", ["a small disk"], indirect=True)
def test_the_logs(room: tuple[Path, Full], prepared: Path, tmp_path: Path) -> None:
    """Nothing can be logged: pages, forms, reports and every part go on, and with room again so do the logs."""
    logs, full = room
    shutil.copytree(prepared, tmp_path / "instance")
    (tmp_path / "instance" / "logs").symlink_to(logs)
    with started(prepared, tmp_path / "instance") as site:
        parts = {name: until(lambda name=name: site.find(name), f"{name} runs").pid for name in PARTS}  # type: ignore[misc]
        browser = site.signed_in()
        typed = browser.get("/procurements/new").form() | TYPED
        with full():
            brimful(logs)
            sizes = {log.name: log.stat().st_size for log in logs.glob("*.log")}
            lose_a_web_process(site)
            assert browser.get("/procurements").status == 200
            assert browser.post("/procurements/new", typed).status == 302
            assert site.one("SELECT count(*) FROM cases WHERE title = ?", TYPED["title"]) == 1
            assert browser.fill_in("/reports", as_of_on="idag").status in (302, 303)
            until(lambda: site.one("SELECT state FROM report_editions ORDER BY id DESC") == "done", "it is compiled")
            assert {log.name: log.stat().st_size for log in logs.glob("*.log")} == sizes
        assert {name: site.part(name).pid for name in PARTS} == parts
        lose_a_web_process(site)
        until(lambda: (logs / "web.log").stat().st_size > sizes["web.log"], "what happens is logged again")


def brimful(logs: Path) -> None:
    """Take up what is left of the last page of memory of each log, too."""
    for log in logs.glob("*.log"):
        with log.open("ab", buffering=0) as file, pytest.raises(OSError, check=lambda e: e.errno == errno.ENOSPC):
            while True:
                file.write(b"\n" * 100)


def lose_a_web_process(site: Site) -> None:
    """One ends, which the web server logs as an error, and another takes its place."""
    web = site.part("web")
    lost = web.children()[0]
    lost.kill()
    until(lambda: lost not in web.children() and len(web.children()) == 2, "another web process")
