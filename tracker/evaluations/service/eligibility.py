"""Who can never evaluate the model: its own organisations, and people who have a part in it.

Clause 5 of the decision of 15 May 2014 asks for an independent party. That is no matter of a declaration: an
organisation of the model is refused before anything is declared. A name in which one of theirs stands is asked about.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.errors import DomainError
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.mentions import LOOKED_FOR, Names, bearer, mentioned, names_of
from tracker.organisations.models import Organisation
from tracker.organisations.queries import list_of_kinds

MODEL_KINDS = frozenset(
    {
        OrganisationKind.REGION,
        OrganisationKind.ASSOCIATION,
        OrganisationKind.CENTRAL_PURCHASING_BODY,
        OrganisationKind.BODY,
    }
)


def refuse_organisation(organisation: Organisation, field: str = "provider_id") -> None:
    """:raises DomainError: when the organisation is one of the model's, or supplies what is evaluated."""
    if organisation.kind in MODEL_KINDS:
        raise _refusal(organisation.names[-1].name, field)
    if organisation.kind is OrganisationKind.SUPPLIER:
        raise DomainError(
            _l("%(name)s supplies medicines under the contracts that are evaluated.", name=organisation.names[-1].name),
            field,
        )


def refuse_provider(provider: Organisation, field: str) -> None:
    """What was chosen may have become another's name, or a part of the model, since: asked again when it matters.

    :raises DomainError: on `field` when it, or whoever else bears a name of its, is of the model or a supplier.
    """
    refuse_organisation(provider, field)
    names = names_of(list_of_kinds(LOOKED_FOR))
    for known in provider.names:
        _refuse_bearer(known.name, names, field)


def refuse_name(name: str, field: str, *, is_outside: bool = False) -> None:
    """:param is_outside: somebody has said that whoever bears this name is no part of the one it mentions.
    :raises DomainError: on `field` when `name` is one that an organisation of the model or a supplier has or had,
        however it is written; on ``is_outside`` when one of theirs stands in it.
    """
    names = names_of(list_of_kinds(LOOKED_FOR))
    _refuse_bearer(name, names, field)
    named = mentioned(name, names)
    if named and not is_outside:
        raise DomainError(
            _l(
                "%(name)s contains a name of %(organisation)s. Tick this if it is another organisation, without ties"
                " to it; otherwise choose somebody else.",
                name=name.strip(),
                organisation=", ".join(item.names[-1].name for item in named),
            ),
            "is_outside",
        )


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


def _refuse_bearer(name: str, names: Names, field: str) -> None:
    whose = bearer(name, names)
    if whose is not None and whose.kind in MODEL_KINDS:
        raise _refusal(name.strip(), field)
    if whose is not None:
        refuse_organisation(whose, field)


def _refusal(name: str, field: str) -> DomainError:
    return DomainError(
        _l(
            "%(name)s is a part of the collaboration and cannot evaluate it: the evaluation is made by an independent"
            " party (clause 5 of the decision of 15 May 2014). Choose somebody outside it.",
            name=name,
        ),
        field,
    )
