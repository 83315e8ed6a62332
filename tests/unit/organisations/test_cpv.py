"""CPV codes with and without their check digit."""

import pytest

from tracker.organisations import cpv


@pytest.mark.parametrize("written", ["33600000", "33600000-6", " 33600000-6 "])
def test_both_spellings_are_one_code(written: str) -> None:
    assert cpv.normalise(written) == "33600000"


@pytest.mark.parametrize(
    "wrong", ["", "3360000", "336000000", "33600000-", "33600000-66", "33600000 6", "３３６０００００"]
)
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="CPV"):
        cpv.normalise(wrong)
