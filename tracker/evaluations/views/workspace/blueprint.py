"""The blueprint of the evaluator's pages, the gate before them, and what they share.

Every view stands under ``@opened_by_link``, takes ``token`` and asks `opened()` for the commission: nothing else is
reachable from there. What is sent is written in the name of the member whom the link belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, g, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from flask_limiter import RequestLimit

from tracker.accounts.access import register_link_gate
from tracker.accounts.models import Person
from tracker.accounts.throttle import SENT_PER_LINK, again_at, digest, limiter, seconds_left
from tracker.cases.saving import saving as save_form
from tracker.core import clock
from tracker.core.bodies import PageRequest
from tracker.core.db import db
from tracker.core.forms import BaseForm
from tracker.core.requests import READING_METHODS
from tracker.documents.incoming import IncomingFile
from tracker.documents.inspection import Inspection
from tracker.documents.service import inspect_first
from tracker.evaluations.addresses import masked_address
from tracker.evaluations.enums import EvaluationPhase, LinkState
from tracker.evaluations.models import Deliverable, Evaluation, EvaluatorLink, TeamMember
from tracker.evaluations.queries import links as link_queries
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.service import links
from tracker.evaluations.workflow import BEFORE_CONTRACT

__all__ = [
    "Opened",
    "blueprint",
    "found_deliverable",
    "frame",
    "inspect",
    "keeps_draft",
    "link_key",
    "open_commission",
    "opened",
    "saving",
    "sent_texts",
    "tell_braked",
]

blueprint = Blueprint("workspace", __name__, template_folder="../../templates", url_prefix="/commission/<token>")

# Reached with a link that has expired, too.
OPEN_WHEN_EXPIRED = frozenset({"workspace.renew", "workspace.choose_language"})

MENU = (
    ("workspace.overview", _l("Overview")),
    ("workspace.declaration", _l("Declaration")),
    ("workspace.comments", _l("Comments")),
    ("workspace.recommendations", _l("Recommendations")),
    ("workspace.questions", _l("Questions")),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """``current`` is the value of aria-current: page or empty."""

    label: Any
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens. ``state`` is expired only on the pages in `OPEN_WHEN_EXPIRED`."""

    link: EvaluatorLink
    state: LinkState

    @property
    def member(self) -> TeamMember:
        return self.link.member

    @property
    def evaluation(self) -> Evaluation:
        return self.link.member.evaluation

    @property
    def person(self) -> Person:
        """Who acts here."""
        return self.link.member.person


def opened() -> Opened:
    """What the link of this request opens."""
    return cast(Opened, g.opened)


def saving(form: BaseForm, current: Callable[[], dict[str, str]] = dict) -> AbstractContextManager[None]:
    """`cases.saving.saving`; most forms here change nothing that two could change at once."""
    return save_form(form, current)


def found_deliverable(deliverable_id: int) -> Deliverable:
    """A deliverable that the evaluator owes in the opened commission. Raises NotFound."""
    return queries.get_deliverable(opened().evaluation, deliverable_id)


def inspect(incoming: IncomingFile) -> Inspection | None:
    """`documents.service.inspect_first`, for a view of these pages. Raises FileRefused."""
    # What the gate noted goes with the transaction that ends here, and is noted anew.
    db.session.rollback()
    found = inspect_first(incoming)
    links.note_use(opened().link, clock.now())
    return found


def open_commission(token: str) -> Opened | Response | None:
    """The gate: what a token opens, the page that says why not, or None for a token that never was ours."""
    link = link_queries.find_link(token)
    if link is None:
        return None
    g.own_locale = link.member.person.locale.value
    refresh()
    state = link_queries.state_of(link, clock.now())
    if state is LinkState.REVOKED:
        return _page("workspace/revoked.html", link)
    if state is LinkState.EXPIRED and request.endpoint not in OPEN_WHEN_EXPIRED:
        return expired_page(link)
    if request.method not in READING_METHODS and state is LinkState.LIVE:
        _read_form()
        links.note_use(link, clock.now())
    return Opened(link, state)


def expired_page(link: EvaluatorLink) -> Response:
    """Says that the link has expired. What was sent with it is kept as a draft where its page can keep one; the texts
    that nobody could take are shown again."""
    is_kept = False
    texts: list[str] = []
    if request.method not in READING_METHODS:
        keep = _keepers.get(request.endpoint or "")
        cast(PageRequest, request).refuses_files = keep is None
        _read_form()
        is_kept = keep is not None and keep(link)
        if not is_kept:
            texts = sent_texts()
    address = masked_address(link.member.person.email)
    return _page("workspace/expired.html", link, texts=texts, address=address, is_draft_kept=is_kept)


def link_key() -> str:
    """What the brakes of these pages count by."""
    return digest((request.view_args or {})["token"])


def tell_braked(_limit: RequestLimit) -> Response:
    """Too much was sent in a short time: when to send again, and the texts to copy until then."""
    texts = [text for key, text in request.form.items() if key not in _UNSHOWN and len(text) > 1]
    response = _page("workspace/too_many.html", opened().link, texts=texts, again_at=again_at())
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds_left())
    return response


limiter.shared_limit(SENT_PER_LINK, scope="link", key_func=link_key, methods=["POST"], on_breach=tell_braked)(blueprint)


Keeper = Callable[[EvaluatorLink], bool]
_keepers: dict[str, Keeper] = {}
_UNSHOWN = frozenset({"csrf_token", "submission", "version", "upload", "next", "action"})


def keeps_draft(endpoint: str) -> Callable[[Keeper], Keeper]:
    """What keeps as a draft, and commits, what is sent to `endpoint` by an expired link; says whether it did."""

    def register(keeper: Keeper) -> Keeper:
        _keepers[endpoint] = keeper
        return keeper

    return register


def sent_texts() -> list[str]:
    """What was written in the form of this request, to be copied."""
    return [text for key, text in request.form.items() if key not in _UNSHOWN and len(text) > 1]


def _read_form() -> None:
    """Take the whole body before anything is written: the database is let go while a slow line sends."""
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        request.form  # noqa: B018


def _page(template: str, link: EvaluatorLink, **context: Any) -> Response:
    response = make_response(render_template(template, link=link, evaluation=link.member.evaluation, **context), 410)
    db.session.rollback()
    return response


@blueprint.record_once
def _guard(setup: BlueprintSetupState) -> None:
    register_link_gate(cast(Flask, setup.app), blueprint.name, open_commission)


@blueprint.context_processor
def _frame() -> dict[str, Any]:
    return frame(g.get("opened"), (request.view_args or {}).get("token", ""))


def frame(here: Opened | None, token: str) -> dict[str, Any]:
    """What the frame of the pages needs, where the blueprint's own context is not at hand, too."""
    # Once the report is approved there is nothing left to decline.
    may_decline = here is not None and here.evaluation.phase in (*BEFORE_CONTRACT, EvaluationPhase.UNDER_WAY)
    return {"opened": here, "token": token, "workspace_menu": _menu(token), "may_decline": may_decline}


def _menu(token: str) -> list[MenuItem]:
    here = request.endpoint or ""
    return [
        MenuItem(label, url_for(endpoint, token=token), "page" if endpoint == here else "") for endpoint, label in MENU
    ]
