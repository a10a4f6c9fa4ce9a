"""Printed labels: an independent reader reads every code, words stay inside their label, sheets are filled right."""

import io
import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.core.errors import Malformed
from models.core.labels.label_codes import format_label_code, new_label_code
from models.core.labels.labels import Label, _arrange, draw_labels, layouts
from models.core.labels.painting import DPI, CutLine, QrBlock, TextMark, measure_in
from models.core.labels.text_fitting import LINE_HEIGHT, LabelPart, clean, ellipsis, fit, wrap
from models.equipment.qr.scanned_text import parse
from tests.support.properties import tries

FONT = Path(__file__).parents[4] / "static" / "dist" / "fonts" / "NotoSansSC-Regular.ttf"
HOST = "https://anban.example.com"
PIXELS_PER_MM = DPI / 25.4


@pytest.fixture(scope="module")
def font():
    assert FONT.is_file(), "the font of the labels is missing: run `make build` first"
    return FONT


def labels(count, name="3号叉车"):
    made = []
    for number in range(count):
        code = new_label_code(Random(number))
        made.append(
            Label(f"{HOST}/e/{code}", code, name, "51103301520250123", "叉车", "第一水厂", "一号泵房")
        )
    return made


def codes_in(png):
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return {parse(barcode.text, own_hosts=[HOST]).value: barcode for barcode in found}


@pytest.mark.parametrize("layout", sorted(layouts()))
def test_an_independent_reader_reads_every_label_of_every_paper(layout, font):
    paper = layouts()[layout]
    wanted = labels(paper.per_page)
    (page,) = draw_labels(wanted, layout=layout, format="png", font_path=font)
    image = Image.open(io.BytesIO(page))
    assert image.size == tuple(round(side * PIXELS_PER_MM) for side in paper.page)
    assert round(image.info["dpi"][0]) == DPI
    found = codes_in(page)
    assert set(found) == {label.code for label in wanted}
    assert all(barcode.ec_level in ("M", "Q") for barcode in found.values())


@pytest.mark.parametrize("layout", sorted(layouts()))
@pytest.mark.parametrize("length", [20, 60, 120, 200])
def test_codes_are_twenty_millimetres_wide_however_long_the_address(layout, length, font):
    url = "https://a.cn/".ljust(length, "x")
    (page,) = draw_labels([Label(url, "0123456789", "叉车")], layout=layout, format="png", font_path=font)
    (barcode,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert barcode.text == url
    corners = barcode.position
    assert corners.top_right.x - corners.top_left.x >= 20 * PIXELS_PER_MM - 2


@pytest.mark.parametrize("layout", sorted(layouts()))
def test_the_quiet_zone_is_white(layout, font):
    paper = layouts()[layout]
    (page,) = draw_labels(labels(1), layout=layout, format="png", font_path=font)
    image = Image.open(io.BytesIO(page))
    code = next(item for item in arranged(labels(1)[0], paper, font) if isinstance(item, QrBlock))
    count = len(code.modules)
    quiet = int(4 * code.side / count * PIXELS_PER_MM)
    left, top, side = (round(value * PIXELS_PER_MM) for value in (code.x, code.y, code.side))
    for box in (
        (left, top, left + quiet - 2, top + side),
        (left, top, left + side, top + quiet - 2),
        (left + side - quiet + 2, top, left + side, top + side),
        (left, top + side - quiet + 2, left + side, top + side),
    ):
        assert image.crop(box).getextrema() == (255, 255)


def arranged(label, paper, font, place=0, title="扫码上岗"):
    return _arrange(label, paper, paper.corner(place), title, font, False)


words = st.text("设备叉车一号泵房浙江安班水务集团ABCabc0123-()。 ", max_size=80)
labels_of_any_words = st.builds(
    Label, st.just(f"{HOST}/e/0123456789"), st.just("0123456789"), words, words, words, words, words
)


@settings(deadline=None, max_examples=tries(40, 80))
@given(labels_of_any_words, st.sampled_from(sorted(layouts())))
def test_words_never_leave_their_label_nor_touch_the_code(label, layout):
    paper = layouts()[layout]
    for place in {0, paper.per_page - 1}:
        x, y = paper.corner(place)
        items = arranged(label, paper, FONT, place)
        code = next(item for item in items if isinstance(item, QrBlock))
        assert x <= code.x
        assert code.x + code.side <= x + paper.label[0]
        for text in (item for item in items if isinstance(item, TextMark)):
            width = measure_in(FONT, text.text) * text.size
            left = text.x - width / 2 if text.centred else text.x
            assert x <= left
            assert left + width <= x + paper.label[0] - paper.padding / 2
            assert y <= text.y - 0.76 * text.size
            assert text.y + 0.26 * text.size <= y + paper.label[1]
            beside = left >= code.x + code.side
            below = text.y - 0.8 * text.size >= code.y + code.side - 0.01
            assert beside or below


def test_a_name_of_sixty_characters_keeps_the_rest_readable(font):
    label = Label(
        f"{HOST}/e/0123456789", "0123456789", "设" * 60, "51103301520250123", "叉车", "水厂", "泵房"
    )
    for paper in layouts().values():
        texts = [item for item in arranged(label, paper, font) if isinstance(item, TextMark)]
        assert any(item.text == "51103301520250123" for item in texts)
        assert sum(item.text.count("设") for item in texts) >= 20
        assert min(item.size for item in texts) >= 1.2


def test_what_stands_on_a_label(font):
    label = labels(1)[0]
    texts = [item.text for item in arranged(label, layouts()["a4-10"], font) if isinstance(item, TextMark)]
    assert texts == [
        format_label_code(label.code),
        "扫码上岗",
        "3号叉车",
        "51103301520250123",
        "叉车",
        "一号泵房",
        "第一水厂",
    ]


def test_a_used_sheet_is_continued_and_the_next_begun(font):
    paper = layouts()["a4-10"]
    wanted = labels(4)
    pages = draw_labels(wanted, layout="a4-10", start=9, format="png", font_path=font)
    assert len(pages) == 2
    first, second = codes_in(pages[0]), codes_in(pages[1])
    assert set(first) == {wanted[0].code, wanted[1].code}
    assert set(second) == {wanted[2].code, wanted[3].code}
    x, y = paper.corner(8)
    corner = first[wanted[0].code].position.top_left
    assert x * PIXELS_PER_MM < corner.x < (x + 15) * PIXELS_PER_MM
    assert y * PIXELS_PER_MM < corner.y < (y + 15) * PIXELS_PER_MM


def test_the_pdf_has_all_pages_and_its_font_inside(font):
    pdf = draw_labels(labels(30), layout="a4-24", start=20, font_path=font, title="扫码上岗")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3
    assert len(re.findall(rb"/FontFile2", pdf)) >= 1
    assert set(re.findall(rb"/BaseFont /([A-Za-z+-]+)", pdf)) == {b"AAAAAA+NotoSansSC-Regular"}
    assert b"/Subtype /Image" not in pdf
    assert len(pdf) < 300_000


def test_all_papers_fit_on_their_page():
    for paper in layouts().values():
        x, y = paper.corner(paper.per_page - 1)
        assert x + paper.label[0] <= paper.page[0]
        assert y + paper.label[1] <= paper.page[1]
        assert paper.per_page == paper.rows * paper.columns


def test_lines_to_cut_along_are_drawn_on_demand(font):
    label, paper = labels(1)[0], layouts()["a4-4"]
    items = _arrange(label, paper, paper.corner(3), "x", font, True)
    frame = next(item for item in items if isinstance(item, CutLine))
    assert (frame.x, frame.y) == paper.corner(3)
    assert draw_labels([label], layout=paper, font_path=font, outline=True).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"layout": "a3"}, "label_layout"),
        ({"start": 0}, "label_start"),
        ({"start": 25}, "label_start"),
        ({"format": "gif"}, "label_format"),
    ],
)
def test_wrong_wishes_are_answered(options, code):
    with pytest.raises(Malformed) as caught:
        draw_labels(labels(1), **{"layout": "a4-24", "font_path": FONT, **options})
    assert caught.value.code == code


def test_no_labels_and_too_many_are_refused():
    for count, code in ((0, "labels_none"), (2001, "labels_many")):
        with pytest.raises(Malformed) as caught:
            draw_labels(labels(1) * count, layout="a4-24", font_path=FONT)
        assert caught.value.code == code


def test_a_missing_font_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        draw_labels(labels(1), layout="a4-24", font_path=tmp_path / "none.ttf")


def roughly(text):
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text)


parts = st.lists(
    st.builds(
        LabelPart, st.text("设备abc 12", max_size=60), st.sampled_from([0.8, 1, 1.4]), st.integers(1, 3)
    ),
    max_size=6,
)


@settings(deadline=None)
@given(parts, st.floats(2, 60), st.floats(0.5, 40), st.floats(1, 6))
def test_set_texts_stay_in_their_box(wanted, width, height, size):
    lines = fit(wanted, width, height, size, roughly)
    for line in lines:
        assert roughly(line.text) * line.size <= width + 1e-6
    assert sum(line.size * LINE_HEIGHT for line in lines) <= height + 1e-6
    assert [line.baseline for line in lines] == sorted(line.baseline for line in lines)


def test_wrapping_keeps_words_and_loses_nothing():
    assert wrap("泵房 DN200 阀", 3.5, roughly) == ["泵房", "DN200", "阀"]
    assert wrap("ABCDEFGHIJ", 2.0, roughly) == ["ABCD", "EFGH", "IJ"]
    assert wrap("", 2.0, roughly) == []
    assert ellipsis("设备名称", 3.0, roughly) == "设备…"
    assert (ellipsis("设备", 0.5, roughly), ellipsis("设备", 0.4, roughly)) == ("…", "")
    assert clean("a\u202eb\x00\n c") == "ab c"


def test_an_elevators_label_says_what_scanning_it_is_for(font):
    label = replace(labels(1)[0], title="扫码维保")
    texts = [item.text for item in arranged(label, layouts()["a4-10"], font) if isinstance(item, TextMark)]
    assert texts[1] == "扫码维保"
    assert "扫码上岗" not in texts
