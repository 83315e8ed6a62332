"""Reading procurements. What a viewer may not know of does not exist for that viewer."""

from tracker.procurements.queries.listing import (
    ProcurementFilters,
    ProcurementRow,
    iterate_procurements,
    list_procurements,
)
from tracker.procurements.queries.portfolio import (
    ContractEnding,
    count_by_phase,
    count_contracts_ending,
    list_contracts_ending,
    list_lapsed_ids,
    list_replaceable_contracts,
    portfolio_timeline,
)
from tracker.procurements.queries.records import (
    find_by_import_key,
    find_known_code,
    get_contract,
    get_lot,
    get_option,
    get_procurement,
    list_filter_choices,
    list_known_substances,
)

__all__ = [
    "ContractEnding",
    "ProcurementFilters",
    "ProcurementRow",
    "count_by_phase",
    "count_contracts_ending",
    "find_by_import_key",
    "find_known_code",
    "get_contract",
    "get_lot",
    "get_option",
    "get_procurement",
    "iterate_procurements",
    "list_contracts_ending",
    "list_filter_choices",
    "list_known_substances",
    "list_lapsed_ids",
    "list_procurements",
    "list_replaceable_contracts",
    "portfolio_timeline",
]
