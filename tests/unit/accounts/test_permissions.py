"""Which role may do what, and that every view says what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_login import AnonymousUserMixin

from tracker.accounts.enums import Role
from tracker.accounts.permissions import (
    PUBLIC,
    ROLE_PERMISSIONS,
    Permission,
    UndeclaredView,
    allow_public,
    check_every_view,
    declared_access,
    has_permission,
    permissions_of,
    public,
    requires,
)


def test_every_role_is_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert frozenset[Permission]().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_an_administrator_of_people_reads_no_case() -> None:
    assert not permissions_of([Role.ADMIN]) & {Permission.CASE_READ, Permission.REPORT_READ, Permission.AUDIT_READ}


def test_only_administrators_manage_people() -> None:
    assert [role for role in Role if Permission.PEOPLE_MANAGE in permissions_of([role])] == [Role.ADMIN]


def test_an_auditor_writes_nothing() -> None:
    writing = {"create", "edit", "step", "add", "compile", "manage"}
    assert not [item for item in permissions_of([Role.AUDITOR]) if item.value.rpartition("_")[2] in writing]


def test_roles_add_up() -> None:
    both = permissions_of([Role.ADMIN, Role.MARKET])
    assert both == permissions_of([Role.ADMIN]) | permissions_of([Role.MARKET])
    assert permissions_of([]) == {Permission.OWN_ACCOUNT}


def test_a_visitor_has_no_permission() -> None:
    assert not any(has_permission(AnonymousUserMixin(), permission) for permission in Permission)


def small_app() -> Flask:
    app = Flask("small", static_folder=None)

    @app.get("/open")
    @public
    def open_page() -> str:
        return ""

    @app.get("/closed")
    @requires(Permission.CASE_READ)
    def closed_page() -> str:
        return ""

    return app


def test_declarations_are_read_from_the_views() -> None:
    app = small_app()
    check_every_view(app)
    assert declared_access(app, "open_page") == PUBLIC
    assert declared_access(app, "closed_page") is Permission.CASE_READ
    assert declared_access(app, "nowhere") is None


def test_a_view_that_declares_nothing_stops_the_application_and_is_named() -> None:
    app = small_app()
    forgotten: Any = lambda: ""  # noqa: E731
    app.add_url_rule("/forgotten", "forgotten_page", forgotten)
    with pytest.raises(UndeclaredView, match="forgotten_page"):
        check_every_view(app)


def test_flasks_own_endpoints_are_declared_by_name() -> None:
    app = Flask("with_static", static_folder="static")
    with pytest.raises(UndeclaredView, match="static"):
        check_every_view(app)
    allow_public(app, "static")
    check_every_view(app)
