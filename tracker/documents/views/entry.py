"""Correcting a document's entry, adding a version of its file, letting out what was set aside."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.bodies import body_limit
from tracker.core.forms import BaseForm
from tracker.documents import labels, queries, service
from tracker.documents.forms import EntryForm, ReleaseForm, VersionForm
from tracker.documents.incoming import limit_bytes
from tracker.documents.inspection import ACCEPT, FINDINGS
from tracker.documents.keeping import keep_sent
from tracker.documents.models import Document
from tracker.documents.owners import find_owner
from tracker.documents.views.blueprint import (
    back_to,
    blueprint,
    found,
    found_changeable,
    found_version,
    refuse_unseen,
    saving,
)
from tracker.documents.views.register import context_of, sent_file


@blueprint.route("/documents/<int:document_id>/edit", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
def edit(document_id: int) -> Any:
    document = found_changeable(document_id)
    form = EntryForm(obj=document)
    if form.validate_on_submit():
        with saving(form, lambda: service.entry_texts(found(document_id))):
            refuse_unseen(document.case, form)
            service.change_document(actor=current_user, now=clock.now(), document=document, **form.values())
            flash(_("The entry is changed."), "success")
            return back_to(document_id)
    document = found(document_id)
    knows_tenders = may_see(current_user, document.case, InformationClass.TENDER)
    return _page("edit", form, document, knows_tenders=knows_tenders, owner=find_owner(document))


@blueprint.route("/documents/<int:document_id>/versions/new", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
@body_limit(limit_bytes)
def add_version(document_id: int) -> Any:
    document = found_changeable(document_id)
    if (owner := find_owner(document)) is not None:
        return redirect(owner.url)
    form = VersionForm()
    if form.validate_on_submit():
        with saving(form, dict):
            incoming = sent_file(form, context_of(document.case_id))
            inspected = service.inspect_first(incoming)
            version = service.add_version(
                actor=current_user,
                now=clock.now(),
                document=document,
                incoming=incoming,
                inspected=inspected,
                **form.values(),
            )
            flash(_("Version %(number)d is in the register.", number=version.number), "success")
            return back_to(document_id)
    keep_sent(form, context=context_of(document.case_id), person_id=current_user.id, now=clock.now())
    document = found(document_id)
    create_url = url_for("documents.open_upload", case_id=document.case_id)
    max_mb = current_app.config["SETTINGS"].upload_max_mb
    return _page("version", form, document, create_url=create_url, max_mb=max_mb, accept=ACCEPT)


@blueprint.route("/documents/versions/<int:version_id>/release", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_RELEASE)
def release(version_id: int) -> Any:
    version = found_version(version_id)
    document_id = version.document_id
    if not version.is_set_aside:
        return back_to(document_id)
    form = ReleaseForm()
    if form.validate_on_submit():
        with form.domain_errors():
            service.release(actor=current_user, now=clock.now(), version=version, reason=form.reason.data or "")
            flash(_("The file can be downloaded now."), "success")
            return back_to(document_id)
    version = found_version(version_id)
    page = render_template(
        "documents/release.html",
        form=form,
        version=version,
        document=version.document,
        is_downloadable=queries.is_downloadable(version, may_release=True),
        labels=labels,
        findings=FINDINGS,
    )
    return page, form.status


def _page(name: str, form: BaseForm, document: Document, **more: Any) -> Any:
    page = render_template(
        f"documents/{name}.html", form=form, document=document, case=document.case, labels=labels, **more
    )
    return page, form.status
