"""Where a form may send people afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tracker.web.layout import safe_next, url_with


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    app = Flask("layout")
    app.add_url_rule("/", "web.home", lambda: "")
    with app.test_request_context("/list?q=a%26b&page=3&empty="):
        yield


@pytest.mark.parametrize("target", ["/", "/procurements?q=%C3%A5&page=2", "/a/b#c"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "https://evil.example", "//evil.example", "/\\evil.example", "/a\\b", "/\t/evil.example", "a", "/ x"],
)
def test_everything_else_leads_home(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_parts_of_the_address_are_changed() -> None:
    assert url_with(page=None, sort="-title") == "/list?q=a%26b&sort=-title"
    assert url_with(q=None, page=None) == "/list"
