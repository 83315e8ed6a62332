"""Forms of the evaluation team."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.evaluations.forms.team import LeaveForm, MemberForm, NewMemberForm
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.service import team
from tracker.evaluations.views.blueprint import back_to, blueprint, found, found_member, saved, saving


@blueprint.route("/evaluations/<int:evaluation_id>/team/new", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def new_member(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    form = NewMemberForm()
    if form.validate_on_submit():
        with saving(form, dict):
            member = team.add_member(actor=current_user, now=clock.now(), evaluation=evaluation, **form.values())
            flash(_("%(name)s is in the team. Mail the link next, so that the declaration can be signed.",
                    name=member.person.name), "success")  # fmt: skip
            return back_to(evaluation_id, "team")
    evaluation = found(evaluation_id)
    is_first = not current_team(evaluation)
    return render_template(
        "evaluations/member_new.html", evaluation=evaluation, form=form, is_first=is_first
    ), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/team/<int:member_id>", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def change_member(evaluation_id: int, member_id: int) -> Any:
    member = found_member(evaluation_id, member_id)
    form = MemberForm(obj=member)
    if form.validate_on_submit():
        with saving(form, lambda: team.member_texts(found_member(evaluation_id, member_id))):
            team.change_member(actor=current_user, now=clock.now(), member=member, **form.values())
            return saved(evaluation_id, "team")
    member = found_member(evaluation_id, member_id)
    return (
        render_template("evaluations/member.html", evaluation=member.evaluation, member=member, form=form),
        form.status,
    )


@blueprint.route("/evaluations/<int:evaluation_id>/team/<int:member_id>/leave", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def end_membership(evaluation_id: int, member_id: int) -> Any:
    member = found_member(evaluation_id, member_id)
    form = LeaveForm(data={"left_on": clock.today(), "version": member.version})
    if form.validate_on_submit():
        with saving(form, lambda: team.member_texts(found_member(evaluation_id, member_id))):
            team.end_membership(actor=current_user, now=clock.now(), member=member, **form.values())
            flash(_("%(name)s is no longer in the team.", name=member.person.name), "success")
            return back_to(evaluation_id, "team")
    member = found_member(evaluation_id, member_id)
    return (
        render_template("evaluations/member_leave.html", evaluation=member.evaluation, member=member, form=form),
        form.status,
    )
