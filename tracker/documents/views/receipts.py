"""The page where anybody checks a receipt, and the receipt as a PDF for the staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from tracker.accounts.permissions import Permission, public, requires
from tracker.accounts.throttle import RECEIPTS_PER_ADDRESS, again_at, limiter, seconds_left
from tracker.core.bodies import body_limit
from tracker.core.filters import locale_code
from tracker.documents import receipts
from tracker.documents.models import Receipt
from tracker.documents.receipt_forms import ReceiptCheckForm
from tracker.documents.receipt_pdf import lateness, swedish_time
from tracker.documents.views.blueprint import blueprint, found_version


@blueprint.get(receipts.CHECK_PATH)
@public
def check_receipt() -> str:
    return render_template("documents/receipt_check.html", form=ReceiptCheckForm(formdata=None), outcome=None)


@blueprint.post(receipts.CHECK_PATH)
@public
@limiter.limit(RECEIPTS_PER_ADDRESS, on_breach=lambda _limit: _braked())
@body_limit(lambda _settings: receipts.LARGEST_PDF_BYTES)
def answer_receipt_check() -> tuple[str, int]:
    form = ReceiptCheckForm()
    verdict = None
    if form.validate_on_submit():
        verdict = _verdict(form)
    page = render_template(
        "documents/receipt_check.html",
        form=form,
        outcome=verdict.outcome if verdict else None,
        facts=_public_facts(verdict.receipt) if verdict and verdict.receipt else None,
    )
    return page, form.status


@blueprint.get("/receipts/<int:receipt_id>")
@requires(Permission.CASE_READ)
def download_receipt(receipt_id: int) -> Response:
    receipt = receipts.get_receipt(receipt_id)
    found_version(receipt.version_id)
    return receipts.pdf_response(receipt, locale_code())


def _braked() -> Response:
    """The form with what was typed, and when it will be answered."""
    form = ReceiptCheckForm()
    form.form_errors = [_("Too many receipts were checked from here. Check yours again after %(at)s.", at=again_at())]
    page = render_template("documents/receipt_check.html", form=form, outcome=None)
    return Response(page, 429, {"Retry-After": str(seconds_left())})


def _verdict(form: ReceiptCheckForm) -> receipts.Verdict:
    if form.chosen:
        return receipts.check_bytes(form.chosen.read(receipts.LARGEST_PDF_BYTES))
    return receipts.check_code(form.number.data or "", form.code.data or "")


def _public_facts(receipt: Receipt) -> dict[str, Any]:
    """What anybody may know who holds the receipt's number and code: of the file, and nothing of the case."""
    content = receipt.content
    return {
        "number": receipt.number,
        "received": swedish_time(datetime.fromisoformat(content["received_at"])),
        "size_bytes": content["size_bytes"],
        "sha256": content["sha256"],
        "standing": lateness(content["days_late"]) if content["due_on"] else None,
    }
