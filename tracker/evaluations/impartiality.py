"""Declarations of independence: how they stand, and what in them deserves attention. Pure: reads rows, writes none.

Evaluators "must not have been, or expect to be, directly responsible" for the policy, design or management of what is
evaluated (UNEG Norms and Standards 2016); what disqualifies follows FL 16-18 §§ and KL 6:28-32. The rules here point at
what deserves attention; people of the styrgrupp decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core import clock
from tracker.core.calendar import add_months
from tracker.evaluations.enums import Assessment, Counterpart
from tracker.evaluations.models import Declaration, Engagement, Evaluation, TeamMember
from tracker.organisations.mentions import Names, mentioned
from tracker.organisations.models import Organisation
from tracker.organisations.queries import fold

YEARS_BACK = 5
TEXTS = ("ownership", "family", "expectations", "other")
_CLOSE_TO_THE_MATTER = frozenset(Counterpart) - {Counterpart.OTHER}


class Standing(StrEnum):
    """How far a member has come."""

    UNDECLARED = "undeclared"
    UNASSESSED = "unassessed"
    CLEAR = "clear"
    MANAGEABLE = "manageable"
    DISQUALIFIED = "disqualified"


class Flag(StrEnum):
    """Why a part of a declaration deserves attention."""

    WITHIN_FIVE_YEARS = "within_five_years"
    DURING_COMMISSION = "during_commission"
    SOMETHING_TOLD = "something_told"
    OTHER_NAME = "other_name"
    KNOWN_NAME = "known_name"


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps the contract and every delivery back. ``member`` is None when there is no team at all."""

    member: TeamMember | None
    standing: Standing

    @property
    def text(self) -> Any:
        """The gap in a sentence, for those who commission."""
        if self.member is None:
            return _l("Nobody is entered in the evaluation team yet.")
        return _SENTENCES[self.standing] % {"name": self.member.person.name}

    @property
    def discreet_text(self) -> Any:
        """The gap for everybody else: how somebody was assessed is for that person and those who commission."""
        if self.member is None or self.standing is not Standing.DISQUALIFIED:
            return self.text
        return _l("%(name)s is not cleared.", name=self.member.person.name)


_SENTENCES: dict[Standing, Any] = {
    Standing.UNDECLARED: _l("%(name)s has not signed a declaration of independence yet."),
    Standing.UNASSESSED: _l("The declaration of %(name)s is signed but not assessed."),
    Standing.DISQUALIFIED: _l("%(name)s is assessed as disqualified and has to leave the team."),
}
_STANDING_OF_ASSESSMENT = {
    Assessment.NONE: Standing.CLEAR,
    Assessment.MANAGEABLE: Standing.MANAGEABLE,
    Assessment.DISQUALIFYING: Standing.DISQUALIFIED,
}


def current_team(evaluation: Evaluation) -> list[TeamMember]:
    """Those who take part now."""
    return [member for member in evaluation.team if member.left_on is None]


def latest(member: TeamMember) -> Declaration | None:
    """The declaration that counts."""
    return member.declarations[-1] if member.declarations else None


def standing(member: TeamMember) -> Standing:
    """How far a member has come: a new declaration counts at once, and is unassessed."""
    declaration = latest(member)
    if declaration is None:
        return Standing.UNDECLARED
    if declaration.assessment is None:
        return Standing.UNASSESSED
    return _STANDING_OF_ASSESSMENT[declaration.assessment]


def gaps(evaluation: Evaluation) -> list[Gap]:
    """What is missing before a contract or a delivery, one gap per member. Empty for evaluations that are not ours."""
    if not evaluation.is_own:
        return []
    team = current_team(evaluation)
    if not team:
        return [Gap(None, Standing.UNDECLARED)]
    return [Gap(member, standing(member)) for member in team if standing(member) in _SENTENCES]


def flags_of(
    engagement: Engagement, *, on: date, commission: tuple[date, date | None], is_named: bool = False
) -> list[Flag]:
    """Why an engagement deserves attention, seen from the day `on` it was declared.

    :param commission: the first and the last day of the commission; None while its end is not known.
    :param is_named: whether what was typed about somebody else likely names one who is close to the matter.
    """
    found = [Flag.KNOWN_NAME] if is_named else []
    if engagement.counterpart not in _CLOSE_TO_THE_MATTER and not is_named:
        return []
    if engagement.to_on is None or engagement.to_on >= add_months(on, -12 * YEARS_BACK):
        found.append(Flag.WITHIN_FIVE_YEARS)
    first_on, last_on = commission
    is_over_before = engagement.to_on is not None and engagement.to_on < first_on
    begins_after = last_on is not None and engagement.from_on > last_on
    if not is_over_before and not begins_after:
        found.append(Flag.DURING_COMMISSION)
    return found


def flags(
    declaration: Declaration, evaluation: Evaluation, named: Mapping[str, object] | None = None
) -> dict[str, list[Flag]]:
    """Why each part deserves attention; the parts are ``engagement:ID``, the texts' names and ``signed_name``.

    :param named: the parts that `mentions` found somebody in.
    """
    named = named or {}
    on, commission = clock.local_date(declaration.signed_at), commission_days(evaluation)
    found: dict[str, list[Flag]] = {}
    for item in declaration.engagements:
        part = _part_of(item)
        found[part] = flags_of(item, on=on, commission=commission, is_named=part in named)
    for part in TEXTS:
        found[part] = [Flag.SOMETHING_TOLD] if getattr(declaration, part) else []
        if part in named:
            found[part].append(Flag.KNOWN_NAME)
    is_same = fold(declaration.signed_name) == fold(declaration.member.person.name)
    found["signed_name"] = [] if is_same else [Flag.OTHER_NAME]
    return {part: reasons for part, reasons in found.items() if reasons}


def mentions(declaration: Declaration, names: Names) -> dict[str, list[Organisation]]:
    """Whom the texts likely name among the organisations of the model and the suppliers, by part. Engagements whose
    counterpart the member chose say so themselves."""
    texts = {part: getattr(declaration, part) for part in TEXTS}
    for item in declaration.engagements:
        if item.counterpart is Counterpart.OTHER:
            texts[_part_of(item)] = f"{item.organisation}\n{item.what or ''}"
    found = {part: mentioned(text, names) for part, text in texts.items()}
    return {part: organisations for part, organisations in found.items() if organisations}


def commission_days(evaluation: Evaluation) -> tuple[date, date | None]:
    """The commission's first day, and its last as far as it is known: the contract's end, or the last thing due."""
    due: Iterable[date] = (item.due_on for item in evaluation.deliverables)
    return evaluation.commissioned_on or evaluation.opened_on, evaluation.contract_ends_on or max(due, default=None)


def _part_of(engagement: Engagement) -> str:
    return f"engagement:{engagement.id}"
