"""Pages about organisations: which there are, and what each has been called."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core.errors import NotFound
from tracker.organisations import queries, sources, visibility
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.forms import KIND_LABELS, OrganisationFilter

blueprint = Blueprint("organisations", __name__, template_folder="templates")


@blueprint.get("/organisations")
@requires(Permission.ORGANISATION_READ)
def list_organisations() -> str:
    form = OrganisationFilter()
    page = None
    if form.validate():
        page = queries.list_organisations(
            q=form.q.data or "",
            kind=OrganisationKind(form.kind.data) if form.kind.data else None,
            page=request.args.get("page", type=int),
            hidden=visibility.hidden_from(current_app, current_user),
        )
    return render_template("organisations/list.html", form=form, page=page, kinds=KIND_LABELS)


@blueprint.get("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_READ)
def show_organisation(organisation_id: int) -> str:
    if organisation_id in visibility.hidden_from(current_app, current_user):
        raise NotFound(_("There is no such organisation."))
    organisation = queries.get_organisation(organisation_id)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        names=list(reversed(organisation.names)),
        populations=queries.list_populations(organisation.id),
        source_told=sources.told,
        hosted=queries.list_hosted_by(organisation.id),
        kinds=KIND_LABELS,
    )
