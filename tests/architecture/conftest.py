"""An application that is only looked at: no database behind it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import settings_for
from tracker.app import create_app


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings_for(tmp_path_factory.mktemp("bare")))
