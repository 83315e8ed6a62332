"""Word, Excel and PowerPoint: macros and declarations are refused, what runs or fetches is found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from tests.factories import files
from tests.unit.documents.checks.conftest import Judge

MACROS = {"refused: macros"}
OUTSIDE = {"external_content"}
EMBEDDED = {"embedded_file"}
BOMB_OF_WORDS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)
FETCHING = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>'


def with_relation(kind: str, target: str, *, is_external: bool = True) -> bytes:
    related = files.relations((kind, target, is_external))
    return files.office(parts={"word/_rels/document.xml.rels": related})


def test_workbook_of_a_known_program(judge: Judge, tmp_path: Path) -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet("Öppna")
    sheet.write_url(0, 0, "https://www.example.org/rapport", string="Rapport")
    sheet.write_formula(1, 0, "=SUM(B1:B9)")
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "=Öppna!$B$1:$B$9"})
    sheet.insert_chart("D2", chart)
    workbook.close()
    assert judge(out.getvalue(), "xlsx") == set()


def test_called_otherwise_than_it_is(judge: Judge) -> None:
    assert judge(files.office("xlsx"), "docx") == {"refused: not_what_it_says", "seen: xlsx"}
    assert judge(files.pdf(), "docx") == {"refused: not_what_it_says", "seen: pdf"}
    assert judge(files.OLE_START + bytes(600), "docx") == {"refused: not_what_it_says", "seen: doc"}


def test_password(judge: Judge) -> None:
    encrypted = files.OLE_START + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    assert judge(encrypted, "docx") == {"refused: password"}


MACRO_TYPE = files.content_types({"word/document.xml": files.MACRO_DOCUMENT_TYPE})
OBJECT_WITH_MACROS = files.OLE_START + bytes(70_000) + "_VBA_PROJECT".encode("utf-16-le")
WITH_MACROS = {
    "type of the document": files.package({**files.office_parts(), "[Content_Types].xml": MACRO_TYPE}),
    "part": files.office(parts={"word/vbaProject.bin": b"x"}),
    "type of a part": files.office(types={"word/odd.bin": "application/vnd.ms-office.vbaProject"}),
    "workbook inside": files.office(parts={"word/a.xlsm": files.office("xlsx", parts={"xl/vbaProject.bin": b"x"})}),
    "object inside": files.office(parts={"word/embeddings/oleObject1.bin": OBJECT_WITH_MACROS}),
}


@pytest.mark.parametrize("content", WITH_MACROS.values(), ids=WITH_MACROS)
def test_macros(judge: Judge, content: bytes) -> None:
    assert judge(content, "docx") == MACROS


def test_macro_sheet(judge: Judge) -> None:
    types = {"xl/macrosheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml"}
    assert judge(files.office("xlsx", types=types), "xlsx") == MACROS


XML = {
    "many laughs": BOMB_OF_WORDS,
    "fetching": FETCHING,
    "in UTF-16": BOMB_OF_WORDS.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"),
}


@pytest.mark.parametrize("name", ["word/document.xml", "customXml/item1.xml", "word/x.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("xml", XML.values(), ids=XML)
def test_declarations(judge: Judge, name: str, xml: str | bytes) -> None:
    parts = files.office_parts()
    parts[name] = xml
    assert judge(files.package(parts), "docx") == {"refused: entities"}


def test_declarations_in_a_coding_that_hides_them(judge: Judge) -> None:
    hidden = BOMB_OF_WORDS.replace('"1.0"', '"1.0" encoding="cp037"').encode("cp037")
    utf7 = BOMB_OF_WORDS.replace('"1.0"', '"1.0" encoding="utf-7"').encode()
    for xml in (hidden, utf7):
        assert judge(files.office(parts={"customXml/item1.xml": xml}), "docx") == {"refused: damaged"}


def test_drawing_may_name_its_type_but_declare_nothing(judge: Judge) -> None:
    named = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>'
    declaring = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>'
    assert judge(files.office(parts={"word/media/image1.svg": named}), "docx") == set()
    assert judge(files.office(parts={"word/media/image1.svg": declaring}), "docx") == {"refused: entities"}


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "http://192.0.2.1/mall.dotm"),
        ("attachedTemplate", "\\\\192.0.2.1\\mall\\mall.dotx"),
        ("attachedTemplate", "file://server/mall.dotx"),
        ("attachedTemplate", "file:///\\\\192.0.2.1\\mall.dotx"),
        ("image", "https://www.example.org/bild.png"),
        ("oleObject", "file:///C:/x.xlsx"),
        ("frame", "http://www.example.org/"),
        ("externalLinkPath", "file:///C:/Users/a/annan.xlsx"),
        ("hyperlink", "file://server/x.exe"),
        ("hyperlink", "\\\\server\\x"),
        ("hyperlink", "C:\\Windows\\x.exe"),
        ("hyperlink", "javascript:alert(1)"),
        ("hyperlink", "ms-msdt:/id x"),
    ],
)
def test_content_from_outside(judge: Judge, kind: str, target: str) -> None:
    assert judge(with_relation(kind, target), "docx") == OUTSIDE


def test_address_outside_that_says_it_is_inside(judge: Judge) -> None:
    assert judge(with_relation("attachedTemplate", "http://192.0.2.1/x.dotm", is_external=False), "docx") == OUTSIDE


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://www.example.org/"),
        ("hyperlink", "mailto:handlaggare@example.org"),
        ("hyperlink", "#rubrik"),
        ("hyperlink", "bilaga.docx"),
        # Every document made from a template of the own machine has this.
        ("attachedTemplate", "file:///C:\\Users\\n\\AppData\\Roaming\\Microsoft\\Templates\\Normal.dotm"),
    ],
)
def test_links_as_texts_have_them(judge: Judge, kind: str, target: str) -> None:
    assert judge(with_relation(kind, target), "docx") == set()


def field(*pieces: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    start, end = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return files.word_text().replace("</w:p>", f"{start}{runs}{end}</w:p>")


def test_field_that_calls_a_program(judge: Judge) -> None:
    for document in (
        field(" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "),
        field(" DD", "EAU", "TO cmd"),
        files.word_text().replace("<w:p>", '<w:p><w:fldSimple w:instr="DDE excel x"/>'),
    ):
        assert judge(files.office(parts={"word/document.xml": document}), "docx") == OUTSIDE
    for document in (field(" PAGE "), files.word_text("DDE är ett bekämpningsmedel; DDEAUTO likaså")):
        assert judge(files.office(parts={"word/document.xml": document}), "docx") == set()


def test_formula_that_calls_an_address(judge: Judge) -> None:
    filler = "<v>1</v>" * 20_000
    sheet = f'<?xml version="1.0"?><worksheet>{filler}<f>_xlfn.WEBSERVICE("http://x")</f></worksheet>'
    assert judge(files.office("xlsx", parts={"xl/worksheets/sheet1.xml": sheet}), "xlsx") == OUTSIDE


@pytest.mark.parametrize("name", ["text/document.xml", "word/document.dat", "odd"])
def test_what_a_part_is_its_root_says_and_not_its_name(judge: Judge, name: str) -> None:
    text = field(" DDEAUTO cmd ")
    assert judge(files.office(parts={name: text}), "docx") == OUTSIDE
    sheet = '<?xml version="1.0"?><worksheet><f>WEBSERVICE("http://x")</f></worksheet>'
    assert judge(files.office("xlsx", parts={name: sheet}), "xlsx") == OUTSIDE
    assert judge(files.office("xlsx", parts={name: sheet.replace("worksheet", "sst")}), "xlsx") == set()


def test_formula_written_by_numbers_or_in_wide_letters(judge: Judge) -> None:
    sheet = '<?xml version="1.0"%s?><worksheet><f>&#87;EB&#x53;ERVICE("http://x")</f></worksheet>'
    for content in ((sheet % "").encode(), (sheet % ' encoding="UTF-16"').encode("utf-16")):
        assert judge(files.office("xlsx", parts={"xl/worksheets/sheet1.xml": content}), "xlsx") == OUTSIDE


def test_connections_and_links_of_workbooks(judge: Judge) -> None:
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    for kind in ("connections+xml", "externalLink+xml"):
        assert judge(files.office("xlsx", types={"xl/x.xml": base + kind}), "xlsx") == OUTSIDE


def test_embedded_objects(judge: Judge) -> None:
    assert (
        judge(files.office(parts={"word/embeddings/oleObject1.bin": files.OLE_START + bytes(99)}), "docx") == EMBEDDED
    )
    assert judge(files.office(parts={"word/media/image1.png": b"MZ" + bytes(99)}), "docx") == EMBEDDED
    assert judge(files.office(parts={"word/afchunk.htm": "<html><script>x</script></html>"}), "docx") == EMBEDDED
    assert judge(with_relation("aFChunk", "a.mht", is_external=False), "docx") == EMBEDDED
    assert judge(files.office(parts={"word/a.bin": files.package({"x.js": "x"})}), "docx") == EMBEDDED


def test_xml_under_another_name(judge: Judge) -> None:
    assert judge(files.office(parts={"word/odd.bin": BOMB_OF_WORDS}), "docx") == {"refused: entities"}
    assert judge(files.office(parts={"word/odd.bin": '<?xml version="1.0"?><a/>'}), "docx") == set()
    assert judge(files.office(parts={"word/media/1.bin": b"<\x93\xff" * 50}), "docx") == set()


def test_workbook_behind_a_chart_is_plain(judge: Judge) -> None:
    assert judge(files.office("pptx", parts={"ppt/embeddings/data.xlsx": files.office("xlsx")}), "pptx") == set()


def test_controls_and_add_ins(judge: Judge) -> None:
    for kind in ("application/vnd.ms-office.activeX+xml", "application/vnd.ms-office.webextension+xml"):
        assert judge(files.office(types={"word/x.xml": kind}), "docx") == {"active_content"}


def test_part_that_is_no_xml(judge: Judge) -> None:
    assert judge(files.office(parts={"word/document.xml": "hej"}), "docx") == {"refused: damaged"}
    assert judge(files.office(parts={"customXml/item1.xml": b"\x00\x01"}), "docx") == {"refused: damaged"}
