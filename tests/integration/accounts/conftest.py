"""Cheap password hashing, and counters of attempts that start at nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tracker.accounts import passwords
from tracker.accounts.throttle import limiter
from tracker.accounts.views import sign_in


def path_in(text: str) -> str:
    """The path of the first address of ours in the text of a mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", text)
    assert found, text
    return found[1]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._hash_of_nobody.cache_clear()
    yield
    passwords._hash_of_nobody.cache_clear()


@pytest.fixture(autouse=True)
def no_attempts_yet(app: Flask) -> None:
    """Redis is not there in these tests, so the counters are in memory."""
    assert limiter._fallback_limiter is not None
    limiter._fallback_limiter.storage.reset()


@pytest.fixture
def with_csrf(app: Flask) -> Iterator[Flask]:
    """Form tokens are asked for, as in production."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture(autouse=True)
def prompt_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that are held back in production are not held back here, except where a test says so."""
    monkeypatch.setattr(sign_in, "LINK_ANSWER_SECONDS", 0.0)
