"""Who may do what. Every view declares one permission, or that it is public; without that the application stops.

A permission opens a kind of page. Which cases a person sees there is decided by `tracker.cases.secrecy`, so a role that
only takes part in some cases (`evaluator`, `region_contact`) has `CASE_READ` too, and meets 404 for every other case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

from tracker.accounts.enums import Role

ViewFunction = TypeVar("ViewFunction", bound=Callable[..., Any])

_ATTRIBUTE = "access_declaration"
_EXTENSION = "samordna_public_endpoints"
PUBLIC = "public"
LINK = "link"


class Permission(StrEnum):
    """What a view asks for. The values are used in tests/architecture/access.yaml."""

    OWN_ACCOUNT = "own_account"
    CASE_READ = "case_read"
    PROCUREMENT_CREATE = "procurement_create"
    PROCUREMENT_EDIT = "procurement_edit"
    PROCUREMENT_STEP = "procurement_step"
    CONTRACT_EDIT = "contract_edit"
    DEADLINE_EDIT = "deadline_edit"
    NOTE_ADD = "note_add"
    DOCUMENT_ADD = "document_add"
    DOCUMENT_RELEASE = "document_release"
    EVALUATION_EDIT = "evaluation_edit"
    EVALUATION_ASSESS = "evaluation_assess"
    RECOMMENDATION_RESPOND = "recommendation_respond"
    ACTION_VERIFY = "action_verify"
    CASE_EXPORT = "case_export"
    REPORT_READ = "report_read"
    REPORT_COMPILE = "report_compile"
    ORGANISATION_READ = "organisation_read"
    ORGANISATION_EDIT = "organisation_edit"
    PEOPLE_MANAGE = "people_manage"
    MAIL_MANAGE = "mail_manage"
    AUDIT_READ = "audit_read"


_EVERYBODY = frozenset({Permission.OWN_ACCOUNT, Permission.ORGANISATION_READ})
_READER = _EVERYBODY | {Permission.CASE_READ, Permission.CASE_EXPORT, Permission.REPORT_READ}
_STEPS = frozenset(
    {
        Permission.PROCUREMENT_STEP,
        Permission.CONTRACT_EDIT,
        Permission.DEADLINE_EDIT,
        Permission.NOTE_ADD,
        Permission.DOCUMENT_ADD,
    }
)
# The styrgrupp commissions evaluations (clause 5); the Market function and SKL's support function do the work.
_EVALUATIONS = frozenset(
    {
        Permission.EVALUATION_EDIT,
        Permission.RECOMMENDATION_RESPOND,
        Permission.ACTION_VERIFY,
        Permission.DOCUMENT_ADD,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MARKET: _READER
    | _STEPS
    | _EVALUATIONS
    | {
        Permission.DOCUMENT_RELEASE,
        Permission.PROCUREMENT_CREATE,
        Permission.PROCUREMENT_EDIT,
        Permission.REPORT_COMPILE,
        Permission.MAIL_MANAGE,
    },
    Role.PURCHASING: _READER | _STEPS,
    Role.STEERING: _READER | _EVALUATIONS | {Permission.EVALUATION_ASSESS},
    Role.SUPPORT: _READER | _EVALUATIONS | {Permission.DOCUMENT_RELEASE},
    Role.EVALUATOR: _EVERYBODY | {Permission.CASE_READ},
    Role.HEALTH_CARE_DELEGATION: _READER,
    Role.REGION_CONTACT: _EVERYBODY | {Permission.CASE_READ},
    Role.AUDITOR: _READER | {Permission.AUDIT_READ},
    Role.ADMIN: _EVERYBODY | {Permission.PEOPLE_MANAGE, Permission.ORGANISATION_EDIT, Permission.MAIL_MANAGE},
}


class UndeclaredView(RuntimeError):
    """A route exists whose view says neither who may use it nor that everybody may."""


def requires(permission: Permission) -> Callable[[ViewFunction], ViewFunction]:
    """Only people with `permission` reach the view. Stands under the route decorator."""

    def declare(view: ViewFunction) -> ViewFunction:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def public(view: ViewFunction) -> ViewFunction:
    """Everybody reaches the view, signed in or not."""
    setattr(view, _ATTRIBUTE, PUBLIC)
    return view


def opened_by_link(view: ViewFunction) -> ViewFunction:
    """Whoever holds the secret in the address (``<token>``) reaches the view, signed in or not; others meet 404."""
    setattr(view, _ATTRIBUTE, LINK)
    return view


def allow_public(app: Flask, *endpoints: str) -> None:
    """Declare endpoints public that have no view function of ours, such as Flask's own `static`."""
    app.extensions.setdefault(_EXTENSION, set()).update(endpoints)


def declared_access(app: Flask, endpoint: str) -> Permission | str | None:
    """The permission that an endpoint asks for, `PUBLIC`, `LINK`, or None when nothing is declared."""
    if endpoint in app.extensions.get(_EXTENSION, ()):
        return PUBLIC
    access: Permission | str | None = getattr(app.view_functions.get(endpoint), _ATTRIBUTE, None)
    return access


def check_every_view(app: Flask) -> None:
    """Raise UndeclaredView, naming every endpoint of the URL map that declares nothing. Called at start."""
    endpoints = sorted({rule.endpoint for rule in app.url_map.iter_rules()})
    missing = [endpoint for endpoint in endpoints if declared_access(app, endpoint) is None]
    if missing:
        raise UndeclaredView(
            "these endpoints declare no access; put @requires(Permission...), @public or @opened_by_link under their"
            f" route: {', '.join(missing)}"
        )


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """Everything that the roles allow together."""
    return frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles)) | {Permission.OWN_ACCOUNT}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that allow this."""
    return [role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed]


def has_permission(person: Any, permission: Permission) -> bool:
    """Whether a person (an `accounts.models.Person`, or Flask-Login's anonymous one) has a permission now."""
    if not person.is_authenticated:
        return False
    return permission in permissions_of(person.roles)
