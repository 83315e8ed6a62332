"""Finds one page of each kind that a person can reach from the start page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

NUMBER = re.compile(r"/\d+")
# Downloads, and pages that leave the product.
NOT_PAGES = re.compile(r"\.(csv|xlsx|pdf|json|ics|eml)$|/static/|/download|/health|/mail/.+")
LIMIT = 60


def kind_of(path: str) -> str:
    """All cases are one kind of page."""
    return NUMBER.sub("/N", path)


def reachable(page: Page, start: str = "/") -> list[str]:
    """Paths of one page per kind, in the order they were met."""
    found = {kind_of(start): start}
    queue = [start]
    while queue and len(found) < LIMIT:
        page.goto(queue.pop(0))
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            target = urlsplit(urljoin(page.url, link))
            if target.netloc != urlsplit(page.url).netloc or NOT_PAGES.search(target.path):
                continue
            if kind_of(target.path) not in found:
                found[kind_of(target.path)] = target.path
                queue.append(target.path)
    return list(found.values())
