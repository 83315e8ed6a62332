"""Who can never evaluate the model: its own organisations, and people who have a part in it.

Clause 5 of the decision of 15 May 2014 asks for an independent party. That is no matter of a declaration: an
organisation of the model is refused before anything is declared.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.errors import DomainError
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import Organisation
from tracker.organisations.queries import fold, names_index

MODEL_KINDS = frozenset(
    {
        OrganisationKind.REGION,
        OrganisationKind.ASSOCIATION,
        OrganisationKind.CENTRAL_PURCHASING_BODY,
        OrganisationKind.BODY,
    }
)
_HEADS_OF_GROUPS = frozenset({OrganisationKind.ASSOCIATION, OrganisationKind.CENTRAL_PURCHASING_BODY})


def refuse_organisation(organisation: Organisation, field: str = "provider_id") -> None:
    """:raises DomainError: when the organisation is one of the model's."""
    if organisation.kind in MODEL_KINDS:
        raise _refusal(organisation.names[-1].name, field)


def refuse_name(name: str, field: str) -> None:
    """:raises DomainError: when `name` is, or contains, a name that an organisation of the model has or had."""
    wanted = f" {_plain(name)} "
    for folded, organisations in names_index().items():
        kinds = {item.kind for item in organisations} & MODEL_KINDS
        borne = f" {_plain(folded)} "
        # A short name counts when it is the whole name: "Marknad" is a word like any other. Companies of SKL and its
        # purchasing body, however, begin with it.
        is_long = len(folded.split()) > 1
        is_within = borne in wanted if is_long else bool(kinds & _HEADS_OF_GROUPS) and wanted.startswith(borne)
        if kinds and (wanted == borne or is_within):
            raise _refusal(name.strip(), field)


def refuse_person(person: Person, field: str) -> None:
    """:raises DomainError: when the person has a role in the model, or belongs to one of its organisations."""
    if person.roles - {Role.EVALUATOR}:
        raise DomainError(
            _l(
                "%(name)s has a role in the collaboration and cannot evaluate it: the evaluation is made by an"
                " independent party (clause 5 of the decision of 15 May 2014).",
                name=person.name,
            ),
            field,
        )
    if person.organisation is not None and person.organisation.kind in MODEL_KINDS:
        raise DomainError(
            _l(
                "%(name)s belongs to %(organisation)s, which is a part of the collaboration, and cannot evaluate it.",
                name=person.name,
                organisation=person.organisation.names[-1].name,
            ),
            field,
        )


def _refusal(name: str, field: str) -> DomainError:
    return DomainError(
        _l(
            "%(name)s is a part of the collaboration and cannot evaluate it: the evaluation is made by an independent"
            " party (clause 5 of the decision of 15 May 2014). Choose somebody outside it.",
            name=name,
        ),
        field,
    )


def _plain(name: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(name)).split())
