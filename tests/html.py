"""Reads a page as strictly as a browser, a screen reader and the content security policy together would."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bs4 import BeautifulSoup
from bs4.element import Tag
from werkzeug.test import TestResponse

NONCE = re.compile(r"'nonce-([^']+)'")
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for", "headers", "list")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
LANGUAGES = {"sv", "en"}


def check_page(response: TestResponse) -> None:
    """Fail with every fault of the page in ``response``. A mail shown in its sandbox is not a page of ours."""
    policy = response.headers.get("Content-Security-Policy", "")
    if "sandbox" in policy:
        return
    assert policy, "the page has no Content-Security-Policy"
    assert "'unsafe-" not in policy
    nonce = NONCE.search(policy)
    check_html(response.get_data(as_text=True), nonce[1] if nonce else None)


def check_html(html: str, nonce: str | None = None) -> None:
    """Fail with every fault of ``html``; a fragment (for htmx) is checked without the rules for whole pages."""
    found = list(faults(html, nonce))
    assert found == [], "\n".join(found)


def faults(html: str, nonce: str | None = None) -> Iterator[str]:
    """What is wrong with a page or fragment, one sentence each."""
    soup = BeautifulSoup(html, "html.parser")
    if soup.find("html") is not None:
        yield from _page_faults(soup)
    yield from _policy_faults(soup, nonce)
    yield from _reference_faults(soup)
    yield from _control_faults(soup)
    yield from _name_faults(soup)
    yield from _text_faults(soup)


def _page_faults(soup: BeautifulSoup) -> Iterator[str]:
    root = soup.find("html")
    assert isinstance(root, Tag)
    if root.get("lang") not in LANGUAGES:
        yield f"html has lang={root.get('lang')!r}"
    title = soup.find("title")
    if title is None or not title.get_text(strip=True).split("–")[0].strip():
        yield "the title is empty"
    count = len(soup.find_all("h1"))
    if count != 1:
        yield f"{count} h1 on the page"
    for name in ("main", "header", "footer"):
        if len([part for part in soup.find_all(name) if part.find_parent("main") is None or name == "main"]) != 1:
            yield f"not exactly one {name}"
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile(r"^h[1-6]$"))]
    for previous, level in pairwise(levels):
        if level > previous + 1:
            yield f"a heading skips from h{previous} to h{level}"


def _policy_faults(soup: BeautifulSoup, nonce: str | None) -> Iterator[str]:
    for style in soup.find_all("style"):
        yield f"a style element: {style.get_text()[:60]}"
    for tag in soup.find_all(True):
        for attribute in tag.attrs:
            if attribute == "style" or attribute.startswith(("on", "hx-on", "data-hx-on")):
                yield f"<{tag.name}> has the attribute {attribute}"
        for attribute in ("href", "src", "action"):
            if str(tag.get(attribute, "")).lower().startswith("javascript:"):
                yield f"<{tag.name}> has a javascript: address"
    for script in soup.find_all("script"):
        if script.get_text(strip=True) or not script.get("src"):
            yield "a script stands in the page"
        if nonce is not None and script.get("nonce") != nonce:
            yield f"the script {script.get('src')} lacks the answer's nonce"


def _reference_faults(soup: BeautifulSoup) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    for name, times in ids.items():
        if times > 1:
            yield f"the id {name!r} stands {times} times"
        if not name or re.search(r"\s", name):
            yield f"the id {name!r} is not usable"
    for tag in soup.find_all(True):
        for attribute in REFERENCES:
            value = tag.get(attribute)
            names = value if isinstance(value, list) else str(value or "").split()
            for name in names:
                if name not in ids:
                    yield f"<{tag.name}> {attribute} names {name!r}, which is not on the page"
        href = str(tag.get("href", ""))
        if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            yield f"a link leads to {href!r}, which is not on the page"


def _control_faults(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in soup.find_all("label") if label.get("for")}
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.name == "input" and control.get("type", "text") in UNLABELLED:
            continue
        has_name = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
        if not has_name and control.find_parent("label") is None:
            yield f"<{control.name} name={control.get('name')!r}> has no label"
        if control.get("aria-invalid") == "true" and not _described(control):
            yield f"<{control.name} name={control.get('name')!r}> is invalid but points at no error"


def _name_faults(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all(["a", "button", "summary"]):
        if not tag.get_text(strip=True) and not tag.get("aria-label"):
            yield f"an empty <{tag.name}>"
    for image in soup.find_all("img"):
        if image.get("alt") is None:
            yield f"the picture {image.get('src')} has no alt"
    for frame in soup.find_all("iframe"):
        if not frame.get("title"):
            yield "a frame has no title"
    for table in soup.find_all("table"):
        if not table.find("th") or (table.find("caption") is None and not table.get("aria-label")):
            yield "a table lacks headings or a caption"


def _described(control: Tag) -> bool:
    group = control.find_parent("fieldset")
    return bool(control.get("aria-describedby") or (group is not None and group.get("aria-describedby")))


def _text_faults(soup: BeautifulSoup) -> Iterator[str]:
    text = soup.get_text(" ")
    for found in re.findall(r"%\(\w+\)[sd]|&lt;\w+|<tracker\.|<Enum|\bUndefined\b", text):
        yield f"an unfilled or mangled text: {found!r}"
