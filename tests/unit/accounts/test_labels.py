"""Names that people read."""

from __future__ import annotations

import pytest

from tracker.accounts.enums import Locale, Role
from tracker.accounts.labels import LOCALE_LABELS, ROLE_LABELS, browser_name


def test_every_role_and_language_has_a_name() -> None:
    assert set(ROLE_LABELS) == set(Role)
    assert set(LOCALE_LABELS) == set(Locale)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_two_words(said: str, name: str) -> None:
    assert browser_name(said) == name
