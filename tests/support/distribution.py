"""Which test goes to which process when several run at once."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# Each of these starts whole products or browsers, and measures time: one after the other, in one process.
IN_TURN = ("e2e", "faults", "workers")


def group_of(nodeid: str) -> str:
    """The tests of one group go to one process: those of a folder that starts products, every other test for itself.

    >>> group_of("tests/faults/test_body.py::test_a_body_too_large[unknown length]")
    'tests/faults'
    """
    tests, folder, *_rest = nodeid.split("/", 2)
    return f"{tests}/{folder}" if folder in IN_TURN else nodeid


class FolderScheduling(LoadScopeScheduling):
    """Marks of groups are not used: xdist writes them into names, which pytest from 9.2 on leaves as they are
    (pytest-xdist issue 1386), and then forgets them without a word."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
