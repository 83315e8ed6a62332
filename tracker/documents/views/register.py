"""The documents of a case, a document's page, and putting one into the register."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.cases import queries as cases
from tracker.cases.enums import InformationClass
from tracker.cases.models import Case
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.bodies import body_limit
from tracker.core.errors import DomainError
from tracker.documents import labels, queries, retention, service
from tracker.documents.enums import Direction
from tracker.documents.forms import CaseDocumentsFilter, NewDocumentForm
from tracker.documents.incoming import IncomingFile, chosen, limit_bytes
from tracker.documents.inspection import ACCEPT, FINDINGS
from tracker.documents.keeping import keep_sent
from tracker.documents.models import Document
from tracker.documents.names import clean_name
from tracker.documents.owners import find_owner
from tracker.documents.views.blueprint import (
    back_to,
    blueprint,
    found,
    found_changeable,
    may_change,
    may_know,
    refuse_unseen,
    saving,
)

DEFAULT_SORT = "-date"


@blueprint.get("/cases/<int:case_id>/documents")
@requires(Permission.CASE_READ)
def list_of_case(case_id: int) -> str:
    case = cases.get_case(current_user, case_id)
    form, sort = CaseDocumentsFilter(), _sort()
    page = queries.list_page_of_case(current_user, case.id, form.kind.data, sort, request.args.get("page", type=int))
    return render_template(
        "documents/case.html",
        case=case,
        form=form,
        page=page,
        sort=sort,
        labels=labels,
        is_downloadable=queries.is_downloadable,
        may_add=has_permission(current_user, Permission.DOCUMENT_ADD),
    )


@blueprint.get("/documents/<int:document_id>")
@requires(Permission.CASE_READ)
def show(document_id: int) -> str:
    document = found(document_id)
    may_release = has_permission(current_user, Permission.DOCUMENT_RELEASE)
    may_add = has_permission(current_user, Permission.DOCUMENT_ADD)
    original = document.public_copy_of
    return render_template(
        "documents/show.html",
        document=document,
        case=document.case,
        versions=document.versions[::-1],
        original=original if original is not None and may_know(original) else None,
        copies=queries.list_public_copies(current_user, document.id),
        downloads=queries.list_downloads(document) if may_add or _audits() else None,
        may_add=may_add,
        may_change=may_change(document),
        owner=find_owner(document),
        may_release=may_release,
        is_downloadable=queries.is_downloadable,
        kept_until_on=retention.kept_until_on(document.retention, document.registered_on),
        labels=labels,
        retention=retention,
        findings=FINDINGS,
    )


@blueprint.route("/cases/<int:case_id>/documents/new", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
@body_limit(limit_bytes)
def new(case_id: int) -> Any:
    case = cases.get_case(current_user, case_id)
    form = NewDocumentForm()
    return _new_page(case, form, None)


@blueprint.route("/documents/<int:document_id>/public-copy", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD)
@body_limit(limit_bytes)
def new_public_copy(document_id: int) -> Any:
    original = found_changeable(document_id)
    form = NewDocumentForm(data=_copied(original))
    return _new_page(original.case, form, original)


def _new_page(case: Case, form: NewDocumentForm, original: Document | None) -> Any:
    case_id, original_id = case.id, original.id if original else None
    if form.validate_on_submit():
        with saving(form, dict):
            return _registered(case, form, original)
    keep_sent(form, context=context_of(case_id), person_id=current_user.id, now=clock.now())
    case = cases.get_case(current_user, case_id)
    page = render_template(
        "documents/new.html",
        form=form,
        case=case,
        original=found(original_id) if original_id else None,
        same=found(form.same_document_id) if form.same_document_id else None,
        create_url=url_for("documents.open_upload", case_id=case_id),
        max_mb=current_app.config["SETTINGS"].upload_max_mb,
        accept=ACCEPT,
        knows_tenders=may_see(current_user, case, InformationClass.TENDER),
        usual_rules=[(rule, [labels.KINDS[kind] for kind in kinds]) for rule, kinds in retention.usual_rules().items()],
        labels=labels,
        retention=retention,
    )
    return page, form.status


def _registered(case: Case, form: NewDocumentForm, original: Document | None) -> Any:
    refuse_unseen(case, form)
    incoming = sent_file(form, context_of(case.id))
    inspected = service.inspect_first(incoming)
    if not form.is_wanted_twice.data:
        _refuse_twice(case, form, incoming)
    version = service.register(
        actor=current_user,
        now=clock.now(),
        case=case,
        incoming=incoming,
        inspected=inspected,
        kind=form.kind.data,
        title=form.title.data or suggested_title(incoming.file_name),
        direction=form.direction.data,
        correspondent=form.correspondent.data,
        secrecy_class=form.secrecy_class.data,
        secrecy_ground=form.secrecy_ground.data,
        information_class=form.information_class.data,
        retention=form.retention.data,
        registered_on=form.registered_on.data,
        public_copy_of=original,
        for_name=form.for_name.data,
        submission_id=form.submission.data,
    )
    flash(_("%(number)s is in the register.", number=labels.registry_number(version.document)), "success")
    return back_to(version.document_id)


def context_of(case_id: int) -> str:
    """Where a file that is uploaded to this case can be used, and nowhere else."""
    return f"case:{case_id}"


def sent_file(form: Any, context: str) -> IncomingFile:
    """The file that came with the form. Raises DomainError on ``file`` when there is none."""
    incoming = chosen(form, context=context, now=clock.now())
    if incoming is None:
        raise DomainError(_l("Choose a file."), "file")
    return incoming


def suggested_title(file_name: str) -> str:
    """The file's name without its ending, as words."""
    return PurePath(clean_name(file_name)).stem.replace("_", " ").strip()


def _refuse_twice(case: Case, form: NewDocumentForm, incoming: IncomingFile) -> None:
    """Tell of the same file in this case, as far as whoever asks may know of it; the page then leads there."""
    same = queries.find_same_file(case.id, incoming.sha256, current_user)
    if same is None or same.submission_id == form.submission.data:
        return
    form.same_document_id = same.document_id
    number = labels.registry_number(same.document)
    raise DomainError(_l("The same file is in this case already, as %(number)s.", number=number), "file")


def _copied(original: Document) -> dict[str, Any]:
    """What the form for a public copy begins with. Neither secrecy nor sender of the original are taken over."""
    return {
        "kind": original.kind,
        "title": _("%(title)s, redacted copy", title=original.title)[: service.LONGEST_TITLE],
        "direction": Direction.INTERNAL,
    }


def _sort() -> str:
    sort = request.args.get("sort", DEFAULT_SORT)
    return sort if sort.removeprefix("-") in queries.SORTS else DEFAULT_SORT


def _audits() -> bool:
    return has_permission(current_user, Permission.AUDIT_READ)
