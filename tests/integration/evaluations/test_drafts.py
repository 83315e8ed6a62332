"""One draft after another takes the room of one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import evaluations as make
from tests.integration.evaluations.conftest import Visit
from tests.support.forms import form_values
from tracker.core.db import db
from tracker.core.storage import file_store
from tracker.documents import staging
from tracker.documents.models import DocumentVersion
from tracker.evaluations.queries.workspace import find_draft
from tracker.evaluations.service import drafts

pytestmark = pytest.mark.usefixtures("at")


def staged() -> list[bytes]:
    return sorted(path.read_bytes() for path in file_store().staging.iterdir())


def test_a_draft_that_is_replaced_or_dropped_leaves_no_file(here: Visit) -> None:
    before = staged()
    for text in (b"Ett", b"Andra", b"Tredje"):
        assert here.hand_in(text, "utkast.txt", draft="1").status_code == 303
        assert staged() == sorted([*before, text])
    assert here.client.post(f"{here.deliver_path}/draft/delete").status_code == 303
    assert staged() == before


def test_a_draft_stays_when_nothing_is_saved(here: Visit) -> None:
    here.hand_in(b"Kvar", "utkast.txt", draft="1")
    draft = find_draft(here.deliverable, here.member)
    assert draft is not None
    assert draft.upload_id is not None
    path = staging.path_of(draft.upload_id)
    drafts.drop(here.deliverable, here.member)
    db.session.rollback()
    db.session.commit()
    assert path.read_bytes() == b"Kvar"
    drafts.drop(here.deliverable, here.member)
    db.session.commit()
    assert not path.exists()


def test_a_file_whose_form_is_refused_for_another_field_is_named_and_goes_in_with_the_next(here: Visit) -> None:
    refused = here.hand_in(b"Hela rapporten", "rapport.txt", change_note="x" * 5001)
    assert refused.status_code == 422
    assert "rapport.txt" in refused.text and "är mottagen" in refused.text
    values = form_values(refused, action=None) | {"change_note": "Kortare"}
    values.pop("file", None)
    assert here.client.post(here.deliver_path, data=values).status_code == 303
    assert db.session.scalars(sa.select(DocumentVersion)).one().file_name == "rapport.txt"
    assert staged() == []


@pytest.mark.parametrize("is_assessed", [True, False])
def test_nothing_is_said_to_be_kept_where_there_is_nothing_to_keep(here: Visit, is_assessed: bool) -> None:
    if not is_assessed:
        make.declared(here.member)
    pressed = {"draft": "1"} if is_assessed else {}
    fields = form_values(here.client.get(here.deliver_path), action=None) | pressed
    fields.pop("file", None)
    refused = here.client.post(here.deliver_path, data=fields)
    assert refused.status_code == 422
    assert "Ingen fil är vald. Välj en fil att spara." in refused.text
    assert find_draft(here.deliverable, here.member) is None
    for kept in ({"change_note": "Nya bilagor"}, {}):
        assert here.client.post(here.deliver_path, data={**fields, **kept}).status_code == 303
    assert find_draft(here.deliverable, here.member) is not None
