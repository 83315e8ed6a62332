"""Forms of recommendations, responses and actions. They check shape; what the matter allows is for the services."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from tracker.core.choices import FilterSelect, choices_of, id_choices, whole_number
from tracker.core.forms import (
    BaseForm,
    DateField,
    FilterForm,
    LongTextField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
    WholeNumberField,
)
from tracker.evaluations import labels
from tracker.evaluations.enums import Priority, RecommendationState, ResponseKind
from tracker.evaluations.service.recommendations import LARGEST_NUMBER, LONGEST_NAME, LONGEST_PAGE, LONGEST_TEXT
from tracker.evaluations.standing import OPEN_STATES

Pairs = Sequence[tuple[int, str]]

VERIFIED, SENT_BACK = "verified", "sent_back"
# Choices of the filter beside the states; ``all`` has drafts, too, and is only for one evaluation's files.
CLOSED, NOTED, EVERY, ALL = "closed", "noted", "every", "all"


class RecommendationForm(BaseForm):
    """What either side enters; the evaluator's page leaves out number and reason."""

    number = WholeNumberField(
        _l("Number"),
        [Optional(), NumberRange(1, LARGEST_NUMBER)],
        description=_l("As in the report. Left empty, it gets the next one."),
    )
    body = LongTextField(
        _l("What is recommended?"), [Required(), Length(max=LONGEST_TEXT)], description=_l("As the report has it.")
    )
    page = TextField(
        _l("Page in the report"), [Required(), Length(max=LONGEST_PAGE)], description=_l("For example 12, or 12–13.")
    )
    priority = RadioField(
        _l("Priority"),
        choices=lambda: choices_of(labels.PRIORITIES),
        coerce=Priority,
        validators=[Required(_l("Choose a priority."))],
    )
    addressee_id = SelectField(
        _l("Who is it for?"),
        choices=(),
        coerce=whole_number,
        validators=[Required(_l("Choose the body or the county council that the recommendation is for."))],
        description=_l("The body or county council that is to answer it. It needs no account here."),
    )
    suggested_owner = TextField(
        _l("Suggested owner"),
        [Length(max=LONGEST_NAME)],
        description=_l("The office or function that could do it, if the report says so."),
    )
    reason = LongTextField(_l("Why is it changed?"), [Length(max=LONGEST_TEXT)])
    submission = SubmissionField()
    version = VersionField()

    def offer(self, bodies: Pairs) -> None:
        """Those who can be asked."""
        self.addressee_id.choices = id_choices(bodies, _l("Choose"))


class ResponseForm(BaseForm):
    kind = RadioField(
        _l("The response"),
        choices=lambda: choices_of(labels.RESPONSES),
        coerce=ResponseKind,
        validators=[Required(_l("Choose what the response is."))],
    )
    reason = LongTextField(
        _l("Reason"),
        [Length(max=LONGEST_TEXT)],
        description=_l("Needed where the recommendation is not accepted in full."),
    )
    responded_by = TextField(
        _l("Who responded"),
        [Required(), Length(max=LONGEST_NAME)],
        description=_l("The body, or the person on its behalf. Nobody needs an account here."),
    )
    responded_on = DateField(_l("Day of the response"), [Required()])
    decision_reference = TextField(
        _l("Decision"), [Length(max=LONGEST_NAME)], description=_l("What it is called and its registry number.")
    )
    version = VersionField()


class ActionForm(BaseForm):
    body = LongTextField(_l("What is to be done?"), [Required(), Length(max=LONGEST_TEXT)])
    owner_id = SelectField(
        _l("Owner"),
        choices=(),
        coerce=whole_number,
        validators=[Optional()],
        description=_l("Gets the reminders, and can open the case from then on."),
    )
    owner_name = TextField(
        _l("Or an owner who has no account"),
        [Length(max=LONGEST_NAME)],
        description=_l("Name or function. The reminders then go to the case's responsible officer."),
    )
    organisation_id = SelectField(_l("The owner's organisation"), choices=(), coerce=whole_number)
    due_on = DateField(_l("To be done by"), [Required()])
    submission = SubmissionField()
    version = VersionField()

    def offer(self, people: Pairs, bodies: Pairs) -> None:
        """Who can own an action, and where."""
        self.owner_id.choices = id_choices(people, _l("Somebody without an account"))
        self.organisation_id.choices = id_choices(bodies, _l("Not given"))


class DoneForm(BaseForm):
    done_on = DateField(_l("Done on"), [Required()])
    evidence = LongTextField(
        _l("What shows that it is done?"),
        [Length(max=LONGEST_TEXT)],
        description=_l("A text, a document of the case, or both. Somebody else verifies it from this."),
    )
    evidence_document_id = SelectField(_l("Document of the case"), choices=(), coerce=whole_number)
    version = VersionField()

    def offer(self, documents: Pairs) -> None:
        """The documents of the case that whoever asks may see."""
        self.evidence_document_id.choices = id_choices(documents, _l("No document"))


class CheckForm(BaseForm):
    outcome = RadioField(
        _l("What did you find?"),
        choices=[
            SelectChoice(VERIFIED, _l("It is done: verified")),
            SelectChoice(SENT_BACK, _l("It is not done: send it back")),
        ],
        validators=[Required(_l("Choose what you found."))],
    )
    note = LongTextField(
        _l("What you saw, or what is missing"),
        [Length(max=LONGEST_TEXT)],
        description=_l("Needed when it is sent back."),
    )
    version = VersionField()


class ReasonForm(BaseForm):
    reason = LongTextField(_l("Reason"), [Required(), Length(max=LONGEST_TEXT)])
    version = VersionField()


class RemoveForm(BaseForm):
    """The evaluator takes away what is not issued yet: no reason is asked for."""

    version = VersionField()


class RecommendationFilter(FilterForm):
    """The list's filter. Its choices are to be offered before it can be checked."""

    state = FilterSelect(_l("State"), choices=())
    addressee = FilterSelect(_l("Addressee"), choices=())
    priority = FilterSelect(_l("Priority"), choices=lambda: choices_of(labels.PRIORITIES, _l("All")))

    def offer(self, bodies: Pairs) -> None:
        """The addressees that there are."""
        self.addressee.choices = id_choices(bodies, _l("All"))
        named = [SelectChoice(state.value, labels.RECOMMENDATION_STATES[state]) for state in OPEN_STATES]
        self.state.choices = [
            SelectChoice("", _l("All open")),
            *named,
            SelectChoice(CLOSED, labels.RECOMMENDATION_STATES[RecommendationState.CLOSED]),
            SelectChoice(EVERY, _l("Open and closed")),
            SelectChoice(NOTED, _l("Evaluations by others")),
        ]
        # The page of one evaluation links to it; as a choice of the list it would only repeat the others.
        if self.state.data == ALL:
            self.state.choices.append(SelectChoice(ALL, _l("All")))
