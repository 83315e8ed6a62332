"""The blueprint of the staff's pages about evaluations, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from tracker.cases.saving import saving
from tracker.core.errors import Forbidden
from tracker.documents import queries as documents
from tracker.evaluations.models import Deliverable, Evaluation, TeamMember
from tracker.evaluations.queries import commission

__all__ = [
    "back_to",
    "back_to_list",
    "blueprint",
    "found",
    "found_deliverable",
    "found_member",
    "found_reviewable",
    "is_hidden",
    "saved",
    "saving",
]

blueprint = Blueprint("evaluations", __name__, template_folder="../templates")


def found(evaluation_id: int) -> Evaluation:
    """The evaluation of this address, for whoever asks. Raises NotFound."""
    return commission.get_evaluation(current_user, evaluation_id)


def found_member(evaluation_id: int, member_id: int) -> TeamMember:
    """The member of this evaluation's team, for whoever asks. Raises NotFound."""
    return commission.get_member(found(evaluation_id), member_id)


def found_deliverable(evaluation_id: int, deliverable_id: int) -> Deliverable:
    """The deliverable of this evaluation, for whoever asks. Raises NotFound."""
    return commission.get_deliverable(found(evaluation_id), deliverable_id)


def found_reviewable(evaluation_id: int, deliverable_id: int) -> Deliverable:
    """The deliverable of this evaluation, for whoever may see what was handed in for it.

    :raises Forbidden: what was handed in is in a class that hides it from whoever asks.
    """
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    if is_hidden(deliverable):
        told = _l(
            "What was handed in is in a stricter class than the evaluation, and you are not among those who see it. "
            "Ask %(name)s.",
            name=deliverable.evaluation.responsible.name,
        )
        raise Forbidden(told)
    return deliverable


def is_hidden(deliverable: Deliverable) -> bool:
    """Whether something was handed in that whoever asks may not know of (OSL: it can be stricter than its case)."""
    handed_in = deliverable.document_id
    return handed_in is not None and documents.find_document(current_user, handed_in) is None


def back_to(evaluation_id: int, anchor: str = "") -> Any:
    """On to the evaluation's page, at a place on it."""
    return redirect(url_for("evaluations.show", evaluation_id=evaluation_id) + (f"#{anchor}" if anchor else ""))


def back_to_list(endpoint: str) -> Any:
    """From a file of a list to the list, which tells why its filter cannot be.

    The query goes along as it came: through ``url_for``, words like ``endpoint`` in it would mean something.
    """
    return redirect(f"{url_for(endpoint)}?{request.query_string.decode(errors='replace')}")


def saved(evaluation_id: int, anchor: str = "") -> Any:
    """A form of the page is saved: say so, and show the page."""
    flash(_("Saved."), "success")
    return back_to(evaluation_id, anchor)
