"""What unit tests share: the texts of the application, and nothing else of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tracker.core import i18n


@pytest.fixture(scope="session")
def texts_app() -> Flask:
    app = Flask("texts")
    i18n.init_app(app)
    return app


@pytest.fixture
def texts(texts_app: Flask) -> Iterator[None]:
    """A bare application with our translations, Swedish by default; for this test and no longer."""
    with texts_app.app_context():
        yield
