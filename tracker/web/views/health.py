"""For load balancers and watchers: `/health/live` (the process answers) and `/health` (its parts do)."""

from __future__ import annotations

from flask import Response, current_app, jsonify

from tracker.accounts.permissions import public
from tracker.core import clock
from tracker.web import health
from tracker.web.views.blueprint import blueprint


@blueprint.get("/health/live")
@public
def show_liveness() -> Response:
    return jsonify({"status": "live"})


@blueprint.get("/health")
@public
def show_health() -> tuple[Response, int]:
    found = health.check(current_app.config["SETTINGS"].redis_url, clock.now())
    status = "ok" if found.is_working else "degraded" if found.is_ready else "down"
    body = {
        "status": status,
        "database": found.has_database,
        "broker": found.has_broker,
        "heartbeat_seconds": found.heartbeat_seconds,
    }
    return jsonify(body), 200 if found.is_ready else 503
