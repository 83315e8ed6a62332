"""The table of open recommendations."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from tracker.reports import labels
from tracker.reports.tables import Column, Part, Table, day, make_table, withheld_words


def recommendations(content: Any) -> Table:
    yes, lines = _("yes"), content["recommendations"]
    withheld = withheld_words()
    states = {code: str(labels.recommendation_state(code)) for code in {line["state"] for line in lines} if code}
    priorities = {code: str(labels.priority(code)) for code in {line["priority"] for line in lines} if code}
    responses = {code: str(labels.response(code)) for code in {line["response"] for line in lines} if code}
    return make_table(
        Part.RECOMMENDATIONS,
        _("Open recommendations"),
        _("Recommendations"),
        _(
            "Of our own evaluations, until each is closed; the oldest first. Ages are calendar days from the approval "
            "of the final report."
        ),
        _("No recommendation is open."),
        (
            (Column("number", _("Registry number"), width=16), lambda line: line["case_number"]),
            (
                Column("title", _("Evaluation"), width=40),
                lambda line: withheld[line["secrecy_class"]] if line["is_withheld"] else line["case_title"],
            ),
            (Column("no", _("No."), "number", 6), lambda line: line["number"]),
            (Column("text", _("Recommendation"), width=60), lambda line: line["text"]),
            (Column("addressee", _("Addressee"), width=28), lambda line: line["addressee"]),
            (Column("priority", _("Priority"), width=18), lambda line: priorities.get(line["priority"])),
            (Column("response", _("Response"), width=18), lambda line: responses.get(line["response"])),
            (Column("state", _("State"), width=26), lambda line: states.get(line["state"])),
            (Column("action", _("Next action"), width=44), lambda line: line["next_action"]),
            (Column("owner", _("Owner"), width=28), lambda line: line["owner"]),
            (Column("body", _("Owner's organisation"), width=28), lambda line: line["owner_body"]),
            (Column("due", _("Due"), "date", 12), lambda line: day(line["due_on"])),
            (Column("age", _("Age, days"), "number", 10), lambda line: line["age_days"]),
            (Column("example", _("Example"), width=10), lambda line: yes if line["is_example"] else None),
        ),
        lines,
    )
