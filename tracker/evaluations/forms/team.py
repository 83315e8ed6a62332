"""Forms of the evaluation team."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import Length

from tracker.accounts.enums import Locale
from tracker.core.choices import choices_of
from tracker.core.forms import BaseForm, DateField, Required, TextField, VersionField

_LANGUAGES = {Locale.SV: _l("Swedish"), Locale.EN: _l("English")}


class NewMemberForm(BaseForm):
    name = TextField(_l("Name"), [Required(), Length(max=200)])
    email = TextField(_l("E-mail address"), [Required(), Length(max=254)])
    part = TextField(
        _l("Part in the team"), [Length(max=100)], description=_l("For example project leader or health economist.")
    )
    locale = RadioField(
        _l("Language of mails and pages"),
        choices=lambda: choices_of(_LANGUAGES),
        coerce=Locale,
        default=Locale.SV,
    )
    is_contact = BooleanField(_l("Contact: gets the reminders and answers for the team"))


class MemberForm(BaseForm):
    part = TextField(_l("Part in the team"), [Length(max=100)])
    is_contact = BooleanField(_l("Contact: gets the reminders and answers for the team"))
    version = VersionField()


class LeaveForm(BaseForm):
    left_on = DateField(_l("Last day in the team"), [Required()])
    version = VersionField()
