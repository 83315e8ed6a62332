"""Which addresses a form may lead to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.urls import iri_to_uri

from tracker.core.requests import safe_path


@pytest.mark.parametrize("target", ["/", "/account", "/procurements?phase=open&sort=-number", "/a/../b", "/å"])
def test_paths_of_this_site_pass(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example/",
        "https:/evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/ok\r\nSet-Cookie: x=1",
        "/x\\..\\evil",
    ],
)
def test_everything_else_does_not(target: str | None) -> None:
    assert safe_path(target) is None


@given(st.text(max_size=30))
def test_what_passes_never_names_a_host(target: str) -> None:
    passed = safe_path("/" + target)
    if passed is not None:
        uri = iri_to_uri(passed)
        assert uri.startswith("/")
        assert not uri.startswith(("//", "/\\"))
        assert "\n" not in uri
