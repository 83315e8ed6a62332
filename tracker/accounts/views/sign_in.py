"""Signing in by password or by mailed link, and signing out.

What a page answers never depends on whether an address has an account.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from flask import abort, after_this_request, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts import queries, service
from tracker.accounts.enums import LinkPurpose
from tracker.accounts.forms import ConfirmForm, LinkRequestForm, SignInForm
from tracker.accounts.permissions import Permission, public, requires
from tracker.accounts.service.links import LinkUnusable
from tracker.accounts.sessions import current_session
from tracker.accounts.throttle import (
    LINKS_PER_ACCOUNT,
    PER_ADDRESS,
    WRONG_PASSWORDS_PER_ACCOUNT,
    Attempt,
    account_key,
    limiter,
    was_wrong_password,
)
from tracker.accounts.views.blueprint import begin_session, blueprint
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.dispatch import TaskName, after_commit
from tracker.core.requests import safe_path

# Several times what the request takes, and throttled per address and account like everything here.
LINK_ANSWER_SECONDS = 0.2

per_address = limiter.shared_limit(PER_ADDRESS, scope="sign-in")


@blueprint.get("/sign-in")
@public
def sign_in() -> Response | str:
    target = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target or url_for("web.home"))
    return render_template("accounts/sign_in.html", form=SignInForm(next=target))


@blueprint.post("/sign-in")
@public
@per_address
@limiter.limit(WRONG_PASSWORDS_PER_ACCOUNT, key_func=account_key, deduct_when=was_wrong_password)
def sign_in_by_password() -> Response | tuple[str, int]:
    form = SignInForm()
    if form.validate_on_submit():
        attempt = Attempt.of_request()
        attempt.begin()
        person = service.verify_password(form.email.data, form.password.data)
        if person is not None:
            attempt.succeed()
            return begin_session(person, "password", form.next.data)
        _refuse(form)
    return render_template("accounts/sign_in.html", form=form), 422


@blueprint.post("/sign-in/link")
@public
@per_address
@limiter.limit(LINKS_PER_ACCOUNT, key_func=account_key)
def mail_link() -> Response | tuple[str, int]:
    after_this_request(_not_before(monotonic() + LINK_ANSWER_SECONDS))
    form = LinkRequestForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    person = queries.find_person_by_email(form.email.data)
    if person is not None and person.is_active and not person.is_contact:
        service.mail_sign_in_link(person=person, actor=SYSTEM, now=clock.now(), target=safe_path(form.next.data))
    else:
        # The same bell is rung as above: with the broker away, that takes longest of all.
        service.record_failed_sign_in(email=form.email.data, means="link", address=_address(), now=clock.now())
        after_commit(TaskName.OUTBOX_DRAIN)
    return redirect(url_for("accounts.show_link_sent"), 303)


@blueprint.get("/sign-in/sent")
@public
def show_link_sent() -> str:
    minutes = int(service.SIGN_IN_LIFETIME.total_seconds() // 60)
    return render_template(
        "accounts/link_sent.html", minutes=minutes, is_embedded=current_app.config["SETTINGS"].is_embedded
    )


@blueprint.get("/sign-in/link/<token>")
@public
@per_address
def show_link(token: str) -> tuple[str, int] | str:
    """Only asks: mail scanners open links, and must not use them up."""
    link = queries.find_usable_link(token, LinkPurpose.SIGN_IN, clock.now())
    if link is None:
        return render_template("accounts/link_unusable.html"), 404
    form = ConfirmForm(next=safe_path(request.args.get("next")))
    return render_template("accounts/link_confirm.html", form=form, person=link.person)


@blueprint.post("/sign-in/link/<token>")
@public
@per_address
def sign_in_by_link(token: str) -> Response | tuple[str, int]:
    form = ConfirmForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        person = service.use_sign_in_link(token, now=clock.now())
    except LinkUnusable:
        return render_template("accounts/link_unusable.html"), 404
    return begin_session(person, "link", form.next.data)


@blueprint.post("/sign-out")
@requires(Permission.OWN_ACCOUNT)
def sign_out() -> Response:
    session = current_session()
    person = current_user._get_current_object()
    service.sign_out(person=person, session_hash=session.hash or "", now=clock.now())
    session.end()
    return redirect(url_for("accounts.sign_in"), 303)


def _refuse(form: SignInForm) -> None:
    service.record_failed_sign_in(email=form.email.data, means="password", address=_address(), now=clock.now())
    g.commit_anyway = g.is_wrong_password = True
    form.form_errors = [_("The address and the password do not fit together. Try again, or ask for a link.")]


def _not_before(moment: float) -> Callable[[Response], Response]:
    """Hold an answer back, after the commit, so that the time taken does not tell whether mail was enqueued."""

    def hold(response: Response) -> Response:
        sleep(max(0.0, moment - monotonic()))
        return response

    return hold


def _address() -> str:
    return request.remote_addr or ""
