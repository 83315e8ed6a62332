"""The own account: name, language, password, sessions."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts import queries, service
from tracker.accounts.enums import Locale
from tracker.accounts.forms import PasswordForm, ProfileForm
from tracker.accounts.models import BrowserSession, Person
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.service.sessions import start_session
from tracker.accounts.sessions import current_session
from tracker.accounts.views.blueprint import blueprint, session_lifetime
from tracker.core import clock


@blueprint.get("/account")
@requires(Permission.OWN_ACCOUNT)
def show_account() -> str:
    person = _me()
    return _account_page(ProfileForm(name=person.name, locale=person.locale.value, version=person.version))


@blueprint.post("/account")
@requires(Permission.OWN_ACCOUNT)
def change_account() -> Response | tuple[str, int]:
    form = ProfileForm()
    if form.validate_on_submit():
        with form.domain_errors():
            service.change_profile(
                person=_me(),
                name=form.name.data,
                locale=Locale(form.locale.data),
                version=form.version.data or 0,
                now=clock.now(),
            )
            flash(_("Your account is saved."), "success")
            return redirect(url_for("accounts.show_account"), 303)
    return _account_page(form), form.status


@blueprint.get("/account/password")
@requires(Permission.OWN_ACCOUNT)
def show_password() -> str:
    return render_template("accounts/password.html", form=PasswordForm(), person=_me())


@blueprint.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Response | tuple[str, int]:
    form = PasswordForm()
    if form.validate_on_submit():
        with form.domain_errors():
            service.set_password(
                person=_me(), new=form.password.data, current_password=form.current_password.data, now=clock.now()
            )
            _go_on_under_new_token()
            flash(_("The password is saved. You have been signed out everywhere else."), "success")
            return redirect(url_for("accounts.show_account"), 303)
    return render_template("accounts/password.html", form=form, person=_me()), form.status


@blueprint.get("/account/sessions")
@requires(Permission.OWN_ACCOUNT)
def list_sessions() -> str:
    return render_template("accounts/sessions.html", sessions=_live_sessions(), own=current_session().hash)


@blueprint.post("/account/sessions/<reference>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(reference: str) -> Response:
    """`reference` is the start of the stored hash; it opens nothing."""
    found = [item for item in _live_sessions() if item.token_hash.startswith(reference)]
    if len(reference) < 16 or len(found) != 1:
        abort(404)
    service.end_session(person=_me(), session_hash=found[0].token_hash, actor=_me(), now=clock.now())
    flash(_("The session has ended."), "success")
    return redirect(url_for("accounts.list_sessions"), 303)


@blueprint.post("/account/sessions/end-others")
@requires(Permission.OWN_ACCOUNT)
def end_other_sessions() -> Response:
    own = current_session().hash or ""
    count = service.end_other_sessions(person=_me(), session_hash=own, actor=_me(), now=clock.now())
    flash(ngettext("%(num)s session has ended.", "%(num)s sessions have ended.", count), "success")
    return redirect(url_for("accounts.list_sessions"), 303)


def _me() -> Person:
    person = current_user._get_current_object()
    assert isinstance(person, Person)
    return person


def _account_page(form: ProfileForm) -> str:
    return render_template("accounts/account.html", form=form, person=_me())


def _live_sessions() -> list[BrowserSession]:
    idle = timedelta(minutes=current_app.config["SETTINGS"].session_idle_minutes)
    return list(queries.list_live_sessions(_me().id, now=clock.now(), idle=idle))


def _go_on_under_new_token() -> None:
    token = start_session(
        person_id=_me().id,
        now=clock.now(),
        lifetime=session_lifetime(),
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    current_session().adopt(token)
