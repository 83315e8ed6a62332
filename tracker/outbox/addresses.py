"""What counts as one mail address. Pure."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254


class BadAddress(ValueError):
    """Not exactly one address that every mail server can take."""


def envelope_address(given: str) -> str:
    """``given`` as it goes to the mail server: one address, ASCII, the domain in its punycode form.

    Lists, display names, quoted local parts, line breaks and letters outside ASCII before the @ are refused: each of
    them has made somebody's mail go to two people, or to nobody.

    :raises BadAddress: with the reason in English, for the log.
    """
    if len(given) > MAX_LENGTH:
        raise BadAddress(f"longer than {MAX_LENGTH} characters")
    if given != given.strip() or any(ord(character) < 32 for character in given):
        raise BadAddress("has blanks or control characters around or inside it")
    try:
        found = validate_email(given, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from None
    address = found.ascii_email or ""
    if not address or len(address) > MAX_LENGTH:
        raise BadAddress(f"longer than {MAX_LENGTH} characters once encoded")
    return address
