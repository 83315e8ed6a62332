"""Writing procurements: each verb is one change with its deadlines and its line in the history."""

from tracker.procurements.service.closing import cancel_procurement, end_procurement
from tracker.procurements.service.contracts import add_contract, change_contract, decide_option
from tracker.procurements.service.facts import (
    change_assignment,
    change_execution,
    change_facts,
    change_procedure,
)
from tracker.procurements.service.intake import log_procurement, plan_for
from tracker.procurements.service.lots import add_lot, change_lot
from tracker.procurements.service.steps import StepLogged, log_step, plan_step, undo_step

__all__ = [
    "StepLogged",
    "add_contract",
    "add_lot",
    "cancel_procurement",
    "change_assignment",
    "change_contract",
    "change_execution",
    "change_facts",
    "change_lot",
    "change_procedure",
    "decide_option",
    "end_procurement",
    "log_procurement",
    "log_step",
    "plan_for",
    "plan_step",
    "undo_step",
]
