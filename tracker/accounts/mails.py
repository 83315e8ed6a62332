"""The mails with one-time links, written right before they are sent. The link's token exists nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, render_template
from flask_babel import gettext as _

from tracker.accounts.labels import role_labels
from tracker.accounts.models import OneTimeLink
from tracker.accounts.service import INVITATION_LIFETIME, SIGN_IN_LIFETIME
from tracker.accounts.tokens import link_token
from tracker.core import clock
from tracker.core.db import db
from tracker.outbox.enums import MessageKind, MessageReason
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, register_renderer


def compose_sign_in(message: Outgoing) -> Mail:
    """The mail that signs in. Raises Withdraw when the link no longer works."""
    _usable_link(message)
    target = message.params.get("target")
    query = f"?{urlencode({'next': target})}" if target else ""
    words = {
        "url": f"{_base_url()}/sign-in/link/{link_token(message.params['seed'])}{query}",
        "minutes": int(SIGN_IN_LIFETIME.total_seconds() // 60),
        "why": _("You get this mail because someone asked for a sign-in link for your address."),
    }
    words |= {"locale": message.locale, "base_url": _base_url()}
    return Mail(
        subject=_("Sign in to Samordna"),
        text=render_template("accounts/email/sign_in.txt", **words),
        html=render_template("accounts/email/sign_in.html", **words),
        is_secret=True,
    )


def compose_invitation(message: Outgoing) -> Mail:
    """The mail that invites. Raises Withdraw when the invitation no longer works."""
    link = _usable_link(message)
    words = {
        "url": f"{_base_url()}/invitation/{link_token(message.params['seed'])}",
        "days": INVITATION_LIFETIME.days,
        "roles": role_labels(link.person.roles),
        "why": _("You get this mail because an administrator of Samordna invited you."),
    }
    words |= {"locale": message.locale, "base_url": _base_url()}
    return Mail(
        subject=_("You are invited to Samordna"),
        text=render_template("accounts/email/invitation.txt", **words),
        html=render_template("accounts/email/invitation.html", **words),
        is_secret=True,
    )


def init_app() -> None:
    register_renderer(MessageKind.SIGN_IN_LINK, compose_sign_in)
    register_renderer(MessageKind.INVITATION, compose_invitation)


def _usable_link(message: Outgoing) -> OneTimeLink:
    link = db.session.get(OneTimeLink, message.params["link_id"])
    if link is None or link.used_at or link.revoked_at or link.expires_at <= clock.now() or not link.person.is_active:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    return link


def _base_url() -> str:
    # Never from the request: its Host header is whatever the visitor writes.
    return str(current_app.config["SETTINGS"].base_url)
