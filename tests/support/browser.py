"""A browser for a product that runs in processes of its own: keeps cookies, follows nothing, counts the seconds."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any

from bs4 import BeautifulSoup

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    text: str
    headers: Message
    seconds: float

    @property
    def location(self) -> str:
        return urllib.parse.urlsplit(self.headers.get("Location", "")).path

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @property
    def heading(self) -> str:
        return self.page.h1.get_text(" ", strip=True) if self.page.h1 else ""

    def typed(self, name: str) -> str | None:
        """What stands in the field ``name`` of the page, however it is drawn."""
        field = self.page.find(["input", "textarea"], attrs={"name": name})
        if field is None:
            return None
        return field.get_text().strip() if field.name == "textarea" else str(field.get("value", ""))

    def form(self, action: str | None = None) -> dict[str, str]:
        """The filled-in values of the form that leads to ``action`` (default: the first of the main part)."""
        page = self.page
        found: Any = page.find("form", attrs={"action": action}) if action else page.select_one("main form")
        if found is None and action and (button := page.find(None, {"formaction": action})):
            found = button.find_parent("form")
        assert found is not None, f"no such form on the page {self.heading!r}: {action}"
        fields = {
            str(field["name"]): str(field.get("value", ""))
            for field in found.find_all("input", attrs={"name": True})
            if field.get("type") not in ("checkbox", "radio") or field.has_attr("checked")
        }
        fields |= {str(area["name"]): area.get_text().strip() for area in found.find_all("textarea")}
        for select in found.find_all("select"):
            chosen = select.find("option", selected=True) or select.find("option")
            fields[str(select["name"])] = str(chosen.get("value", "")) if chosen else ""
        return fields


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Browser:
    """One person's browser at the product that answers at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), _NoRedirect)

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form as a browser does from our own page."""
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url}
        return self._ask(urllib.request.Request(self.url + path, body, headers))

    def fill_in(self, page: str, *, action: str | None = None, **answers: str) -> Answer:
        """Open ``page``, fill in its form (or the one that leads to ``action``) and send it."""
        fields = self.get(page).form(action) | answers
        return self.post(action or page, fields)

    def _ask(self, request: urllib.request.Request) -> Answer:
        started = time.monotonic()
        try:
            response: Any = self._opener.open(request, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read().decode(errors="replace")
            return Answer(response.status, text, response.headers, time.monotonic() - started)
