"""The search in all documents that whoever asks may know of."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.queries import has_case_like
from tracker.documents import labels, search
from tracker.documents.forms import SearchForm
from tracker.documents.queries import DocumentFilters
from tracker.documents.views.blueprint import blueprint


@blueprint.get("/documents")
@requires(Permission.CASE_READ)
def search_documents() -> str:
    form = SearchForm()
    filters = DocumentFilters(
        kind=form.kind.data,
        case_number=form.case.data,
        from_on=form.from_on.data,
        until_on=form.until_on.data,
    )
    is_sound = form.validate()
    page = search.search(current_user, form.q.data, request.args.get("page", type=int), filters) if is_sound else None
    is_found = page is not None and page.total > 0
    if form.case.data and not is_found and not has_case_like(current_user, form.case.data):
        form.case.errors = [_("You know of no case whose registry number begins like that.")]
    return render_template("documents/search.html", form=form, page=page, labels=labels)
