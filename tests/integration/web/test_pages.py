"""Language, appearance, the start page, the mail catcher and the signs of life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import deadlines, people
from tests.support.client import Client
from tests.support.statements import statements
from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core import clock, heartbeat
from tracker.core.db import db
from tracker.deadlines.enums import DeadlineKind

NOW = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


def test_language_is_chosen_by_button_and_kept(client: Client, sign_in: Any) -> None:
    response = client.post("/language", data={"language": "en", "next": "/sign-in"})
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert '<html lang="en"' in client.get("/sign-in").get_data(as_text=True)
    person = people.person(Role.MARKET)
    browser = sign_in(person)
    assert browser.post("/language", data={"language": "en"}).location == "/"
    assert db.session.get(Person, person.id).locale is Locale.EN  # type: ignore[union-attr]
    assert '<html lang="en"' in browser.get("/account").get_data(as_text=True)


def test_appearance_is_chosen_by_button_and_kept(client: Client) -> None:
    assert 'data-color-scheme="auto"' in client.get("/sign-in").get_data(as_text=True)
    client.post("/appearance", data={"appearance": "dark"})
    assert 'data-color-scheme="dark"' in client.get("/sign-in").get_data(as_text=True)
    client.set_cookie("samordna_appearance", '"><script>')
    assert 'data-color-scheme="auto"' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(("path", "data"), [("/language", {"language": "xx"}), ("/appearance", {})])
def test_an_unknown_choice_is_refused(client: Client, path: str, data: dict[str, str]) -> None:
    assert client.post(path, data=data).status_code == 400


def test_the_start_page_asks_a_stranger_to_sign_in(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response.location) == (302, "/sign-in")


def test_the_start_page_answers_its_questions(sign_in: Any) -> None:
    me, other = (
        people.person(Role.MARKET, name="Maja Exempelsson"),
        people.person(Role.PURCHASING, name="Nils Påhittad"),
    )
    case = deadlines.bare_case(other, title="Rotavirusvaccin")
    for kind, day, owner in (
        (DeadlineKind.AWARD_NOTICE, date(2026, 11, 17), me),
        (DeadlineKind.TENDERS_DUE, date(2026, 11, 22), other),
        (DeadlineKind.CONTRACT_SIGNING, date(2026, 11, 23), me),
        (DeadlineKind.SUPPLY_START, date(2026, 11, 30), me),
    ):
        deadlines.deadline(case, day, kind=kind, source_key=str(day), owner=owner)
    page = sign_in(me).get("/").get_data(as_text=True)
    soup = BeautifulSoup(page, "html.parser")
    sections = {str(part.get("id")): part.get_text(" ") for part in soup.find_all("section")}
    assert "God dag, Maja Exempelsson" in page
    assert "17 nov" in sections["overdue"] and "22 nov" not in sections["overdue"]
    assert "22 nov" in sections["this-week"] and "Nils Påhittad" in sections["this-week"]
    assert "23 nov" in sections["next-week"]
    assert "17 nov" in sections["waiting"] and "23 nov" in sections["waiting"] and "22 nov" not in sections["waiting"]
    assert "30 nov" not in page
    assert "vecka 47" in page


def test_the_start_page_tells_nothing_of_cases_that_are_not_open_to_the_viewer(sign_in: Any) -> None:
    officer = people.person(Role.MARKET)
    case = deadlines.bare_case(officer, title="Hemlig sak", secrecy=SecrecyClass.SEALED)
    deadlines.deadline(case, date(2026, 11, 17))
    assert "Hemlig sak" in sign_in(officer).get("/").get_data(as_text=True)
    for role in (Role.AUDITOR, Role.ADMIN, Role.REGION_CONTACT):
        assert "Hemlig sak" not in sign_in(people.person(role)).get("/").get_data(as_text=True)


def test_the_start_page_takes_as_many_statements_however_much_there_is(sign_in: Any) -> None:
    me = people.person(Role.MARKET)
    browser = sign_in(me)

    def count() -> int:
        with statements() as sent:
            assert browser.get("/").status_code == 200
        return len([statement for statement in sent if statement.lstrip().upper().startswith("SELECT")])

    deadlines.deadline(deadlines.bare_case(me), date(2026, 11, 17))
    db.session.commit()
    few = count()
    for _ in range(5):
        deadlines.deadline(deadlines.bare_case(me), date(2026, 11, 17))
    db.session.commit()
    assert count() == few
    assert few <= 10


def test_the_process_says_that_it_lives(client: Client) -> None:
    assert client.get("/health/live").json == {"status": "live"}


def test_health_tells_each_part(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    response = client.get("/health")
    expected = {"status": "degraded", "database": True, "broker": False, "heartbeat_seconds": None}
    assert (response.status_code, response.json) == (200, expected)
    heartbeat.record(heartbeat.BEAT, now=NOW - timedelta(seconds=20))
    heartbeat.record(heartbeat.WORKER, now=NOW - timedelta(seconds=70))
    assert client.get("/health").json["heartbeat_seconds"] == 70  # type: ignore[index]
    monkeypatch.setattr("tracker.web.health._has_broker", lambda _url: True)
    assert client.get("/health").json["status"] == "ok"  # type: ignore[index]


def test_health_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise sa.exc.OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(heartbeat, "last_beats", away)
    response = client.get("/health")
    assert (response.status_code, response.json["status"]) == (503, "down")  # type: ignore[index]


@pytest.fixture
def mail_folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = replace(app.config["SETTINGS"], instance_dir=tmp_path, is_embedded=True)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    folder = tmp_path / "mail"
    folder.mkdir()
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Din inloggning – å", "a@example.org", "maja@example.org"
    message["Date"] = "Wed, 18 Nov 2026 07:30:00 +0100"
    message.set_content("Följ http://127.0.0.1:8000/sign-in/link/abc för att logga in.")
    message.add_alternative('<html><head></head><body><a href="/x">Logga in</a></body></html>', subtype="html")
    (folder / "0001.eml").write_bytes(message.as_bytes())
    (folder / "0002.eml").write_bytes(b"Subject: =?unknown?Q?x?=\r\nDate: none\r\n\r\n\xff\xfe")
    return folder


def test_caught_mail_is_listed_and_read(client: Client, mail_folder: Path) -> None:
    listed = client.get("/mail/").get_data(as_text=True)
    assert "Din inloggning – å" in listed and "2026-11-18 07:30" in listed
    assert "Din inloggning" not in client.get("/mail/?to=nobody").get_data(as_text=True)
    shown = client.get("/mail/0001").get_data(as_text=True)
    assert '<a href="http://127.0.0.1:8000/sign-in/link/abc" rel="noopener">' in shown
    assert 'src="/mail/0001/html" sandbox="' in shown
    assert client.get("/mail/0002").status_code == 200


def test_the_html_of_a_mail_is_shown_in_a_sandbox(client: Client, mail_folder: Path) -> None:
    framed = client.get("/mail/0001/html")
    policy = framed.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_top">' in framed.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/mail/none", "/mail/..%2f..%2fsecret_key", "/mail/0002/html"])
def test_other_files_are_out_of_reach(client: Client, mail_folder: Path, path: str) -> None:
    (mail_folder.parent / "secret_key").write_text("secret")
    assert client.get(path).status_code == 404


def test_in_production_there_is_no_mail_catcher(
    app: Flask, client: Client, mail_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], is_embedded=False))
    assert [client.get(path).status_code for path in ("/mail/", "/mail/0001", "/mail/0001/html")] == [404, 404, 404]
    assert "/mail/" not in client.get("/sign-in").get_data(as_text=True)


def test_the_tests_own_browser_reads_every_page_strictly(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    monkeypatch.setattr("tests.support.client.check_page", read.append)
    client.get("/sign-in")
    assert [page.status_code for page in read] == [200]
