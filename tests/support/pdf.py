"""What a PDF says of itself."""

from __future__ import annotations

from pypdf import PdfReader
from pypdf.generic import BooleanObject, DictionaryObject, StreamObject


def metadata_of(document: PdfReader) -> str:
    """The XMP metadata, in which it claims to conform to standards."""
    found = document.root_object["/Metadata"].get_object()
    assert isinstance(found, StreamObject)
    return found.get_data().decode()


def language_of(document: PdfReader) -> str:
    said = document.root_object["/Lang"]
    assert isinstance(said, str)
    return said


def is_tagged(document: PdfReader) -> bool:
    marks = document.root_object["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    return marks["/Marked"] == BooleanObject(True)
