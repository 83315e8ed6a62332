"""Codes of the status report. Texts for people are in `labels`."""

from enum import StrEnum


class EditionState(StrEnum):
    """How far an edition has come. `done` and `failed` are final; `failed` may be tried again."""

    PENDING = "pending"
    BUILDING = "building"
    RENDERING_PDF = "rendering_pdf"
    RENDERING_XLSX = "rendering_xlsx"
    DONE = "done"
    FAILED = "failed"


#: States in which a worker holds the edition.
RUNNING = (EditionState.BUILDING, EditionState.RENDERING_PDF, EditionState.RENDERING_XLSX)


class FailureCode(StrEnum):
    """Why an edition could not be compiled, as far as it helps the reader to act."""

    DISK_FULL = "disk_full"
    RENDERING = "rendering"
    INTERRUPTED = "interrupted"
    UNEXPECTED = "unexpected"


class DecisionRule(StrEnum):
    """Why a line stands under "Decisions wanted"; the rules are spelled out in `snapshot.DecisionWanted`."""

    OPTION = "option"
    DEVIATION_GROUND = "deviation_ground"
    ASSIGNMENT = "assignment"
    SUCCESSOR = "successor"


class OptionStatus(StrEnum):
    """Whether a contract has an option to extend that can still be used. One that was used is part of its end date."""

    NONE_LEFT = "none_left"
    UNDECIDED = "undecided"
    DECLINED = "declined"
