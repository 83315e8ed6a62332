"""People: list, invite, change, disable."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts import queries, service
from tracker.accounts.enums import Role
from tracker.accounts.forms import ChangePersonForm, PeopleFilter, PersonForm
from tracker.accounts.models import Person
from tracker.accounts.permissions import Permission, requires
from tracker.accounts.views.blueprint import blueprint
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError

_STATES = {"active": True, "disabled": False}


@blueprint.get("/people")
@requires(Permission.PEOPLE_MANAGE)
def list_people() -> str:
    form = PeopleFilter()
    page = None
    if form.validate():
        page = queries.list_people(
            search=form.q.data or "",
            role=Role(form.role.data) if form.role.data else None,
            is_active=_STATES.get(form.state.data or ""),
            page=request.args.get("page", type=int),
        )
    return render_template("accounts/people.html", form=form, page=page)


@blueprint.get("/people/new")
@requires(Permission.PEOPLE_MANAGE)
def show_new_person() -> str:
    return render_template("accounts/person_new.html", form=PersonForm())


@blueprint.post("/people/new")
@requires(Permission.PEOPLE_MANAGE)
def invite_person() -> Response | tuple[str, int]:
    form = PersonForm()
    if form.validate_on_submit():
        with form.domain_errors():
            person = service.invite_person(**form.values(), **_by())
            flash(_("%(name)s is invited by mail.", name=person.name), "success")
            return redirect(url_for("accounts.list_people"), 303)
    return render_template("accounts/person_new.html", form=form), form.status


@blueprint.get("/people/<int:person_id>")
@requires(Permission.PEOPLE_MANAGE)
def show_person(person_id: int) -> str:
    person = queries.get_person(person_id)
    form = ChangePersonForm(
        email=person.email,
        name=person.name,
        organisation=str(person.organisation_id or ""),
        roles=[role.value for role in person.roles],
        locale=person.locale.value,
        version=person.version,
    )
    return _page(form, person)


@blueprint.post("/people/<int:person_id>")
@requires(Permission.PEOPLE_MANAGE)
def change_person(person_id: int) -> Response | tuple[str, int]:
    person = queries.get_person(person_id)
    form = ChangePersonForm()
    if form.validate_on_submit():
        with form.domain_errors():
            service.change_person(person=person, version=form.version.data or 0, **form.values(), **_by())
            flash(_("%(name)s is saved.", name=person.name), "success")
            return redirect(url_for("accounts.show_person", person_id=person.id), 303)
    return _page(form, person), form.status


@blueprint.post("/people/<int:person_id>/invite")
@requires(Permission.PEOPLE_MANAGE)
def invite_again(person_id: int) -> Response:
    return _do(person_id, service.invite_again, _("A new invitation is on its way; the one before no longer works."))


@blueprint.post("/people/<int:person_id>/disable")
@requires(Permission.PEOPLE_MANAGE)
def disable_person(person_id: int) -> Response:
    return _do(person_id, service.disable_person, _("The account is disabled and all its sessions have ended."))


@blueprint.post("/people/<int:person_id>/enable")
@requires(Permission.PEOPLE_MANAGE)
def enable_person(person_id: int) -> Response:
    return _do(person_id, service.enable_person, _("The account is open again."))


def _do(person_id: int, verb: Any, done: str) -> Response:
    person = queries.get_person(person_id)
    try:
        verb(person=person, **_by())
        flash(done, "success")
    except DomainError as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(url_for("accounts.show_person", person_id=person_id), 303)


def _page(form: ChangePersonForm, person: Person) -> str:
    invitation = queries.find_open_invitation(person.id, clock.now())
    return render_template("accounts/person.html", form=form, person=person, invitation=invitation)


def _by() -> dict[str, Any]:
    return {"actor": current_user._get_current_object(), "now": clock.now()}
