"""Wires what every page has: headers, frame, filters, error pages."""

from __future__ import annotations

from flask import Flask

from tracker.accounts.permissions import allow_public
from tracker.core import filters
from tracker.web import errors, headers, layout, request_id


def init_app(app: Flask) -> None:
    """Called once by the application factory, before the blueprints are registered."""
    filters.init_app(app)
    request_id.init_app(app)
    headers.init_app(app)
    layout.init_app(app)
    errors.init_app(app)
    allow_public(app, "static")
