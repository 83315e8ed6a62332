"""Files made to do harm (rows 39 to 42): refused or set aside in time, in little memory, and nothing is fetched."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from pikepdf import Dictionary, Encryption, Name, ObjectStreamMode
from werkzeug.http import parse_options_header

from tests.factories import files
from tests.factories.cases import bare_case
from tests.factories.people import person
from tests.support.canary import canary
from tests.support.client import Client, signed_in
from tests.support.uploading import multipart
from tracker.accounts.enums import Role
from tracker.core import limited
from tracker.core.db import db
from tracker.documents import extraction, inspection
from tracker.documents.models import Document, DocumentVersion

MEGABYTE = 1024 * 1024
MOST_SECONDS = 2.0
MOST_RSS = 200 * MEGABYTE
ROOT = Path(__file__).resolve().parents[2]
# In a process of its own, since the figure is the largest of all children that a process ever had.
MEASURE = """
import json, resource, sys
from pathlib import Path
from tracker.documents.inspection import FileRefused, inspect
try:
    verdict = "findings: " + ", ".join(inspect(Path(sys.argv[1]), sys.argv[2]).findings)
except FileRefused as refused:
    verdict = refused.refusal.value
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([verdict, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "{address}/y"> %z;]><x>&y;</x>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><x>&i;</x>"
)


def measured(path: Path, name: str) -> tuple[str, float, int]:
    """What is said of a file, in how many seconds of the processor, and with how many bytes of memory at most.

    The processor's seconds are what somebody waits on a machine with a core to spare; other tests may have ours.
    """
    command = [sys.executable, "-c", MEASURE, str(path), name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    verdict, seconds, rss = json.loads(done.stdout)
    print(f"{name}: {verdict}, {seconds:.2f} s, {rss / MEGABYTE:.0f} MB")
    return verdict, seconds, rss


def zeros(megabytes: int) -> dict[str, bytes | str]:
    return {"Pictures/1.bmp": bytes(megabytes * MEGABYTE)}


def nested_bomb() -> bytes:
    inner = files.office("xlsx", parts={"xl/media/1.bmp": bytes(90 * MEGABYTE)})
    return files.office(parts={f"word/embeddings/{number}.xlsx": inner for number in range(6)})


def just_below_every_limit() -> bytes:
    """Packed some 180 times, up to what may be unpacked in all: no bomb by its ratio, and the dearest to count."""
    block = os.urandom(1000) + bytes(200_000)
    return files.office(parts={"word/media/a.bin": block * 780})


def many_parts() -> bytes:
    return files.office(parts={f"word/media/{number}.bmp": bytes(30 * MEGABYTE) for number in range(6)})


def lying() -> bytes:
    return files.lying_about_size(files.bomb(100), "word/media/image1.bmp", 1000)


def large_sheet() -> bytes:
    return files.office("xlsx", parts={"xl/worksheets/sheet1.xml": b"<a>" + b" " * (160 * MEGABYTE)})


def many_names() -> bytes:
    return files.office(parts={f"word/{number}": b"" for number in range(60_000)})


BOMBS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "1 to 1000": (lambda: files.bomb(400), "docx", "too_large_unpacked"),
    "many parts": (many_parts, "docx", "too_large_unpacked"),
    "packages in packages": (nested_bomb, "docx", "too_large_unpacked"),
    "lying header": (lying, "docx", "damaged"),
    "sheet": (large_sheet, "xlsx", "too_large_unpacked"),
    "OpenDocument": (lambda: files.open_document(parts=zeros(160)), "odt", "too_large_unpacked"),
    "symbolic link": (lambda: files.with_link(files.office_parts(), "w", "/etc/passwd"), "docx", "strange_package"),
    "path out": (lambda: files.office(parts={"../../etc/cron.d/x": b"x"}), "docx", "strange_package"),
    "sixty thousand names": (many_names, "docx", "too_large_unpacked"),
    "many laughs": (lambda: files.office(parts={"word/document.xml": LAUGHS}), "docx", "entities"),
    "picture": (lambda: files.png_of(65_000, 65_000), "png", "too_many_pixels"),
    "below every limit": (just_below_every_limit, "docx", "findings: "),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(tmp_path: Path, name: str) -> None:
    make, ending, expected = BOMBS[name]
    verdict, seconds, rss = measured(files.kept(tmp_path, f"{name}.{ending}", make()), f"{name}.{ending}")
    assert verdict == expected
    assert seconds <= MOST_SECONDS
    assert rss <= MOST_RSS


def test_bomb_in_a_pdf_costs_nothing_in_either_process(tmp_path: Path) -> None:
    page = files.pdf("x " * (30 * MEGABYTE), compress_streams=True, recompress_flate=True)
    path = files.kept(tmp_path, "bomb.pdf", page)
    _verdict, seconds, rss = measured(path, "bomb.pdf")
    assert seconds <= MOST_SECONDS and rss <= MOST_RSS
    try:
        words = extraction._words(path, "application/pdf")
    except limited.ProcessFailed:
        return
    assert len(words) <= extraction.MAX_BYTES + 1


def test_canary_sings() -> None:
    with canary() as (address, calls):
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))).close()
        threading.Event().wait(0.5)
    assert len(calls) == 1


def test_nothing_is_fetched_for_any_file(tmp_path: Path) -> None:
    """Neither to judge a file nor to take its words out, not even of those that are refused."""
    with canary() as (address, calls):
        xxe, dtd = XXE.format(address=address), f'<?xml version="1.0"?><!DOCTYPE a SYSTEM "{address}/x.dtd"><a/>'
        template = files.relations(("attachedTemplate", f"{address}/x.dotm", True), ("image", f"{address}/x.png", True))
        nasty = {
            "a.docx": files.office(parts={"word/document.xml": xxe}),
            "b.docx": files.office(parts={"word/document.xml": dtd, "customXml/item1.xml": xxe}),
            "c.docx": files.office(parts={"word/_rels/document.xml.rels": template}),
            "d.xlsx": files.office("xlsx", parts={"xl/workbook.xml": xxe, "xl/sharedStrings.xml": dtd}),
            "e.odt": files.open_document(parts={"content.xml": xxe}),
            "f.odt": files.open_document(content=f'<x xmlns:d="d" xlink:href="{address}/x.png"/>'),
            "g.pdf": files.pdf(root={"OpenAction": Dictionary(S=Name.URI, URI=f"{address}/x")}),
        }
        for name, content in nasty.items():
            path = files.kept(tmp_path, name, content)
            try:
                found = inspection.inspect(path, name).findings
                assert inspection.is_set_aside(found) or name == "f.odt", name
            except inspection.FileRefused as refused:
                assert refused.refusal == "entities", name
            ending = name.rpartition(".")[2]
            try:
                extraction._words(path, inspection.ALLOWED[ending])
            except limited.ProcessFailed:
                continue
    assert calls == []


@pytest.fixture
def browser(app: Flask) -> Client:
    return signed_in(app, person(Role.MARKET, name="Ansvarig Handläggare"))


@pytest.fixture
def hand_in(browser: Client) -> Callable[[bytes, str], Any]:
    """``hand_in(content, name)``: the answer of the page to this file."""
    case = bare_case(person(Role.MARKET))
    db.session.commit()

    def sent(content: bytes, name: str) -> Any:
        answers = {
            "kind": "letter",
            "title": "Brev",
            "registered_on": "2026-01-15",
            "direction": "internal",
            "information_class": "general",
            "secrecy_class": "open",
            "retention": "",
        }
        # As it is: a client of the tests would write some of the signs in a name otherwise.
        content_type, body = multipart(answers, content, name)
        return browser.post(f"/cases/{case.id}/documents/new", data=body, content_type=content_type)

    return sent


REFUSED = {
    "docm": (files.office(), "a.docm", "makron"),
    "macros": (files.office(parts={"word/vbaProject.bin": b"x"}), "a.docx", "makron"),
    "program behind a NUL": (b"Hej", "a.txt\0.exe", "tas inte emot"),
    "page as PDF": (HTML, "a.pdf", "en webbsida"),
    "drawing as picture": (SVG, "a.png", "SVG"),
    "drawing": (SVG, "a.svg", "tas inte emot"),
    "page": (HTML, "a.html", "tas inte emot"),
    "program as PDF": (b"MZ\x90\0" + bytes(500), "a.pdf", "ett program"),
    "PDF and page": (files.pdf() + HTML, "a.pdf", "före eller efter"),
    "PDF and archive": (files.pdf() + files.package({"x": "y"}), "a.pdf", "före eller efter"),
    "page and PDF": (HTML + files.pdf(), "a.pdf", "en webbsida"),
    "password": (files.pdf(encryption=Encryption(user="x", owner="y")), "a.pdf", "lösenord"),
}
SET_ASIDE = {
    "script in an object stream": files.pdf(
        root={"OpenAction": files.script_action()}, object_stream_mode=ObjectStreamMode.generate
    ),
    "starts a program": files.pdf(root={"OpenAction": files.launch_action()}),
    "attachment": files.pdf_with_attachment(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_words_and_nothing_kept(hand_in: Callable[..., Any], name: str) -> None:
    content, file_name, word = REFUSED[name]
    answer = hand_in(content, file_name)
    page = BeautifulSoup(answer.text, "html.parser")
    summary = page.select_one("#error-summary")
    assert answer.status_code == 422
    assert summary is not None and word in summary.get_text(), summary
    assert "spara" in summary.get_text().lower()
    assert db.session.scalar(sa.select(sa.func.count(Document.id))) == 0


@pytest.mark.parametrize("name", SET_ASIDE)
def test_set_aside_until_somebody_releases_it(app: Flask, hand_in: Callable[..., Any], name: str) -> None:
    assert hand_in(SET_ASIDE[name], "rapport.pdf").status_code == 302
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    assert version.is_set_aside
    reader = signed_in(app, person(Role.STEERING))
    assert reader.get(f"/documents/versions/{version.id}/file", buffered=True).status_code in (403, 404, 409)
    page = reader.get(f"/documents/{version.document_id}").text
    assert all(str(inspection.FINDINGS[finding]) in page for finding in version.findings)


# What is sent, and what it is called here. A browser writes a quotation mark in a name as %22.
NAMES = {
    "../../x.txt": "x.txt",
    "a\\0.txt": "a0.txt",
    "a\0.txt": "a.txt",
    "a%00.txt": "a%00.txt",
    "rapport\u202etxt.txt": "rapporttxt.txt",
    "x" * 500 + ".txt": "x" * 196 + ".txt",
    "%22><img onerror=alert(1)>.txt": "___img onerror=alert(1)_.txt",
    "CON.txt": "_CON.txt",
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_shown_as_text_and_fits_the_header(browser: Client, hand_in: Callable[..., Any], name: str) -> None:
    answer = hand_in("Hej på dig".encode(), name)
    assert answer.status_code == 302, BeautifulSoup(answer.text, "html.parser").select_one("#error-summary")
    version = db.session.scalars(sa.select(DocumentVersion)).one()
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "<img" not in page.text.replace('<img src="/static', "")
    shown = BeautifulSoup(page.text, "html.parser").get_text()
    assert version.file_name == NAMES[name]
    assert version.file_name in shown
    download = browser.get(f"/documents/versions/{version.id}/file", buffered=True)
    kind, parts = parse_options_header(download.headers["Content-Disposition"])
    assert (kind, parts["filename"]) == ("attachment", version.file_name)
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert download.headers["Content-Type"].startswith("text/plain")
