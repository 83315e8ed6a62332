"""Pages of the status report: its editions, how one is coming along, how it reads, and its files."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.core.paging import Page, clamp
from tracker.core.storage import file_store
from tracker.reports import labels, presentation, queries, service
from tracker.reports.enums import EditionState, FailureCode
from tracker.reports.forms import CompileForm
from tracker.reports.models import ReportEdition
from tracker.reports.presentation import Part, Report

blueprint = Blueprint("reports", __name__, template_folder="templates")

POLL_SECONDS = 2
_ROWS_PER_PAGE = 100
_PROGRESS = {state: index for index, state in enumerate(labels.STATES)}
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@blueprint.get("/reports")
@requires(Permission.REPORT_READ)
def list_editions() -> str:
    return _list(CompileForm(formdata=None, as_of_on=clock.today()))


@blueprint.post("/reports")
@requires(Permission.REPORT_COMPILE)
def compile_edition() -> Any:
    form = CompileForm()
    if form.validate_on_submit() and form.as_of_on.data:
        with form.domain_errors():
            edition = service.request_edition(actor=current_user, now=clock.now(), as_of_on=form.as_of_on.data)
            return redirect(url_for("reports.show", edition_id=edition.id), 303)
    return _list(form), form.status


@blueprint.get("/reports/<int:edition_id>")
@requires(Permission.REPORT_READ)
def show(edition_id: int) -> str:
    edition = queries.get_edition(edition_id)
    report = presentation.present(edition.snapshot.encode()) if _is_done(edition) and edition.snapshot else None
    return render_template(
        "reports/show.html",
        edition=edition,
        report=report,
        part=Part,
        procurements=_page_of(report, Part.PROCUREMENTS) if report else None,
        **_progress(edition),
    )


@blueprint.get("/reports/<int:edition_id>/progress")
@requires(Permission.REPORT_READ)
def progress(edition_id: int) -> Response:
    """The part of the page that is asked for again and again while a worker compiles."""
    edition = queries.get_edition(edition_id)
    response = Response(render_template("reports/_progress.html", edition=edition, **_progress(edition)))
    if edition.state in (EditionState.DONE, EditionState.FAILED):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/reports/<int:edition_id>/retry")
@requires(Permission.REPORT_COMPILE)
def retry(edition_id: int) -> Any:
    edition = queries.get_edition(edition_id)
    # Whoever presses twice, or after a colleague, finds it on its way.
    with suppress(DomainError):
        service.retry_edition(actor=current_user, now=clock.now(), edition=edition)
    return redirect(url_for("reports.show", edition_id=edition.id), 303)


@blueprint.get("/reports/<int:edition_id>/<any(pdf, xlsx, json):kind>")
@requires(Permission.REPORT_READ)
def download(edition_id: int, kind: str) -> Response:
    edition = queries.get_edition(edition_id)
    digest = {"pdf": edition.pdf_sha256, "xlsx": edition.xlsx_sha256, "json": edition.snapshot_sha256}[kind]
    if not _is_done(edition) or digest is None or edition.snapshot is None:
        abort(404)
    content = io.BytesIO(edition.snapshot.encode()) if kind == "json" else file_store().open(digest)
    return send_file(
        content,
        mimetype=_MEDIA_TYPES[kind],
        as_attachment=True,
        download_name=f"lagesrapport-{edition.number}.{kind}",
        etag=digest,
        last_modified=edition.finished_at,
        max_age=0,
    )


def _list(form: CompileForm) -> str:
    return render_template(
        "reports/list.html",
        form=form,
        page=queries.list_editions(request.args.get("page", type=int)),
        states=labels.STATES,
        may_compile=has_permission(current_user, Permission.REPORT_COMPILE),
    )


def _is_done(edition: ReportEdition) -> bool:
    return edition.state is EditionState.DONE


def _progress(edition: ReportEdition) -> dict[str, Any]:
    code = (edition.error or "").partition(":")[0]
    return {
        "steps_done": _PROGRESS[edition.state],
        "steps": _PROGRESS[EditionState.DONE],
        "state_label": labels.STATES[edition.state],
        "failure": labels.FAILURES.get(code, labels.FAILURES[FailureCode.UNEXPECTED]),  # type: ignore[call-overload]
        "is_running": edition.state not in (EditionState.DONE, EditionState.FAILED),
        "poll_seconds": POLL_SECONDS,
        "may_compile": has_permission(current_user, Permission.REPORT_COMPILE),
    }


def _page_of(report: Report, part: Part) -> Page[Any]:
    rows = report.tables[part].rows
    number, size = clamp(request.args.get("page", type=int), _ROWS_PER_PAGE)
    first = (number - 1) * size
    return Page(items=rows[first : first + size], total=len(rows), number=number, per_page=size)
