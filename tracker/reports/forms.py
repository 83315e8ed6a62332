"""The form that asks for an edition."""

from flask_babel import lazy_gettext as _l

from tracker.core.forms import BaseForm, DateField, Required


class CompileForm(BaseForm):
    as_of_on = DateField(_l("Reporting day"), validators=[Required()])
