"""A Monday morning, a case with its officer, and browsers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.factories.cases import bare_case
from tests.factories.documents import NOW
from tests.factories.people import person
from tests.integration.documents.resuming import Sender
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.accounts.throttle import limiter
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.core.storage import file_store


@pytest.fixture
def on_a_monday() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask, on_a_monday: None) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def case(officer: Person) -> Case:
    return bare_case(officer)


@pytest.fixture
def browser(app: Flask, officer: Person) -> Client:
    return signed_in(app, officer)


@pytest.fixture
def fill_in(browser: Client) -> Callable[..., dict[str, Any]]:
    """The answers of a form, with some of them changed."""

    def answers(**changed: Any) -> dict[str, Any]:
        return {
            "kind": "letter",
            "title": "Brev om leveranser",
            "registered_on": "2026-11-20",
            "direction": "incoming",
            "correspondent": "Bolaget Exempel AB",
            "information_class": "general",
            "secrecy_class": "open",
            "retention": "",
            **changed,
        }

    return answers


@pytest.fixture
def sender(app: Flask) -> Iterator[Sender]:
    officer = person(Role.MARKET)
    case = bare_case(officer)
    db.session.commit()
    yield Sender(signed_in(app, officer), case.id)
    shutil.rmtree(file_store().root)


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """The counters of attempts are in memory here, and one address asks for everybody."""
    if limiter._fallback_limiter is not None:
        limiter._fallback_limiter.storage.reset()
