"""PostgreSQL stopped and started under the application: a page in time, nothing lost, and no restart of ours needed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask_migrate import upgrade
from werkzeug.test import TestResponse

from tests.conftest import settings_for
from tests.factories import messages, people
from tests.factories.organisations import load_reference
from tests.support import postgresql, smtp
from tests.support.client import start_session
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.app import create_app
from tracker.cases.models import Case
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageState
from tracker.outbox.models import OutboxMessage
from tracker.outbox.rescue import DOUBT, rescue

ANSWER_SECONDS = 7.0
TYPED = {
    "title": "Vaccin mot bältros",
    "substance": "zostervaccin",
    "wished_supply_on": "2028-03-01",
    "procedure": "open",
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgresql.Cluster]:
    if postgresql.find_programs() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    # A cluster that is stopped at once must have kept what it said was committed.
    with postgresql.stoppable_cluster(settings={"synchronous_commit": "on"}) as running:
        yield running


@pytest.fixture(scope="module")
def app(cluster: postgresql.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    environment = {
        "DATABASE_URL": cluster.url,
        "SECRET_KEY": "a-key-of-random-letters-" + os.urandom(16).hex(),
        "BASE_URL": "http://127.0.0.1:8000",
        "MAIL_FROM": "samordna@samordna.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
    }
    app = create_app(settings_for(Path(tmp_path_factory.mktemp("away")), **environment))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
        load_reference()
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def away(cluster: postgresql.Cluster) -> Iterator[None]:
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


def ask(browser: Any, path: str, data: dict[str, str] | None = None) -> tuple[TestResponse, float]:
    """As the web server asks: in a context of its own."""
    started = time.monotonic()
    headers = {"Sec-Fetch-Site": "same-origin"}
    with browser.application.app_context():
        answer = browser.get(path) if data is None else browser.post(path, data=data, headers=headers)
    return answer, time.monotonic() - started


def test_a_form_while_the_database_is_away_and_after(app: Flask, cluster: postgresql.Cluster) -> None:
    browser = app.test_client()
    browser.set_cookie(app.config["SESSION_COOKIE_NAME"], start_session(people.person(Role.MARKET)))
    page, _ = ask(browser, "/procurements/new")
    filled = form_values(page) | TYPED
    with away(cluster):
        answers = [ask(browser, "/procurements/new", filled), ask(browser, "/procurements"), ask(browser, "/health")]
    print("away:", [f"{answer.status_code} {seconds:.2f} s" for answer, seconds in answers])
    assert [answer.status_code for answer, _ in answers] == [503, 503, 503]
    assert max(seconds for _, seconds in answers) < ANSWER_SECONDS
    kept: Any = BeautifulSoup(answers[0][0].get_data(as_text=True), "html.parser")
    for name, value in TYPED.items():
        assert kept.find(attrs={"name": name}).get_text().strip() == value

    again, _ = ask(browser, "/procurements/new", filled)
    assert again.status_code == 302, "the same processes go on with new connections"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
    db.session.rollback()


def test_the_database_goes_away_while_mail_is_sent(app: Flask, cluster: postgresql.Cluster) -> None:
    """Gone between the mail server's answer and our commit: what was sent is in doubt, the rest waits; none is lost."""
    anna = people.person(email="anna@example.org")
    made = [messages.message(anna, clock.now(), f"away:{number}").message_id for number in range(6)]
    db.session.commit()
    stopped: list[bool] = []

    def stop_at_the_third(_: bytes) -> None:
        if len(taken.taken) == 3 and not stopped:
            stopped.append(True)
            cluster.stop()

    with messages.written_by(), smtp.server(smtp.Script(before_answer=stop_at_the_third)) as taken:
        with messages.sending_to(app, taken.port):
            with pytest.raises(sa.exc.OperationalError):
                drain()
            db.session.remove()
            cluster.start()
            later = datetime.now(UTC)
            for wait in (timedelta(minutes=3), DOUBT + timedelta(minutes=5)):
                with clock.frozen_at(later + wait):
                    rescue(now=clock.now())
                    db.session.commit()
                    drain()
        states = set(db.session.scalars(sa.select(OutboxMessage.state)))
        db.session.rollback()
        assert states == {MessageState.SENT}
        assert set(taken.copies) == set(made)
        assert sorted(taken.copies.values()) == [1, 1, 1, 1, 1, 2], "one message per process may come twice, no other"
