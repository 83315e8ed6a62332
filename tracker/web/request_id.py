"""A number for each request, shown on error pages, sent back and written in the log, so that one finds the other."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, g, has_request_context, request

_PATTERN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id() -> str:
    """This request's number: the proxy's, where it sent a sound one, else a new one."""
    if "request_id" not in g:
        sent = request.headers.get("X-Request-ID", "")
        g.request_id = sent if _PATTERN.fullmatch(sent) else secrets.token_hex(6)
    return str(g.request_id)


class RequestIdFilter(logging.Filter):
    """Gives each log record ``request_id``, empty outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() if has_request_context() else ""
        return True


def _send(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    return response


def init_app(app: Flask) -> None:
    app.logger.addFilter(RequestIdFilter())
    app.jinja_env.globals["request_id"] = request_id
    app.after_request(_send)
