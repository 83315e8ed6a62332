"""What a browser would send back of a page's form, and where that leads it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from bs4.element import Tag
from flask.testing import FlaskClient
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


def page(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """The page of an answer that has to have this status."""
    assert response.status_code == status, response.text[:2000]
    return BeautifulSoup(response.text, "html.parser")


def filled(soup: BeautifulSoup, action: str = "", **answers: str) -> dict[str, str]:
    """What a browser would send from the form with this action, with some answers changed."""
    forms = [form for form in soup.find_all("form", method="post") if str(form.get("action", "")) == action]
    assert forms, action
    values: dict[str, str] = {}
    for control in forms[-1].find_all(["input", "select", "textarea"]):
        name = control.get("name")
        if not name or (control.get("type") in ("checkbox", "radio") and not control.has_attr("checked")):
            continue
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            values[str(name)] = str(chosen["value"]) if isinstance(chosen, Tag) else ""
        elif control.name == "textarea":
            values[str(name)] = control.get_text().strip()
        else:
            values[str(name)] = str(control.get("value", ""))
    return {**values, **answers}


def follow(browser: FlaskClient, response: TestResponse) -> BeautifulSoup:
    """The page to which what was sent leads."""
    assert response.status_code == 302, response.text[:3000]
    return page(browser.get(response.location.partition("#")[0]))
