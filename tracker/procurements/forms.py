"""Forms of the procurement pages. They check shape; what the matter allows is checked by the services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from tracker.cases import labels as case_labels
from tracker.cases.enums import SecrecyClass
from tracker.cases.forms import LeavesField
from tracker.core.choices import NOT_GIVEN, choices_of, id_choices, whole_number
from tracker.core.forms import (
    BaseForm,
    DateField,
    LongTextField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
    WholeNumberField,
)
from tracker.procurements import labels
from tracker.procurements.enums import (
    Capacity,
    LotState,
    Means,
    OptionState,
    Procedure,
    StandstillException,
)

_PERIODS = re.compile(r"\d{1,3}(\s*\+\s*\d{1,3})*")


def parse_periods(text: str) -> tuple[int, ...]:
    """Months of the base period and of each option from "24 + 12 + 12".

    :raises ValueError: for anything else.
    """
    if not _PERIODS.fullmatch(text.strip()):
        raise ValueError(text)
    return tuple(int(part) for part in text.split("+"))


class PeriodsField(TextField):
    """Base period and options in months. ``periods`` are the numbers once the field is valid."""

    periods: tuple[int, ...] = ()

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.periods = parse_periods(self.data)
        except ValueError:
            raise ValidationError(
                _l("Write the months of the base period and of each option, for example 24 + 12 + 12.")
            ) from None


class NewProcurementForm(BaseForm):
    title = TextField(
        _l("What is to be procured?"),
        [Required(), Length(max=300)],
        description=_l("For example: Influenza vaccine for the season 2027–2028"),
    )
    substance = TextField(_l("Substance (INN)"), [Length(max=300)], description=_l("Several are separated by a comma."))
    atc_code = TextField(
        _l("ATC code"), [Length(max=12)], description=_l("A whole code such as J07BB02, or an upper level such as J07.")
    )
    procedure = SelectField(
        _l("Procedure"), choices=lambda: choices_of(labels.PROCEDURES), coerce=Procedure, default=Procedure.OPEN
    )
    wished_supply_on = DateField(
        _l("Wished start of supply"),
        [Required()],
        description=_l("The plan is counted backwards from this day. For example 2027-10-01."),
    )
    succeeds_contract_id = RadioField(
        _l("Does it replace a contract?"), choices=(), coerce=whole_number, validators=[Optional()]
    )
    submission = SubmissionField()

    def offer(self, contracts: Sequence[tuple[int, str]]) -> None:
        """Contracts that the procurement may replace."""
        self.succeeds_contract_id.choices = id_choices(contracts, _l("No, it replaces none of these"))


class StepForm(BaseForm):
    on = DateField(_l("Date"), [Required()])
    note = LongTextField(_l("Note"), [Length(max=4000)])
    means = RadioField(
        _l("How was the decision sent?"),
        choices=lambda: choices_of(labels.MEANS),
        coerce=Means,
        default=Means.ELECTRONIC,
        description=_l("Decides whether the standstill is 10 or 15 days (LOU 20 kap. 1 §)."),
    )
    exception = SelectField(
        _l("Ground to sign before the standstill is over"),
        choices=lambda: choices_of(labels.EXCEPTIONS, _l("None")),
        coerce=lambda value: StandstillException(value) if value else None,
        validators=[Optional()],
    )
    exception_reason = TextField(_l("What the ground rests on"), [Length(max=500)])
    version = VersionField()


class PlanForm(BaseForm):
    planned_on = DateField(_l("Planned date"))
    reason = TextField(_l("Why is it moved?"), [Length(max=500)], description=_l("One line, for the history."))
    version = VersionField()


class FactsForm(BaseForm):
    title = TextField(_l("Title"), [Required(), Length(max=300)])
    substance = TextField(_l("Substance (INN)"), [Length(max=300)])
    atc_code = TextField(_l("ATC code"), [Length(max=12)])
    cpv_code = TextField(_l("CPV code"), [Length(max=12)], description=_l("For example 33651600, vaccines."))
    responsible_id = SelectField(_l("Responsible officer"), choices=(), coerce=whole_number)
    market_contact_id = SelectField(_l("Contact at the Market function"), choices=(), coerce=whole_number)
    secrecy_class = SelectField(
        _l("Who may know of the case"), choices=lambda: choices_of(case_labels.SECRECY), coerce=SecrecyClass
    )
    succeeds_contract_id = SelectField(_l("Replaces the contract"), choices=(), coerce=whole_number)
    leaves = LeavesField()
    version = VersionField()


class AssignmentForm(BaseForm):
    assigned_by_id = SelectField(_l("Assigned by"), choices=(), coerce=whole_number)
    assignment_decision = TextField(
        _l("Decision"), [Length(max=200)], description=_l("What it is called and its registry number.")
    )
    assigned_on = DateField(_l("Date of the assignment"))
    version = VersionField()


class ExecutionForm(BaseForm):
    executing_body_id = SelectField(_l("Executing body"), choices=(), coerce=whole_number)
    executing_reason = TextField(
        _l("Reason, if it is not SKL Kommentus"),
        [Length(max=500)],
        description=_l("The decision of 15 May 2014 says that it is preferably SKL Kommentus."),
    )
    capacity = SelectField(
        _l("Capacity"),
        choices=lambda: choices_of(labels.CAPACITIES, NOT_GIVEN),
        coerce=lambda value: Capacity(value) if value else None,
    )
    version = VersionField()


class ProcedureForm(BaseForm):
    procedure = SelectField(_l("Procedure"), choices=lambda: choices_of(labels.PROCEDURES), coerce=Procedure)
    began_on = DateField(
        _l("Began on"), [Required()], description=_l("Decides which law and which version of the rules apply.")
    )
    wished_supply_on = DateField(_l("Wished start of supply"))
    accepts_electronic_tenders = BooleanField(_l("Tenders may be sent electronically (11 kap. 6 §)"))
    has_full_electronic_documents = BooleanField(
        _l("The procurement documents are fully and freely accessible electronically (11 kap. 9 §)")
    )
    is_accelerated = BooleanField(_l("Accelerated: lack of time makes the usual limits impossible (11 kap. 10 §)"))
    prior_information_notice_on = DateField(
        _l("Prior information notice sent on"), description=_l("Shortens the tender period (11 kap. 5 §).")
    )
    notification_means = RadioField(
        _l("How the award decision is sent"), choices=lambda: choices_of(labels.MEANS), coerce=Means
    )
    version = VersionField()


class LotForm(BaseForm):
    number = WholeNumberField(_l("Number"), [Required(), NumberRange(min=1, message=_l("Lots are numbered from 1."))])
    title = TextField(_l("What the lot holds"), [Required(), Length(max=300)])
    atc_code = TextField(_l("ATC code"), [Length(max=12)])
    state = SelectField(
        _l("State"), choices=lambda: choices_of(labels.LOT_STATES), coerce=LotState, default=LotState.OPEN
    )
    version = VersionField()
    submission = SubmissionField()


class ContractForm(BaseForm):
    supplier_id = SelectField(_l("Supplier"), choices=(), coerce=whole_number)
    new_supplier = TextField(
        _l("Or a new supplier"), [Length(max=200)], description=_l("The name, if it is not in the list.")
    )
    lot_id = SelectField(_l("Lot"), choices=(), coerce=whole_number)
    reference = TextField(_l("Contract number"), [Length(max=120)])
    products = TextField(_l("Products"), [Length(max=500)])
    signed_on = DateField(_l("Signed on"))
    starts_on = DateField(_l("First day of the contract"), [Required()])
    term = PeriodsField(
        _l("Base period and options, in months"),
        [Required()],
        description=_l("The base period first, then each option: 24 + 12 + 12. The ends are counted from it."),
    )
    base_ends_on = DateField(
        _l("Printed end of the base period"),
        description=_l("Only where the contract says another day than the counted one."),
    )
    notice_months = WholeNumberField(
        _l("Months of notice before an option"),
        [Required(), NumberRange(min=0, max=36, message=_l("A number from 0 to 36."))],
        default=3,
    )
    decision_lead_days = WholeNumberField(
        _l("Days our own decision takes before that"),
        [Required(), NumberRange(min=0, max=730, message=_l("A number from 0 to 730."))],
        default=30,
    )
    long_term_reason = TextField(
        _l("Special reasons for more than four years"),
        [Length(max=500)],
        description=_l("Needed where the contract with all options runs longer (LOU 7 kap. 2 §)."),
    )
    version = VersionField()
    submission = SubmissionField()


class OptionForm(BaseForm):
    state = RadioField(
        _l("Decision"),
        choices=lambda: choices_of(labels.OPTION_STATES),
        coerce=OptionState,
        default=OptionState.EXERCISED,
    )
    decided_on = DateField(_l("Decided on"))
    reason = TextField(_l("Reason"), [Length(max=500)], description=_l("One line, for the history and the report."))
    notified_on = DateField(
        _l("Supplier notified on"), description=_l("Leave empty until it is done: the date stays on the list.")
    )
    version = VersionField()


class CancelForm(BaseForm):
    cancelled_on = DateField(_l("Date of the decision"), [Required()])
    reason = LongTextField(_l("Why is it cancelled?"), [Required(), Length(max=2000)])
    version = VersionField()


class EndForm(BaseForm):
    ended_on = DateField(_l("Closed on"), [Required()])
    version = VersionField()
