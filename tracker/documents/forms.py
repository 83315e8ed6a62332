"""Forms of the pages about documents. They check shape; what the matter allows is checked by the service."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SelectField
from wtforms.validators import Length, ValidationError

from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.core import clock
from tracker.core.choices import choices_of
from tracker.core.forms import (
    BaseForm,
    DateField,
    FilterForm,
    LongTextField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
)
from tracker.documents import labels, retention
from tracker.documents.enums import Direction, DocumentKind, RetentionRule
from tracker.documents.service import LONGEST_NAME, LONGEST_REASON, LONGEST_TITLE
from tracker.documents.upload_fields import FileFields

ALL = _l("All")


def _kind_or_none(value: Any) -> DocumentKind | None:
    return DocumentKind(value) if value in set(DocumentKind) else None


class EntryFields(Form):
    """The register's entry (OSL 5 kap. 2 §)."""

    kind = SelectField(
        _l("Kind of document"),
        choices=lambda: choices_of(labels.KINDS),
        coerce=DocumentKind,
        default=DocumentKind.LETTER,
    )
    title = TextField(_l("Title"), [Length(max=LONGEST_TITLE)])
    registered_on = DateField(
        _l("Date"),
        [Required()],
        default=clock.today,
        description=_l("The day on which it was received, sent or finished."),
    )
    direction = RadioField(
        _l("How did it come here?"),
        choices=lambda: choices_of(labels.DIRECTIONS),
        coerce=Direction,
        default=Direction.INCOMING,
    )
    correspondent = TextField(
        _l("From whom or to whom"),
        [Length(max=LONGEST_NAME)],
        description=_l("Needed for what was received or sent."),
    )
    information_class = RadioField(
        _l("Does it tell of tenders or prices?"),
        choices=lambda: choices_of(labels.INFORMATION),
        coerce=InformationClass,
        default=InformationClass.GENERAL,
    )
    secrecy_class = SelectField(
        _l("Who may know of the document"),
        choices=lambda: choices_of(labels.SECRECY),
        coerce=SecrecyClass,
        default=SecrecyClass.OPEN,
    )
    secrecy_ground = TextField(
        _l("Ground for secrecy"), [Length(max=LONGEST_NAME)], description=_l("For example OSL 31 kap. 16 §.")
    )


class NewDocumentForm(FileFields, EntryFields, BaseForm):
    """``same_document_id``: where the same file stands in the case already, once that was found."""

    same_document_id: int | None = None

    retention = SelectField(
        _l("How long it is kept"),
        choices=lambda: choices_of(retention.NAMES, _l("As usual for this kind of document")),
        coerce=lambda value: RetentionRule(value) if value else None,
    )
    for_name = TextField(
        _l("Uploaded on behalf of"),
        [Length(max=LONGEST_NAME)],
        description=_l("Only if you register it for somebody else."),
    )
    is_wanted_twice = BooleanField(_l("Register it although the same file is in the case"))
    submission = SubmissionField()

    @property
    def is_file_refused(self) -> bool:
        return super().is_file_refused and self.same_document_id is None


class EntryForm(EntryFields, BaseForm):
    retention = SelectField(
        _l("How long it is kept"), choices=lambda: choices_of(retention.NAMES), coerce=RetentionRule
    )
    version = VersionField()


class VersionForm(FileFields, BaseForm):
    change_note = LongTextField(
        _l("What has changed?"),
        [Required(), Length(max=4000)],
        description=_l("For those who have read the version before."),
    )
    for_name = TextField(
        _l("Uploaded on behalf of"),
        [Length(max=LONGEST_NAME)],
        description=_l("Only if you register it for somebody else."),
    )
    submission = SubmissionField()


class ReleaseForm(BaseForm):
    reason = LongTextField(
        _l("Why can the file be let out?"),
        [Required(), Length(max=LONGEST_REASON)],
        description=_l("You have looked at the file and say why what was found in it is harmless."),
    )


class CaseDocumentsFilter(FilterForm):
    kind = SelectField(_l("Kind of document"), choices=lambda: choices_of(labels.KINDS, ALL), coerce=_kind_or_none)


class SearchForm(FilterForm):
    q = TextField(_l("Words"))
    kind = SelectField(_l("Kind of document"), choices=lambda: choices_of(labels.KINDS, ALL), coerce=_kind_or_none)
    case = TextField(_l("Registry number of the case"))
    from_on = DateField(_l("From"))
    until_on = DateField(_l("Until"))

    def validate_until_on(self, field: DateField) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_l("This day is before the one from which you search."))
