"""Packages whose tables lie, that are bombs, or that are two files in one."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.factories import files
from tests.unit.documents.checks.conftest import Judge

STRANGE = {"refused: strange_package"}
TOO_LARGE = {"refused: too_large_unpacked"}
MEGABYTE = 1024 * 1024


def test_plain_packages_are_taken(judge: Judge) -> None:
    for kind in ("docx", "xlsx", "pptx"):
        assert judge(files.office(kind), kind) == set()


def test_bomb_of_zeros(judge: Judge) -> None:
    assert judge(files.bomb(20), "docx") == TOO_LARGE


def test_well_packed_text_of_a_large_sheet_is_no_bomb(judge: Judge) -> None:
    rows = "".join(f'<row r="{number}"><c><v>{number * 7919 % 100_003}</v></c></row>' for number in range(60_000))
    sheet = f'<?xml version="1.0"?><worksheet>{rows}</worksheet>'
    assert len(sheet) > 2 * MEGABYTE
    assert judge(files.office("xlsx", parts={"xl/worksheets/sheet1.xml": sheet}), "xlsx") == set()


def test_bomb_in_a_package_in_a_package(judge: Judge) -> None:
    inner = files.office("xlsx", parts={"xl/media/image1.bmp": bytes(20 * MEGABYTE)})
    assert judge(files.office(parts={"word/embeddings/sheet.xlsx": inner}), "docx") == TOO_LARGE


def test_packages_are_opened_two_levels_deep(judge: Judge) -> None:
    content = files.office("xlsx")
    for depth, verdict in ((1, set()), (2, set()), (3, TOO_LARGE)):
        content = files.office("docx", parts={"word/embeddings/one.docx": content})
        assert judge(content, "docx") == verdict, depth


def test_budget_counts_all_levels_together(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.documents.checks.archive.MAX_UNPACKED_BYTES", 3 * MEGABYTE)
    noise = bytes(number * number % 251 for number in range(MEGABYTE))
    inner = files.package(files.office_parts("xlsx", parts={"xl/media/a.bin": noise}))
    parts = {f"word/embeddings/{number}.xlsx": inner for number in range(4)}
    assert judge(files.office(parts=parts), "docx") == TOO_LARGE


def test_size_that_is_said_too_small(judge: Judge) -> None:
    content = files.office(parts={"word/media/image1.bmp": bytes(20 * MEGABYTE)})
    lying = files.lying_about_size(content, "word/media/image1.bmp", 1000)
    assert judge(lying, "docx") == {"refused: damaged"}


def test_size_that_is_said_too_large(judge: Judge) -> None:
    lying = files.lying_about_size(files.office(parts={"word/a.bin": b"abc"}), "word/a.bin", 5000)
    assert judge(lying, "docx") == {"refused: damaged"}


def test_sizes_that_are_said_far_too_large_are_not_waited_for(judge: Judge) -> None:
    lying = files.lying_about_size(files.office(parts={"word/a.bin": b"abc"}), "word/a.bin", 2**31)
    assert judge(lying, "docx") == TOO_LARGE


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "word\\..\\x", "C:/x"])
def test_path_out_of_the_folder(judge: Judge, name: str) -> None:
    assert judge(files.office(parts={name: b"x"}), "docx") == STRANGE


def test_symbolic_link(judge: Judge) -> None:
    assert judge(files.with_link(files.office_parts(), "word/link", "/etc/passwd"), "docx") == STRANGE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_part_that_is_there_twice(judge: Judge) -> None:
    out = io.BytesIO(files.office())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", files.word_text("En annan rapport"))
    assert judge(out.getvalue(), "docx") == STRANGE


def test_part_that_differs_by_capitals_only(judge: Judge) -> None:
    assert judge(files.office(parts={"Word/Document.xml": files.word_text()}), "docx") == STRANGE


def test_other_name_in_the_table(judge: Judge) -> None:
    content = files.office(parts={"word/aaa.xml": files.word_text()})
    assert judge(files.renamed_in_table(content, "word/aaa.xml", "word/bbb.xml"), "docx") == STRANGE


def test_data_between_the_parts(judge: Judge) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, content) in enumerate(files.office_parts().items()):
            archive.writestr(name, content)
            if number == 1:
                assert archive.fp is not None
                archive.fp.write(b"MZ" + bytes(500))
                archive.start_dir = archive.fp.tell()
    assert judge(out.getvalue(), "docx") == STRANGE


def test_something_behind_the_archive(judge: Judge) -> None:
    assert judge(files.office() + b"<script>alert(1)</script>", "docx") == {"refused: several_in_one"}


def test_much_behind_the_archive(judge: Judge) -> None:
    assert judge(files.office() + bytes(2000), "docx") == {"refused: several_in_one"}


def test_something_in_front_of_the_archive(judge: Judge) -> None:
    verdict = judge(b"MZ" + bytes(200) + files.office(), "docx")
    assert verdict == {"refused: not_what_it_says", "seen: exe"}


def test_another_archive_in_front(judge: Judge) -> None:
    assert judge(files.office("xlsx") + files.office(), "docx") == {"refused: several_in_one"}


def test_many_parts(judge: Judge) -> None:
    parts = {f"word/media/{number}": b"" for number in range(10_100)}
    assert judge(files.office(parts=parts), "docx") == TOO_LARGE


def test_part_with_a_password(judge: Judge) -> None:
    content = bytearray(files.office())
    for at in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[at] |= 1
    assert judge(bytes(content), "docx") == {"refused: password"}


def test_cut_file(judge: Judge) -> None:
    content = files.office(parts={"word/media/image1.bmp": bytes(range(256)) * 40})
    assert judge(content[: len(content) // 2], "docx") == {"refused: damaged"}


def test_wrong_checksum(judge: Judge) -> None:
    content = bytearray(
        files.package(files.office_parts(parts={"word/a.bin": b"abcdef"}), stored=frozenset({"word/a.bin"}))
    )
    at = content.find(b"abcdef")
    content[at] ^= 1
    assert judge(bytes(content), "docx") == {"refused: damaged"}


def test_archive_that_is_no_document(judge: Judge) -> None:
    assert judge(files.package({"a.txt": "hej"}), "docx") == {"refused: not_what_it_says", "seen: zip"}
    assert judge(files.package({"a.txt": "hej"}), "odt") == {"refused: not_what_it_says", "seen: zip"}
