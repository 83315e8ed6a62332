"""Forms of signing in, the own account and people."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, PasswordField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker.accounts.enums import Locale, Role
from tracker.accounts.labels import LOCALE_LABELS, ROLE_LABELS
from tracker.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from tracker.core import clock
from tracker.core.choices import CheckboxesField, FilterSelect
from tracker.core.forms import BaseForm, FilterForm, Required, TextField, VersionField
from tracker.organisations import queries as organisations
from tracker.organisations.visibility import hidden_from

_ADDRESS_LENGTH = Length(max=254, message=_l("An e-mail address has at most 254 characters."))
_NAME_LENGTH = Length(max=200, message=_l("A name has at most 200 characters."))


def _languages() -> list[SelectChoice]:
    return [SelectChoice(locale.value, label) for locale, label in LOCALE_LABELS.items()]


def _roles() -> list[SelectChoice]:
    return [SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()]


def _organisations(locale: str = "sv") -> list[SelectChoice]:
    today = clock.today()
    page = organisations.list_organisations(per_page=200, hidden=hidden_from(current_app, current_user))
    named = [SelectChoice(str(item.id), organisations.name_on(item, today, locale)) for item in page.items]
    return [SelectChoice("", _l("No organisation")), *named]


class SignInForm(BaseForm):
    """Address and password; the same page mails a link when only the address is given."""

    email = TextField(_l("E-mail address"), [Required(_l("Write your e-mail address.")), _ADDRESS_LENGTH])
    # Not marked as required: whoever asks for a link leaves it empty.
    password = PasswordField(_l("Password"))
    next = HiddenField()

    def validate_password(self, field: PasswordField) -> None:
        if not field.data:
            raise ValidationError(_l("Write your password, or ask for a link below."))


class LinkRequestForm(BaseForm):
    """Only the address counts; a password that was typed is not read."""

    email = TextField(_l("E-mail address"), [Required(_l("Write your e-mail address.")), _ADDRESS_LENGTH])
    password = PasswordField(_l("Password"))
    next = HiddenField()


class ConfirmForm(BaseForm):
    """A button."""

    next = HiddenField()


class InvitationForm(BaseForm):
    """What an invited person says about themselves."""

    name = TextField(_l("Name"), [Required(_l("Write your name.")), _NAME_LENGTH])
    locale = RadioField(_l("Language"), choices=_languages)
    password = PasswordField(
        _l("Password"),
        description=_l(
            "Optional: without one you sign in by a link that we mail each time. At least %(least)s characters; "
            "a few words in a row will do.",
            least=MIN_LENGTH,
        ),
    )


class ProfileForm(BaseForm):
    name = TextField(_l("Name"), [Required(_l("Write your name.")), _NAME_LENGTH])
    locale = RadioField(_l("Language of pages and mails"), choices=_languages)
    version = VersionField()


class PasswordForm(BaseForm):
    current_password = PasswordField(_l("Present password"))
    password = PasswordField(
        _l("New password"),
        [Required(_l("Write a new password."))],
        description=_l(
            "At least %(least)s and at most %(most)s characters. A few words in a row will do; spaces count.",
            least=MIN_LENGTH,
            most=MAX_LENGTH,
        ),
    )


class PersonForm(BaseForm):
    """Inviting and changing a person."""

    email = TextField(_l("E-mail address"), [Required(_l("Write an e-mail address.")), _ADDRESS_LENGTH])
    name = TextField(_l("Name"), [Required(_l("Write a name.")), _NAME_LENGTH])
    organisation = SelectField(_l("Organisation"), choices=_organisations)
    roles = CheckboxesField(_l("Roles"), choices=_roles, description=_l("What the person does in the collaboration."))
    locale = RadioField(_l("Language of pages and mails"), choices=_languages, default=Locale.SV.value)

    def values(self) -> dict[str, Any]:
        """The answers as the services take them."""
        return {
            "email": self.email.data,
            "name": self.name.data,
            "organisation_id": int(self.organisation.data) if self.organisation.data else None,
            "roles": {Role(value) for value in self.roles.data or ()},
            "locale": Locale(self.locale.data),
        }


class ChangePersonForm(PersonForm):
    version = VersionField()


class PeopleFilter(FilterForm):
    q = TextField(_l("Name or address"))
    role = FilterSelect(_l("Role"), choices=lambda: [SelectChoice("", _l("All")), *_roles()])
    state = FilterSelect(
        _l("Account state"),
        choices=lambda: [
            SelectChoice("", _l("All")),
            SelectChoice("active", _l("Active")),
            SelectChoice("disabled", _l("Disabled")),
        ],
    )
