"""Numbers and codes that people read out, write down and type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents import receipt_codes as codes

KEY = "a-key-of-many-letters-0123456789"
CONTENT = {"number": "KV 2026-0001", "sha256": "ab" * 32, "days_late": 0, "for_name": None}
CODE = codes.code_for(CONTENT, KEY)


def test_a_code_has_at_least_eighty_bits_in_groups_without_signs_that_look_alike() -> None:
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [4] * 5
    assert set("".join(groups)) <= set(codes.ALPHABET)
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)
    assert len("".join(groups)) * 5 == codes.CODE_BITS >= 80


def test_the_code_is_the_same_for_the_same_content_and_key_alone() -> None:
    assert codes.code_for(dict(reversed(CONTENT.items())), KEY) == CODE
    assert codes.code_for(CONTENT, KEY + "x") != CODE
    changed = {codes.code_for({**CONTENT, key: "another"}, KEY) for key in CONTENT}
    assert len(changed) == len(CONTENT)
    assert CODE not in changed


def test_the_code_is_the_published_construction() -> None:
    """HMAC-SHA256 with the purpose in front, read off bit by bit in another way."""
    import hashlib
    import hmac

    text = b'{"days_late":0,"for_name":null,"number":"KV 2026-0001","sha256":"' + b"ab" * 32 + b'"}'
    digest = hmac.new(KEY.encode(), b"samordna receipt check code v1\0" + text, hashlib.sha256).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    assert CODE.replace("-", "") == "".join(codes.ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, 100, 5))


@given(st.data())
def test_how_people_write_a_code_does_not_matter(data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(["", "-", " ", " - "])) if sign == "-"
        else data.draw(st.sampled_from(alike.get(sign, sign + sign.lower())))
        for sign in f" {CODE} "
        if sign != " "
    )  # fmt: skip
    assert codes.fits(typed, CODE)


@given(st.integers(0, 19), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_noticed(at: int, sign: str) -> None:
    signs = CODE.replace("-", "")
    assert codes.fits(signs[:at] + sign + signs[at + 1 :], CODE) is (signs[at] == sign)


@pytest.mark.parametrize("typed", ["", "-", CODE[:-1], CODE + "A", CODE[:4], "å" * 20, "\0", "　"])
def test_what_is_no_code_does_not_fit(typed: str) -> None:
    assert not codes.fits(typed, CODE)


@pytest.mark.parametrize(
    "typed",
    ["KV 2026-0001", "kv2026-0001", " KV  2026 - 0001 ", "2026-0001", "2026-1", "2026/0001", "kv-2026-1",
     "KV 2O26-OOO1", "20260001", "ＫＶ　2026-0001", "KV 2026–0001", "KV 2026-000l"],
)  # fmt: skip
def test_how_people_write_a_number_does_not_matter(typed: str) -> None:
    assert codes.read_number(typed) == "KV 2026-0001"


@pytest.mark.parametrize(
    "typed", ["", "KV", "SAM 2026/0001", "KV 2026-0000", "KV 26-1", "KV 2026-123456789", "1", "x'; --"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert codes.read_number(typed) is None


@given(st.integers(2000, 2999), st.integers(1, 99_999_999))
def test_every_number_is_read_as_it_is_written(year: int, sequence: int) -> None:
    text = codes.number_text(year, sequence)
    assert codes.read_number(text) == codes.read_number(text.lower().replace("-", "/")) == text


@given(st.text(max_size=80))
def test_reading_never_fails(typed: str) -> None:
    number = codes.read_number(typed)
    assert number is None or codes.read_number(number) == number
    codes.fits(typed, CODE)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_mark_is_found_among_other_bytes(before: bytes, after: bytes) -> None:
    mark = codes.printed_mark("KV 2026-0001", CODE)
    assert codes.find_mark(before + b"<rdf:li>" + mark.encode() + b"</rdf:li>" + after) is not None
    assert codes.find_mark(b"%PDF " + mark.encode()) == ("KV 2026-0001", CODE)


@pytest.mark.parametrize("data", [b"", b"KV 2026-0001", CODE.encode(), b"KV 2026-0001 " + CODE.lower().encode()])
def test_half_a_mark_is_none(data: bytes) -> None:
    assert codes.find_mark(data) is None
