"""What unit tests share: the texts of the application, and nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tracker.core import i18n


@pytest.fixture(scope="session")
def texts() -> Iterator[None]:
    """A bare application with our translations, Swedish by default."""
    app = Flask("texts")
    i18n.init_app(app)
    with app.app_context():
        yield
