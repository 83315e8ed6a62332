"""The mail that says that a file was stopped, written right before it is sent."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass
from tracker.cases.secrecy import may_be_mailed
from tracker.core.db import db
from tracker.core.filters import instant
from tracker.documents.enums import ScanState
from tracker.documents.models import Document, DocumentVersion
from tracker.outbox.enums import MessageKind, MessageReason
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, register_renderer


def compose_alert(message: Outgoing) -> Mail:
    """To the responsible officer and to whom the file came from. Raises Withdraw when it is not stopped any more."""
    version = db.session.get(DocumentVersion, message.params["version_id"])
    person = db.session.get(Person, message.person_id)
    if version is None or version.scan_state is not ScanState.INFECTED:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    if person is None or not person.is_active:
        raise Withdraw(MessageReason.PERSON_INACTIVE)
    document = version.document
    # Never from the request: its Host header is whatever the visitor writes.
    base_url = str(current_app.config["SETTINGS"].base_url)
    content = {
        "locale": message.locale,
        # Whom nothing signs in would be led to a page that asks for a password.
        "base_url": None if person.is_contact else base_url,
        "case": document.case.registry_number,
        "file": version.file_name if _may_be_named(document) else None,
        "received": instant(version.received_at),
        "signature": version.scan_detail,
        "is_sender": version.uploaded_by_id == person.id,
        "contact": document.case.responsible,
        "url": None if person.is_contact else f"{base_url}/documents/{document.id}",
        "why": _why(version, person),
    }
    return Mail(
        subject=_("A file in case %(case)s was stopped by the virus check", case=document.case.registry_number),
        text=render_template("documents/email/alert.txt", **content),
        html=render_template("documents/email/alert.html", **content),
    )


def _may_be_named(document: Document) -> bool:
    is_general = document.information_class is InformationClass.GENERAL
    return is_general and may_be_mailed(document.secrecy_class) and may_be_mailed(document.case.secrecy_class)


def _why(version: DocumentVersion, person: Person) -> str:
    if version.uploaded_by_id == person.id:
        return _("You get this because the file came from you.")
    return _("You get this because you are the responsible officer of the case.")


def init_app() -> None:
    register_renderer(MessageKind.DOCUMENT_ALERT, compose_alert)
