"""Forms of the evaluator's pages that are about links, deliveries and questions, and the staff pages beside them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import Length

from tracker.core.choices import choices_of
from tracker.core.forms import BaseForm, LongTextField, Required, SubmissionField
from tracker.documents.upload_fields import FileFields
from tracker.evaluations import labels
from tracker.evaluations.enums import ReminderDays
from tracker.evaluations.service.questions import LONGEST
from tracker.evaluations.service.team import LONGEST_REASON


class QuestionForm(BaseForm):
    """A question to the commissioner."""

    body = LongTextField(_l("Your question"), [Required(_l("Write your question.")), Length(max=LONGEST)])
    submission = SubmissionField()


class RemindersForm(BaseForm):
    """How often a member is reminded."""

    days = RadioField(_l("Mail before the day"), choices=lambda: choices_of(labels.REMINDER_DAYS), coerce=ReminderDays)


class DeclineForm(BaseForm):
    """Why a member cannot take part."""

    reason = LongTextField(
        _l("Why you cannot take part"),
        [Required(_l("Write in a sentence why you cannot take part.")), Length(max=LONGEST_REASON)],
        description=_l("A sentence is enough. The commissioner reads it, and it becomes a part of the case."),
    )


class AnswerForm(BaseForm):
    """The commissioner's answer."""

    body = LongTextField(_l("Your answer"), [Required(_l("Write an answer.")), Length(max=LONGEST)])


class DeliveryForm(FileFields, BaseForm):
    """A file to hand in, and what changed since the version before."""

    change_note = LongTextField(_l("What has changed since the last version?"), [Length(max=5000)])
    submission = SubmissionField()


class DeliveryForForm(DeliveryForm):
    """The same, handed in by the commissioner for somebody in the team."""

    member_id = SelectField(_l("For whom"), coerce=int)
