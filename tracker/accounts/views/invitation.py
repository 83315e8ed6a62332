"""Answering an invitation."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from tracker.accounts import queries, service
from tracker.accounts.enums import LinkPurpose, Locale
from tracker.accounts.forms import InvitationForm
from tracker.accounts.models import Person
from tracker.accounts.permissions import public
from tracker.accounts.service.links import LinkUnusable
from tracker.accounts.views.blueprint import begin_session, blueprint
from tracker.accounts.views.sign_in import per_address
from tracker.core import clock


@blueprint.get("/invitation/<token>")
@public
@per_address
def show_invitation(token: str) -> tuple[str, int] | str:
    link = queries.find_usable_link(token, LinkPurpose.INVITATION, clock.now())
    if link is None:
        return render_template("accounts/link_unusable.html", is_invitation=True), 404
    form = InvitationForm(name=link.person.name, locale=link.person.locale.value)
    return render_template("accounts/invitation.html", form=form, person=link.person)


@blueprint.post("/invitation/<token>")
@public
@per_address
def accept_invitation(token: str) -> Response | tuple[str, int]:
    link = queries.find_usable_link(token, LinkPurpose.INVITATION, clock.now())
    if link is None:
        return render_template("accounts/link_unusable.html", is_invitation=True), 404
    form = InvitationForm()
    person: Person | None = None
    if form.validate_on_submit():
        with form.domain_errors():
            try:
                person = service.accept_invitation(
                    token,
                    name=form.name.data,
                    locale=Locale(form.locale.data),
                    password=form.password.data or None,
                    now=clock.now(),
                )
            except LinkUnusable:
                return render_template("accounts/link_unusable.html", is_invitation=True), 404
            return begin_session(person, "invitation")
    return render_template("accounts/invitation.html", form=form, person=link.person), form.status
