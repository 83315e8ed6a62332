"""The request wrapper: one transaction per request, committed once, and never by a page that is only read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g
from flask import request as current_request
from werkzeug.routing import IntegerConverter

from tracker.core.bodies import PageRequest
from tracker.core.db import db, expect_reads

# The databases' largest row number: an address with a larger one leads nowhere, and is never asked for.
LARGEST_ID = 2**31 - 1
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def path_for_logs(request: Request) -> str:
    """The path of ``request`` with the parts that open something masked: every ``<…token>`` of its rule."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        if name.endswith("token") and value:
            path = path.replace(str(value), "***")
    return path


def safe_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None: no form may send people to a stranger's page.

    Browsers read a backslash as a slash and drop tabs and line breaks, so none of those pass.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if "\\" in target or any(ord(character) < 33 or ord(character) == 127 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: the number of a row."""

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_ID, **kwargs})


class Application(Flask):
    """Flask with a commit point.

    A writing request commits when its view returned a status below 400, and rolls back otherwise; a view that must
    keep something although it refuses (a failed sign-in) sets ``g.commit_anyway``. A reading request always rolls back.
    """

    request_class = PageRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url_map.converters["int"] = RowNumber

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Before the session is opened, since opening it reads the database.
        expect_reads(only_reads=environ["REQUEST_METHOD"] in READING_METHODS)
        return super().wsgi_app(environ, start_response)

    def log_exception(self, exc_info: Any) -> None:
        """As Flask does it, without the secrets that stand in addresses."""
        self.logger.error(
            "Exception on %s [%s]", path_for_logs(current_request), current_request.method, exc_info=exc_info
        )

    def dispatch_request(self) -> Response:
        try:
            response: Response = self.make_response(super().dispatch_request())
        except BaseException:
            db.session.rollback()
            raise
        keeps = response.status_code < 400 or g.get("commit_anyway", False)
        if current_request.method not in READING_METHODS and keeps:
            db.session.commit()
        else:
            db.session.rollback()
        return response
