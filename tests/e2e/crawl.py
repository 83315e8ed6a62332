"""Walks through one page of each kind that a person can reach from the start page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

# All cases are one kind of page, and so are all steps of a case.
PARTS_THAT_VARY = (
    (re.compile(r"/\d+"), "/N"),
    (re.compile(r"/steps/\w+$"), "/steps/K"),
    (re.compile(r"/KV-[\d-]+"), "/KV"),
)
# The pages about evaluations and documents, which are walked apart.
EVALUATION_PAGES = re.compile(r"^/(evaluations|recommendations|documents|cases)\b")
WORKSPACE_PAGES = re.compile(r"^/commission/")
# Downloads, and mails, which are pages of their own.
NOT_PAGES = re.compile(
    r"\.(csv|xlsx|pdf|json|ics|eml)$|/(csv|xlsx|pdf|json|file)$|/static/|/health|/mail/.+|^/receipts/\d+$"
)
LIMIT = 60


def kind_of(path: str) -> str:
    for pattern, replacement in PARTS_THAT_VARY:
        path = pattern.sub(replacement, path)
    return path


def walk(
    page: Page,
    start: str = "/",
    *,
    within: re.Pattern[str] | None = None,
    without: re.Pattern[str] | None = None,
    limit: int = LIMIT,
) -> Iterator[tuple[str, int]]:
    """Opens one page per kind, in the order they are met: its path and status, while the page shows it.

    Only paths that match `within` are opened, and none that match `without`.
    """
    met, queue = {kind_of(start)}, [start]
    while queue:
        path = queue.pop(0)
        response = page.goto(path)
        assert response is not None
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        yield path, response.status
        for link in links:
            target = urlsplit(urljoin(f"{page.url}", link))
            kind = kind_of(target.path)
            is_ours = target.netloc == urlsplit(page.url).netloc and not NOT_PAGES.search(target.path)
            is_asked = (not within or within.search(kind)) and not (without and without.search(kind))
            if is_ours and is_asked and kind not in met and len(met) < limit:
                met.add(kind)
                queue.append(target.path)
