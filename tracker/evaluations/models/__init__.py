"""The tables of evaluations."""

from tracker.evaluations.models.commission import (
    Declaration,
    Deliverable,
    Delivery,
    EndedContract,
    Engagement,
    Evaluation,
    EvaluatorLink,
    GivenDocument,
    Question,
    TeamMember,
    UploadedDraft,
)
from tracker.evaluations.models.follow_up import (
    Action,
    CostAllocation,
    CostShare,
    ManagementResponse,
    Recommendation,
)
from tracker.evaluations.models.review import Progress, Review, ReviewComment

__all__ = [
    "Action",
    "CostAllocation",
    "CostShare",
    "Declaration",
    "Deliverable",
    "Delivery",
    "EndedContract",
    "Engagement",
    "Evaluation",
    "EvaluatorLink",
    "GivenDocument",
    "ManagementResponse",
    "Progress",
    "Question",
    "Recommendation",
    "Review",
    "ReviewComment",
    "TeamMember",
    "UploadedDraft",
]
