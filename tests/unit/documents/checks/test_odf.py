"""OpenDocument: the same answers as for Word, Excel and PowerPoint."""

from __future__ import annotations

import pytest

from tests.factories import files
from tests.unit.documents.checks.conftest import Judge

OUTSIDE = {"external_content"}


def test_plain_documents_are_taken(judge: Judge) -> None:
    for kind in ("odt", "ods", "odp"):
        assert judge(files.open_document(kind), kind) == set()


def test_called_otherwise_than_it_is(judge: Judge) -> None:
    assert judge(files.open_document("ods"), "odt") == {"refused: not_what_it_says", "seen: ods"}
    assert judge(files.office(), "odt") == {"refused: not_what_it_says", "seen: docx"}


def test_type_must_come_first(judge: Judge) -> None:
    parts = {"content.xml": "<a/>", "mimetype": "application/vnd.oasis.opendocument.text"}
    assert judge(files.package(parts), "odt") == {"refused: not_what_it_says", "seen: zip"}


def test_password(judge: Judge) -> None:
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
        "<manifest:encryption-data/></manifest:file-entry>"
    )
    assert judge(files.open_document(manifest=entry), "odt") == {"refused: password"}


@pytest.mark.parametrize(
    "name", ["Basic/Standard/Module1.xml", "Scripts/python/makro.py", "Dialogs/Standard/Dialog1.xml"]
)
def test_macros(judge: Judge, name: str) -> None:
    assert judge(files.open_document(parts={name: "<a/>"}), "odt") == {"refused: macros"}


def test_empty_library_is_no_macro(judge: Judge) -> None:
    parts = {"Basic/script-lc.xml": "<a/>", "Basic/Standard/script-lb.xml": "<a/>"}
    assert judge(files.open_document(parts=parts), "odt") == set()


def test_declarations(judge: Judge) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    for name in ("content.xml", "styles.xml", "META-INF/manifest.xml", "Configurations2/x.xml"):
        assert judge(files.open_document(parts={name: xml}), "odt") == {"refused: entities"}


@pytest.mark.parametrize(
    "content",
    [
        '<draw:image xlink:href="http://192.0.2.1/x.png"/>',
        '<draw:image xlink:href="../bild.png"/>',
        '<draw:object xlink:href="file://server/x.ods"/>',
        '<text:a xlink:href="file:///C:/x.exe">x</text:a>',
        '<text:a xlink:href="vnd.sun.star.script:x?language=Basic">x</text:a>',
        '<text:section><text:section-source xlink:href="https://www.example.org/x.odt"/></text:section>',
        '<text:dde-connection text:connection-name="x"/>',
        "<table:table-cell table:formula=\"of:='file:///C:/x.ods'#$Blad1.A1\"/>",
        '<table:table-cell table:formula="of:=WEBSERVICE(&quot;http://x&quot;)"/>',
    ],
)
def test_content_from_outside(judge: Judge, content: str) -> None:
    assert judge(files.open_document(content=content), "odt") == OUTSIDE


@pytest.mark.parametrize(
    "content",
    [
        '<draw:image xlink:href="Pictures/1.png"/>',
        '<draw:object xlink:href="./Object 1"/>',
        '<text:a xlink:href="https://www.example.org/">x</text:a>',
        '<text:a xlink:href="#rubrik">x</text:a>',
        '<table:table-cell table:formula="of:=SUM([.A1:.A9])"/>',
    ],
)
def test_links_as_texts_have_them(judge: Judge, content: str) -> None:
    assert judge(files.open_document(content=content), "odt") == set()


def test_template_on_the_own_disk(judge: Judge) -> None:
    meta = (
        '<office:document-meta xmlns:office="urn:o" xmlns:meta="urn:m" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<meta:template xlink:href="{}"/></office:document-meta>'
    )
    for href, found in (
        ("file:///C:/mallar/rapport.ott", set()),
        ("../mall.ott", set()),
        ("http://192.0.2.1/m.ott", OUTSIDE),
    ):
        assert judge(files.open_document(parts={"meta.xml": meta.format(href)}), "odt") == found


@pytest.mark.parametrize("element", ["script:event-listener", "draw:plugin", "draw:applet", "draw:floating-frame"])
def test_what_runs(judge: Judge, element: str) -> None:
    assert judge(files.open_document(content=f"<{element}/>"), "odt") == {"active_content"}


def test_embedded_object(judge: Judge) -> None:
    entry = (
        '<manifest:file-entry manifest:full-path="Object 1" manifest:media-type="application/vnd.sun.star.oleobject"/>'
    )
    assert judge(files.open_document(manifest=entry), "odt") == {"embedded_file"}
    assert judge(files.open_document(parts={"Object 1": files.OLE_START + bytes(9)}), "odt") == {"embedded_file"}
