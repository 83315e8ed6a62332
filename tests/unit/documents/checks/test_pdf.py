"""PDF: what it would do by itself is found however it is written; what is not only a PDF is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Permissions, String

from tests.factories import files
from tests.unit.documents.checks.conftest import Judge
from tracker.documents.checks.verdict import Refusal
from tracker.documents.inspection import FileRefused, inspect

PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
SEVERAL = {"refused: several_in_one"}


def test_plain_file_is_taken(judge: Judge) -> None:
    assert judge(files.pdf(), "pdf") == set()
    assert judge(files.pdf(**PACKED), "pdf") == set()
    assert judge(files.pdf(linearize=True), "pdf") == set()


@pytest.mark.parametrize("saving", [{}, PACKED], ids=["plain", "in object streams"])
@pytest.mark.parametrize(
    ("root", "findings"),
    [
        ({"OpenAction": files.script_action()}, {"pdf_javascript", "pdf_action"}),
        ({"AA": Dictionary(WC=files.script_action())}, {"pdf_javascript", "pdf_action"}),
        ({"Names": Dictionary(JavaScript=Dictionary(Names=Array([])))}, {"pdf_javascript"}),
        ({"OpenAction": files.launch_action()}, {"pdf_launch", "pdf_action"}),
        ({"OpenAction": Dictionary(S=Name.URI, URI=String("http://192.0.2.1/"))}, {"pdf_action"}),
        ({"OpenAction": Dictionary(S=Name.GoToR, F=String("\\\\server\\x.pdf"))}, {"pdf_action"}),
        ({"OpenAction": Dictionary(S=Name.SubmitForm, F=String("http://192.0.2.1/"))}, {"pdf_action"}),
        ({"OpenAction": Dictionary(S=Name.Named, Next=files.launch_action())}, {"pdf_launch", "pdf_action"}),
        ({"AcroForm": Dictionary(XFA=String("<xdp/>"))}, {"pdf_xfa"}),
        ({"Deep": Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])}, {"pdf_media"}),
        ({"Deep": Dictionary(Subtype=Name.Screen)}, {"pdf_media"}),
        ({"Deep": Dictionary(S=Name.Rendition)}, {"pdf_media"}),
    ],
)  # fmt: skip
def test_what_it_would_do(judge: Judge, root: dict[str, Any], findings: set[str], saving: dict[str, Any]) -> None:
    assert judge(files.pdf(root=root, **saving), "pdf") == findings


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": Array([Name.Fit])},
        {"OpenAction": Dictionary(S=Name.GoTo, D=String("kapitel"))},
        {"OpenAction": Dictionary(S=Name.Named, N=Name.NextPage)},
        {"Deep": Array([Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://x.example")))])},
    ],
)
def test_what_texts_have_is_no_finding(judge: Judge, root: dict[str, Any]) -> None:
    assert judge(files.pdf(root=root), "pdf") == set()


def test_attachment(judge: Judge) -> None:
    assert judge(files.pdf_with_attachment(), "pdf") == {"pdf_attachment"}


def test_names_written_by_numbers(judge: Judge) -> None:
    plain = files.pdf(root={"OpenAction": files.script_action(), "Deep": files.launch_action()})
    written = plain.replace(b"/JavaScript", b"/J#61va#53cript").replace(b"/JS", b"/#4a#53")
    written = written.replace(b"/Launch", b"/L#61unch")
    assert b"/JS" not in written and b"/JavaScript" not in written and b"/Launch" not in written
    assert judge(written, "pdf") == {"pdf_javascript", "pdf_action", "pdf_launch"}


LINK = b"<< /Subtype /Link /A << /S /JavaScript /JS (app.alert\\(1\\)) >> %s >>"


def test_script_in_a_packed_object_is_found(judge: Judge) -> None:
    assert judge(files.pdf_with_packed_link(LINK % b""), "pdf") == {"pdf_javascript"}


@pytest.mark.parametrize(
    "more", [b"/X " + b"[" * 600 + b"]" * 600, b"/X [" + b") " * 200 + b"]"], ids=["too deep", "too many faults"]
)
def test_object_that_qpdf_takes_for_nothing_is_not_let_through(judge: Judge, more: bytes) -> None:
    assert judge(files.pdf_with_packed_link(LINK % more), "pdf") == {"refused: damaged"}


def test_too_little_memory_is_told_as_that(tmp_path: Path) -> None:
    endless = files.pdf_with_packed_link(LINK % (b"/X [" + b"1 " * 12_000_000 + b"]"))
    assert len(endless) < 100_000
    with pytest.raises(FileRefused, match="memory") as refused:
        inspect(files.kept(tmp_path, "file", endless), "rapport.pdf")
    assert refused.value.refusal is Refusal.TOO_MUCH_MEMORY


def test_stream_of_objects_that_cannot_be_unpacked_is_not_let_through(judge: Judge) -> None:
    content = files.pdf_with_packed_link(LINK % b"")
    assert judge(content.replace(b"/FlateDecode", b"/JBIG2Decode"), "pdf") == {"refused: damaged"}


@pytest.mark.parametrize("window", [1, 7, 100, 1024 * 1024])
def test_object_that_the_table_leaves_out(judge: Judge, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.documents.checks.kinds._WINDOW", window)
    content = files.pdf()
    hidden = b"77 0 obj\n<< /S /Java#53cript /J#53 (app.alert(1)) >>\nendobj\n"
    at = content.rfind(b"xref\n")
    # Everything before the table stays where it is; the table is only found a little later.
    moved = content[:at] + hidden + content[at:]
    where = content[content.rfind(b"startxref") :].split()[1]
    moved = moved.replace(b"startxref\n" + where, b"startxref\n%d" % (int(where) + len(hidden)))
    assert judge(moved, "pdf") == {"pdf_javascript"}


def test_password(judge: Judge) -> None:
    locked = files.pdf(encryption=Encryption(user="hemligt", owner="hemligare"))
    assert judge(locked, "pdf") == {"refused: password"}


def test_protection_that_lets_everybody_read(judge: Judge) -> None:
    protected = files.pdf(
        root={"OpenAction": files.script_action()},
        encryption=Encryption(user="", owner="hemligt", allow=Permissions(modify_other=False)),
    )
    assert judge(protected, "pdf") >= {"pdf_restricted", "pdf_javascript"}


def test_something_in_front(judge: Judge) -> None:
    verdict = judge(b"<html><script>alert(1)</script></html>\n" + files.pdf(), "pdf")
    assert verdict == {"refused: not_what_it_says", "seen: html"}
    assert judge(b"\n" + files.pdf(), "pdf") == {"refused: not_what_it_says"}
    assert judge(b"GIF89a\0" + files.pdf(), "pdf") == {"refused: not_what_it_says", "seen: gif"}


def test_page_of_the_web_in_a_comment_at_the_start(judge: Judge) -> None:
    head, _, rest = files.pdf().partition(b"\n")
    assert judge(head + b"\n%<script>alert(1)</script>\n" + rest, "pdf") == SEVERAL


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"MZ" + bytes(100), b"x" * 100_000])
def test_something_behind(judge: Judge, tail: bytes) -> None:
    assert judge(files.pdf() + tail, "pdf") == SEVERAL


def test_archive_behind(judge: Judge) -> None:
    archive = files.package({"x.js": "y"})
    assert judge(files.pdf() + archive, "pdf") == SEVERAL
    # An end of its own does not help.
    assert judge(files.pdf() + archive + b"\n%%EOF\n", "pdf") == SEVERAL


def test_blanks_behind_are_no_matter(judge: Judge) -> None:
    assert judge(files.pdf() + b"\r\n\0\0\0\n", "pdf") == set()


def test_bomb_of_packed_streams_is_not_unpacked(judge: Judge) -> None:
    document = Pdf.new()
    document.add_blank_page()
    document.pages[0].Contents = document.make_stream(bytes(50 * 1024 * 1024))
    out = io.BytesIO()
    document.save(out, compress_streams=True)
    assert len(out.getvalue()) < 100_000
    assert judge(out.getvalue(), "pdf") == set()


DAMAGED = {
    "nothing inside": b"%PDF-1.7\n%%EOF\n",
    "zeros": b"%PDF-1.7\n" + bytes(500),
    "cut": files.pdf()[:200],
    "no pages": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_damaged(judge: Judge, content: bytes) -> None:
    assert judge(content, "pdf") == {"refused: damaged"}


def test_deep_nesting(judge: Judge) -> None:
    nested = b"[" * 400 + b"]" * 400
    content = files.pdf().replace(b"/Type /Catalog", b"/Type /Catalog /Deep " + nested)
    assert judge(content, "pdf") == {"refused: damaged"}
