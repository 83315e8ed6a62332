"""The receipt on paper: one accessible page, and what people wrote is never markup."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask

from tests.support.canary import canary, markup
from tests.support.pdf import language_of, metadata_of
from tracker.documents import receipt_codes, receipt_pdf

pytestmark = pytest.mark.usefixtures("texts")

CONTENT: dict[str, Any] = {
    "format": "samordna-receipt/1",
    "number": "KV 2026-0001",
    "issued_at": "2026-11-22T13:05:09Z",
    "file_name": "Slutrapport.pdf",
    "size_bytes": 1_234_567,
    "sha256": "ab" * 32,
    "received_at": "2026-11-22T13:05:09Z",
    "check_url": "https://samordna.example/receipts/check",
    "case_number": "SAM 2026/0012",
    "commission": "Utvärdering av samordningen",
    "deliverable": "Slutrapport",
    "due_on": "2026-11-20",
    "days_late": 2,
    "uploaded_by": "Handläggare Ett",
    "for_name": "Utvärderare Två",
    "contact_name": "Handläggare Tre",
    "contact_email": "tre@example.org",
}
CODE = receipt_codes.code_for(CONTENT, "a-key-of-many-letters-0123456789")


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(**changes: Any) -> str:
    (page,) = read(receipt_pdf.render({**CONTENT, **changes}, CODE)).pages
    return page.extract_text()


@pytest.fixture(scope="module")
def document(texts_app: Flask) -> bytes:
    with texts_app.app_context():
        return receipt_pdf.render(CONTENT, CODE)


def test_it_claims_accessibility_and_archive_form(document: bytes) -> None:
    metadata = metadata_of(read(document))
    assert "pdfuaid:part>1<" in metadata
    assert "pdfaid:part>2<" in metadata
    assert "pdfaid:conformance>A<" in metadata
    assert language_of(read(document)).startswith("sv")


def test_everything_is_told_on_one_page(document: bytes) -> None:
    (page,) = read(document).pages
    text = page.extract_text().replace("\u00a0", " ")
    for told in (
        "Kvitto på mottagen fil", "KV 2026-0001", "Försenad 2 dagar. Sista dag: 2026-11-20", "Slutrapport.pdf",
        "1 234 567 byte", "ab" * 32, "2026-11-22 14:05:09 CET (UTC+01:00)", "Utvärdering av samordningen",
        "SAM 2026/0012", "Handläggare Ett för Utvärderare Två", "Handläggare Tre, tre@example.org", CODE,
        "https://samordna.example/receipts/check",
    ):  # fmt: skip
        assert told in text


def test_the_same_content_gives_the_same_bytes(document: bytes) -> None:
    assert receipt_pdf.render(dict(reversed(CONTENT.items())), CODE) == document


def test_number_and_code_are_found_without_opening_the_file(document: bytes) -> None:
    assert receipt_codes.find_mark(document) == ("KV 2026-0001", CODE)


def test_english_when_asked_for() -> None:
    document = read(receipt_pdf.render(CONTENT, CODE, "en"))
    assert language_of(document).startswith("en")
    text = document.pages[0].extract_text()
    assert "Receipt for a received file" in text
    assert "Late by 2 days. Last day: 2026-11-20" in text


def test_on_time_one_day_late_and_no_date() -> None:
    assert "I tid. Sista dag: 2026-11-20" in text_of(days_late=0)
    assert "Försenad 1 dag. Sista dag: 2026-11-20" in text_of(days_late=1)
    assert "Inget datum var satt" in text_of(due_on=None, days_late=0)


def test_summer_time_is_told_as_such() -> None:
    assert "2026-07-01 15:05:09 CEST (UTC+02:00)" in text_of(received_at="2026-07-01T13:05:09Z")


def test_what_is_long_still_fits_one_page() -> None:
    text_of(
        file_name="W" * 196 + ".pdf", commission="Å" * 300, deliverable="Lång titel " * 18, uploaded_by="Namn " * 40,
        for_name="Namn " * 40, contact_name="Wå " * 66, contact_email="a" * 240 + "@example.org", days_late=12345,
    )  # fmt: skip


def test_markup_of_strangers_stays_text_and_nothing_is_fetched() -> None:
    with canary() as (address, calls):
        for text in markup(address):
            drawn = text_of(file_name=text, commission=text, uploaded_by=text, contact_name=text)
            flat = "".join(drawn.replace("\u200b", "").split())
            assert flat.count("".join(text.split())) == 4, text
            assert "root:" not in drawn
    assert calls == []


@pytest.mark.parametrize("text", ["emoji 😀", "日本語", "\u202eomvänt", "العربية", "klocka \x07", "\ue000"])
def test_signs_the_font_lacks_do_not_stop_a_receipt(text: str) -> None:
    assert "KV 2026-0001" in text_of(file_name=text, commission=text)


def test_qpdf_finds_nothing_wrong(document: bytes, tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(document)
    try:
        done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("qpdf is not installed (package qpdf)")
    assert done.returncode == 0, done.stdout + done.stderr
