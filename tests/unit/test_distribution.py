"""What starts whole products is not spread over processes: one of each at a time."""

from __future__ import annotations

import pytest

from tests.support.distribution import IN_TURN, FolderScheduling, group_of


@pytest.mark.parametrize("folder", IN_TURN)
def test_a_folder_that_starts_products_is_one_group(folder: str) -> None:
    names = (f"tests/{folder}/test_one.py::test_a", f"tests/{folder}/deep/test_two.py::test_b[a/b]")
    assert len({group_of(name) for name in names}) == 1


def test_every_other_test_goes_by_itself() -> None:
    names = ("tests/unit/test_one.py::test_a", "tests/unit/test_one.py::test_b", "tests/unit/core/test_one.py::test_a")
    assert len({group_of(name) for name in names}) == 3


def test_pytest_asks_for_this_way(pytestconfig: pytest.Config) -> None:
    makers = pytestconfig.pluginmanager.hook.pytest_xdist_make_scheduler.get_hookimpls()
    assert any(made.function.__annotations__.get("return") == FolderScheduling.__name__ for made in makers)
