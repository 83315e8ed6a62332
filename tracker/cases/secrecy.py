"""Who sees what: the one table that screens, lists, exports, mails and reports ask.

Information relating to a tender is under absolute secrecy until the award (OSL 19:3 second paragraph): who has
tendered, how many, prices and scores are then for the named officers of the case only. Afterwards they are open to
those who may know the case, except prices, which stay with those who work with them.

The steering group commissions every evaluation and alone assesses independence (clause 5 of the decision of 15 May
2014): its members follow each, whatever its class.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from tracker.accounts.enums import Role
from tracker.cases.enums import CaseKind, InformationClass, ParticipantRole, SecrecyClass
from tracker.cases.models import Case, Participant


class Viewer(Protocol):
    """Somebody who looks. ``accounts.Person`` fits."""

    @property
    def id(self) -> Any: ...

    @property
    def roles(self) -> Collection[Role]: ...


class Relation(StrEnum):
    """What somebody is to a case."""

    OFFICER = "officer"  # responsible, contact or deputy in this case
    FOLLOWER = "follower"  # follows this case
    WORKING = "working"  # works with all procurements
    REVIEWING = "reviewing"  # reviews how the work is done
    INFORMED = "informed"  # is kept informed of the collaboration


class Stage(StrEnum):
    """Before or after the award; a case that ends without award counts as after (OSL 19:3)."""

    BEFORE_AWARD = "before_award"
    AFTER_AWARD = "after_award"


_RELATION_OF_ROLE = {
    Role.MARKET: Relation.WORKING,
    Role.PURCHASING: Relation.WORKING,
    Role.AUDITOR: Relation.REVIEWING,
    Role.STEERING: Relation.INFORMED,
    Role.SUPPORT: Relation.INFORMED,
    Role.HEALTH_CARE_DELEGATION: Relation.INFORMED,
}
_OFFICER_ROLES = frozenset({ParticipantRole.MARKET_CONTACT, ParticipantRole.PURCHASING_CONTACT, ParticipantRole.DEPUTY})
_STAGE_OF_PHASE = {
    "planning": Stage.BEFORE_AWARD,
    "advertised": Stage.BEFORE_AWARD,
    "evaluation": Stage.BEFORE_AWARD,
    "standstill": Stage.AFTER_AWARD,
    "signing": Stage.AFTER_AWARD,
    "in_force": Stage.AFTER_AWARD,
    "ended": Stage.AFTER_AWARD,
    "cancelled": Stage.AFTER_AWARD,
    # An evaluation: while its evaluator is chosen, offers are tenders.
    "preparation": Stage.BEFORE_AWARD,
    "selection": Stage.BEFORE_AWARD,
    "under_way": Stage.AFTER_AWARD,
    "response": Stage.AFTER_AWARD,
    "follow_up": Stage.AFTER_AWARD,
    "closed": Stage.AFTER_AWARD,
    "noted": Stage.AFTER_AWARD,
}

_OFFICER = frozenset({Relation.OFFICER})
_PARTIES = _OFFICER | {Relation.FOLLOWER}
_STAFF = _PARTIES | {Relation.WORKING, Relation.REVIEWING}
_ALL = _STAFF | {Relation.INFORMED}

_OPEN, _RESTRICTED, _SEALED = SecrecyClass.OPEN, SecrecyClass.RESTRICTED, SecrecyClass.SEALED
_STRICTNESS = (_OPEN, _RESTRICTED, _SEALED)
_GENERAL, _TENDER, _PRICE = InformationClass.GENERAL, InformationClass.TENDER, InformationClass.PRICE
_BEFORE, _AFTER = Stage.BEFORE_AWARD, Stage.AFTER_AWARD

TABLE: dict[tuple[SecrecyClass, InformationClass, Stage], frozenset[Relation]] = {
    (_OPEN, _GENERAL, _BEFORE): _ALL,
    (_OPEN, _GENERAL, _AFTER): _ALL,
    (_OPEN, _TENDER, _BEFORE): _OFFICER,
    (_OPEN, _TENDER, _AFTER): _ALL,
    (_OPEN, _PRICE, _BEFORE): _OFFICER,
    (_OPEN, _PRICE, _AFTER): _OFFICER | {Relation.WORKING},
    (_RESTRICTED, _GENERAL, _BEFORE): _STAFF,
    (_RESTRICTED, _GENERAL, _AFTER): _STAFF,
    (_RESTRICTED, _TENDER, _BEFORE): _OFFICER,
    (_RESTRICTED, _TENDER, _AFTER): _STAFF,
    (_RESTRICTED, _PRICE, _BEFORE): _OFFICER,
    (_RESTRICTED, _PRICE, _AFTER): _OFFICER,
    (_SEALED, _GENERAL, _BEFORE): _PARTIES,
    (_SEALED, _GENERAL, _AFTER): _PARTIES,
    (_SEALED, _TENDER, _BEFORE): _OFFICER,
    (_SEALED, _TENDER, _AFTER): _OFFICER,
    (_SEALED, _PRICE, _BEFORE): _OFFICER,
    (_SEALED, _PRICE, _AFTER): _OFFICER,
}


def may_see(viewer: Viewer, case: Case, information: InformationClass = InformationClass.GENERAL) -> bool:
    """Whether `viewer` may know this kind of information in `case`, in the phase it is in now."""
    # A phase that the table does not know is taken as the strictest one.
    stage = _STAGE_OF_PHASE.get(case.phase, Stage.BEFORE_AWARD)
    return not TABLE[case.secrecy_class, information, stage].isdisjoint(relations(viewer, case))


def may_see_document(
    viewer: Viewer, case: Case, secrecy_class: SecrecyClass, information: InformationClass = InformationClass.GENERAL
) -> bool:
    """Whether `viewer` may know of a document of `case`. Its class can be stricter than the case's, never wider."""
    stage = _STAGE_OF_PHASE.get(case.phase, Stage.BEFORE_AWARD)
    strictest = max(case.secrecy_class, secrecy_class, key=_STRICTNESS.index)
    # A class of the document's own holds against those who follow the case by their role, too.
    seen_as = relations(viewer, case) if strictest is case.secrecy_class else _own_relations(viewer, case)
    return not TABLE[strictest, information, stage].isdisjoint(seen_as)


def may_be_given_to_evaluator(
    case: Case, secrecy_class: SecrecyClass, information: InformationClass = InformationClass.GENERAL
) -> bool:
    """Whether those who evaluate may have a document of `case`: outside, and let into it as its followers are."""
    stage = _STAGE_OF_PHASE.get(case.phase, Stage.BEFORE_AWARD)
    strictest = max(case.secrecy_class, secrecy_class, key=_STRICTNESS.index)
    return Relation.FOLLOWER in TABLE[strictest, information, stage]


def visible_parts(
    viewer: Viewer,
    secrecy_class: sa.SQLColumnExpression[SecrecyClass],
    information: sa.SQLColumnExpression[InformationClass],
) -> sa.ColumnElement[bool]:
    """`may_see_document` as a condition, for rows with these two columns that are joined to their ``Case``."""
    *stricter, widest = _STRICTNESS[::-1]
    strictest = sa.case(
        *((sa.or_(Case.secrecy_class == secrecy, secrecy_class == secrecy), secrecy.value) for secrecy in stricter),
        else_=widest.value,
    )
    line = strictest + sa.type_coerce(information, sa.String) + _stage()
    part = sa.select(1).where(Participant.case_id == Case.id, Participant.person_id == viewer.id).correlate(Case)
    is_officer = sa.or_(Case.responsible_id == viewer.id, part.where(Participant.role.in_(_OFFICER_ROLES)).exists())
    is_follower: sa.ColumnElement[bool] = part.where(Participant.role.not_in(_OFFICER_ROLES)).exists()
    if Role.STEERING in viewer.roles:
        is_follower = sa.or_(is_follower, sa.and_(_is_commissioned(), strictest == Case.secrecy_class))
    return sa.or_(
        line.in_(_lines_open_to(_relations_by_role(viewer))),
        sa.and_(line.in_(_lines_open_to(_OFFICER)), is_officer),
        sa.and_(line.in_(_lines_open_to(frozenset({Relation.FOLLOWER}))), is_follower),
    )


def _lines_open_to(relations: frozenset[Relation]) -> list[str]:
    """The lines of the table, as `visible_parts` writes them, that somebody who is all of this may know."""
    return ["".join(line) for line, allowed in TABLE.items() if not allowed.isdisjoint(relations)]


def _stage() -> sa.ColumnElement[str]:
    after = [phase for phase, stage in _STAGE_OF_PHASE.items() if stage is Stage.AFTER_AWARD]
    return sa.case((Case.phase.in_(after), Stage.AFTER_AWARD.value), else_=Stage.BEFORE_AWARD.value)


def is_known_to_all_inside(case: Case, information: InformationClass) -> bool:
    """Whether everybody who may know of `case` may know this of it: only then may it stand in texts that are kept once
    for all of them, such as the search text and what a deadline is about."""
    stage = _STAGE_OF_PHASE.get(case.phase, Stage.BEFORE_AWARD)
    return TABLE[case.secrecy_class, information, stage] >= TABLE[case.secrecy_class, InformationClass.GENERAL, stage]


def may_be_mailed(secrecy_class: SecrecyClass) -> bool:
    """Whether a mail may name such a case: mail is read on any screen and kept on any server."""
    return secrecy_class is SecrecyClass.OPEN


def visible_cases(viewer: Viewer) -> sa.ColumnElement[bool]:
    """A condition on ``Case`` that lets through the cases whose existence `viewer` may know."""
    by_role = _relations_by_role(viewer)
    classes = [secrecy for secrecy in SecrecyClass if _sees_general(secrecy, by_role)]
    if len(classes) == len(SecrecyClass):
        return sa.true()
    takes_part = sa.or_(
        Case.responsible_id == viewer.id,
        Case.id.in_(sa.select(Participant.case_id).where(Participant.person_id == viewer.id)),
        *([_is_commissioned()] if Role.STEERING in viewer.roles else ()),
    )
    if not classes:
        return takes_part
    return sa.or_(Case.secrecy_class.in_(classes), takes_part)


def relations(viewer: Viewer, case: Case) -> frozenset[Relation]:
    """Everything that `viewer` is to `case`."""
    is_commissioner = case.kind is CaseKind.EVALUATION and Role.STEERING in viewer.roles
    return _own_relations(viewer, case) | ({Relation.FOLLOWER} if is_commissioner else set())


def _own_relations(viewer: Viewer, case: Case) -> frozenset[Relation]:
    found = set(_relations_by_role(viewer))
    if case.responsible_id == viewer.id:
        found.add(Relation.OFFICER)
    for part in case.participants:
        if part.person_id == viewer.id:
            found.add(Relation.OFFICER if part.role in _OFFICER_ROLES else Relation.FOLLOWER)
    return frozenset(found)


def _is_commissioned() -> sa.ColumnElement[bool]:
    return Case.kind == CaseKind.EVALUATION


def _relations_by_role(viewer: Viewer) -> frozenset[Relation]:
    return frozenset(_RELATION_OF_ROLE[role] for role in viewer.roles if role in _RELATION_OF_ROLE)


def _sees_general(secrecy: SecrecyClass, by_role: frozenset[Relation]) -> bool:
    stages = (TABLE[secrecy, InformationClass.GENERAL, stage] for stage in Stage)
    return all(not allowed.isdisjoint(by_role) for allowed in stages)
