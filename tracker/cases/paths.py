"""Where the page of a case is. Pages of lower parts lead there without knowing the domain."""

from __future__ import annotations

from flask import Flask

from tracker.cases.enums import CaseKind

# A test compares these with the application's own routes.
PATHS = {CaseKind.PROCUREMENT: "/procurements/", CaseKind.EVALUATION: "/evaluations/"}


def case_path(kind: CaseKind, case_id: int) -> str | None:
    """The path of a case's page on this site; None for a kind that has no pages yet."""
    path = PATHS.get(CaseKind(kind))
    return None if path is None else f"{path}{case_id}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["case_path"] = case_path
