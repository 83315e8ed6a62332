"""The mails with links, as people read them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import messages, people
from tests.factories.messages import outgoing
from tests.integration.accounts.conftest import path_in
from tests.support import smtp
from tests.support.client import Client
from tracker.accounts import mails, service
from tracker.accounts.enums import Locale, Role
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.i18n import using_locale
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageState
from tracker.outbox.models import OutboxMessage

SIGN_IN_SV = """\
Logga in i Samordna

Öppna adressen och välj knappen som finns där:

http://127.0.0.1:8000{path}

Länken fungerar en gång och i 15 minuter. Har du inte bett om den? Gör i så fall ingenting: utan länken kommer ingen in.

-- 
Du får det här mejlet därför att någon bad om en inloggningslänk till din adress.

http://127.0.0.1:8000"""  # noqa: W291 (two dashes and a blank begin a signature, RFC 3676)
INVITATION_EN = """\
You are invited to Samordna

Samordna keeps track of the county councils' joint procurements of medicines, their deadlines and status reports.

Your roles: Market function, Auditor

Open this address to start:

http://127.0.0.1:8000{path}

The invitation works once and for 7 days.

-- 
You get this mail because an administrator of Samordna invited you.

http://127.0.0.1:8000"""  # noqa: W291


def only_message() -> OutboxMessage:
    return db.session.scalars(sa.select(OutboxMessage)).one()


def test_the_sign_in_mail_in_swedish(app: Flask) -> None:
    person = people.person(Role.MARKET)
    service.mail_sign_in_link(person=person, actor=SYSTEM, now=clock.now())
    with using_locale("sv"):
        mail = mails.compose_sign_in(outgoing(only_message()))
    assert mail.subject == "Logga in i Samordna"
    assert mail.text.strip() == SIGN_IN_SV.format(path=path_in(mail.text))


def test_the_invitation_in_english(app: Flask) -> None:
    service.invite_person(
        email="new@example.org",
        name="New Person",
        roles={Role.AUDITOR, Role.MARKET},
        locale=Locale.EN,
        actor=SYSTEM,
        now=clock.now(),
    )
    with using_locale("en"):
        mail = mails.compose_invitation(outgoing(only_message()))
    assert mail.subject == "You are invited to Samordna"
    assert mail.text.strip() == INVITATION_EN.format(path=path_in(mail.text))


@pytest.mark.parametrize("locale", ["sv", "en"])
def test_html_and_text_lead_to_the_same_place(app: Flask, locale: str) -> None:
    person = people.person(Role.MARKET)
    service.mail_sign_in_link(person=person, actor=SYSTEM, now=clock.now(), target="/procurements?q=a&page=2")
    with using_locale(locale):
        mail = mails.compose_sign_in(outgoing(only_message()))
    page = BeautifulSoup(str(mail.html), "html.parser")
    links = [str(link["href"]) for link in page.find_all("a") if "/sign-in/" in str(link["href"])]
    assert set(links) == {"http://127.0.0.1:8000" + path_in(mail.text)}
    assert links[0].endswith("?next=%2Fprocurements%3Fq%3Da%26page%3D2")


def test_from_the_request_to_the_inbox_and_in(app: Flask, client: Client) -> None:
    people.person(Role.MARKET, email="officer@example.org")
    client.post("/sign-in/link", data={"email": "officer@example.org"})
    with smtp.server() as server, messages.sending_to(app, server.port):
        drain()
    db.session.expire_all()
    body = server.messages[0].get_body(("plain",))
    assert body is not None
    path = path_in(body.get_content())
    kept = only_message()
    assert (kept.state, kept.text) == (MessageState.SENT, None)
    assert "seed" not in kept.params
    assert client.post(path).status_code == 303
    assert client.get("/account").status_code == 200
