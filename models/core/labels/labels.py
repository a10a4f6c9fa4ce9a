"""QR labels of equipment, several to a sheet, to print and stick on (Q13, X08)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, Literal, overload

import qrcode

from models.core.errors import Malformed
from models.core.labels.label_codes import format_label_code
from models.core.labels.painting import CutLine, Page, QrBlock, TextMark, measure_in, paint_pdf, paint_png
from models.core.labels.text_fitting import LabelPart, ellipsis, fit

QUIET_ZONE = 4
MAX_LABELS = 2000
_CODE_SIZE = 0.095
_CODE_LINE = 1.25


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label: the address in the QR, its code in plain text, and words for people.

    `title` is what scanning it is for, where that is not what the whole print is for.
    """

    url: str
    code: str
    name: str
    number: str = ""
    type_name: str = ""
    unit: str = ""
    location: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A label paper. All lengths in mm; `origin` is the corner of the first label, `qr` includes the quiet
    zone.
    """

    key: str
    title: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    origin: tuple[float, float]
    gap: tuple[float, float]
    padding: float
    qr: float
    arrangement: Literal["side", "stack"]
    text_size: float

    @property
    def per_page(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Upper left corner of a place on the sheet, counted from 0, row by row."""
        row, column = divmod(place, self.columns)
        x = self.origin[0] + column * (self.label[0] + self.gap[0])
        return x, self.origin[1] + row * (self.label[1] + self.gap[1])


@cache
def layouts() -> dict[str, Layout]:
    """The label papers that come with the program, by key."""
    text = resources.files(__package__).joinpath("data", "label_layouts.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)["items"]
    pairs = ("page", "label", "origin", "gap")
    return {row["key"]: Layout(**{**row, **{name: tuple(row[name]) for name in pairs}}) for row in rows}


@overload
def draw_labels(
    labels: Iterable[Label],
    *,
    layout: str | Layout,
    font_path: str | Path,
    start: int = ...,
    format: Literal["pdf"] = ...,
    title: str = ...,
    outline: bool = ...,
) -> bytes: ...


@overload
def draw_labels(
    labels: Iterable[Label],
    *,
    layout: str | Layout,
    font_path: str | Path,
    start: int = ...,
    format: Literal["png"],
    title: str = ...,
    outline: bool = ...,
) -> list[bytes]: ...


def draw_labels(
    labels: Iterable[Label],
    *,
    layout: str | Layout,
    font_path: str | Path,
    start: int = 1,
    format: Literal["pdf", "png"] = "pdf",
    title: str = "扫码上岗",
    outline: bool = False,
) -> bytes | list[bytes]:
    """Draw labels on sheets: one PDF, or a PNG for each page.

    Takes a layout or its key, the first free place of the first sheet (from 1), a TrueType font with Chinese,
    the heading of each label, and whether to draw lines to cut along. Raises Malformed with `labels_none`,
    `labels_many`, `label_layout`, `label_start` or `label_format`; OSError without the font.
    """
    wanted = list(labels)
    paper = _paper(layout)
    _check(wanted, paper, start, format)
    font = Path(font_path)
    pages: list[Page] = [[] for _ in range(-(-(start - 1 + len(wanted)) // paper.per_page))]
    for place, label in enumerate(wanted, start=start - 1):
        page, index = divmod(place, paper.per_page)
        pages[page] += _arrange(label, paper, paper.corner(index), title, font, outline)
    if format == "png":
        return [paint_png(page, paper.page, font) for page in pages]
    return paint_pdf(pages, paper.page, font, f"{title} 二维码标签")


def _paper(layout: str | Layout) -> Layout:
    paper = layouts().get(layout) if isinstance(layout, str) else layout
    if paper is None:
        raise Malformed("label_layout", "没有这种标签纸，请从列表里选一种。")
    return paper


def _check(labels: Sequence[Label], paper: Layout, start: int, format: str) -> None:
    if not labels:
        raise Malformed("labels_none", "没有要打印的设备，请先勾选设备。")
    if len(labels) > MAX_LABELS:
        raise Malformed("labels_many", f"一次最多打印 {MAX_LABELS:,} 张标签，请分几次打印。")
    if not 1 <= start <= paper.per_page:
        raise Malformed("label_start", f"起始位置应为 1 至 {paper.per_page}，请重新填写。")
    if format not in ("pdf", "png"):
        raise Malformed("label_format", "只能输出 PDF 或 PNG，请重新选择。")


def _arrange(
    label: Label, paper: Layout, corner: tuple[float, float], title: str, font: Path, outline: bool
) -> Page:
    """Everything on one label. The code in plain text stands under the QR, the words beside or below."""
    (x, y), (width, height), pad, side = corner, paper.label, paper.padding, paper.qr
    code_size = side * _CODE_SIZE
    stacked = paper.arrangement == "stack"
    left = x + (width - side) / 2 if stacked else x + pad
    block = side + code_size * _CODE_LINE
    top = y + pad if stacked else y + (height - block) / 2
    code = _code_text(label.code, side, code_size, font)
    page: Page = [
        QrBlock(left, top, side, _modules(label.url)),
        TextMark(left + side / 2, top + side + code_size * 0.8, code_size, code, centred=True),
    ]
    if outline:
        page.append(CutLine(x, y, width, height))
    if stacked:
        box = (x + pad, top + block + pad / 2, width - 2 * pad, y + height - pad - (top + block + pad / 2))
    else:
        box = (left + side + pad / 2, y + pad, width - side - 2.5 * pad, height - 2 * pad)
    lines = fit(
        _parts(label, label.title or title), box[2], box[3], paper.text_size, partial(measure_in, font)
    )
    # Beside the code words are centred against it; below it they begin at the top.
    used = max((line.baseline + line.size * 0.26 for line in lines), default=0.0)
    shift = 0.0 if stacked else max(0.0, (box[3] - used) / 2)
    page += [TextMark(box[0], box[1] + shift + n.baseline, n.size, n.text, n.ink) for n in lines]
    return page


def _parts(label: Label, title: str) -> list[LabelPart]:
    return [
        LabelPart(title, 0.8, 1, 0.65),
        LabelPart(label.name, 1.35, 3),
        LabelPart(label.number, 0.85, 1),
        LabelPart(label.type_name, 0.85, 1),
        LabelPart(label.location, 0.85, 2),
        LabelPart(label.unit, 0.85, 2, 0.8),
    ]


def _code_text(code: str, side: float, size: float, font: Path) -> str:
    text = format_label_code(code) if len(code) == 10 else code
    return (
        text
        if measure_in(font, text) * size <= side
        else ellipsis(text, side / size, partial(measure_in, font))
    )


@lru_cache(maxsize=256)
def _modules(url: str) -> tuple[tuple[bool, ...], ...]:
    """The QR of an address with its quiet zone; error correction M (15 %)."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(url)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
