"""Painting label pages: PDF with vector codes and an embedded font, PNG at 300 dots per inch.

A page is a list of things to paint, in millimetres from the upper left corner; both painters take the same
list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DPI = 300
_MM_PER_INCH = 25.4
# Rows of a code overlap by this much of a module, so that no viewer shows seams between them.
_OVERLAP = 0.02
_register_lock = Lock()


@dataclass(frozen=True, slots=True)
class QrBlock:
    """A QR code: upper left corner and side in mm, quiet zone included, and its modules row by row."""

    x: float
    y: float
    side: float
    modules: Sequence[Sequence[bool]]


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text: left end (or middle, if `centred`) of its baseline and size in mm, ink from 0 to 1."""

    x: float
    y: float
    size: float
    text: str
    ink: float = 1.0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class CutLine:
    """A hairline around a label, to cut along."""

    x: float
    y: float
    width: float
    height: float


Page = list[QrBlock | TextMark | CutLine]


@lru_cache(maxsize=4)
def font_name(path: Path) -> str:
    """Register a TrueType font with the PDF library; gives the name to use. Raises OSError if there is none."""
    name = f"label-{path.stem}"
    if not path.is_file():
        raise FileNotFoundError(path)
    with _register_lock:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(path)))
    return name


def measure_in(path: Path, text: str) -> float:
    """The width of a text set in size 1 in this font."""
    return float(pdfmetrics.stringWidth(text, font_name(path), 1000)) / 1000


def paint_pdf(pages: Sequence[Page], size: tuple[float, float], font: Path, title: str) -> bytes:
    """The pages, of this size in mm, as one PDF."""
    out = BytesIO()
    name = font_name(font)
    canvas = Canvas(out, (size[0] * mm, size[1] * mm), pageCompression=1, initialFontName=name)
    canvas.setTitle(title)
    canvas.setCreator("Anban")
    for page in pages:
        for item in page:
            if isinstance(item, QrBlock):
                _pdf_code(canvas, item, size[1])
            elif isinstance(item, TextMark):
                canvas.setFillGray(1 - item.ink)
                canvas.setFont(name, item.size * mm)
                draw = canvas.drawCentredString if item.centred else canvas.drawString
                draw(item.x * mm, (size[1] - item.y) * mm, item.text)
            else:
                canvas.setLineWidth(0.2)
                canvas.setStrokeGray(0.7)
                bottom = size[1] - item.y - item.height
                canvas.rect(item.x * mm, bottom * mm, item.width * mm, item.height * mm)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pdf_code(canvas: Canvas, code: QrBlock, page_height: float) -> None:
    module = code.side / len(code.modules)
    path = canvas.beginPath()
    for row, line in enumerate(code.modules):
        top = page_height - code.y - (row + 1) * module
        for start, length in _runs(line):
            left = code.x + start * module
            path.rect(
                left * mm, (top - _OVERLAP * module) * mm, length * module * mm, module * (1 + _OVERLAP) * mm
            )
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(line: Sequence[bool]) -> list[tuple[int, int]]:
    """Dark stretches of a row: first module and length."""
    runs: list[tuple[int, int]] = []
    for index, dark in enumerate(line):
        if dark and runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((index, 1))
    return runs


def paint_png(page: Page, size: tuple[float, float], font: Path) -> bytes:
    """One page, of this size in mm, as a grey PNG."""
    image = Image.new("L", (_pixels(size[0]), _pixels(size[1])), 255)
    draw = ImageDraw.Draw(image)
    for item in page:
        if isinstance(item, QrBlock):
            _png_code(image, item)
        elif isinstance(item, TextMark):
            face = _face(font, item.size)
            at = (item.x / _MM_PER_INCH * DPI, item.y / _MM_PER_INCH * DPI)
            draw.text(
                at,
                item.text,
                fill=round(255 * (1 - item.ink)),
                font=face,
                anchor="ms" if item.centred else "ls",
            )
        else:
            corner = (_pixels(item.x), _pixels(item.y))
            draw.rectangle(
                (*corner, _pixels(item.x + item.width) - 1, _pixels(item.y + item.height) - 1), outline=178
            )
    out = BytesIO()
    image.save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()


def _png_code(image: Image.Image, code: QrBlock) -> None:
    """Modules are whole pixels, or the code would blur; what is left over widens the quiet zone."""
    count = len(code.modules)
    side = _pixels(code.side)
    scale = max(1, side // count)
    flat = bytes(0 if dark else 255 for line in code.modules for dark in line)
    modules = Image.frombytes("L", (count, count), flat).resize(
        (count * scale,) * 2, Image.Resampling.NEAREST
    )
    rest = (side - count * scale) // 2
    image.paste(modules, (_pixels(code.x) + rest, _pixels(code.y) + rest))


@lru_cache(maxsize=64)
def _face(path: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size / _MM_PER_INCH * DPI)


def _pixels(length: float) -> int:
    return round(length / _MM_PER_INCH * DPI)
