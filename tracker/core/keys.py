"""The application's secret keys."""

from __future__ import annotations

from flask import current_app


def secret_keys() -> tuple[str, ...]:
    """The key that signs, and after it the earlier ones by which what they signed is still known."""
    return (str(current_app.config["SECRET_KEY"]), *(current_app.config["SECRET_KEY_FALLBACKS"] or ()))
