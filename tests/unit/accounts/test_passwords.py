"""What is taken as a password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    WeakPassword,
    check_strength,
    hash_password,
    needs_rehash,
    normalise,
    verify,
)

PERSON = ("Exempla Exempelsson", "exempla@landstinget.example")


@pytest.mark.parametrize(
    "password",
    [
        "tre gröna elefanter under bron",
        "nU6-kvasten-sjunger-i-dimma",
        "correct staple zebra onion",
        "пароль на русском языке",
        "x7Kq9vR2mB4nT8wZ",
        "en mycket lång mening om ingenting särskilt som ändå är ett lösenord ",
        "kålrot och senap på fredag",
    ],
)
def test_long_and_unusual_is_enough(password: str) -> None:
    check_strength(password, about=PERSON)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "kort",
        "fjorton tecken"[:14],
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "hejhejhejhejhejhejhej",
        "katt katt katt katt katt",
        "passwordpassword1",
        "Password12345678!",
        "Sommaren2026Sommaren2026",
        "SamordnaSamordna2026!",
        "Upphandling-Läkemedel-2026",
        "qwertyuiop1234567890",
        "poiuytrewq0987654321",
        "exempla exempelsson 1987",
        "exempla@landstinget.example",
        "välkommen till sverige",
        "januari februari mars 123",
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_short_known_or_repeated_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_strength(password, about=PERSON)
    assert refused.value.field == "password"


@given(st.text(alphabet=st.characters(whitelist_categories=["L", "N", "P", "Zs"]), max_size=MIN_LENGTH - 1))
def test_nothing_below_the_least_length_passes(password: str) -> None:
    if len(normalise(password)) < MIN_LENGTH:  # some letters are written out by the normal form
        with pytest.raises(WeakPassword):
            check_strength(password)


def test_the_longest_allowed_is_taken_whole() -> None:
    password = ("vattenfall i skymning " * 10)[: MAX_LENGTH - 12] + "kvarnhjul åt"
    stored = hash_password(password)
    assert verify(stored, password)
    assert not verify(stored, password[:-1] + "x")
    assert not verify(stored, password + "x")


def test_letters_that_look_the_same_are_the_same() -> None:
    assert verify(hash_password("fem ro\u0308da a\u030applen p\u00e5 bordet"), "fem röda åpplen på bordet")


def test_hashes_are_argon2id_of_the_recommended_cost_and_salted() -> None:
    first, second = hash_password("tre gröna elefanter"), hash_password("tre gröna elefanter")
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert not needs_rehash(first)
    assert needs_rehash(first.replace("t=3", "t=2"))


@pytest.mark.parametrize("stored", [None, "", "rubbish", "$argon2id$v=19$m=65536,t=3,p=4$x$y"])
def test_without_a_usable_hash_nothing_fits(stored: str | None) -> None:
    assert not verify(stored, "nobody has this password")
