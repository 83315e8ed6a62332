"""What goes over the wire is read back by the standard library as it was meant."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.outbox import mime

DATE = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def written(**changes: object) -> bytes:
    values: dict[str, object] = {
        "sender": "samordna@samordna.example",
        "sender_name": "Samordna",
        "recipient": "anna@example.org",
        "subject": "Hej",
        "text": "Hej\n",
        "html": "<p>Hej</p>\n",
        "locale": "sv",
        "message_id": "<abc@samordna.example>",
        "date": DATE,
        "headers": {},
    }
    return mime.compose(**(values | changes))  # type: ignore[arg-type]


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_of_a_mail_written_by_a_machine() -> None:
    message = read(written(headers={"List-Unsubscribe": "<https://samordna.example/x>"}))
    assert message["From"].addresses[0].addr_spec == "samordna@samordna.example"
    assert message["From"].addresses[0].display_name == "Samordna"
    assert [address.addr_spec for address in message["To"].addresses] == ["anna@example.org"]
    assert message["Message-ID"] == "<abc@samordna.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == DATE
    assert message["Content-Language"] == "sv"
    assert message["List-Unsubscribe"] == "<https://samordna.example/x>"
    assert message.get_content_type() == "multipart/alternative"


printable = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="\u2028\u2029"), max_size=300)


@given(printable)
def test_any_subject_comes_back(subject: str) -> None:
    data = written(subject=subject)
    header, _, _ = data.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in header.split(b"\r\n"))
    found = str(read(data)["Subject"])
    assert found.split() == subject.split(), "words come back; runs of blanks may fold"


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=500), st.booleans())
def test_any_text_comes_back(text: str, has_html: bool) -> None:
    data = written(text=text, html=text if has_html else None)
    assert b"\r" not in data.replace(b"\r\n", b"") and b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    expected = expected if expected.endswith("\n") else expected + "\n"
    message = read(data)
    parts = list(message.iter_parts()) if has_html else [message]
    for part in parts:
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode().replace("\r\n", "\n") == expected


@pytest.mark.parametrize("bad", ["a\r\nBcc: all@example.org", "a\nb", "a\rb", "a\x00b", "a\x7fb"])
@pytest.mark.parametrize("place", ["subject", "recipient", "sender", "message_id", "locale"])
def test_no_header_breaks_out_of_its_line(place: str, bad: str) -> None:
    with pytest.raises(mime.BadHeader):
        written(**{place: bad})


def test_a_custom_header_does_not_break_out_either() -> None:
    with pytest.raises(mime.BadHeader):
        written(headers={"X-Test": "a\r\nBcc: all@example.org"})
    with pytest.raises(mime.BadHeader):
        written(headers={"X\r\nY": "a"})
