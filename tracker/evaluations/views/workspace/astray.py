"""A link that arrived damaged, and addresses below a good one that lead nowhere.

Mail programs break long addresses and take the sign that follows along. What is answered says nothing of whether such
a secret ever was ours: the same page for all of them, and the redirect asks nobody.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import Flask, g, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound as NoSuchAddress
from werkzeug.wrappers import Response

from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.requests import READING_METHODS
from tracker.evaluations.views.workspace.blueprint import Opened, blueprint, frame, open_commission, sent_texts

PREFIX = "/commission/"
# A secret, and every page below it, ends in none of these; a full stop, a bracket or a space may follow it in a text.
_TRAILING = re.compile(r"[^A-Za-z0-9_-]+$")


def answer_astray() -> Response | None:
    """Before the gate: the address without the signs behind it, or the page for an address that leads nowhere."""
    if not f"{request.path}/".startswith(PREFIX):
        return None
    if request.method in READING_METHODS and _TRAILING.search(request.path):
        mended = _TRAILING.sub("", request.path)
        if mended.startswith(PREFIX):
            query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
            return redirect(quote(mended) + query, 302)
    if isinstance(request.routing_exception, NoSuchAddress):
        return _lead_back()
    return None


def _lead_back() -> Response:
    token = request.path.removeprefix(PREFIX).partition("/")[0]
    found = open_commission(token) if request.method in READING_METHODS else None
    if isinstance(found, Response):
        return found
    return _page(found, token)


@blueprint.errorhandler(404)
@blueprint.errorhandler(NotFound)
def not_found(_error: Any) -> Response:
    """The secret is not ours, or what it opens has nothing of this number."""
    return _page(g.get("opened"), (request.view_args or {}).get("token", ""))


def _page(here: Opened | None, token: str) -> Response:
    db.session.rollback()
    if here is None:
        return make_response(render_template("workspace/unknown.html"), 404)
    page = render_template("workspace/nothing_here.html", **frame(here, token), texts=sent_texts())
    return make_response(page, 404)


def init_app(app: Flask) -> None:
    # The gate would refuse what this can mend.
    app.before_request_funcs.setdefault(None, []).insert(0, answer_astray)
