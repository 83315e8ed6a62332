"""Exactly one recipient, or none."""

from __future__ import annotations

import pytest

from tracker.outbox.addresses import BadAddress, envelope_address


@pytest.mark.parametrize(
    ("given", "envelope"),
    [
        ("anna@example.org", "anna@example.org"),
        ("anna+samordna@region.example", "anna+samordna@region.example"),
        ("anna@räksmörgås.example", "anna@xn--rksmrgs-5wao1o.example"),
    ],
)
def test_one_address_goes_to_the_server_in_ascii(given: str, envelope: str) -> None:
    assert envelope_address(given) == envelope


@pytest.mark.parametrize(
    "given",
    [
        "",
        "anna",
        "anna@example.org, bo@example.org",
        "anna@example.org,bo@example.org",
        "Anna <anna@example.org>",
        '"a@b" <c@example.org>',
        '"anna b"@example.org',
        "anna@example.org\r\nBcc: all@example.org",
        "anna@example.org\n",
        " anna@example.org",
        "anna\x00@example.org",
        "åsa@example.org",
        "anna@" + "a" * 300 + ".example",
        "anna@" + ".".join(["å" * 20] * 12) + ".example",
        "anna@localhost",
        "<anna@example.org>",
    ],
)
def test_everything_else_is_refused(given: str) -> None:
    with pytest.raises(BadAddress):
        envelope_address(given)
