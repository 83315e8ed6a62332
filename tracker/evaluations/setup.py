"""Puts the pages about evaluations and their sections into the application. Each part adds its line."""

from __future__ import annotations

from flask import Flask

from tracker.evaluations.views.blueprint import blueprint

# Imported here so that each hangs its views on the blueprint.
VIEWS = ()


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
