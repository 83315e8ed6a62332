"""One recommendation of a file compared with what is stored, and written by the verbs that the pages use."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.accounts.queries import find_person_by_email
from tracker.core.clock import local_date
from tracker.core.errors import DomainError
from tracker.core.filters import locale_code
from tracker.evaluations import labels
from tracker.evaluations.enums import Priority, ResponseKind
from tracker.evaluations.models import Action, Evaluation, Recommendation
from tracker.evaluations.service import actions, recommendations, responses
from tracker.interop.columns import RECOMMENDATIONS, Of
from tracker.interop.faults import Fault
from tracker.interop.recommendation_rows import ActionDraft, RecommendationDraft
from tracker.organisations import queries as organisations
from tracker.organisations.models import Organisation

RESPONSE = tuple(column.key for column in RECOMMENDATIONS.columns if column.of is Of.RESPONSE)
# Fields of the services -> columns of the spreadsheet, by what is being written.
_COLUMNS = {
    Of.RECOMMENDATION: {"addressee_id": "addressee", "reason": "change_reason"},
    Of.RESPONSE: {"kind": "response", "reason": "response_reason", "decision_reference": "decision"},
    Of.ACTION: {
        "body": "action",
        "due_on": "action_due_on",
        "owner_id": "owner",
        "owner_name": "owner",
        "organisation_id": "owner_organisation",
    },
}
_FIRST_COLUMN = {Of.RECOMMENDATION: "body", Of.RESPONSE: "response", Of.ACTION: "action"}


@dataclass(frozen=True)
class Change:
    """A fact that becomes another, as people read it; ``action`` is the number of the action it belongs to."""

    column: str
    old: str | None
    new: str
    action: int | None = None

    @property
    def told(self) -> tuple[Any, ...]:
        return (self.column, self.old, self.new, self.action)


@dataclass
class Applying:
    """A draft on its way in: where the work stands, what it has changed so far; ``index``: organisations by name."""

    draft: RecommendationDraft
    evaluation: Evaluation
    actor: Person
    now: datetime
    index: Callable[[], Mapping[str, Sequence[Organisation]]]
    changes: list[Change] = field(default_factory=list)
    part: Of = Of.RECOMMENDATION
    row: int | None = None

    def fault(self, error: DomainError, mend: Any) -> Fault:
        """What a service refused, told on its cell."""
        name = error.field or ""
        column = _COLUMNS[self.part].get(name, name)
        if column not in {item.key for item in RECOMMENDATIONS.columns}:
            column = _FIRST_COLUMN[self.part]
        row = self.row or self.draft.where.get(column, self.draft.row)
        return Fault(row, column, self.value(column), error.message, mend)

    def value(self, column: str) -> str:
        if self.part is Of.ACTION:
            found = next((item.values.get(column) for item in self.draft.actions if item.row == self.row), None)
        else:
            found = self.draft.values.get(column)
        return "" if found is None else str(found)


def apply(work: Applying) -> tuple[Recommendation, bool]:
    """Write what the file says otherwise than what is stored, and tell whether the recommendation is new.

    :raises DomainError: from the service that refuses; ``work`` then knows where it stood.
    """
    stored = find(work)
    recommendation = _change(work, stored) if stored is not None else _add(work)
    if any(key in work.draft.values for key in RESPONSE):
        work.part = Of.RESPONSE
        _respond(work, recommendation)
    work.part = Of.ACTION
    for draft in work.draft.actions:
        work.row = draft.row
        _act(work, recommendation, draft)
    return recommendation, stored is None


def find(work: Applying) -> Recommendation | None:
    """The stored one with the number of the file, or with its text where the file has no number."""
    number, body = work.draft.number, work.draft.values.get("body")
    for item in work.evaluation.recommendations:
        if item.number == number if number is not None else is_same(item.body, body):
            return item
    return None


def _add(work: Applying) -> Recommendation:
    values = work.draft.values
    if "priority" not in values:
        raise DomainError(_l("A new recommendation needs a priority."), "priority")
    addressee = organisation_named(work, values.get("addressee"), "addressee")
    made = recommendations.add(
        actor=work.actor,
        now=work.now,
        evaluation=work.evaluation,
        number=work.draft.number,
        body=values.get("body", ""),
        page=values.get("page", ""),
        priority=Priority(values["priority"]),
        addressee_id=addressee.id if addressee else None,
        suggested_owner=values.get("suggested_owner"),
        reason=values.get("change_reason"),
    )
    return made


def _change(work: Applying, stored: Recommendation) -> Recommendation:
    values = work.draft.values
    addressee = stored.addressee
    if "addressee" in values and not bears(addressee, values["addressee"]):
        addressee = organisation_named(work, values["addressee"], "addressee") or addressee
        _note(work, "addressee", _name(work, stored.addressee), _name(work, addressee))
    priority = Priority(values.get("priority", stored.priority))
    if priority is not stored.priority:
        _note(work, "priority", str(labels.PRIORITIES[stored.priority]), str(labels.PRIORITIES[priority]))
    return recommendations.change(
        actor=work.actor,
        now=work.now,
        recommendation=stored,
        body=_text(work, "body", stored.body, values) or "",
        page=_text(work, "page", stored.page, values) or "",
        priority=priority,
        addressee_id=addressee.id,
        suggested_owner=_text(work, "suggested_owner", stored.suggested_owner, values),
        reason=values.get("change_reason"),
    )


def _respond(work: Applying, recommendation: Recommendation) -> None:
    values, made, before = work.draft.values, recommendation.response, len(work.changes)
    given = values.get("response")
    if made is None and given is None:
        raise DomainError(_l("Write what the response is."), "kind")
    kind = ResponseKind(given) if given is not None else made.kind if made is not None else ResponseKind.ACCEPTED
    old = str(labels.RESPONSES[made.kind]) if made else None
    if made is None or kind is not made.kind:
        _note(work, "response", old, str(labels.RESPONSES[kind]))
    responded_on = values.get("responded_on", made.responded_on if made else None)
    if responded_on is None:
        raise DomainError(_l("Write the day of the response."), "responded_on")
    if made is None or responded_on != made.responded_on:
        _note(work, "responded_on", made.responded_on.isoformat() if made else None, responded_on.isoformat())
    told: dict[str, Any] = {
        "actor": work.actor,
        "now": work.now,
        "kind": kind,
        "responded_on": responded_on,
        "reason": _text(work, "response_reason", made.reason if made else None, values),
        "responded_by": _text(work, "responded_by", made.responded_by if made else None, values) or "",
        "decision_reference": _text(work, "decision", made.decision_reference if made else None, values),
    }
    if made is None:
        responses.record(recommendation=recommendation, **told)
    elif len(work.changes) > before:
        responses.change(response=made, **told)


def _act(work: Applying, recommendation: Recommendation, draft: ActionDraft) -> None:
    values, made = draft.values, recommendation.actions
    meant = action_meant(made, draft)
    if meant is not None:
        _change_action(work, meant, made.index(meant) + 1, values)
        return
    owner_id, owner_name = owner_named(values.get("owner"), None)
    organisation = organisation_named(work, values.get("owner_organisation"), "organisation_id")
    if "action_due_on" not in values:
        raise DomainError(_l("Write the day by which the action is to be done."), "due_on")
    actions.add(
        actor=work.actor,
        now=work.now,
        recommendation=recommendation,
        body=values.get("action", ""),
        due_on=values["action_due_on"],
        owner_id=owner_id,
        owner_name=owner_name,
        organisation_id=organisation.id if organisation else None,
    )
    work.changes.append(Change("action", None, values.get("action", ""), len(recommendation.actions)))


def action_meant(made: Sequence[Action], draft: ActionDraft) -> Action | None:
    """The action that a row names by its number, else by its text; None for a new one.

    :raises DomainError: for a number that no action has.
    """
    number = draft.values.get("action_number")
    if number is None:
        return next((action for action in made if is_same(action.body, draft.values.get("action"))), None)
    if number > len(made):
        raise DomainError(_l("The recommendation has no action with that number."), "action_number")
    return made[number - 1]


def _change_action(work: Applying, action: Action, number: int, values: Mapping[str, Any]) -> None:
    before = len(work.changes)
    body = _text(work, "action", action.body, values, number) or ""
    owner_id, owner_name = owner_named(values.get("owner"), action)
    if (owner_id, owner_name) != (action.owner_id, action.owner_name):
        _note(work, "owner", action.owner_name, values["owner"], number)
    organisation = action.organisation
    given = values.get("owner_organisation")
    if given and (organisation is None or not bears(organisation, given)):
        old = _name(work, organisation) if organisation else None
        organisation = organisation_named(work, given, "organisation_id")
        _note(work, "owner_organisation", old, _name(work, organisation) if organisation else "", number)
    due_on: date = values.get("action_due_on", action.due_on)
    if due_on != action.due_on:
        _note(work, "action_due_on", action.due_on.isoformat(), due_on.isoformat(), number)
    if len(work.changes) > before:
        actions.change(
            actor=work.actor,
            now=work.now,
            action=action,
            body=body,
            due_on=due_on,
            owner_id=owner_id,
            owner_name=owner_name,
            organisation_id=organisation.id if organisation else None,
        )


def owner_named(text: str | None, action: Action | None) -> tuple[int | None, str | None]:
    """Who owns an action, as (person, name): a known address, the stored owner, or a name without an account."""
    if action is not None and (text is None or is_same(action.owner_name, text)):
        return action.owner_id, action.owner_name
    if text is None or "@" not in text:
        return None, text
    person = find_person_by_email(text)
    if person is None or not person.is_active or not person.roles:
        raise DomainError(_l("Nobody with that address can own an action."), "owner_id")
    if action is not None and action.owner_id == person.id:
        return action.owner_id, action.owner_name
    return person.id, person.name


def organisation_named(work: Applying, text: str | None, column: str) -> Organisation | None:
    """The one organisation that bears or has borne the name."""
    if not text:
        return None
    found = work.index().get(organisations.fold(text), [])
    if len(found) != 1:
        message: Any = _l("No organisation has or had that name.")
        if found:
            message = _l("Several organisations have had that name.")
        raise DomainError(message, column)
    return found[0]


def bears(organisation: Organisation, text: str) -> bool:
    names = {name for row in organisation.names for name in (row.name, row.name_en, row.short_name) if name}
    return organisations.fold(text) in {organisations.fold(name) for name in (*names, organisation.code)}


def _name(work: Applying, organisation: Organisation) -> str:
    return organisations.name_on(organisation, local_date(work.now), locale_code())


def _text(
    work: Applying, column: str, stored: str | None, values: Mapping[str, Any], action: int | None = None
) -> str | None:
    """What a text becomes: the stored one where the file says the same, or nothing."""
    given: str | None = values.get(column)
    if given is None or is_same(stored, given):
        return stored
    _note(work, column, stored, given, action)
    return given


def _note(work: Applying, column: str, old: str | None, new: str, action: int | None = None) -> None:
    work.changes.append(Change(column, old, new, action))


def is_same(stored: str | None, given: str | None) -> bool:
    """Whether two texts read the same, however their blanks are written."""
    return _bare(stored) == _bare(given)


def _bare(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())
