"""A commission that can take deliveries, and the evaluator's browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.evaluations.models import Deliverable, Evaluation, EvaluatorLink, TeamMember
from tracker.evaluations.service import deliverables, links

OPENING = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": "filename YS50eHQ="}


@dataclass
class Visit:
    """One evaluator with a link, and a browser that knows nothing else."""

    client: Client
    officer: Person
    assessor: Person
    evaluation: Evaluation
    member: TeamMember
    deliverable: Deliverable
    link: EvaluatorLink

    @property
    def token(self) -> str:
        return links.token(self.link)

    @property
    def home(self) -> str:
        return f"/commission/{self.token}"

    @property
    def deliver_path(self) -> str:
        return f"{self.home}/deliverables/{self.deliverable.id}"

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(self.home + path)

    def hand_in(self, content: bytes = b"Slutrapport", name: str = "slutrapport.txt", **fields: Any) -> TestResponse:
        """Open the page, choose a file and press the first button."""
        values: dict[str, Any] = form_values(self.client.get(self.deliver_path), action=None) | fields
        return self.client.post(self.deliver_path, data={**values, "file": (BytesIO(content), name)})

    def change(self, of: Deliverable | None = None, **values: Any) -> None:
        """Something else is asked for than before."""
        of = of or self.deliverable
        told = {"title": of.title, "due_on": of.due_on, "format": of.format, "now": make.NOW, **values}
        deliverables.change_deliverable(actor=self.officer, deliverable=of, **told)

    def open_upload(self) -> TestResponse:
        """Begin to send a file of five bytes in pieces."""
        return self.client.post(f"{self.deliver_path}/uploads", headers=OPENING)


def visit(client: Client, *, is_ready: bool = True, **answers: Any) -> Visit:
    """A commission with one member, a final report, and a link that works."""
    officer, assessor = person(Role.MARKET, name="Ansvarig Handläggare"), person(Role.STEERING)
    evaluation = make.evaluation(officer, **answers)
    member = make.member(evaluation, officer, name="Eva Utvärderare")
    if is_ready:
        make.assessed(member, assessor)
    deliverable = make.deliverable(evaluation, officer)
    link = links.make_link(actor=officer, now=make.NOW, member=member)
    return Visit(client, officer, assessor, evaluation, member, deliverable, link)


@pytest.fixture
def officer(app: Flask) -> Person:
    """Of the Market function, with the reference data there."""
    load_reference()
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def steering(officer: Person) -> Person:
    """Of the styrgrupp."""
    return person(Role.STEERING, name="Ledamot Ett")


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """``at(instant)``: hold the clock there until the next call."""
    frozen: list[Any] = []

    def hold(instant: datetime) -> None:
        release()
        frozen.append(clock.frozen_at(instant))
        frozen[-1].__enter__()

    def release() -> None:
        while frozen:
            frozen.pop().__exit__(None, None, None)

    hold(make.NOW)
    yield hold
    release()


@pytest.fixture
def here(app: Flask, client: Client, at: Callable[[datetime], None]) -> Visit:
    """An evaluator who can deliver."""
    load_reference()
    return visit(client)
