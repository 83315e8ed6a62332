"""The page that reads procurements in: a template to fill in, a trial that tells everything, then the import."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.interop import faults, service, sheets, template, told
from tracker.interop.columns import columns
from tracker.interop.forms import MAX_PAGE_ROWS, ConfirmForm, UploadForm, packed
from tracker.interop.views.blueprint import TYPES, blueprint


@blueprint.get("/procurements/import")
@requires(Permission.PROCUREMENT_CREATE)
def show_import() -> str:
    return render_template("interop/import.html", form=UploadForm(), columns=columns())


@blueprint.post("/procurements/import")
@requires(Permission.PROCUREMENT_CREATE)
def try_import() -> tuple[str, int]:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            outcome = _run(form.content, is_dry_run=True)
        except DomainError as error:
            form.add_error(error)
        else:
            return _outcome_page(outcome, form.content)
    return render_template("interop/import.html", form=form, columns=columns()), form.status


@blueprint.post("/procurements/import/confirm")
@requires(Permission.PROCUREMENT_CREATE)
def confirm_import() -> AnyResponse | tuple[str, int]:
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            outcome = _run(form.file_content, is_dry_run=False)
        except DomainError as error:
            form.add_error(error)
        else:
            return _outcome_page(outcome, form.file_content) if outcome.faults else _done(outcome)
    return render_template("interop/import.html", form=form, columns=columns()), form.status


@blueprint.get("/procurements/import/template.<extension>")
@requires(Permission.PROCUREMENT_CREATE)
def download_template(extension: str) -> Response:
    if extension not in TYPES:
        abort(404)
    language = _language()
    content = template.as_xlsx(language) if extension == "xlsx" else template.as_csv(language)
    name = "procurements" if language == "en" else "upphandlingar"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{extension}"'}
    return Response(content, content_type=TYPES[extension], headers=headers)


def _done(outcome: service.Outcome) -> AnyResponse:
    count = outcome.count(service.Action.CREATE)
    flash(ngettext("%(num)s procurement was read in.", "%(num)s procurements were read in.", count), "success")
    return redirect(url_for("procurements.list_procurements"))


def _run(content: bytes, *, is_dry_run: bool) -> service.Outcome:
    if sum(not row.is_blank for row in sheets.read(content)) > MAX_PAGE_ROWS:
        raise sheets.UnreadableFile(
            _l(
                "More than %(count)s rows. Divide the file, or have it read in with the command samordna import.",
                count=MAX_PAGE_ROWS,
            )
        )
    return service.import_procurements(actor=current_user, now=clock.now(), content=content, is_dry_run=is_dry_run)


def _outcome_page(outcome: service.Outcome, content: bytes) -> tuple[str, int]:
    form = ConfirmForm(formdata=None, content=packed(content))
    page = render_template(
        "interop/outcome.html",
        form=form,
        outcome=outcome,
        groups=faults.grouped(outcome.faults),
        heading_of=lambda key: told.heading_of(key, _language()),
        differs_text=lambda entry: told.differs_text(entry, _language()),
        new_count=outcome.count(service.Action.CREATE),
    )
    return page, 422 if outcome.faults else 200


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "sv"
