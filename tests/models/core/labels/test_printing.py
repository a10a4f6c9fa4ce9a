"""A print of labels is a file as it was asked for, and says at which question something is wrong (Q13, X08)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError
from PIL import Image

from models.core.config import config, configure
from models.core.errors import Conflict, Invalid, Malformed
from models.core.labels import unique_label
from models.core.labels.label_codes import check_label_code, format_label_code, new_label_code
from models.core.labels.labels import Label, _code_text, layouts
from models.core.labels.painting import _runs, measure_in
from models.core.labels.printing import label_url, node_label_url, print_labels, questions
from models.core.labels.unique_label import save_with_label
from models.equipment.records import Equipment
from tests.models.core import small_ledgers

FONT = Path(__file__).parents[4] / "static" / "dist" / "fonts" / "NotoSansSC-Regular.ttf"
LABELS = [Label("https://a.cn/e/0123456789", "0123456789", "叉车")] * 5


@pytest.fixture(autouse=True)
def _() -> Iterator[None]:
    before = config()
    configure(replace(before, font_path=FONT, public_url="https://a.cn/"))
    yield
    configure(before)


def printed(count: int = 1, **values: Any) -> Any:
    return print_labels(LABELS[:count], values, name="标签")


def test_the_file_is_as_it_was_asked_for() -> None:
    pdf = printed()
    assert (pdf.name, pdf.content[:5]) == ("标签.pdf", b"%PDF-")
    one = printed(format="png", layout="a4-4")
    assert one.name == "标签.png" and Image.open(io.BytesIO(one.content)).format == "PNG"
    several = printed(5, format="png", layout="a4-4")
    assert several.name == "标签.zip"
    assert zipfile.ZipFile(io.BytesIO(several.content)).namelist() == ["第1页.png", "第2页.png"]
    late = printed(2, format="png", layout="a4-4", start=4)
    assert late.name == "标签.zip", "the first stands on the last place of a used sheet"


def test_lines_to_cut_along_are_painted_where_they_are_asked_for() -> None:
    greys = []
    for outline in (True, False):
        page = Image.open(io.BytesIO(printed(format="png", layout="a4-4", outline=outline).content))
        x, y = (round(value / 25.4 * 300) for value in layouts()["a4-4"].corner(0))
        greys.append(page.getpixel((x, y + 50)))
    assert greys == [178, 255]


@pytest.mark.parametrize(
    ("values", "count", "field"),
    [
        ({"start": 25}, 1, "start"),
        ({"layout": "none"}, 1, "layout"),
        ({"format": "gif"}, 1, "format"),
        ({}, 0, "ids"),
    ],
)
def test_what_is_wrong_is_said_at_its_question(values: dict[str, Any], count: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        printed(count, **values)
    assert list(refused.value.fields) == [field]


def test_without_letters_nothing_is_printed(tmp_path: Path) -> None:
    for font in (None, tmp_path / "none.ttf"):
        configure(replace(config(), font_path=font))
        with pytest.raises(Conflict) as refused:
            printed()
        assert refused.value.code == "no_font"


def test_what_is_asked_before() -> None:
    assert [name for name, _ in questions()] == ["layout", "format", "start", "outline"]
    assert (label_url("C"), node_label_url("C")) == ("https://a.cn/e/C", "https://a.cn/g/C")


def test_dark_stretches_of_a_row() -> None:
    rows = {"": [], "..": [], "##": [(0, 2)], "#.#": [(0, 1), (2, 1)], ".##.#": [(1, 2), (4, 1)]}
    for row, runs in rows.items():
        assert _runs([sign == "#" for sign in row]) == runs


def test_a_code_stands_whole_under_its_qr_or_is_cut() -> None:
    whole = format_label_code("0123456789")
    size = 1.0
    wide = measure_in(FONT, whole)
    assert _code_text("0123456789", wide + 0.001, size, FONT) == whole == "01234-56789"
    assert _code_text("0123456789", wide - 0.1, size, FONT).endswith("…")
    assert _code_text("ABC", 50, size, FONT) == "ABC", "one of another kind stands as it is"


def test_a_code_as_it_is_typed() -> None:
    code = new_label_code()
    for typed in (code, code.lower(), format_label_code(code), f" {code[:5]} {code[5:]} "):
        assert check_label_code(typed) == code
    wrong = {
        "": "label_length",
        code[:9]: "label_length",
        f"{code}0": "label_length",
        f"{code[:9]}U": "label_characters",
    }
    other = next(sign for sign in "0123456789" if sign != code[0])
    for typed, why in {**wrong, other + code[1:]: "label_check"}.items():
        with pytest.raises(Malformed) as refused:
            check_label_code(typed)
        assert refused.value.code == why
    with_one = next(made for made in iter(new_label_code, "") if "1" in made and "0" in made)
    assert check_label_code(with_one.replace("1", "l").replace("0", "o")) == with_one


@pytest.mark.one_engine
def test_a_code_that_another_has_already_is_drawn_again(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    there = small_ledgers.equipment(world.a)
    codes = [there.label_code, there.label_code, "FREE000000"]
    monkeypatch.setattr(unique_label, "new_label_code", lambda: codes.pop(0))

    def machine() -> Equipment:
        return Equipment(company=world.a, name="叉车", type=small_ledgers.forklift())

    made = machine()
    save_with_label(made)
    assert (made.label_code, Equipment.select().count(), codes) == ("FREE000000", 2, [])
    codes[:] = [there.label_code] * 3
    with pytest.raises(IntegrityError):
        save_with_label(machine())
    assert codes == []
    codes[:] = ["FREE000001", "FREE000002"]
    unfit = Equipment(company=world.a, name=None, type=small_ledgers.forklift())
    with pytest.raises(IntegrityError):
        save_with_label(unfit)
    assert codes == ["FREE000002"], "what is wrong for another reason is not tried again"
