"""XML in packages, read by expat piece by piece. A document type, where entities are declared, ends the reading before
any entity is known; nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from tracker.documents.checks.kinds import BYTE_ORDER_MARKS
from tracker.documents.checks.verdict import Refusal, Refused

Attributes = dict[str, str]
OnElement = Callable[[str, Attributes], None]
# Others would be read by codecs of Python's that office programs do not have, and hide text from a search.
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"})


class Enough(Exception):
    """Raised by whoever is told an element: the rest is taken in and thrown away."""


def looks_like_xml(start: bytes) -> bool:
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def read(
    chunks: Iterable[bytes],
    on_element: OnElement,
    on_text: Callable[[str], None] | None = None,
    *,
    may_name_a_type: bool = False,
) -> None:
    """Tell each element, its name as ``namespace local`` with attributes named alike.

    :param may_name_a_type: a document type without declarations of its own is let through (SVG pictures have one).
    :raises Refused: ENTITIES, or DAMAGED for what is no XML.
    """
    parser = _parser(may_name_a_type)
    parser.StartElementHandler = on_element
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    is_open = True
    for chunk in chunks:
        if is_open:
            try:
                _feed(parser, chunk)
            except Enough:
                is_open = False
    if is_open:
        _feed(parser, b"", is_last=True)


def _parser(may_name_a_type: bool) -> expat.XMLParserType:
    def on_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise Refused(Refusal.DAMAGED)

    def on_type(_name: str, _system: str | None, _public: str | None, has_declarations: int) -> None:
        if has_declarations or not may_name_a_type:
            raise Refused(Refusal.ENTITIES)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.XmlDeclHandler = on_declaration
    parser.StartDoctypeDeclHandler = on_type
    parser.buffer_text = True
    return parser


def _feed(parser: expat.XMLParserType, chunk: bytes, *, is_last: bool = False) -> None:
    try:
        parser.Parse(chunk, is_last)
    except expat.ExpatError as error:
        raise Refused(Refusal.DAMAGED) from error
