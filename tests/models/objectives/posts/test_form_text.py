"""The form of a periodic work as lines of text: what each sign means, and which line is wrong (A05)."""

from __future__ import annotations

import pytest

from models.core.errors import Malformed
from models.objectives.posts.form_text import parse, spell


@pytest.mark.parametrize(
    ("line", "title", "kind", "required"),
    [
        ("说明", "说明", "text", False),
        ("*说明", "说明", "text", True),
        ("说明＊", "说明", "text", True),
        ("＊说明", "说明", "text", True),
        ("压力（数字）", "压力", "number", False),
        ("*压力 ( 数字 )", "压力", "number", True),
        ("次数（整数）", "次数", "integer", False),
        ("日期（日期）", "日期", "date", False),
        ("正常（是否）", "正常", "flag", False),
        ("经过（多行）", "经过", "longtext", False),
        ("现场（照片）", "现场", "photos", False),
        ("备注（文字）", "备注", "text", False),
        ("温度（摄氏度）", "温度（摄氏度）", "text", False),
        ("温度（摄氏度）（数字）", "温度（摄氏度）", "number", False),
        ("字" * 40, "字" * 40, "text", False),
    ],
)
def test_a_line_is_a_field(line: str, title: str, kind: str, required: bool) -> None:
    (field,) = parse(line)
    assert (field["title"], field["kind"], field["required"]) == (title, kind, required)
    assert "choices" not in field


@pytest.mark.parametrize("line", ["外观：完好/破损", "外观: 完好／破损 ", "*外观：完好/ 破损/完好"])
def test_a_colon_lists_choices(line: str) -> None:
    (field,) = parse(line)
    assert (field["title"], field["kind"], field["choices"]) == ("外观", "choice", ["完好", "破损"])
    assert field["required"] == line.startswith("*")


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_no_line_is_no_form(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("压力\n\n（数字）", "title", "第 3 行"),
        ("字" * 41, "title", "第 1 行"),
        ("甲\n甲", "twice", "第 2 行"),
        ("甲\n*甲（数字）", "twice", "第 2 行"),
        ("甲\n外观：完好", "no_choices", "第 2 行"),
        ("\n".join(f"第{place}项" for place in range(21)), "too_many", "最多 20 项，现在有 21 项"),
    ],
)
def test_which_line_is_wrong(text: str, code: str, words: str) -> None:
    with pytest.raises(Malformed) as found:
        parse(text)
    assert found.value.code == code and words in found.value.message


def test_a_form_is_spelled_as_it_is_read_and_keeps_its_names() -> None:
    text = "*压力（数字）\n外观：完好/破损\n说明\n经过（多行）\n*正常（是否）"
    form = parse(text)
    assert spell(form) == text and parse(spell(form)) == form
    assert len(parse("\n".join(f"第{place}项" for place in range(20)))) == 20
    before = {field["title"]: field["name"] for field in form}
    after = {field["title"]: field["name"] for field in parse("说明\n*压力（数字）")}
    assert after == {title: before[title] for title in ("说明", "压力")}, (
        "a name is its title's, not its place's"
    )
    assert spell(None) == ""
