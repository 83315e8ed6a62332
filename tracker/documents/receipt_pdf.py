"""The receipt on paper: one page, from its frozen content and its code alone. The document's date is the receipt's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core import clock
from tracker.core.filters import number
from tracker.core.i18n import using_locale
from tracker.core.typeset import encoded, instant_parts, typeset
from tracker.documents.receipt_codes import printed_mark

TEMPLATE = Path(__file__).with_name("typst") / "receipt.typ"
# A word that fills more than half a line is given places where it may be broken.
_LONG_WORD = re.compile(r"\S{33,}")
_BREAK = "\N{ZERO WIDTH SPACE}"
_PIECE = 8
# Points; the smaller one keeps the longest names and titles that can be stored on one page.
_SIZE, _SMALL_SIZE = 11, 8.5
_MUCH_TEXT = 900


def render(content: Mapping[str, Any], code: str, locale: str = "sv") -> bytes:
    """The PDF. Needs an application context for the texts.

    :raises core.typeset.TypesettingFailed: when Typst refuses the document or takes too long.
    """
    issued_at = datetime.fromisoformat(content["issued_at"])
    with using_locale(locale):
        data = encoded(_content(content, code, locale, issued_at))
    return typeset(TEMPLATE, data, timestamp=int(issued_at.timestamp()))


def lateness(days_late: int) -> str:
    """On time or how late, in one phrase."""
    if days_late <= 0:
        return str(_("On time"))
    return str(ngettext("Late by %(num)d day", "Late by %(num)d days", days_late))


def swedish_time(instant: datetime) -> str:
    """An instant to the second in Swedish time, with its zone: "2026-11-22 14:05:09 CET (UTC+01:00)"."""
    local = instant.astimezone(clock.STOCKHOLM)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S %Z} (UTC{offset[:3]}:{offset[3:]})"


def _content(content: Mapping[str, Any], code: str, locale: str, issued_at: datetime) -> dict[str, Any]:
    by, for_name = content["uploaded_by"], content["for_name"]
    much = sum(len(value) for value in content.values() if isinstance(value, str)) > _MUCH_TEXT
    received_at = datetime.fromisoformat(content["received_at"])
    return {
        "language": locale,
        "size": _SMALL_SIZE if much else _SIZE,
        "title": _("Receipt for a received file"),
        "author": "Samordna",
        "date": instant_parts(issued_at),
        "keywords": [printed_mark(content["number"], code)],
        "lead": _("The file below was received. The receipt shows what came in, and when."),
        "number_label": _("Receipt number"),
        "number": content["number"],
        "standing": _standing(content),
        "is_late": content["days_late"] > 0,
        "sections": [
            [
                _("The file"),
                [
                    [_("File name"), _breakable(content["file_name"])],
                    [_("Size"), _("%(count)s bytes", count=number(content["size_bytes"]))],
                    ["SHA-256", content["sha256"]],
                    [_("Received"), swedish_time(received_at)],
                ],
            ],
            [
                _("The commission"),
                [
                    [_("Commission"), _breakable(content["commission"])],
                    [_("Registry number"), content["case_number"]],
                    [_("Deliverable"), _breakable(content["deliverable"])],
                    [_("Uploaded by"), _("%(by)s for %(whom)s", by=by, whom=for_name) if for_name else by],
                    [_("Contact"), f"{content['contact_name']}, {_breakable(content['contact_email'])}"],
                ],
            ],
        ],
        "check_heading": _("Check the receipt"),
        "check_text": _(
            "Write the number and the check code on the page below, or choose this PDF there. The page tells whether "
            "the receipt is ours, and nothing of what the commission is about."
        ),
        "address_label": _("Page"),
        "address": content["check_url"],
        "code_label": _("Check code"),
        "code": code,
    }


def _standing(content: Mapping[str, Any]) -> str:
    if content["due_on"] is None:
        return str(_("No date was set for it"))
    return str(_("%(standing)s. Last day: %(day)s", standing=lateness(content["days_late"]), day=content["due_on"]))


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(
        lambda found: _BREAK.join(found[0][at : at + _PIECE] for at in range(0, len(found[0]), _PIECE)), text
    )
