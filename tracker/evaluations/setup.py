"""Puts the pages about evaluations and their sections into the application. Each part adds its line."""

from __future__ import annotations

from flask import Flask

from tracker.cases import panels
from tracker.documents import owners, uploads
from tracker.evaluations import delivered, follow_up_panel, mails, news, workspace_panel
from tracker.evaluations.queries import providers
from tracker.evaluations.service import links as evaluator_links
from tracker.evaluations.views import (
    actions,
    costs,
    decisions,
    deliverables,
    delivery,
    follow_up,
    given,
    independence,
    links,
    listing,
    new,
    page,
    questions,
    recommendations,
    review,
    sections,
    team,
)
from tracker.evaluations.views.blueprint import blueprint
from tracker.evaluations.views.workspace import (
    astray,
    calendar,
    comments,
    declaration,
    decline,
    overview,
    progress,
    reminders,
    renew,
)
from tracker.evaluations.views.workspace import blueprint as gate
from tracker.evaluations.views.workspace import delivery as handing_in
from tracker.evaluations.views.workspace import questions as asking
from tracker.evaluations.views.workspace import recommendations as recommending
from tracker.organisations import visibility

# Imported here so that each hangs its views on its blueprint.
COMMISSION = (listing, new, page, sections, team, deliverables)
VIEWS = (decisions, independence, review, delivery, given, links, questions, recommendations, actions, follow_up, costs)
WORKSPACE = (
    overview,
    handing_in,
    calendar,
    renew,
    asking,
    declaration,
    decline,
    progress,
    comments,
    recommending,
    reminders,
)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(gate.blueprint)
    astray.init_app(app)
    mails.init_app()
    panels.register(app, "workspace", workspace_panel.load, position=20)
    news.init_app()
    owners.register("deliverable", delivered.find_owner)
    uploads.register_gate(evaluator_links.SENDER, evaluator_links.why_refused)
    panels.register(app, "recommendations", follow_up_panel.load, position=20)
    panels.register(app, "independence", independence.independence_panel, position=10)
    panels.register(app, "costs", costs.costs_panel, position=30)
    visibility.register(app, "evaluations", providers.hidden_from)
