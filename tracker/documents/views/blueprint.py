"""The blueprint of the pages about documents, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission
from tracker.cases.models import Case
from tracker.cases.saving import saving
from tracker.cases.secrecy import may_see_document
from tracker.core.errors import DomainError, Forbidden
from tracker.documents import queries
from tracker.documents.enums import DocumentKind
from tracker.documents.models import Document, DocumentVersion
from tracker.documents.owners import find_owner
from tracker.documents.service import information_of

__all__ = [
    "back_to",
    "blueprint",
    "found",
    "found_changeable",
    "found_version",
    "may_change",
    "may_know",
    "refuse_unseen",
    "saving",
]

blueprint = Blueprint("documents", __name__, template_folder="../templates")


def found(document_id: int) -> Document:
    """The document of this address, for whoever asks. Raises NotFound."""
    return queries.get_document(current_user, document_id)


def found_changeable(document_id: int) -> Document:
    """The document of this address, for whoever may change its entry.

    :raises Forbidden: it belongs to something that is others' to care for.
    """
    document = found(document_id)
    if not may_change(document):
        raise Forbidden(_l("This was handed in to those who look after the case, and only they change its entry."))
    return document


def may_change(document: Document) -> bool:
    """Whether whoever asks may change the entry of a document that was found for him."""
    owner = find_owner(document)
    needed = Permission.DOCUMENT_ADD if owner is None else owner.permission
    return has_permission(current_user, needed)


def found_version(version_id: int) -> DocumentVersion:
    """The version of this address, for whoever asks. Raises NotFound."""
    return queries.get_version(current_user, version_id)


def may_know(document: Document) -> bool:
    """Whether whoever asks may know of a document that was found by another way."""
    return may_see_document(current_user, document.case, document.secrecy_class, document.information_class)


def refuse_unseen(case: Case, form: Any) -> None:
    """Nobody writes into the register what is hidden from him afterwards.

    :raises DomainError: on the field that would hide it.
    """
    kind, secrecy = form.kind.data, form.secrecy_class.data
    information = information_of(kind, form.information_class.data)
    if may_see_document(current_user, case, secrecy, information):
        return
    if may_see_document(current_user, case, secrecy):
        field = "kind" if kind is DocumentKind.TENDER else "information_class"
        raise DomainError(
            _l("Only the officers of the case may know this before the award. Ask one of them to register it."), field
        )
    raise DomainError(
        _l("You would not be allowed to see the document yourself. Ask somebody who takes part in the case."),
        "secrecy_class",
    )


def back_to(document_id: int) -> Any:
    """On to the document's page."""
    return redirect(url_for("documents.show", document_id=document_id))
