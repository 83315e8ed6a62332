"""A word of a sealed or restricted evaluation is nowhere for those outside it: pages, lists, search, files, mails."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.integration.evaluations.reading import composed, walk
from tests.integration.evaluations.whole import Whole, whole
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.service import links
from tracker.outbox.models import OutboxMessage
from tracker.reports.building import build_snapshot

# Nothing else in the register holds these.
SEALED, RESTRICTED = "zebrafink", "kaskelot"
INSIDE_BY_ROLE = (Role.MARKET, Role.PURCHASING, Role.AUDITOR, Role.STEERING)


@pytest.fixture
def officer(app: Flask) -> Iterator[Person]:
    load_reference()
    with clock.frozen_at(make.NOW):
        yield person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def register(officer: Person) -> dict[str, Whole]:
    make.evaluation(officer, "Den öppna")
    assessor = person(Role.STEERING, name="Någon i styrgruppen")
    return {
        SEALED: whole(officer, assessor, SEALED, SecrecyClass.SEALED),
        RESTRICTED: whole(officer, assessor, RESTRICTED, SecrecyClass.RESTRICTED),
    }


def leaks(found: dict[str, str], word: str) -> list[str]:
    # What one has asked for oneself is shown again: the search field, and the links that keep the search.
    asked = (f"q={word}", f"q%3D{word}", f'value="{word}"')
    told = []
    for address, text in found.items():
        for part in asked:
            text = text.replace(part, "")
        if word in text.casefold():
            told.append(address)
    return told


@pytest.mark.parametrize("role", list(Role))
def test_an_outsider_finds_no_word(app: Flask, register: dict[str, Whole], role: Role) -> None:
    found = walk(signed_in(app, person(role)), register)
    # Who looks after the accounts sees everybody's name, and nothing of what they take part in.
    del found["/people"]
    # The steering group assesses independence in every evaluation, so it knows of each.
    if role is Role.STEERING:
        assert leaks(found, SEALED) and leaks(found, RESTRICTED)
        return
    assert leaks(found, SEALED) == []
    assert role in INSIDE_BY_ROLE or leaks(found, RESTRICTED) == []
    numbers = {word: made.evaluation.registry_number for word, made in register.items()}
    # Who manages the mail sees which message is about which case: by its number alone.
    pages = {address: text for address, text in found.items() if not address.startswith("/outbox")}
    assert not [address for address, text in pages.items() if numbers[SEALED] in text]


def test_nobody_who_is_not_signed_in_finds_a_word(client: Client, register: dict[str, Whole]) -> None:
    found = walk(client, register)
    assert leaks(found, SEALED) + leaks(found, RESTRICTED) == []


def test_the_officer_finds_both(app: Flask, officer: Person, register: dict[str, Whole]) -> None:
    found = walk(signed_in(app, officer), register)
    for word in register:
        assert len(leaks(found, word)) > 8


def test_the_report_holds_no_word(register: dict[str, Whole]) -> None:
    snapshot = build_snapshot(db.session(), make.TODAY, number="2026-01", now=make.NOW, app_version="1")
    text = str(snapshot).casefold()
    assert SEALED not in text
    assert RESTRICTED not in text


def test_mails_name_neither_and_go_to_nobody_outside(app: Flask, register: dict[str, Whole]) -> None:
    outsiders = [person(Role.SUPPORT), person(Role.HEALTH_CARE_DELEGATION)]
    for made in register.values():
        make.declared(made.member, family=f"Syskon {SEALED} {RESTRICTED}")
        links.mail_link(actor=made.evaluation.responsible, now=make.NOW, link=made.link)
    messages = list(db.session.scalars(sa.select(OutboxMessage)))
    assert len(messages) > 4
    assert not {message.person_id for message in messages} & {outsider.id for outsider in outsiders}
    with app.test_request_context():
        texts = [composed(message) for message in messages]
    assert sum(bool(text) for text in texts) > 4
    assert not [text for text in texts if SEALED in text.casefold() or RESTRICTED in text.casefold()]
    kept = [f"{message.params} {message.dedupe_key}" for message in messages]
    assert not [text for text in kept if SEALED in text or RESTRICTED in text]


def test_no_secret_of_a_link_is_kept_or_told(
    app: Flask, officer: Person, register: dict[str, Whole], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """The token is in the address of the workspace and the evaluator's own mail, and nowhere else."""
    link = register[RESTRICTED].link
    links.mail_link(actor=officer, now=make.NOW, link=link)
    tokens = (links.token(link), link.seed, link.token_hash)
    with caplog.at_level(logging.DEBUG):
        answers = [client.get(f"/commission/{tokens[0]}{end}") for end in ("", "/comments", "/nowhere")]
        links.revoke(actor=officer, now=make.NOW, link=link)
        answers.append(client.post(f"/commission/{tokens[0]}/questions", data={"body": "Fråga"}))
    assert [answer.status_code for answer in answers] == [200, 200, 404, 410]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("tracker")]
    found = walk(signed_in(app, officer), register)
    rows = [str(row.changes) for row in db.session.scalars(sa.select(AuditEvent))]
    rows += [str(row.params) + row.dedupe_key for row in db.session.scalars(sa.select(OutboxMessage))]
    for token in tokens:
        assert not [text for text in (*found.values(), *rows, *ours) if token in text]
