"""Forms of progress answers, wishes for more time, comments and decisions about versions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker.core.choices import choices_of
from tracker.core.forms import (
    BaseForm,
    DateField,
    LongTextField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
)
from tracker.evaluations import labels
from tracker.evaluations.enums import CommentAnswer, CommentKind, ProgressAnswer

_APPROVE, _REFUSE = "approve", "refuse"
_DECISIONS = {_APPROVE: _l("Approve, with this day"), _REFUSE: _l("Refuse: the day stands")}


class ProgressForm(BaseForm):
    answer = RadioField(
        _l("How is the work going?"),
        choices=lambda: choices_of(labels.PROGRESS),
        coerce=ProgressAnswer,
        validators=[Required()],
    )
    wished_on = DateField(_l("When can you deliver?"), description=_l("Only if you need more time."))
    reason = LongTextField(_l("Why?"), [Length(max=2000)], description=_l("Only if you need more time."))
    submission = SubmissionField()


class ExtensionForm(BaseForm):
    decision = RadioField(
        _l("Decision"),
        choices=lambda: [SelectChoice(code, text) for code, text in _DECISIONS.items()],
        validators=[Required()],
    )
    granted_on = DateField(_l("New day"), description=_l("The wished day is filled in; you can write another one."))
    note = LongTextField(
        _l("Words to the evaluator"), [Length(max=2000)], description=_l("Needed when you refuse: they read why.")
    )

    def values(self) -> dict[str, Any]:
        told = super().values()
        told["is_approved"] = told.pop("decision") == _APPROVE
        return told


class CommentForm(BaseForm):
    kind = SelectField(
        _l("What is it about?"),
        choices=lambda: choices_of(labels.COMMENT_KINDS),
        coerce=CommentKind,
        default=CommentKind.FACTUAL_ERROR,
        description=_l("The evaluator is bound by facts only; views are theirs to weigh."),
    )
    page = TextField(_l("Page or section"), [Length(max=40)])
    quote = LongTextField(_l("What the report says"), [Length(max=2000)])
    body = LongTextField(_l("Comment"), [Required(), Length(max=4000)])
    for_name = TextField(
        _l("For whom"), [Length(max=200)], description=_l("If you hand it on for somebody: a county council, a body.")
    )
    submission = SubmissionField()
    version = VersionField()


class AnswerForm(BaseForm):
    answer = RadioField(
        _l("What did you do?"),
        choices=lambda: choices_of(labels.COMMENT_ANSWERS),
        coerce=CommentAnswer,
        validators=[Required()],
    )
    answer_text = LongTextField(
        _l("Your words"), [Length(max=4000)], description=_l("Needed when nothing or only a part was changed.")
    )
    version = VersionField()


class ReturnForm(BaseForm):
    reason = LongTextField(
        _l("What has to be done before it can be approved?"),
        [Required(), Length(max=4000)],
        description=_l("The evaluator reads this first, then the comments."),
    )
    new_due_on = DateField(_l("New version by"), [Required()])
    version_id = VersionField()
    seen = HiddenField()


class ApproveForm(BaseForm):
    note = LongTextField(_l("Words to the evaluator"), [Length(max=2000)])
    version_id = VersionField()


class RemoveForm(BaseForm):
    version = VersionField()
