"""Forms of the commission: opening one, noting one, and the sections of its page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Length, NumberRange, Optional

from tracker.cases.enums import SecrecyClass
from tracker.cases.forms import LeavesField
from tracker.core.choices import CheckboxesField, choices_of, whole_number
from tracker.core.forms import (
    BaseForm,
    DateField,
    LongTextField,
    MoneyField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
    WholeNumberField,
)
from tracker.evaluations import labels
from tracker.evaluations.enums import Criterion, Selection


class NewEvaluationForm(BaseForm):
    title = TextField(
        _l("What is to be evaluated?"),
        [Required(), Length(max=300)],
        description=_l("For example: How the collaboration on medicines has worked 2015–2026"),
    )
    purpose = LongTextField(
        _l("Why, and what will the answer be used for?"),
        [Length(max=20_000)],
        description=_l("One or two sentences are enough now."),
    )
    report_on = DateField(
        _l("When is the final report wanted?"),
        description=_l(
            "The usual deliverables get days that fit; you can change each of them. Leave it empty if it is not known."
        ),
    )
    submission = SubmissionField()


class NoteEvaluationForm(BaseForm):
    title = TextField(_l("What is the evaluation called?"), [Required(), Length(max=300)])
    commissioner_name = TextField(_l("Who commissioned it?"), [Required(), Length(max=200)])
    provider_name = TextField(_l("Who made it?"), [Length(max=200)])
    published_on = DateField(_l("Published on"))
    report_url = TextField(_l("Address of the report"), [Length(max=500)])
    purpose = LongTextField(_l("What is it about, and what matters to us?"), [Length(max=20_000)])
    source = TextField(
        _l("Where is this known from?"),
        [Length(max=500)],
        description=_l("For example a page, with the day it was read."),
    )
    version = VersionField()
    submission = SubmissionField()


class FactsForm(BaseForm):
    title = TextField(_l("Title"), [Required(), Length(max=300)])
    responsible_id = SelectField(_l("Responsible officer"), choices=(), coerce=whole_number)
    commissioner_id = SelectField(_l("Commissioned by"), choices=(), coerce=whole_number)
    commissioned_on = DateField(_l("Date of the commission"))
    commission_decision = TextField(
        _l("Decision on the commission"),
        [Length(max=200)],
        description=_l("What it is called and its registry number."),
    )
    budget_ore = MoneyField(_l("Budget, kronor without VAT"))
    response_days = WholeNumberField(
        _l("Days for responses"),
        [Required(), NumberRange(min=1, max=365, message=_l("A number from 1 to 365."))],
        description=_l("Calendar days from the approval of the final report. Six weeks are usual."),
    )
    secrecy_class = SelectField(
        _l("Who may know of the case"), choices=lambda: choices_of(labels.SECRECY), coerce=SecrecyClass
    )
    leaves = LeavesField()
    is_sharing_responses = BooleanField(
        _l("The evaluator may read the responses"),
        description=_l(
            "Once the recommendations are issued: each response, its reason, and how long others have waited."
        ),
    )
    version = VersionField()


class BriefForm(BaseForm):
    purpose = LongTextField(_l("Purpose"), [Length(max=20_000)], description=_l("What the answer will be used for."))
    questions = LongTextField(_l("Questions"), [Length(max=20_000)], description=_l("One on each line."))
    criteria = CheckboxesField(
        _l("Criteria"),
        choices=lambda: choices_of(labels.CRITERIA),
        coerce=Criterion,
        validators=[Optional()],
        description=_l("OECD-DAC, as adopted in 2019. Few criteria give a better evaluation than all of them."),
    )
    scope = LongTextField(
        _l("Limits"), [Length(max=20_000)], description=_l("Years, county councils, substances: what is left out.")
    )
    version = VersionField()


class SelectionForm(BaseForm):
    selection = RadioField(
        _l("How is the evaluator chosen?"),
        choices=lambda: choices_of(labels.SELECTIONS, _l("Not decided yet")),
        coerce=lambda value: Selection(value) if value else None,
        validators=[Optional()],
    )
    procurement_id = SelectField(
        _l("Procurement"),
        choices=(),
        coerce=whole_number,
        description=_l("The case of the procurement or the call-off, where it is in Samordna."),
    )
    selection_reason = LongTextField(_l("Reasons for the choice"), [Length(max=4000)])
    version = VersionField()


class EvaluatorForm(BaseForm):
    provider_id = SelectField(_l("Evaluator"), choices=(), coerce=whole_number)
    new_provider = TextField(
        _l("Or a new evaluator"),
        [Length(max=200)],
        description=_l("The organisation's name, if it is not in the list."),
    )
    new_orgnr = TextField(_l("The new evaluator's organisation number"), [Length(max=20)])
    is_outside = BooleanField(
        _l("It is an organisation of its own, without ties to the one whose name stands in its name.")
    )
    version = VersionField()


class ContractForm(BaseForm):
    signed_on = DateField(_l("Contract signed on"), [Required()])
    ends_on = DateField(_l("Contract ends on"))
    contract_ore = MoneyField(_l("Contract value, kronor without VAT"))
    reference = TextField(_l("Contract number"), [Length(max=200)])
    document_id = SelectField(
        _l("Contract document"),
        choices=(),
        coerce=whole_number,
        description=_l("Chosen among the documents of the case. Upload it there first."),
    )
    version = VersionField()


class EndContractForm(BaseForm):
    ended_on = DateField(_l("The contract ended on"), [Required()])
    reason = LongTextField(
        _l("Why did it end?"),
        [Required(), Length(max=500)],
        description=_l("Such as a breach of contract, or that the evaluator withdrew; and where it is documented."),
    )
    version = VersionField()


class TakeBackContractForm(BaseForm):
    reason = LongTextField(
        _l("What was the mistake?"),
        [Required(), Length(max=500)],
        description=_l("Such as the wrong evaluation, or a contract that was never signed. The history keeps it."),
    )
    version = VersionField()


class CloseForm(BaseForm):
    """``reason`` is asked for where something is still to be delivered."""

    reason = LongTextField(_l("Why is it closed without them?"), [Length(max=500)])
    version = VersionField()


class CancelForm(BaseForm):
    reason = LongTextField(
        _l("Why is it cancelled?"), [Required(), Length(max=500)], description=_l("The evaluator is told.")
    )
    version = VersionField()
