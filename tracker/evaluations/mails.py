"""Mails to evaluators that carry their link: the link itself, and the receipt of a delivery.

They are written right before they are sent, from what is stored then. The link's secret exists only in the mail; its
text is kept nowhere. A case under secrecy is named by its number alone, as everywhere in mails.
"""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from tracker.cases.secrecy import may_be_mailed
from tracker.core import clock
from tracker.core.db import db
from tracker.core.filters import instant_long
from tracker.documents.models import Receipt
from tracker.evaluations.enums import LinkState
from tracker.evaluations.models import Delivery, Evaluation, EvaluatorLink
from tracker.evaluations.queries import links as link_queries
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.service import links
from tracker.outbox.enums import MessageKind, MessageReason
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, register_renderer

LONGEST_PURPOSE = 400


def compose_link(message: Outgoing) -> Mail:
    """The mail that opens the commission. Raises Withdraw when the link no longer does."""
    link = db.session.get(EvaluatorLink, message.params["link_id"])
    if link is None or link_queries.state_of(link, clock.now()) is not LinkState.LIVE:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    member, evaluation = link.member, link.member.evaluation
    deliverables = queries.list_deliverables(evaluation)
    content = {
        **_common(message, evaluation),
        "url": links.url(link),
        "purpose": shorten(evaluation.purpose, LONGEST_PURPOSE, placeholder=" …"),
        "choices": [(text, links.url(link, path)) for text, path in _choices()],
        "until_on": clock.local_date(link_queries.expires_at(link)),
        "step": queries.next_step(member, deliverables, {}),
        "deliverables": [item for item in deliverables if item.state in queries.WAITING],
        "renewed": link.renewed_from_id is not None,
    }
    subject = _("Your link to the evaluation %(case)s", case=content["case"])
    return _mail("link", subject, content)


def _choices() -> list[tuple[str, str]]:
    """What somebody new may do first, and where."""
    return [
        (_("Accept by signing the declaration of independence"), "/declaration"),
        (_("Decline"), "/decline"),
        (_("Ask a question"), "/questions"),
    ]


def compose_receipt(message: Outgoing) -> Mail:
    """The mailed receipt, without a link for whoever has left the team: it proves what was handed in all the same.

    Raises Withdraw when the delivery is gone, or its member's account is closed.
    """
    receipt = db.session.get(Receipt, message.params["receipt_id"])
    delivery = db.session.get(Delivery, message.params["delivery_id"])
    if receipt is None or delivery is None or delivery.member is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    member, evaluation = delivery.member, delivery.deliverable.evaluation
    if not member.person.is_active:
        raise Withdraw(MessageReason.PERSON_INACTIVE)
    link = link_queries.find_live_link(member, clock.now())
    content = {
        **_common(message, evaluation),
        "receipt": receipt,
        "delivery": delivery,
        "version": delivery.version,
        "received": instant_long(delivery.version.received_at),
        "url": links.url(link, f"/receipts/{queries.receipt_slug(receipt)}") if link else None,
    }
    if link is None:
        content["why"] = _("You get this because something was handed in by you, or in your name.")
    subject = _("Receipt %(number)s: your delivery is received", number=receipt.number)
    return _mail("receipt", subject, content)


def _common(message: Outgoing, evaluation: Evaluation) -> dict[str, Any]:
    is_open = may_be_mailed(evaluation.secrecy_class)
    name = f"{evaluation.title} ({evaluation.registry_number})" if is_open else evaluation.registry_number
    return {
        "locale": message.locale,
        "evaluation": evaluation,
        "case": name,
        "is_open": is_open,
        "contact": evaluation.responsible,
        "today": clock.today(),
        "why": _(
            "You get this because you are in the evaluation team. The link is yours alone; please do not pass it on."
        ),
    }


def _mail(template: str, subject: str, content: dict[str, Any]) -> Mail:
    return Mail(
        subject=subject,
        text=render_template(f"evaluations/email/{template}.txt", **content),
        html=render_template(f"evaluations/email/{template}.html", **content),
        is_secret=True,
    )


def init_app() -> None:
    register_renderer(MessageKind.EVALUATOR_LINK, compose_link)
    register_renderer(MessageKind.UPLOAD_RECEIPT, compose_receipt)
