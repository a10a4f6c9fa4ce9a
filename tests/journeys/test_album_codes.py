"""A code in a photo of the album: on its side, light on dark, soft, small in a large picture, beside another, in GBK."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageFilter, ImageOps
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.labels import code_of, foreign_code
from tests.journeys.office import Office

DRIVER, TRUCK = "19900000011", "2号叉车"


def plain(said: bytes) -> Image.Image:
    """The code as it was printed."""
    return code_of(said)


def turned(said: bytes) -> Image.Image:
    """Photographed askew."""
    return code_of(said).rotate(37, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def inverted(said: bytes) -> Image.Image:
    """Light on dark, as an engraved plate has it."""
    return code_of(said, inverted=True)


def soft(said: bytes) -> Image.Image:
    """Out of focus."""
    return code_of(said).filter(ImageFilter.GaussianBlur(2))


def small(said: bytes) -> Image.Image:
    """A small label on a wall, in a photo of 12 million pixels."""
    wall = Image.new("L", (4000, 3000), 150)
    wall.paste(code_of(said).resize((360, 360)), (2900, 1900))
    return wall


def beside_another(said: bytes) -> Image.Image:
    """The label beside an advertisement with a code of its own."""
    wall = Image.new("L", (3000, 2000), 200)
    wall.paste(foreign_code("https://www.example.com/ad").convert("L").resize((700, 700)), (200, 600))
    wall.paste(code_of(said).resize((700, 700)), (2000, 600))
    return wall


def engraved(said: bytes) -> Image.Image:
    """Light on dark and askew."""
    return ImageOps.invert(turned(said))


def choose(handset: Handset, picture: Image.Image) -> None:
    """Open the scanner, and choose this picture in the album."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    handset.at("scan-button").click()
    with handset.page.expect_file_chooser() as chooser:
        handset.at("scan-album").click()
    chooser.value.set_files([{"name": "album.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}])


@pytest.fixture
def phone(open_phone: Callable[..., Page]) -> Handset:
    """A driver's phone without a camera, signed in, at home."""
    return Handset(open_phone()).sign_in(DRIVER).home()


@pytest.mark.parametrize(
    ("drawn", "encoding"),
    [
        (plain, "gbk"),
        (turned, "utf-8"),
        (inverted, "utf-8"),
        (soft, "utf-8"),
        (small, "utf-8"),
        (beside_another, "gbk"),
        (engraved, "gbk"),
    ],
)
def test_the_album_reads_a_code_however_it_was_photographed(
    phone: Handset, office: Office, drawn: Callable[[bytes], Image.Image], encoding: str
) -> None:
    values: dict[str, Any] = office.row("equipment", TRUCK)["values"]
    said = f"设备使用登记 编号：{values['use_cert_no']} 使用单位：江澜重工".encode(encoding)
    choose(phone, drawn(said))
    expect(phone.answer()).to_have_attribute("data-kind", re.compile("good|calm"))
    expect(phone.at("result")).to_contain_text(TRUCK)


def test_a_photo_without_a_code_says_so_and_leaves_the_other_ways_open(phone: Handset) -> None:
    choose(phone, Image.new("L", (800, 600), 150))
    expect(phone.at("scan-note")).to_contain_text("照片里没有读到二维码")
    expect(phone.at("scan-type")).to_be_visible()
