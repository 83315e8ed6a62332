"""The gate before every view: who asks, from which page, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from tracker.accounts import service
from tracker.accounts.permissions import LINK, PUBLIC, Permission, declared_access, has_permission
from tracker.core import clock
from tracker.core.bodies import PageRequest
from tracker.core.db import db, writing
from tracker.core.requests import READING_METHODS

_OPENERS = "samordna_link_openers"

# What the secret of an address opens; a page in its stead (the link has expired); or None: nothing is there.
Opener = Callable[[str], Any]


def register_link_gate(app: Flask, blueprint_name: str, opener: Opener) -> None:
    """Ask ``opener`` before every view of ``blueprint_name`` that is declared ``@opened_by_link``.

    What it gives is kept in ``g.opened``. Such a view needs no form token: the secret in its address is what a
    stranger's page does not know, and no cookie helps anybody in.
    """
    app.extensions.setdefault(_OPENERS, {})[blueprint_name] = opener


def check_origin() -> None:
    """Refuse a write that a browser says comes from another site (OWASP: verify origin). Raises CSRFError.

    `Sec-Fetch-Site` is asked first. An absent or opaque (`null`) Origin, which a strict referrer policy gives, is left
    to the form's token.
    """
    if request.method in READING_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        is_foreign = site not in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin", "null")
        is_foreign = origin not in ("null", request.host_url.rstrip("/"), current_app.config["SETTINGS"].base_url)
    if is_foreign:
        raise CSRFError(_l("The form was sent from another site."))


def check_access() -> Response | None:
    """Let through, send to sign-in, or refuse (403). What declares nothing is refused to everybody."""
    if request.endpoint is None:
        return None  # 404 or 405, which routing raises after this
    access = declared_access(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    if access == PUBLIC:
        return None
    if access == LINK:
        return _open_by_link()
    if not current_user.is_authenticated:
        return _to_sign_in()
    if not isinstance(access, Permission) or not has_permission(current_user, access):
        _record_denial(request.endpoint)
        abort(403)
    return None


def _open_by_link() -> Response | None:
    opener: Opener | None = current_app.extensions.get(_OPENERS, {}).get(request.blueprint)
    opened = opener((request.view_args or {}).get("token", "")) if opener else None
    if opened is None:
        abort(404)
    if isinstance(opened, Response):
        return opened
    g.opened = opened
    return None


def can(permission: Permission | str) -> bool:
    """Whether the person of this request has a permission; for templates: `{% if can("procurement_edit") %}`."""
    return has_permission(current_user, Permission(permission))


def _to_sign_in() -> Response:
    cast(PageRequest, request).refuses_files = True
    if request.method not in READING_METHODS and set(request.form) - {"csrf_token", "next", "version"}:
        abort(401)  # its page shows what was typed: a redirect would lose it
    wanted = request.full_path.rstrip("?") if request.method in READING_METHODS else request.path
    is_page = current_app.url_map.bind("").test(request.path, method="GET")
    parameters: dict[str, Any] = {} if wanted == "/" or not is_page else {"next": wanted}
    address = url_for("accounts.sign_in", **parameters)
    if request.headers.get("HX-Request"):
        # A fragment cannot hold a sign-in page: htmx is told to open it.
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for("accounts.sign_in")
        return answer
    return redirect(address, 302 if request.method in READING_METHODS else 303)


def _record_denial(endpoint: str) -> None:
    db.session.rollback()
    with writing():
        person = current_user._get_current_object()
        service.record_denial(actor=person, what=endpoint, method=request.method, now=clock.now())
        db.session.commit()


def init_app(app: Flask) -> None:
    app.before_request(check_origin)
    app.before_request(check_access)
    app.jinja_env.globals["can"] = can
