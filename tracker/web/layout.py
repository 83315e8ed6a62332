"""What the frame of every page needs: menu, person, language, appearance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.permissions import PUBLIC, declared_access, has_permission
from tracker.core.filters import locale_code
from tracker.core.requests import safe_path

APPEARANCE_COOKIE = "samordna_appearance"
APPEARANCES = {"auto": _l("Automatic"), "light": _l("Light"), "dark": _l("Dark")}
LANGUAGES = {"sv": "På svenska", "en": "In English"}

# Addresses of their own that belong to an entry of the menu.
_BELONGS_TO = {"recommendations": "evaluations"}

# endpoint, label, first part of the address that it stands for
MENU = (
    ("web.home", _l("Start page"), ""),
    ("procurements.list_procurements", _l("Procurements"), "procurements"),
    ("evaluations.list_evaluations", _l("Evaluations"), "evaluations"),
    ("deadlines.list_deadlines", _l("Deadlines"), "deadlines"),
    ("documents.search_documents", _l("Documents"), "documents"),
    ("reports.list_editions", _l("Status reports"), "reports"),
    ("organisations.list_organisations", _l("Organisations"), "organisations"),
    ("outbox.list_messages", _l("Mail"), "outbox"),
    ("accounts.list_people", _l("People"), "people"),
)


@dataclass(frozen=True)
class MenuItem:
    """``current`` is the value of aria-current: page, true (a page below) or empty."""

    label: Any
    url: str
    current: str


@dataclass(frozen=True)
class Choice:
    code: str
    label: Any
    is_current: bool


def url_with(**changes: Any) -> str:
    """The present address with parts of its query changed; None removes a part."""
    return _with_query(request.path, changes)


def with_filters(path: str) -> str:
    """`path` with what the present list is narrowed to, for the whole of it: without its pages. The query never goes
    through ``url_for``, to which words like ``endpoint`` in it would mean something."""
    return _with_query(path, {"page": None, "per_page": None})


def _with_query(path: str, changes: Mapping[str, Any]) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changes and value]
    added = [(key, str(value)) for key, value in changes.items() if value is not None]
    query = urlencode(kept + added)
    return f"{path}?{query}" if query else path


def safe_next(target: str | None) -> str:
    """``target`` where it is a path of this site, else the start page."""
    return safe_path(target) or url_for("web.home")


class Frame:
    """Read by the templates as ``ui``. Properties, so that a bare error page asks for nothing that may be away."""

    @property
    def locale(self) -> str:
        return locale_code()

    @property
    def scheme(self) -> str:
        chosen = request.cookies.get(APPEARANCE_COOKIE, "auto")
        return chosen if chosen in APPEARANCES else "auto"

    @property
    def schemes(self) -> list[Choice]:
        return [Choice(code, label, code == self.scheme) for code, label in APPEARANCES.items()]

    @property
    def languages(self) -> list[Choice]:
        return [Choice(code, label, code == self.locale) for code, label in LANGUAGES.items()]

    @property
    def here(self) -> str:
        return url_with() if request.method == "GET" else request.path

    @property
    def home_url(self) -> str:
        return url_for("web.home")

    @property
    def person_name(self) -> str | None:
        return current_user.name if current_user.is_authenticated else None

    @property
    def account_url(self) -> str | None:
        return _url_if_there("accounts.show_account")

    @property
    def sign_in_url(self) -> str | None:
        return None if current_user.is_authenticated else _url_if_there("accounts.sign_in")

    @property
    def sign_out_url(self) -> str | None:
        return _url_if_there("accounts.sign_out") if current_user.is_authenticated else None

    @property
    def mail_url(self) -> str | None:
        """The mail catcher's page, where there is one."""
        return url_for("web.list_mail") if current_app.config["SETTINGS"].is_embedded else None

    @property
    def navigation(self) -> list[MenuItem]:
        if not current_user.is_authenticated:
            return []
        first = request.path.strip("/").split("/")[0].split(".")[0]
        here = _BELONGS_TO.get(first, first)
        items = []
        for endpoint, label, part in MENU:
            if may_open(endpoint):
                url = url_for(endpoint)
                current = "page" if request.path == url else "true" if part and part == here else ""
                items.append(MenuItem(label, url, current))
        return items


def may_open(endpoint: str) -> bool:
    """Whether the endpoint exists and the person may use it."""
    if endpoint not in current_app.view_functions:
        return False
    access = declared_access(current_app._get_current_object(), endpoint)  # type: ignore[attr-defined]
    return access == PUBLIC or (access is not None and has_permission(current_user, access))  # type: ignore[arg-type]


def _url_if_there(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_with"] = url_with
    app.jinja_env.globals["with_filters"] = with_filters
    app.jinja_env.globals["may_open"] = may_open
    app.jinja_env.globals["ui"] = Frame()
