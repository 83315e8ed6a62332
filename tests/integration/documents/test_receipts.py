"""Receipts: numbered without gaps, made into a PDF when asked for, and checked by anybody without telling anything."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.cases import bare_case
from tests.factories.documents import document
from tests.factories.people import person
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.accounts.throttle import limiter
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.cli.receipts import group
from tracker.core.db import db, reading
from tracker.core.errors import Unavailable
from tracker.core.storage import DiskFull, FileStore, file_store
from tracker.core.typeset import TypesettingFailed
from tracker.documents import receipt_pdf, receipts
from tracker.documents.models import Document, Receipt
from tracker.documents.receipts import Outcome, ReceiptFacts

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PATH = "/receipts/check"
SECRETS = ("Utvärdering av samordningen", "Ansvarig Handläggare", "Eva Utvärderare", "SAM 2026/0001", "rapport.pdf",
           "a@example.org", "Slutrapporten")  # fmt: skip
FACTS = ReceiptFacts(
    case_number="SAM 2026/0001",
    commission="Utvärdering av samordningen",
    deliverable="Slutrapporten",
    due_on=date(2026, 11, 20),
    days_late=3,
    uploaded_by="Ansvarig Handläggare",
    for_name="Eva Utvärderare",
    contact_name="Ansvarig Handläggare",
    contact_email="a@example.org",
)


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET)


@pytest.fixture
def report(officer: Person) -> Document:
    made = document(bare_case(officer), "Slutrapporten")
    made.versions[0].file_name = "rapport.pdf"
    return made


@pytest.fixture
def receipt(report: Document, officer: Person) -> Receipt:
    return issued(report, officer)


def issued(of: Document, officer: Person, now: datetime = NOW) -> Receipt:
    return receipts.issue(actor=officer, now=now, version=of.versions[-1], facts=FACTS)


def pdf_of(receipt: Receipt, locale: str = "sv") -> bytes:
    """The PDF as a page gives it, and its hash stored."""
    db.session.commit()
    with reading():
        data = receipts.pdf(receipt, locale)
    db.session.rollback()
    return data


# Issuing


def test_what_is_frozen_is_what_came_in(receipt: Receipt, report: Document) -> None:
    version = report.versions[0]
    assert receipt.number == "KV 2026-0001"
    told = receipt.content
    assert (told["file_name"], told["size_bytes"], told["sha256"]) == ("rapport.pdf", 1234, version.sha256)
    assert (told["received_at"], told["due_on"], told["days_late"]) == ("2026-11-23T08:00:00Z", "2026-11-20", 3)
    assert (told["uploaded_by"], told["for_name"]) == ("Ansvarig Handläggare", "Eva Utvärderare")
    assert told["check_url"].endswith(PATH)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == AuditAction.RECEIPT_ISSUED)).one()
    assert event.changes["number"] == "KV 2026-0001"
    assert event.case_id == report.case_id


def test_a_version_has_one_receipt(receipt: Receipt, report: Document, officer: Person) -> None:
    assert issued(report, officer) is receipt
    assert receipts.find_for_version(report.versions[0].id) is receipt


def test_numbers_run_per_swedish_year(officer: Person) -> None:
    case = bare_case(officer)
    turn = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # midnight in Sweden
    moments = (NOW, NOW, turn, NOW)
    numbers = [issued(document(case, f"Rapport {n}"), officer, moment).number for n, moment in enumerate(moments)]
    assert numbers == ["KV 2026-0001", "KV 2026-0002", "KV 2027-0001", "KV 2026-0003"]


def test_at_the_same_moment_no_number_is_given_twice_or_left_out(app: Flask, officer: Person) -> None:
    case = bare_case(officer)
    ids = [document(case, f"Rapport {number}").id for number in range(24)]
    officer_id = officer.id

    def issue(document_id: int) -> str | None:
        with app.app_context():
            try:
                of, actor = db.session.get_one(Document, document_id), db.session.get_one(Person, officer_id)
                number = issued(of, actor).number
                if document_id % 4 == 0:
                    db.session.rollback()
                    return None
                db.session.commit()
                return number
            finally:
                db.session.remove()

    db.session.commit()
    db.session.remove()
    with ThreadPoolExecutor(8) as threads:
        drawn = sorted(number for number in threads.map(issue, ids) if number)
    assert drawn == [f"KV 2026-{number:04d}" for number in range(1, len(drawn) + 1)]
    assert len(drawn) == 18


# The PDF


def test_the_pdf_is_made_once_and_kept(receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (receipt.pdf_sha256, receipt.pdf_en_sha256) == (None, None)
    first = pdf_of(receipt)
    db.session.refresh(receipt)
    assert receipt.pdf_sha256 is not None
    assert file_store().read(receipt.pdf_sha256) == first
    assert receipt.pdf_en_sha256 is None
    monkeypatch.setattr(receipt_pdf, "render", lambda *_: pytest.fail("made again"))
    assert pdf_of(receipt) == first


def test_while_something_is_written_it_is_kept_in_the_same_transaction(receipt: Receipt) -> None:
    receipts.pdf(receipt)
    db.session.commit()
    assert receipt.pdf_sha256 is not None


def test_a_lost_file_is_made_anew_the_same(receipt: Receipt) -> None:
    first = pdf_of(receipt)
    db.session.refresh(receipt)
    assert receipt.pdf_sha256 is not None
    file_store().path(receipt.pdf_sha256).unlink()
    assert pdf_of(receipt) == first
    assert file_store().read(receipt.pdf_sha256) == first


def test_a_fault_of_the_typesetter_leaves_the_receipt_whole(receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise TypesettingFailed("no glyph")

    with monkeypatch.context() as patch:
        patch.setattr(receipt_pdf, "render", fail)
        with pytest.raises(Unavailable):
            pdf_of(receipt)
    assert pdf_of(receipt).startswith(b"%PDF")


def test_a_full_disk_is_told_and_nothing_is_named(receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise DiskFull("full")

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "put", full)
        with pytest.raises(Unavailable):
            pdf_of(receipt)
    db.session.refresh(receipt)
    assert receipt.pdf_sha256 is None


def test_staff_fetch_it_and_only_those_who_may_know_of_the_document(
    receipt: Receipt, report: Document, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    path = f"/receipts/{receipt.id}"
    answer = sign_in(officer).get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kvitto-KV-2026-0001.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = sign_in(person(Role.EVALUATOR))
    report.case.secrecy_class = report.secrecy_class = SecrecyClass.SEALED
    assert stranger.get(path).status_code == 404
    assert sign_in(officer).get("/receipts/999").status_code == 404


# Checking


def check(client: Client, **fields: Any) -> TestResponse:
    values = form_values(client.get(PATH), action=None)
    return client.post(PATH, data={**values, **fields})


def test_number_and_code_are_known_however_they_are_typed(receipt: Receipt, client: Client) -> None:
    sloppy = receipt.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for number, code in ((receipt.number, receipt.code), ("kv2026 - 1", sloppy)):
        page = check(client, number=number, code=code).text
        assert "Kvittot är vårt" in page
        assert receipt.content["sha256"] in page
        assert "Försenad 3 dagar" in page
        assert "2026-11-23 09:00:00 CET (UTC+01:00)" in page
        assert "1 234 byte" in page.replace("\xa0", " ")
        assert not [secret for secret in SECRETS if secret in page]
        assert "2026-11-20" not in page


def test_a_known_number_with_another_code_is_answered_like_an_unknown_one(receipt: Receipt, client: Client) -> None:
    wrong = ("0" if receipt.code[0] != "0" else "1") + receipt.code[1:]

    def told(number: str) -> str:
        return check(client, number=number, code=wrong).text.replace(number, "N")

    def without_chance(page: str) -> str:
        return re.sub(r'nonce="[^"]*"|value="[^"]*"|request[^<]*', "", page)

    assert without_chance(told(receipt.number)) == without_chance(told("KV 2026-0002"))
    assert "Kvittot är inte känt här" in told(receipt.number)


def test_the_pdf_itself_is_known_in_both_languages(receipt: Receipt, client: Client) -> None:
    for locale in ("sv", "en"):
        data = pdf_of(receipt, locale)
        page = check(client, file=(BytesIO(data), "kvitto.pdf")).text
        assert "Kvittot är vårt" in page
        assert "inget i det är ändrat" in page
        assert not [secret for secret in SECRETS if secret in page]


def test_a_changed_pdf_is_told_as_changed(receipt: Receipt, client: Client) -> None:
    data = pdf_of(receipt).replace(b"/Type/Pages", b"/Type /Pages", 1)
    page = check(client, file=(BytesIO(data), "kvitto.pdf")).text
    assert "Filen är ändrad" in page
    assert receipt.content["sha256"] in page
    assert "Kvittot är vårt" not in page


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 something else", b"x" * 400_000, b"KV 2026-0001 " + b"A" * 24])
def test_another_file_is_not_known(receipt: Receipt, client: Client, data: bytes) -> None:
    assert "Kvittot är inte känt här" in check(client, file=(BytesIO(data), "kvitto.pdf")).text


def test_a_forged_mark_is_not_known(receipt: Receipt, client: Client) -> None:
    data = pdf_of(receipt)
    forged = data.replace(receipt.code.encode(), b"0000-0000-0000-0000-0000")
    assert forged != data
    assert "Kvittot är inte känt här" in check(client, file=(BytesIO(forged), "kvitto.pdf")).text


def test_content_changed_behind_our_back_no_longer_fits_its_code(receipt: Receipt, client: Client) -> None:
    data = pdf_of(receipt)
    receipt.content = {**receipt.content, "days_late": 0}
    db.session.commit()
    assert receipts.check_code(receipt.number, receipt.code).outcome is Outcome.UNKNOWN
    assert receipts.check_bytes(data).outcome is Outcome.UNKNOWN


def test_an_earlier_key_still_counts_and_a_lost_one_does_not(receipt: Receipt, app: Flask) -> None:
    data, earlier = pdf_of(receipt), app.config["SECRET_KEY"]
    db.session.refresh(receipt)
    try:
        app.config["SECRET_KEY"] = "another-key-" + "k3y" * 10
        assert receipts.check_code(receipt.number, receipt.code).outcome is Outcome.UNKNOWN
        assert receipts.check_bytes(data).outcome is Outcome.UNKNOWN
        app.config["SECRET_KEY_FALLBACKS"] = ["a-third-key", earlier]
        assert receipts.check_code(receipt.number, receipt.code).outcome is Outcome.OURS
        assert receipts.check_bytes(data).outcome is Outcome.OURS
    finally:
        app.config.update(SECRET_KEY=earlier, SECRET_KEY_FALLBACKS=[])


def test_half_a_form_is_told_what_is_missing(receipt: Receipt, client: Client) -> None:
    for fields in ({}, {"number": receipt.number}, {"code": receipt.code}, {"number": "x" * 61, "code": "y" * 61}):
        assert check(client, **fields).status_code == 422
    assert "KV 2026-0001" in check(client, number="KV 2026-0001").text


def test_what_is_far_too_large_is_refused(receipt: Receipt, client: Client) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="kvitto.pdf"\r\n\r\n'
    body = head + b"x" * 3_000_000 + b"\r\n--x--\r\n"
    assert client.post(PATH, data=body, content_type="multipart/form-data; boundary=x").status_code == 413


def test_typed_markup_comes_back_as_text(client: Client) -> None:
    page = check(client, number='"><script>alert(1)</script>', code="<b>").text
    assert "<script>alert" not in page


def test_guessing_is_slowed_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    address = {"REMOTE_ADDR": "203.0.113.77"}
    data = {"number": "KV 2026-0001", "code": "0000"}
    answers = [client.post(PATH, data=data, environ_overrides=address) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {200}
    last = answers[20]
    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 660
    assert re.search(r"Kontrollera ditt igen efter kl\. \d\d:\d\d", last.text)
    assert 'value="KV 2026-0001"' in last.text and 'value="0000"' in last.text
    assert client.post(PATH, data=data).status_code == 200


# The command


def run(*arguments: object) -> Result:
    db.session.commit()
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_the_command_tells_ours_from_others(receipt: Receipt, tmp_path: Path) -> None:
    data = pdf_of(receipt)
    ours, changed, other = tmp_path / "ours.pdf", tmp_path / "changed.pdf", tmp_path / "other.pdf"
    ours.write_bytes(data)
    changed.write_bytes(data + b"\n")
    other.write_bytes(b"%PDF")
    done = run("check", ours, "--format", "json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["is_ours"], told["receipt"]["number"], told["receipt"]["days_late"]) == (True, "KV 2026-0001", 3)
    assert not [secret for secret in SECRETS if secret in done.stdout]
    assert "unaltered" in run("check", ours).stdout
    done = run("check", changed, "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["outcome"]) == (1, "altered")
    assert "was altered" in run("check", changed).stderr
    done = run("check", other)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no receipt that was issued here" in done.stderr


def test_the_command_says_what_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pdf", tmp_path):
        done = run("check", path)
        assert done.exit_code == 2
        assert "cannot read" in done.stderr
