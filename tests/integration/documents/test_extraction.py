"""The words of files: taken out of every kind, kept within bounds, and never in the way of the file itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from tests.factories import documents, files
from tests.factories.documents import NOW
from tests.integration.documents.sending import only_document
from tests.support.client import Client
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.limited import Limits, ProcessFailed
from tracker.core.storage import file_store
from tracker.documents import extraction, labels
from tracker.documents.checks.kinds import ALLOWED
from tracker.documents.enums import ScanState, TextState
from tracker.documents.models import DocumentText, DocumentVersion
from tracker.documents.search import search

Read = Callable[..., tuple[TextState | None, DocumentText | None]]


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Läkemedel").write_row(0, 0, ["vankomycin", 12.5])
    book.close()
    return out.getvalue()


@pytest.fixture
def read(case: Case) -> Read:
    """``read(content, ending)``: the state afterwards and what is kept."""

    def done(content: bytes, ending: str, **columns: Any) -> tuple[TextState | None, DocumentText | None]:
        values = {"scan_state": ScanState.CLEAN, "text_state": TextState.PENDING, **columns}
        version = documents.version(
            documents.document(case, "Rapport"),
            sha256=file_store().put(content),
            media_type=ALLOWED[ending],
            **values,
        )
        db.session.commit()
        state = extraction.read_version(version.id, lambda: NOW)
        version = db.session.get_one(DocumentVersion, version.id, populate_existing=True)
        if state is not None:
            assert version.text_state is state
        return state, db.session.get(DocumentText, version.id)

    return done


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (files.pdf("vankomycin"), "pdf"),
        (files.office(parts={"word/document.xml": files.word_text("vankomycin")}), "docx"),
        (workbook(), "xlsx"),
        (files.open_document(content=" vankomycin"), "odt"),
        (b"vankomycin", "txt"),
        (b"substans;pris\nvankomycin;12\n", "csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words_of_every_kind_are_found(read: Read, officer: Any, content: bytes, ending: str) -> None:
    state, text = read(content, ending)
    assert state is TextState.DONE
    assert text is not None and "vankomycin" in text.body and not text.is_cut
    db.session.commit()
    assert len(search(officer, "vankomycin").items) == 1


@pytest.mark.parametrize(
    "content",
    ["Räksmörgås och åäö".encode(), "Räksmörgås och åäö".encode("cp1252"), "Räksmörgås och åäö".encode("utf-16")],
    ids=["UTF-8", "Windows", "UTF-16"],
)
def test_swedish_letters_in_every_coding(read: Read, content: bytes) -> None:
    _state, text = read(content, "txt")
    assert text is not None and text.body == "Räksmörgås och åäö"


def test_swedish_letters_of_a_pdf(read: Read) -> None:
    _state, text = read(files.pdf("Rapport"), "pdf")
    assert text is not None and text.body == "Rapport"


def test_picture_and_empty_page_have_no_words(read: Read) -> None:
    assert read(files.picture("png"), "png") == (TextState.EMPTY, None)
    assert read(files.pdf(""), "pdf") == (TextState.EMPTY, None)
    assert read(b" \n \n", "txt") == (TextState.EMPTY, None)


@pytest.mark.parametrize(
    "content",
    [
        " ".join(f"ord{number}" for number in range(200_000)).encode(),
        " ".join(f"{number:x}" for number in range(250_000)).encode(),
        b"x" * 2_000_000,
        ("å" * 1_000_000).encode(),
        ("💉 " * 300_000).encode(),
    ],
    ids=["many words", "many short words", "one long word", "two bytes a letter", "four bytes a sign"],
)
def test_large_text_is_cut_and_kept_on_both_engines(read: Read, content: bytes) -> None:
    state, text = read(content, "txt")
    assert state is TextState.DONE
    assert text is not None and text.is_cut
    assert extraction.MAX_BYTES - 4 <= len(text.body.encode()) <= extraction.MAX_BYTES


def test_signs_that_no_database_keeps_are_left_out(read: Read) -> None:
    _state, text = read(b"f\xc3\xb6re\x0cefter\x1a", "txt")
    assert text is not None and text.body == "före efter"


def hours_tried(number: int) -> list[float]:
    """When it is tried within three days, each quarter of an hour being asked for what is due."""
    done: list[float] = []
    for quarters in range(4 * 24 * 3):
        now = NOW + timedelta(minutes=15 * quarters)
        if number in extraction.list_due(now):
            assert extraction.read_version(number, lambda now=now: now) is TextState.FAILED  # type: ignore[misc]
            done.append(quarters / 4)
    return done


def test_file_that_cannot_be_read_is_told_and_not_tried_for_ever(read: Read, browser: Client) -> None:
    assert read(b"%PDF-1.7 nothing", "pdf") == (TextState.FAILED, None)
    tried = hours_tried(db.session.scalars(sa.select(DocumentVersion.id).order_by(DocumentVersion.id)).all()[-1])
    assert tried == [0.25, 2.25], "and once before these"
    page = browser.get(f"/documents/{only_document().id}").get_data(as_text=True)
    assert "Texten i filen gick inte att läsa" in page


def test_failure_that_passes_is_mended_by_the_next_try(
    read: Read, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise ProcessFailed("no memory was left")

    with monkeypatch.context() as patch:
        patch.setattr(extraction, "_words", fail)
        assert read(b"vankomycin", "txt") == (TextState.FAILED, None)
    number = extraction.list_due(NOW + timedelta(hours=1))[0]
    assert extraction.read_version(number, lambda: NOW) is None, "too soon"
    assert extraction.read_version(number, lambda: NOW + timedelta(hours=1)) is TextState.DONE
    assert extraction.list_due(NOW + timedelta(days=9)) == []
    assert len(search(officer, "vankomycin").items) == 1


def test_worker_that_dies_at_a_file_is_not_killed_for_ever(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As if the machine had stopped the worker: nothing is written down after it."""

    def die(*_: object) -> bytes:
        raise Killed

    monkeypatch.setattr(extraction, "_words", die)
    with pytest.raises(Killed):
        read(b"ord", "txt")
    number = db.session.scalars(sa.select(DocumentVersion.id).order_by(DocumentVersion.id)).all()[-1]
    assert extraction.list_due(NOW) == [], "another may be at it still"
    for hours in (1, 4):
        with pytest.raises(Killed):
            extraction.read_version(number, lambda at=NOW + timedelta(hours=hours): at)  # type: ignore[misc]
        assert db.session.get_one(DocumentVersion, number, populate_existing=True).text_state is TextState.PENDING
    assert extraction.read_version(number, lambda: NOW + timedelta(days=1)) is TextState.FAILED
    assert extraction.list_due(NOW + timedelta(days=9)) == []


def test_process_that_takes_too_much_is_a_failure(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        extraction, "LIMITS", Limits(seconds=20, cpu_seconds=5, memory_bytes=32 * 1024 * 1024, file_bytes=0)
    )
    assert read(files.pdf("x"), "pdf") == (TextState.FAILED, None)


def test_file_that_is_not_known_to_be_clean_is_not_opened(read: Read) -> None:
    for state in (ScanState.PENDING, ScanState.FAILED, ScanState.INFECTED):
        assert read(b"ord", "txt", scan_state=state) == (None, None)
    assert extraction.list_due(NOW) == []
    assert extraction.read_version(4711, lambda: NOW) is None


def test_second_message_changes_nothing(read: Read) -> None:
    assert read(b"ord", "txt", text_state=TextState.DONE) == (None, None)


def test_what_was_given_up_is_started_again_by_a_command(app: Flask, read: Read) -> None:
    read(b"vankomycin", "txt")
    read(b"ej ett dokument", "pdf")
    given_up = db.session.scalars(
        sa.select(DocumentVersion).where(DocumentVersion.text_state == TextState.FAILED)
    ).one()
    given_up.text_attempts = len(extraction.PAUSES)
    db.session.commit()
    later = NOW + timedelta(days=30)
    assert extraction.list_due(later) == []
    told = app.test_cli_runner().invoke(args=["documents", "read-again"])
    assert (told.exit_code, told.output) == (0, "1 file is read again\n")
    assert extraction.list_due(later) == [given_up.id]
    assert extraction.read_version(given_up.id, lambda: later) is TextState.FAILED


def test_one_document_is_read_again_by_its_number_as_its_page_shows_it(app: Flask, read: Read) -> None:
    read(b"vankomycin", "txt")
    version = db.session.scalars(sa.select(DocumentVersion).order_by(DocumentVersion.id)).all()[-1]
    version.sha256 = file_store().put(b"rifampicin")
    number = labels.registry_number(version.document)
    db.session.commit()
    shown = number.replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{NON-BREAKING HYPHEN}")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["documents", "read-again", shown]).exit_code == 0
    assert extraction.read_version(version.id, lambda: NOW) is TextState.DONE
    assert db.session.get_one(DocumentText, version.id).body == "rifampicin"
    assert runner.invoke(args=["documents", "read-again", f"{number}99"]).exit_code == 3
