"""Files that mean harm, each made here in code: what they say of themselves is little, what they become is much."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, PngImagePlugin

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TITLES = ("姓名", "身份证号", "联系电话")


@dataclass(frozen=True)
class Hostile:
    """One file: `door` is where it is sent (sheet, photo, attachment), `valid` whether it should be taken."""

    name: str
    door: str
    make: Callable[[], bytes]
    valid: bool = False
    times: int = 1  # how many of it are sent at once
    heavy: bool = False  # takes seconds to make or to read


# -- workbooks


def _text(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


_TITLES = "<row>" + "".join(map(_text, TITLES)) + "</row>"


def workbook(rows: str = "", *, before: str = "", after: str = "", **parts: bytes | str) -> bytes:
    """A workbook of one sheet with these rows below the titles; `parts` are added, __ for / in their names."""
    sheet = f"{_HEAD}<worksheet {_NS}>{before}<sheetData>{_TITLES}{rows}</sheetData>{after}</worksheet>"
    kinds = ["worksheet", *(kind for kind in ("sharedStrings", "styles") if f"xl__{kind}" in parts)]
    targets = {
        "worksheet": "worksheets/sheet1.xml",
        "sharedStrings": "sharedStrings.xml",
        "styles": "styles.xml",
    }
    relations = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/{kind}" Target="{targets[kind]}"/>'
        for place, kind in enumerate(kinds, 1)
    )
    files: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook {_NS} xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    files.update({name.replace("__", "/") + ".xml": content for name, content in parts.items()})
    return zipped(files)


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def shared(*strings: str, counted: str = "") -> str:
    """A table of shared strings."""
    return f"{_HEAD}<sst {_NS} {counted}>{''.join(f'<si>{each}</si>' for each in strings)}</sst>"


def pointing(cells: int) -> str:
    """Rows whose cells all point to the first shared string."""
    return "".join(f"<row>{'<c t=' + chr(34) + 's' + chr(34) + '><v>0</v></c>'}</row>" for _ in range(cells))


def counted_strings() -> bytes:
    """1,600 bytes whose table says that four thousand million strings will come."""
    table = shared("<t>a</t>", counted='count="4000000000" uniqueCount="4000000000"')
    return workbook(pointing(1), xl__sharedStrings=table)


def long_string() -> bytes:
    """One text of 1.9 million letters, in 300 cells: 578 MB."""
    return workbook(pointing(300), xl__sharedStrings=shared(f"<t>{'a' * 1_900_000}</t>"))


def long_string_in_pieces() -> bytes:
    """The same in pieces of which none is long."""
    runs = "".join(f"<r><t>{'a' * 200_000}</t></r>" for _ in range(10))
    return workbook(pointing(300), xl__sharedStrings=shared(runs))


def many_long_cells() -> bytes:
    """A text as long as a cell may hold, in 49,000 cells: 1.6 thousand million letters."""
    return workbook(pointing(49_000), xl__sharedStrings=shared(f"<t>{'a' * 32_000}</t>"))


def entities() -> bytes:
    """Entities that expand a thousand million times."""
    steps = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 9))
    table = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x0 "lol">{steps}]><sst {_NS}><si><t>&x8;</t></si></sst>'
    )
    return workbook(pointing(1), xl__sharedStrings=table)


def external_entity() -> bytes:
    """An entity that is a file of the server."""
    table = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst {_NS}><si><t>&x;</t></si></sst>'
    return workbook(pointing(1), xl__sharedStrings=table)


def deep() -> bytes:
    """Three hundred thousand elements, one in the other."""
    return workbook(after="<a>" * 300_000 + "</a>" * 300_000)


def blank_bomb() -> bytes:
    """Two gigabytes of blanks."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = pack.compress(b" " * (1 << 20)) + pack.flush(
        zlib.Z_FULL_FLUSH
    )  # stands alone, so it can be repeated
    body, crc = block * 2000 + pack.flush(), 0
    name = b"xl/worksheets/sheet2.xml"
    fields = (20, 0, 8, 0, 0, crc, len(body), 2000 << 20, len(name))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields, 0) + name + bytes(body)
    directory = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields, 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local), 0)
    return local + directory + end


def last_cell() -> bytes:
    """One value in the last cell that a sheet has: a rectangle of 17 thousand million."""
    return workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def large_dimension() -> bytes:
    """A small sheet that says it is as large as a sheet can be."""
    return workbook(f"<row>{_text('张三')}</row>", before='<dimension ref="A1:XFD1048576"/>')


def dense() -> bytes:
    """Every cell of 12,000 rows and 250 columns, no two rows alike, as what packs too well is refused for that."""
    return workbook("".join(f"<row>{f'<c><v>{n * 7919 % 99991}</v></c>' * 250}</row>" for n in range(12_000)))


def too_dense() -> bytes:
    """As dense, and four times as long."""
    return workbook("".join(f"<row>{f'<c><v>{n * 7919 % 99991}</v></c>' * 250}</row>" for n in range(49_000)))


def empty_columns() -> bytes:
    """Two million cells that hold nothing."""
    return workbook(("<row>" + "<c/>" * 10_000 + "</row>") * 200)


def shared_formula() -> bytes:
    """A formula that says it is shared by all cells."""
    return workbook('<row><c r="A2"><f t="shared" ref="A1:XFD1048576" si="0">A1+1</f><v>1</v></c></row>')


def many_strings() -> bytes:
    """Three million empty strings."""
    return workbook(pointing(1), xl__sharedStrings=shared(*("<t/>",) * 3_000_000))


def many_styles() -> bytes:
    """Three million styles."""
    styles = f'<styleSheet {_NS}><cellXfs count="3000000">{"<xf/>" * 3_000_000}</cellXfs></styleSheet>'
    return workbook(pointing(1), xl__styles=styles)


def many_parts() -> bytes:
    """Thirty thousand empty parts."""
    return zipped({f"xl/{number}.xml": b"" for number in range(30_000)})


def old_workbook() -> bytes:
    """The beginning of an old workbook, and noise."""
    return _OLE + bytes(range(256)) * 200


def encrypted() -> bytes:
    """A workbook with a password."""
    return _OLE + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000


def open_document() -> bytes:
    """An OpenDocument sheet that repeats a row a million times."""
    rows = '<table:table-row table:number-rows-repeated="1048576"/>'
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": rows})


def binary_workbook() -> bytes:
    """An .xlsb whose parts are noise."""
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(range(256)) * 100})


# -- pictures


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(*chunks: bytes) -> bytes:
    """A small PNG with more chunks behind its header."""
    plain = picture("PNG", (64, 64))
    return plain[:33] + b"".join(chunks) + plain[33:]


def text_bomb() -> bytes:
    """A PNG with two hundred texts of a megabyte each."""
    return with_chunks(
        *(chunk(b"zTXt", b"t%d\0\0" % n + zlib.compress(b"a" * 1_000_000, 9)) for n in range(200))
    )


def profile_bomb() -> bytes:
    """A PNG whose colour profile becomes 500 MB."""
    pack = zlib.compressobj(9)
    head = pack.compress(b"") + pack.flush(zlib.Z_FULL_FLUSH)
    block = pack.compress(b"\0" * 1_000_000) + pack.flush(zlib.Z_FULL_FLUSH)
    packed = head + block * 500 + pack.flush()
    return with_chunks(chunk(b"iCCP", b"p\0\0" + packed))


def exif_loop() -> bytes:
    """A JPEG whose camera notes point to themselves."""
    notes = b"II*\0\x08\0\0\0" + struct.pack("<H", 2)
    notes += (
        struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x8825, 4, 1, 8) + struct.pack("<I", 8)
    )
    return picture("JPEG", (64, 64), exif=b"Exif\0\0" + notes)


def frames(kind: str, count: int) -> bytes:
    """A film of so many frames, each a little different."""
    out = io.BytesIO()
    shots = [Image.new("L", (64, 48), number % 256) for number in range(count)]
    shots[0].save(out, kind, save_all=True, append_images=shots[1:], duration=20)
    return out.getvalue()


def lying_jpeg() -> bytes:
    """A JPEG of 825 bytes that says it is 65,000 pixels wide and high."""
    plain = picture("JPEG", (8, 8))
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", 65_000, 65_000) + plain[at + 4 :]


def with_camera() -> bytes:
    """A PNG that says where, by what and by whom it was taken."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Zhang San")
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "Maker", 6
    return picture("PNG", (640, 480), pnginfo=texts, exif=notes)


# -- documents


def many_entries() -> bytes:
    """A package of sixty thousand parts, one of them a document."""
    return zipped({"word/document.xml": b"", **{f"word/{number}": b"" for number in range(60_000)}})


def script_in_pdf() -> bytes:
    """A PDF that asks its reader to run something, with lines before and behind."""
    body = b"1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n"
    return b"From: mail\r\n\r\n%PDF-1.7\n" + body + b"%%EOF\n" + b"\0" * 5000


def page_in_pdf() -> bytes:
    """A page with a script that begins like a PDF."""
    return b"%PDF-1.7<html><script>alert(document.domain)</script></html>"


@cache
def all_files() -> tuple[Hostile, ...]:
    """Every file, by door."""
    sheets = (
        counted_strings, long_string, long_string_in_pieces, many_long_cells, entities, external_entity, deep,
        blank_bomb, last_cell, large_dimension, dense, too_dense, empty_columns, shared_formula, many_strings, many_styles,
        many_parts, old_workbook, encrypted, open_document, binary_workbook,
    )  # fmt: skip
    made = [Hostile(each.__name__, "sheet", each, heavy="dense" in each.__name__) for each in sheets]
    made += [
        Hostile("png_9400", "photo", lambda: picture("PNG", (9400, 9400), "1")),
        Hostile("png_8000", "photo", lambda: picture("PNG", (8000, 8000)), valid=True, heavy=True),
        Hostile("png_8000_twenty_at_once", "photo", lambda: picture("PNG", (8000, 8000)), valid=True, times=20, heavy=True),
        Hostile("jpeg_200_megapixels", "photo", lambda: picture("JPEG", (16_320, 12_240)), valid=True, heavy=True),
        Hostile("progressive_200_megapixels", "photo", lambda: picture("JPEG", (16_320, 12_240), progressive=True), heavy=True),
        Hostile("lying_jpeg", "photo", lying_jpeg),
        Hostile("half_jpeg", "photo", lambda: picture("JPEG", (2000, 2000))[:-2000]),
        Hostile("text_bomb", "photo", text_bomb),
        Hostile("profile_bomb", "photo", profile_bomb),
        Hostile("exif_loop", "photo", exif_loop, valid=True),
        Hostile("webp_2000_frames", "photo", lambda: frames("WEBP", 2000), valid=True),
        Hostile("gif_2000_frames", "photo", lambda: frames("GIF", 2000)),
        *(Hostile(kind.lower(), "photo", lambda kind=kind: picture(kind, (64, 64))) for kind in ("TIFF", "BMP", "ICO")),
        Hostile("psd", "photo", lambda: b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3)),
        Hostile("with_camera", "photo", with_camera, valid=True),
        Hostile("attachment_png_9400", "attachment", lambda: picture("PNG", (9400, 9400), "1")),
        Hostile("many_entries", "attachment", many_entries),
        Hostile("script_in_pdf", "attachment", script_in_pdf, valid=True),
        Hostile("page_in_pdf", "attachment", page_in_pdf),
    ]  # fmt: skip
    return tuple(made)
