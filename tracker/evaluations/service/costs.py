"""Sharing what an evaluation costs between the landsting (clause 5 of the decision of 15 May 2014).

The decision says that the cost is shared between the landsting; by inhabitants, as the yearly contribution is, is the
key taken here. The figures of one day are frozen with the decision, and a later decision supersedes, never changes.
"""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.allocation import largest_remainder, rounded_up
from tracker.core.checks import checked_year, not_in_future, required_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations.models import CostAllocation, CostShare, Evaluation
from tracker.evaluations.queries import costs as queries
from tracker.evaluations.service.commission import checked_amount
from tracker.evaluations.service.record import iso, kronor
from tracker.organisations.queries import list_regions, populations_on

LONGEST_DECISION = 200
#: A hundred milliard kronor, far more than any evaluation costs and far less than a whole number can hold.
LARGEST_ORE = 10**13


def allocate(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    amount_ore: int | None,
    populations_day: date | None,
    decided_on: date | None,
    decision: str | None,
    version: int | None = None,
    submission_id: str | None = None,
) -> CostAllocation:
    """Share an amount between the 21 landsting by inhabitants, to the öre; an earlier sharing is superseded.

    :param amount_ore: without VAT, at least 1 öre.
    :param populations_day: a day for which every landsting's inhabitants are known, not after the decision.
    :param version: the sharing that stood when the form was opened (its id, 0 for none).
    :param submission_id: the same again gives the sharing made before.
    :raises DomainError: on the field that is wrong; StaleVersion when somebody else has shared the cost meanwhile.
    """
    hold(evaluation)
    made = made_before(CostAllocation, submission_id, evaluation_id=evaluation.id)
    if made is not None:
        return made
    if not evaluation.is_own:
        raise DomainError(_l("This evaluation was commissioned by others; we share no costs of it."))
    amount = checked_amount(amount_ore, "amount_ore")
    if not amount:
        raise DomainError(_l("Write the amount that is shared."), "amount_ore")
    if amount > LARGEST_ORE:
        raise DomainError(_l("Check the amount: it is larger than any evaluation can cost."), "amount_ore")
    decided_day = _checked_decision_day(decided_on, now)
    text = required_text(
        decision, "decision", _l("Write the number or the paragraph of the decision."), LONGEST_DECISION
    )
    inhabitants = _inhabitants(populations_day, decided_day)
    standing = queries.find_standing(evaluation)
    cases.check_version(standing.id if standing else 0, version, texts(standing))
    if standing is not None:
        standing.superseded_at = now
        db.session.flush()
    allocation = CostAllocation(
        evaluation=evaluation,
        amount_ore=amount,
        populations_on=populations_day,
        decided_on=decided_day,
        decision=text,
        made_at=now,
        made_by_name=actor.name,
        submission_id=submission_id,
        shares=_shares(amount, inhabitants),
    )
    db.session.add(allocation)
    db.session.flush()
    _record(actor, now, allocation, standing)
    return allocation


def texts(standing: CostAllocation | None) -> dict[str, str]:
    """What stands, as the fields of the form show it."""
    if standing is None:
        return {}
    return {
        "amount_ore": kronor(standing.amount_ore),
        "populations_day": iso(standing.populations_on),
        "decided_on": iso(standing.decided_on),
        "decision": standing.decision,
    }


def _checked_decision_day(decided_on: date | None, now: datetime) -> date:
    if decided_on is None:
        raise DomainError(_l("Write the day of the decision."), "decided_on")
    checked_year(decided_on, "decided_on")
    not_in_future(decided_on, now, "decided_on")
    return decided_on


def _inhabitants(on: date | None, decided_on: date) -> dict[int, int]:
    """Inhabitants by organisation. Every landsting has a figure, or nothing is shared."""
    if on is None:
        raise DomainError(_l("Choose the day whose figures are used."), "populations_day")
    if on > decided_on:
        raise DomainError(_l("The figures are of a day after the decision. Choose an earlier day."), "populations_day")
    figures = populations_on(on)
    regions = list_regions()
    if not regions or any(region.county_code not in figures for region in regions):
        raise DomainError(
            _l("The inhabitants of every landsting are not known for this day. Choose another day."), "populations_day"
        )
    return {region.id: figures[str(region.county_code)] for region in regions}


def _shares(amount: int, inhabitants: dict[int, int]) -> list[CostShare]:
    """In the order of the county codes, in which `list_regions` gives them."""
    shares, up = largest_remainder(amount, inhabitants), rounded_up(amount, inhabitants)
    return [
        CostShare(
            organisation_id=organisation_id,
            inhabitants=count,
            share_ore=shares[organisation_id],
            is_rounded_up=organisation_id in up,
        )
        for organisation_id, count in inhabitants.items()
    ]


def _record(actor: Actor, now: datetime, allocation: CostAllocation, before: CostAllocation | None) -> None:
    changes = {
        "amount_ore": [before.amount_ore if before else None, allocation.amount_ore],
        "populations_on": [before.populations_on if before else None, allocation.populations_on],
        "decided_on": [before.decided_on if before else None, allocation.decided_on],
        "decision": [before.decision if before else None, allocation.decision],
    }
    audit.record(
        AuditAction.COST_ALLOCATED,
        actor=actor,
        now=now,
        case_id=allocation.evaluation_id,
        subject=allocation,
        changes=changes,
    )
