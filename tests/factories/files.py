"""Files as office programs write them, and files as nobody should: built in memory, none is kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from tracker.documents.checks.kinds import ALLOWED

DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
MACRO_DOCUMENT_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Put together here, so that no scanner stops at this source.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"
_MAIN = {
    "docx": ("word/document.xml", DOCUMENT_TYPE),
    "xlsx": ("xl/workbook.xml", SHEET_TYPE),
    "pptx": ("ppt/presentation.xml", SLIDES_TYPE),
}


def package(parts: Mapping[str, bytes | str], *, stored: frozenset[str] = frozenset()) -> bytes:
    """A ZIP of these parts in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def content_types(overrides: Mapping[str, str]) -> str:
    lines = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    )


def relations(*entries: tuple[str, str, bool]) -> str:
    """Of (last word of the type, target, whether it is external)."""
    lines = ""
    for number, (kind, target, is_external) in enumerate(entries):
        mode = ' TargetMode="External"' if is_external else ""
        lines += f'<Relationship Id="r{number}" Type="{OFFICE_RELATIONS}/{kind}" Target="{target}"{mode}/>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{RELATIONS}">{lines}</Relationships>'


def word_text(text: str = "Slutrapport") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}"><w:body>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )


def office_parts(
    kind: str = "docx", *, types: Mapping[str, str] | None = None, parts: Mapping[str, bytes | str] | None = None
) -> dict[str, bytes | str]:
    main, main_type = _MAIN[kind]
    body = word_text() if kind == "docx" else f'<?xml version="1.0"?><root xmlns="urn:{kind}"/>'
    return {
        "[Content_Types].xml": content_types({main: main_type, **(types or {})}),
        "_rels/.rels": relations(("officeDocument", main, False)),
        main: body,
        **(parts or {}),
    }


def office(
    kind: str = "docx", *, types: Mapping[str, str] | None = None, parts: Mapping[str, bytes | str] | None = None
) -> bytes:
    """A Word, Excel or PowerPoint package, with more parts and content types where they are given."""
    return package(office_parts(kind, types=types, parts=parts))


def open_document(
    kind: str = "odt", *, content: str = "", parts: Mapping[str, bytes | str] | None = None, manifest: str = ""
) -> bytes:
    """An OpenDocument package; ``content`` stands inside the text."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:body><office:text><text:p>Slutrapport{content}</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    listed = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ALLOWED[kind]}"/>{manifest}'
        "</manifest:manifest>"
    )
    written = {"mimetype": ALLOWED[kind], "content.xml": body, "META-INF/manifest.xml": listed, **(parts or {})}
    return package(written, stored=frozenset({"mimetype"}))


def pdf(text: str = "Slutrapport", *, root: Mapping[str, Any] | None = None, **saving: Any) -> bytes:
    """A PDF of one page; ``root`` are further entries of its catalogue, ``saving`` arguments of pikepdf's."""
    document = Pdf.new()
    document.add_blank_page(page_size=(300, 200))
    page = document.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = document.make_stream(b"BT /F1 12 Tf 20 100 Td (" + text.encode("latin-1") + b") Tj ET")
    for key, value in (root or {}).items():
        document.Root[f"/{key}"] = value
    out = io.BytesIO()
    document.save(out, **saving)
    return out.getvalue()


def pdf_with_packed_link(link: bytes) -> bytes:
    """A PDF whose only link is ``link``, as it stands in a packed stream of objects; written by hand, so that it may
    be what no program writes."""
    head, packed = b"5 0 ", zlib.compress(b"5 0 " + link)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> /Annots [5 0 R] >>",
        b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(head), len(packed), packed),
    ]
    out, rows = b"%PDF-1.5\n", b"\0\0\0\0\0\xff"
    for number, content in enumerate(objects, 1):
        rows += b"\1" + len(out).to_bytes(4, "big") + b"\0"
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    rows += b"\2" + (4).to_bytes(4, "big") + b"\0" + b"\1" + len(out).to_bytes(4, "big") + b"\0"
    table = b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    return out + table % (len(rows), rows) + b"startxref\n%d\n%%%%EOF\n" % len(out)


def script_action() -> Any:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('hej')"))


def launch_action() -> Any:
    return Dictionary(S=Name.Launch, F=String("calc.exe"))


def pdf_with_attachment() -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    document.attachments["bilaga.txt"] = b"Hej"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(kind: str = "png", size: tuple[int, int] = (4, 3)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG" if kind == "png" else "JPEG")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, and is a few bytes long."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def bomb(megabytes: int = 400) -> bytes:
    """A docx with one part of zeros: some thousand times as large as the file."""
    return office(parts={"word/media/image1.bmp": bytes(megabytes * 1024 * 1024)})


def lying_about_size(content: bytes, name: str, said: int) -> bytes:
    """The package with another unpacked size of one part in both tables."""
    changed = bytearray(content)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := changed.find(signature, at + 1)) >= 0:
            if changed[at + name_at :].startswith(name.encode()):
                changed[at + size_at : at + size_at + 4] = said.to_bytes(4, "little")
    return bytes(changed)


def renamed_in_table(content: bytes, old: str, new: str) -> bytes:
    """The package with a part called otherwise in the table than where it lies; names of one length."""
    at = content.rfind(old.encode())
    assert len(old) == len(new) and at > 0
    return content[:at] + new.encode() + content[at + len(new) :]


def with_link(content_parts: Mapping[str, bytes | str], name: str, target: str) -> bytes:
    """A package in which the part ``name`` is a symbolic link."""
    out = io.BytesIO(package(content_parts))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, target)
    return out.getvalue()


def kept(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def array(*items: Any) -> Any:
    return Array(items)
