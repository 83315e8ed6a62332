"""What the report's codes and headings are called. Msgids in English, Swedish in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.deadlines import labels as deadline_labels
from tracker.evaluations import labels as evaluation_labels
from tracker.procurements import labels as procurement_labels
from tracker.procurements.enums import Capacity
from tracker.reports.enums import DecisionRule, EditionState, FailureCode, OptionStatus

DECISIONS: Mapping[DecisionRule, Any] = {
    DecisionRule.OPTION: _l("Decide whether to use the option to extend the contract"),
    DecisionRule.DEVIATION_GROUND: _l("Record why another body than SKL Kommentus procures"),
    DecisionRule.ASSIGNMENT: _l("Obtain the county councils' assignment to procure"),
    DecisionRule.SUCCESSOR: _l("Decide what replaces the contract when it ends"),
}

OPTIONS: Mapping[OptionStatus, Any] = {
    OptionStatus.NONE_LEFT: _l("No option left"),
    OptionStatus.UNDECIDED: _l("Not decided"),
    OptionStatus.DECLINED: _l("Declined"),
}

SECRECY: Mapping[str, Any] = {
    "open": _l("Open"),
    "restricted": _l("Restricted"),
    "sealed": _l("Sealed"),
}

CAPACITIES: Mapping[Capacity, Any] = {
    Capacity.OWN_NAME: _l("own name"),
    Capacity.AGENT: _l("as agent"),
}

STATES: Mapping[EditionState, Any] = {
    EditionState.PENDING: _l("Waiting for a worker"),
    EditionState.BUILDING: _l("Reading the register"),
    EditionState.RENDERING_PDF: _l("Making the PDF"),
    EditionState.RENDERING_XLSX: _l("Making the workbook"),
    EditionState.DONE: _l("Ready"),
    EditionState.FAILED: _l("Failed"),
}

FAILURES: Mapping[FailureCode, Any] = {
    FailureCode.DISK_FULL: _l(
        "The disk for files is full, so nothing was saved. Ask those who run the system to free space, then try again."
    ),
    FailureCode.RENDERING: _l(
        "The document could not be made from the frozen figures. Try again; if it fails once more, report the "
        "edition's number to those who run the system."
    ),
    FailureCode.INTERRUPTED: _l(
        "The work was interrupted several times and has been stopped. Try again when the system is calm."
    ),
    FailureCode.UNEXPECTED: _l(
        "Something unexpected stopped the work. Try again; if it fails once more, report the edition's number to those "
        "who run the system."
    ),
}


def deadline(kind: str) -> Any:
    """The label of a kind of deadline; the code itself where a newer version wrote a kind we do not know."""
    return deadline_labels.KINDS.get(kind, kind)  # type: ignore[call-overload]


def phase(code: str) -> Any:
    return procurement_labels.PHASES.get(code, code)  # type: ignore[call-overload]


def basis(code: str) -> Any:
    return deadline_labels.BASES.get(code, code)  # type: ignore[call-overload]


def priority(code: str) -> Any:
    return evaluation_labels.PRIORITIES.get(code, code)  # type: ignore[call-overload]


def recommendation_state(code: str) -> Any:
    return evaluation_labels.RECOMMENDATION_STATES.get(code, code)  # type: ignore[call-overload]


def response(code: str) -> Any:
    return evaluation_labels.RESPONSES.get(code, code)  # type: ignore[call-overload]


def capacity(code: str | None) -> Any:
    return CAPACITIES.get(code, code)  # type: ignore[call-overload]
