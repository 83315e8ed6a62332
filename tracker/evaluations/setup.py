"""Puts the pages about evaluations and their sections into the application. Each part adds its line."""

from __future__ import annotations

from flask import Flask

from tracker.cases import panels
from tracker.evaluations import news
from tracker.evaluations.views import decisions, independence, review
from tracker.evaluations.views.blueprint import blueprint

# Imported here so that each hangs its views on the blueprint.
VIEWS = (decisions, independence, review)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    news.init_app()
    panels.register(app, "independence", independence.independence_panel, position=10)
