"""Who reaches which route by which method: access.yaml against the application's own URL map, and tried for real.

An entry reads `route: {METHOD: who}`, where who is `everyone` (visitors, too), `signed-in`, `link` (whoever holds the
secret in the address; all others meet 404), or a list of roles. A new route has to be added there by hand: somebody
decides who may use it, and this test holds the code to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from tests.conftest import settings_for
from tests.factories import people
from tests.support.client import Client, signed_in
from tracker.accounts.enums import Role
from tracker.accounts.permissions import LINK, PUBLIC, Permission, declared_access, permissions_of
from tracker.accounts.throttle import limiter
from tracker.app import create_app
from tracker.core.db import db

MATRIX = Path(__file__).with_name("access.yaml")
ANONYMOUS, DISABLED, NO_ROLE = "anonymous", "disabled", "no-role"
ROLES = [role.value for role in Role]
EVERYONE = {ANONYMOUS, NO_ROLE, *ROLES}
SPECIAL = {"everyone": EVERYONE, "signed-in": {NO_ROLE, *ROLES}, LINK: EVERYONE | {LINK}}
# What a view answers to somebody whom it lets in, when the record is made up and the form is empty.
LET_IN = {200, 302, 303, 400, 404, 409, 422, 503}

# A POST that takes the part of another method says which one.
HEADERS = {("/uploads/<upload_token>", "POST"): {"X-HTTP-Method-Override": "PATCH"}}
MADE_UP = {IntegerConverter: 999_999_999, UUIDConverter: UUID(int=0)}


def matrix() -> dict[tuple[str, str], set[str]]:
    """(route, method) -> who may."""
    listed = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return {
        (route, method): SPECIAL[who] if isinstance(who, str) else set(who)
        for route, methods in listed.items()
        for method, who in methods.items()
    }


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


@pytest.fixture(scope="module")
def tried_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose every route is tried. Who may do what does not depend on the kind of database."""
    app = create_app(settings_for(tmp_path_factory.mktemp("tried")))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Client
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def unlimited(tried_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """More requests than any person makes, and pages that are read strictly elsewhere."""
    monkeypatch.setattr("tests.support.client.check_page", lambda response: None)
    monkeypatch.setattr(limiter, "enabled", False)
    return tried_app


def test_every_route_and_method_is_listed(bare_app: Flask) -> None:
    served = {(rule.rule, method) for rule, method in rules(bare_app)}
    listed = set(matrix())
    assert sorted(served - listed) == [], "served, but not in access.yaml: decide who may, and add it"
    assert sorted(listed - served) == [], "in access.yaml, but not served"


def test_only_known_roles_are_listed() -> None:
    assert {who for allowed in matrix().values() for who in allowed} <= EVERYONE | {LINK}


def test_the_declarations_say_the_same(bare_app: Flask) -> None:
    listed = matrix()
    wrong = []
    for rule, method in rules(bare_app):
        access = declared_access(bare_app, rule.endpoint)
        if access in (PUBLIC, LINK):
            declared = SPECIAL["everyone" if access == PUBLIC else LINK]
        else:
            assert isinstance(access, Permission), f"{rule.endpoint} declares nothing"
            declared = {role.value for role in Role if access in permissions_of([role])}
            declared |= {NO_ROLE} if access in permissions_of([]) else set()
        if declared != listed.get((rule.rule, method)):
            wrong.append(f"{method} {rule.rule}: declared for {sorted(declared)}")
    assert wrong == []


@pytest.mark.parametrize("who", [ANONYMOUS, DISABLED, NO_ROLE, *ROLES])
def test_every_route_is_tried(unlimited: Flask, who: str) -> None:
    listed = matrix()
    client = browser_of(unlimited, who)
    wrong = []
    for rule, method in sorted(rules(unlimited), key=lambda item: item[0].rule == "/sign-out"):
        headers = HEADERS.get((rule.rule, method))
        response = client.open(path_for(unlimited, rule), method=method, headers=headers)
        allowed = listed.get((rule.rule, method), set())
        if LINK in allowed:
            # The made-up secret opens nothing, whoever asks.
            wrong += [f"{method} {rule.rule}: {response.status_code}"] if response.status_code != 404 else []
            continue
        is_allowed = (ANONYMOUS if who == DISABLED else who) in allowed
        fault = fault_in(response, is_allowed=is_allowed, is_signed_in=who not in (ANONYMOUS, DISABLED))
        if fault:
            wrong.append(f"{method} {rule.rule}: {fault}")
    assert wrong == []


@pytest.mark.parametrize("who", [ANONYMOUS, DISABLED, NO_ROLE, Role.REGION_CONTACT.value, Role.MARKET.value])
def test_the_other_methods_tell_no_more(unlimited: Flask, who: str) -> None:
    """HEAD is answered as GET is. OPTIONS names methods to those alone whom one of them lets in."""
    listed = matrix()
    client = browser_of(unlimited, who)
    wrong = []
    for rule in unlimited.url_map.iter_rules():
        path, methods = path_for(unlimited, rule), rule.methods or set()
        if "GET" in methods:
            got, head = (client.open(path, method=method, buffered=True) for method in ("GET", "HEAD"))
            if (head.status_code, head.location) != (got.status_code, got.location) or head.get_data():
                wrong.append(f"HEAD {rule.rule}: {head.status_code}, GET {got.status_code}")
        if "OPTIONS" not in methods:
            continue
        asked = client.options(path)
        allowed = set().union(*(who_may for (route, _method), who_may in listed.items() if route == rule.rule))
        is_let_in = LINK not in allowed and (not allowed or (ANONYMOUS if who == DISABLED else who) in allowed)
        if ("Allow" in asked.headers and asked.status_code in (200, 204)) > is_let_in:
            wrong.append(f"OPTIONS {rule.rule}: {asked.status_code}")
    assert wrong == []


def browser_of(app: Flask, who: str) -> Client:
    if who == ANONYMOUS:
        client = app.test_client()
        assert isinstance(client, Client)
        return client
    person = people.person(*([Role(who)] if who in ROLES else []))
    client = signed_in(app, person)
    person.is_active = who != DISABLED
    db.session.commit()
    return client


def path_for(app: Flask, rule: Rule) -> str:
    """An address that the rule serves, of records that are not there."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = next(iter(converter.items))
        else:
            values[name] = next((made for kind, made in MADE_UP.items() if isinstance(converter, kind)), "nothing")
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None
    return str(built[1])


def fault_in(response: TestResponse, *, is_allowed: bool, is_signed_in: bool) -> str | None:
    path = (response.location or "").partition("?")[0]
    is_refused = response.status_code == 403 if is_signed_in else path == "/sign-in"
    if is_refused is is_allowed:
        return f"answered {response.status_code} where it should {'let in' if is_allowed else 'refuse'}"
    return None if is_refused or response.status_code in LET_IN else f"answered {response.status_code}"
