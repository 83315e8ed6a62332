"""Forms of declaring and assessing independence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

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
from tracker.evaluations.enums import Assessment, Counterpart, EngagementKind
from tracker.evaluations.models import Declaration, Engagement
from tracker.evaluations.service.independence import EngagementFacts

MOST_ROWS = 40
PARTS = ("ownership", "family", "expectations", "other")
_YES_NO = {"no": _l("No, nothing to declare"), "yes": _l("Yes")}


def _answer(label: Any) -> RadioField:
    return RadioField(
        label, choices=lambda: [SelectChoice(code, text) for code, text in _YES_NO.items()], validators=[Required()]
    )


def _told() -> LongTextField:
    return LongTextField(_l("If yes, what?"), [Length(max=4000)])


class EngagementRow(Form):
    """One employment or assignment. A row that is left empty says nothing."""

    counterpart = SelectField(
        _l("With whom"),
        choices=lambda: choices_of(labels.COUNTERPARTS, _l("Choose")),
        coerce=lambda value: Counterpart(value) if value else None,
        validators=[Optional()],
    )
    kind = SelectField(
        _l("Employment or assignment"),
        choices=lambda: choices_of(labels.ENGAGEMENTS, _l("Choose")),
        coerce=lambda value: EngagementKind(value) if value else None,
        validators=[Optional()],
    )
    organisation = TextField(_l("Name of the organisation"), [Length(max=200)])
    what = TextField(_l("What it was about"), [Length(max=1000)])
    from_on = DateField(_l("From"))
    to_on = DateField(_l("Until"), description=_l("Leave empty while it lasts."))

    @property
    def is_empty(self) -> bool:
        return not any(field.data or (field.raw_data and str(field.raw_data[0]).strip()) for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        if self.is_empty:
            return is_valid
        for field in (self.counterpart, self.kind, self.organisation, self.from_on):
            if not field.data and not field.errors:
                field.errors = [*field.errors, _l("This needs an answer.")]
                is_valid = False
        return is_valid

    def facts(self) -> EngagementFacts:
        """The row's answers, once it is valid and not empty."""
        return EngagementFacts(
            counterpart=self.counterpart.data,
            kind=self.kind.data,
            organisation=self.organisation.data or "",
            from_on=self.from_on.data,  # type: ignore[arg-type]  # validated above
            to_on=self.to_on.data,
            what=self.what.data or "",
        )


class DeclarationForm(BaseForm):
    """Every part is answered: with a text, or by saying that there is nothing to tell."""

    has_engagements = _answer(
        _l(
            "In the last five years, have you been employed by, or had assignments for, SKL, SKL Kommentus, a county "
            "council or region, the NT council, a medicine company, or anybody else with an interest in the result?"
        )
    )
    engagements = FieldList(
        FormField(EngagementRow, _l("Employment or assignment")),
        label=_l("Employments and assignments"),
        max_entries=MOST_ROWS,
    )
    has_ownership = _answer(
        _l("Do you own shares, options or parts in a medicine company or in anybody else the result can affect?")
    )
    ownership = _told()
    has_family = _answer(
        _l("Does somebody close to you have such an employment, assignment or ownership, or work with the model?")
    )
    family = _told()
    has_expectations = _answer(
        _l("Do you expect an employment, an assignment or another advantage from any of them after the evaluation?")
    )
    expectations = _told()
    has_other = _answer(_l("Is there anything else that can make others doubt that you are impartial?"))
    other = _told()
    signed_name = TextField(_l("Your name, as a signature"), [Required(), Length(max=200)])
    submission = SubmissionField()

    def add_row(self) -> None:
        """One more empty row."""
        if len(self.engagements) < MOST_ROWS:
            self.engagements.append_entry()

    def filled_rows(self) -> Sequence[EngagementRow]:
        return [entry.form for entry in self.engagements if not entry.form.is_empty]

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        rows = self.filled_rows()
        if self.has_engagements.data == "yes" and not rows:
            self.has_engagements.errors = [_l("Write at least one employment or assignment below.")]
            is_valid = False
        if self.has_engagements.data == "no" and rows:
            self.has_engagements.errors = [_l("You answered no, but there are employments or assignments below.")]
            is_valid = False
        for part in PARTS:
            is_valid = self._check_part(part) and is_valid
        return is_valid

    def text_of(self, part: str) -> str:
        """What is told under `part`; empty where there is nothing to declare."""
        return (self[part].data or "") if self[f"has_{part}"].data == "yes" else ""

    def _check_part(self, part: str) -> bool:
        answered, text = self[f"has_{part}"].data, self[part].data
        if answered == "yes" and not text:
            self[part].errors = [*self[part].errors, _l("You answered yes: write what.")]
            return False
        if answered == "no" and text:
            self[f"has_{part}"].errors = [_l("You answered no, but something is written below.")]
            return False
        return True


def declared(declaration: Declaration | None) -> dict[str, Any]:
    """What a new declaration starts from: the earlier one's answers, never its signature."""
    if declaration is None:
        return {"engagements": [{}]}
    rows = [_row(item) for item in declaration.engagements]
    data: dict[str, Any] = {"engagements": rows or [{}], "has_engagements": "yes" if rows else "no"}
    for part in PARTS:
        text = getattr(declaration, part)
        data |= {part: text or None, f"has_{part}": "yes" if text else "no"}
    return data


def _row(item: Engagement) -> dict[str, Any]:
    names = ("counterpart", "kind", "organisation", "what", "from_on", "to_on")
    return {name: getattr(item, name) for name in names}


class AssessmentForm(BaseForm):
    assessment = RadioField(
        _l("Assessment"),
        choices=lambda: choices_of(labels.ASSESSMENTS),
        coerce=Assessment,
        validators=[Required(_l("Choose one of the three."))],
    )
    measure = LongTextField(
        _l("Measure, if it is manageable"),
        [Length(max=4000)],
        description=_l("For example: another member writes and quality checks the chapter about prices."),
    )
    reason = LongTextField(
        _l("Reason"),
        [Length(max=4000)],
        description=_l("Needed when it disqualifies, and when an earlier assessment is changed."),
    )
    is_impartial = BooleanField(
        _l("I have no interest of my own in how this is assessed (FL 16 §, KL 6 kap. 28 §)."),
        [
            Required(
                _l(
                    "Tick the box to confirm that you have no interest of your own. If you have one, somebody else in "
                    "the steering group has to assess."
                )
            )
        ],
    )
    version = VersionField()
