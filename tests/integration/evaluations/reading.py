"""Everything that tells of evaluations, read: pages, files and what they link to, and mails."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.messages import outgoing
from tests.integration.evaluations.whole import Whole
from tracker.evaluations import mails, news
from tracker.outbox.enums import MessageKind
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Withdraw

MOST_PAGES = 60


def starts(register: dict[str, Whole]) -> list[str]:
    """Every list, search and file in which these evaluations, by their words, could be."""
    told = ["/", "/recommendations?state=all", "/recommendations.csv?state=all", "/recommendations.xlsx?state=all"]
    told += ["/evaluations.csv?tab=all", "/evaluations.xlsx?tab=all", "/evaluations?tab=all", "/documents", "/reports"]
    told += ["/deadlines?when=all", "/deadlines?when=overdue", "/outbox?show=waiting", "/outbox?show=sent"]
    told += ["/procurements", "/procurements/import", "/recommendations/import", "/mail/", "/people", "/health"]
    told += ["/organisations?kind=evaluation_provider", *(f"/organisations?q={word}" for word in register)]
    for word, made in register.items():
        told += [f"/evaluations?tab=all&q={word}", f"/documents?q={word}", f"/evaluations/{made.evaluation.id}"]
        told.append(f"/recommendations?evaluation={made.evaluation.id}&state=all")
        told += [f"/documents/versions/{made.ids['version_id']}/file", f"/receipts/{made.ids['receipt_id']}"]
        told.append(f"/cases/{made.evaluation.id}/documents/new")
        told.append(f"/organisations/{made.evaluation.provider_id}")
    return told


def text_of(response: TestResponse) -> str:
    """The headers and the text of an answer, and of the parts of a workbook."""
    body = response.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return f"{response.headers}{body.decode('utf-8', 'replace')}"


def walk(browser: FlaskClient, register: dict[str, Whole], most: int = MOST_PAGES) -> dict[str, str]:
    """The answers to the addresses above and to what they link to."""
    waiting, found = starts(register), dict[str, str]()
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found:
            continue
        response = browser.get(address)
        found[address] = text_of(response)
        if response.mimetype != "text/html":
            continue
        for link in BeautifulSoup(response.text, "html.parser").find_all("a", href=True):
            there = urlsplit(urljoin(address, str(link["href"])))
            if not there.netloc and there.path.startswith(("/evaluations", "/documents", "/deadlines", "/recomm")):
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return found


def composed(message: OutboxMessage) -> str:
    """The mail that a message becomes; nothing when it is withdrawn."""
    compose = {
        MessageKind.EVALUATION_NEWS: news.compose,
        MessageKind.EVALUATOR_LINK: mails.compose_link,
        MessageKind.UPLOAD_RECEIPT: mails.compose_receipt,
    }[message.kind]
    try:
        mail = compose(outgoing(message))
    except Withdraw:
        return ""
    return f"{mail.subject} {mail.text} {mail.html}"


def without_number(page: str) -> str:
    """A page without what differs from one answer to the next: the request's number, the nonce, form tokens."""
    return re.sub(r'[0-9a-f]{12}|nonce="[^"]*"|value="[^"]*"', "", page)
