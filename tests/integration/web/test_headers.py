"""Every answer carries the headers that keep browsers strict and caches empty."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import people
from tests.support.client import Client
from tracker.accounts.enums import Role


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/health/live", "/mail/x"])
def test_the_headers_stand_on_every_answer(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert {"style-src 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert {"form-action 'self'", "connect-src 'self'", "font-src 'self'", "img-src 'self' data:"} <= set(policy)
    assert headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "HX-Request"} <= set(headers["Vary"].split(", "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{12}", headers["X-Request-ID"])


def test_each_answer_has_a_nonce_of_its_own(client: Client) -> None:
    nonces = {client.get("/sign-in").headers["Content-Security-Policy"].split("nonce-")[1][:22] for _ in range(3)}
    assert len(nonces) == 3


def test_browsers_are_held_to_https_only_over_https(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    secure = client.get("/sign-in", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_static_files_are_kept_and_a_missing_one_is_not(client: Client) -> None:
    address = re.search(r'href="(/static/[^"]+/css/app.css)"', client.get("/sign-in").get_data(as_text=True))
    assert address
    found = client.get(address[1])
    assert (found.status_code, found.cache_control.max_age, found.cache_control.immutable) == (200, 31536000, True)
    found.close()
    assert client.get("/static/x/none.css").cache_control.no_store


def test_a_sound_request_number_of_the_proxy_is_kept(client: Client) -> None:
    sent: dict[str, Any] = {"X-Request-ID": "proxy-0123456789"}
    assert client.get("/health/live", headers=sent).headers["X-Request-ID"] == "proxy-0123456789"
    bad = {"X-Request-ID": "<script>"}
    assert client.get("/health/live", headers=bad).headers["X-Request-ID"] != "<script>"


def test_the_menu_holds_what_the_person_may_open(sign_in: Any) -> None:
    market = sign_in(people.person(Role.MARKET)).get("/account").get_data(as_text=True)
    assert 'href="/deadlines"' in market
    assert 'href="/people"' not in market
    admin = sign_in(people.person(Role.ADMIN)).get("/account").get_data(as_text=True)
    assert 'href="/people"' in admin
    assert 'href="/deadlines"' not in admin
