"""What a browser would send back of a page's form."""

from __future__ import annotations

from bs4 import BeautifulSoup
from bs4.element import Tag
from werkzeug.test import TestResponse


def form_values(response: TestResponse, action: str | None = None) -> dict[str, str]:
    """The filled-in values of the form that leads to `action` (default: the first form in the main part)."""
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    form = page.find("form", attrs={"action": action}) if action else page.select_one("main form")
    assert isinstance(form, Tag), f"the page has no such form: {action}"
    return {
        str(field["name"]): str(field.get("value", ""))
        for field in form.find_all("input")
        if field.get("name") and (field.get("type") not in ("checkbox", "radio") or field.has_attr("checked"))
    }
