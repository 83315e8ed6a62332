"""The page that reads recommendations in: a template, a trial that tells every change and fault, then the import."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.interop import faults, sheets, template
from tracker.interop.columns import RECOMMENDATIONS
from tracker.interop.forms import ConfirmSeenForm, RecommendationUploadForm, packed
from tracker.interop.recommendation_import import Effect, Outcome, import_recommendations
from tracker.interop.views.blueprint import TYPES, blueprint

MAX_ROWS = 300


@blueprint.get("/recommendations/import")
@requires(Permission.EVALUATION_EDIT)
def show_recommendation_import() -> str:
    return _upload_page(RecommendationUploadForm())


@blueprint.post("/recommendations/import")
@requires(Permission.EVALUATION_EDIT)
def try_recommendation_import() -> tuple[str, int]:
    form = RecommendationUploadForm()
    if form.validate_on_submit():
        try:
            outcome = _run(form.content, is_dry_run=True)
        except DomainError as error:
            form.add_error(error)
        else:
            return _outcome_page(outcome, form.content)
    return _upload_page(form), form.status


@blueprint.post("/recommendations/import/confirm")
@requires(Permission.EVALUATION_EDIT)
def confirm_recommendation_import() -> AnyResponse | tuple[str, int]:
    """Read in what the trial showed; where what is stored was changed since, the trial is shown anew instead."""
    form = ConfirmSeenForm()
    if form.validate_on_submit():
        try:
            outcome = _run(form.file_content, is_dry_run=True)
            if outcome.faults or outcome.digest != form.seen.data:
                return _outcome_page(outcome, form.file_content, is_anew=not outcome.faults)
            outcome = _run(form.file_content, is_dry_run=False)
        except DomainError as error:
            form.add_error(error)
        else:
            return _done(outcome)
    return _upload_page(form), form.status


@blueprint.get("/recommendations/import/template.<extension>")
@requires(Permission.EVALUATION_EDIT)
def download_recommendation_template(extension: str) -> Response:
    if extension not in TYPES:
        abort(404)
    make = template.as_xlsx if extension == "xlsx" else template.as_csv
    headers = {"Content-Disposition": f'attachment; filename="{_("recommendations")}.{extension}"'}
    return Response(make(_language(), template.recommendations()), content_type=TYPES[extension], headers=headers)


def _run(content: bytes, *, is_dry_run: bool) -> Outcome:
    if sum(not row.is_blank for row in sheets.read(content)) > MAX_ROWS:
        raise sheets.UnreadableFile(_l("More than %(count)s rows. Divide the file.", count=MAX_ROWS))
    person = current_user._get_current_object()
    return import_recommendations(actor=person, now=clock.now(), content=content, is_dry_run=is_dry_run)


def _done(outcome: Outcome) -> AnyResponse:
    new, changed = outcome.count(Effect.NEW), outcome.count(Effect.CHANGED)
    told = ngettext("%(num)s recommendation is new.", "%(num)s recommendations are new.", new)
    told += " " + ngettext("%(num)s was changed.", "%(num)s were changed.", changed)
    flash(told, "success")
    return redirect(url_for("evaluations.list_recommendations"), 303)


def _upload_page(form: RecommendationUploadForm | ConfirmSeenForm) -> str:
    return render_template(
        "interop/recommendations.html", form=form, columns=RECOMMENDATIONS.columns, max_rows=MAX_ROWS
    )


def _outcome_page(outcome: Outcome, content: bytes, *, is_anew: bool = False) -> tuple[str, int]:
    page = render_template(
        "interop/recommendations_outcome.html",
        form=ConfirmSeenForm(formdata=None, content=packed(content), seen=outcome.digest),
        outcome=outcome,
        is_anew=is_anew,
        groups=faults.grouped(outcome.faults),
        heading_of=_heading_of,
        Effect=Effect,
    )
    return page, 422 if outcome.faults else 409 if is_anew else 200


def _heading_of(key: str | None) -> str:
    return RECOMMENDATIONS.column(key).heading(_language()) if key else _("The row")


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "sv"
