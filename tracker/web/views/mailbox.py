"""The mail catcher's pages. They exist only where the catcher does: in the embedded mode."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Response, abort, current_app, make_response, render_template, request

from tracker.accounts.permissions import public
from tracker.web import mailbox
from tracker.web.headers import content_security_policy, csp_nonce
from tracker.web.views.blueprint import blueprint

FRAMED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


def _folder() -> Path:
    settings = current_app.config["SETTINGS"]
    if not settings.is_embedded:
        abort(404)
    return Path(settings.mail_dir)


@blueprint.get("/mail/")
@public
def list_mail() -> str:
    recipient = request.args.get("to", "").strip()
    return render_template("mail/list.html", mails=mailbox.list_mails(_folder(), recipient), recipient=recipient)


@blueprint.get("/mail/<name>")
@public
def show_mail(name: str) -> Response:
    mail = mailbox.find_mail(_folder(), name) or abort(404)
    response = make_response(render_template("mail/show.html", mail=mail))
    response.headers["Content-Security-Policy"] = content_security_policy(csp_nonce()) + "; frame-src 'self'"
    return response


@blueprint.get("/mail/<name>/html")
@public
def show_mail_html(name: str) -> Response:
    """The HTML part alone, in a sandbox: what a mail carries must not run here."""
    mail = mailbox.find_mail(_folder(), name)
    if mail is None or not mail.html:
        abort(404)
    # Links lead out of the frame: our pages refuse to be framed.
    html, found = re.subn(r"(<head[^>]*>)", r'\1<base target="_top">', mail.html, count=1, flags=re.IGNORECASE)
    response = make_response(html if found else f'<base target="_top">{html}')
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
