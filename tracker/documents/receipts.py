"""Receipts: proof that a file was received, on paper and on a page where anybody can check it."""

from __future__ import annotations

import hmac
import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core import canonical_json, clock, counters
from tracker.core.actor import Actor
from tracker.core.db import db, is_reading, writing
from tracker.core.errors import NotFound, Unavailable
from tracker.core.keys import secret_keys
from tracker.core.storage import Damaged, DiskFull, file_store
from tracker.core.typeset import TypesettingFailed
from tracker.documents import receipt_codes, receipt_pdf
from tracker.documents.models import DocumentVersion, Receipt, ReceiptCounter

CHECK_PATH = "/receipts/check"
FORMAT = "samordna-receipt/1"
#: A receipt has some 30 kB; what is larger is none.
LARGEST_PDF_BYTES = 512 * 1024
_EMPTY: dict[str, Any] = {}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt tells beside the file: for what it was, against which date, by whom, and whom to ask.

    ``days_late`` are calendar days after ``due_on``, 0 when in time. ``for_name`` is whom the uploader acted for.
    """

    case_number: str
    commission: str
    deliverable: str
    due_on: date | None
    days_late: int
    uploaded_by: str
    for_name: str | None
    contact_name: str
    contact_email: str


class Outcome(StrEnum):
    """What a check came to. ``altered``: the file carries a number and code of ours, but is not the file we made."""

    OURS = "ours"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with the receipt where there is one."""

    outcome: Outcome
    receipt: Receipt | None = None


def issue(*, actor: Actor, now: datetime, version: DocumentVersion, facts: ReceiptFacts) -> Receipt:
    """The receipt for a version, made once: asked for again, the first one is given back.

    Numbers run per year (Swedish time) without gaps. No document is set here, so nothing of it can stop an upload.
    """
    found = find_for_version(version.id)
    if found is not None:
        return found
    year = clock.local_date(now).year
    number = receipt_codes.number_text(year, counters.draw(ReceiptCounter, year))
    content: dict[str, Any] = {
        "format": FORMAT,
        "number": number,
        "issued_at": canonical_json.instant_text(now),
        "file_name": version.file_name,
        "size_bytes": version.size_bytes,
        "sha256": version.sha256,
        "received_at": canonical_json.instant_text(version.received_at),
        "check_url": f"{current_app.config['SETTINGS'].base_url}{CHECK_PATH}",
        **asdict(facts),
        "due_on": facts.due_on.isoformat() if facts.due_on else None,
    }
    code = receipt_codes.code_for(content, secret_keys()[0])
    receipt = Receipt(number=number, version=version, content=content, code=code, issued_at=now)
    db.session.add(receipt)
    db.session.flush()
    audit.record(
        AuditAction.RECEIPT_ISSUED,
        actor=actor,
        now=now,
        case_id=version.document.case_id,
        subject=receipt,
        changes={"number": number, "sha256": version.sha256, "content_sha256": _digest(content)},
    )
    return receipt


def find_for_version(version_id: int) -> Receipt | None:
    return db.session.scalar(sa.select(Receipt).where(Receipt.version_id == version_id))


def get_receipt(receipt_id: int) -> Receipt:
    """:raises NotFound: who may read it is for the caller to say."""
    found = db.session.get(Receipt, receipt_id)
    if found is None:
        raise NotFound(_l("There is no such receipt."))
    return found


def pdf(receipt: Receipt, locale: str = "sv") -> bytes:
    """The receipt as a tagged PDF of one page; kept in the file store from the first time it is asked for.

    The same bytes each time. Works while a page is only read, too: the row is then written to on a connection of its
    own.

    :raises Unavailable: when it cannot be set or kept just now; the file received is not touched by that.
    """
    column = _column(locale)
    kept = getattr(receipt, column.key)
    if kept is not None:
        try:
            return file_store().read(kept)
        except (NotFound, Damaged):
            log.warning("the PDF of receipt %s was missing or damaged and is made anew", receipt.number)
    try:
        data = receipt_pdf.render(receipt.content, receipt.code, locale)
        digest = file_store().put(data)
    except TypesettingFailed as error:
        log.error("receipt %s could not be set: %s", receipt.number, error)
        raise Unavailable(
            _l("The receipt cannot be made into a PDF just now. Your file is safe; try again.")
        ) from error
    except DiskFull as error:
        log.error("receipt %s could not be kept: the disk for files is full", receipt.number)
        raise Unavailable(
            _l("The receipt cannot be made into a PDF just now. Your file is safe; try again.")
        ) from error
    if digest != kept:
        _remember(receipt.id, column, digest)
    return data


def file_name(receipt: Receipt) -> str:
    """What the PDF is called when it is saved: "kvitto-KV-2026-0001.pdf"."""
    return f"kvitto-{receipt.number.replace(' ', '-')}.pdf"


def pdf_response(receipt: Receipt, locale: str = "sv") -> Response:
    """The PDF as a download. Raises Unavailable as `pdf` does."""
    response = Response(pdf(receipt, locale), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(receipt)}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def check_code(number: str, code: str) -> Verdict:
    """Whether number and code, as somebody typed them, belong to one receipt of ours. A number of ours with another
    code is answered like a number that was never given."""
    wanted = receipt_codes.read_number(number)
    receipt = db.session.scalar(sa.select(Receipt).where(Receipt.number == wanted)) if wanted else None
    # The same work is done for a number that is not there.
    fitting = [receipt_codes.fits(code, expected) for expected in _codes(receipt.content if receipt else _EMPTY)]
    return Verdict(Outcome.OURS, receipt) if receipt and any(fitting) else Verdict(Outcome.UNKNOWN)


def check_bytes(data: bytes) -> Verdict:
    """Whether a file is, byte by byte, a receipt that we made; or carries one's number and code and was changed."""
    digest = canonical_json.sha256_hex(data)
    receipt = db.session.scalar(
        sa.select(Receipt).where(sa.or_(Receipt.pdf_sha256 == digest, Receipt.pdf_en_sha256 == digest))
    )
    if receipt is not None and _is_whole(receipt):
        return Verdict(Outcome.OURS, receipt)
    mark = receipt_codes.find_mark(data)
    told = check_code(*mark) if mark else Verdict(Outcome.UNKNOWN)
    return Verdict(Outcome.ALTERED, told.receipt) if told.receipt else told


def _is_whole(receipt: Receipt) -> bool:
    """The stored content still has the code that it was given: nobody changed it behind our back."""
    is_whole = any(hmac.compare_digest(receipt.code, code) for code in _codes(receipt.content))
    if not is_whole:
        log.error("receipt %s: its content was changed, or its key is no longer among the secret keys", receipt.number)
    return is_whole


def _column(locale: str) -> sa.orm.InstrumentedAttribute[str | None]:
    return Receipt.pdf_en_sha256 if locale == "en" else Receipt.pdf_sha256


def _remember(receipt_id: int, column: sa.orm.InstrumentedAttribute[str | None], digest: str) -> None:
    statement = sa.update(Receipt).where(Receipt.id == receipt_id).values({column.key: digest})
    if not is_reading():
        db.session.execute(statement)
        return
    # A page that is only read never commits.
    with writing(), db.engine.begin() as connection:
        connection.execute(statement)


def _digest(content: object) -> str:
    return canonical_json.sha256_hex(canonical_json.dumps(content))


def _codes(content: object) -> list[str]:
    """The code of this content under the secret key and under each earlier one."""
    return [receipt_codes.code_for(content, key) for key in secret_keys()]
