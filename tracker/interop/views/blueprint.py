"""The blueprint, and the media types of the templates that are filled in."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("interop", __name__, template_folder="../templates")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
