"""A Monday morning, the reference data, an officer and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.factories.procurements import NOW
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person
from tracker.core import clock


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    load_reference()
    return person(Role.MARKET, name="Ansvarig Handläggare", locale=Locale.SV)


@pytest.fixture
def browser(app: Flask, officer: Person) -> Client:
    return signed_in(app, officer)
