"""What an outcome asks for, and what of it is taken: needed, optional, hanging on another, photos (H06)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Invalid
from models.core.fields import Choice, Flag, Integer, LongText, Pick, Text
from models.tasks.flow.definition import StepOutcome
from models.tasks.flow.outcome_form import asked_of, fill

LEVELS = (Choice("general", "一般"), Choice("major", "重大"))
INPUTS: dict[str, Any] = {
    "level": Pick("级别", LEVELS),
    "criterion": Text("判定标准", needed_when=("level", "major")),
    "amount": Integer("金额", max=100),
    "who": Text("整改人", required=True),
    "sure": Flag("已核对", required=True),
    "note": LongText("备注"),
}
PHOTOS = {"before": "整改前", "after": "整改后"}


def outcome(*needs: str, optional: tuple[str, ...] = ()) -> StepOutcome:
    return StepOutcome("go", "办理", "next", needs=needs, optional=optional)


@pytest.mark.parametrize(
    ("said", "needs", "optional"),
    [
        (outcome(), (), ()),
        (outcome("amount"), ("amount",), ()),
        (outcome("level"), ("level",), ("criterion",)),
        (outcome("level", "criterion"), ("level", "criterion"), ()),
        (outcome(optional=("level",)), (), ("level", "criterion")),
        (outcome(optional=("who", "note")), ("who",), ("note",)),
        (outcome(optional=("sure",)), (), ("sure",)),
        (outcome("note", optional=("after",)), ("note",), ("after",)),
        (outcome("*", optional=("note", "before")), ("level", "criterion", "amount", "who", "sure", "after"),
         ("note", "before")),
        (outcome("note", optional=("*",)), ("note", "who"), ("level", "criterion", "amount", "sure", "before", "after")),
    ],
)  # fmt: skip
def test_what_is_asked(said: StepOutcome, needs: tuple[str, ...], optional: tuple[str, ...]) -> None:
    assert asked_of(PHOTOS, INPUTS, said) == (needs, optional)


def filled(said: StepOutcome, sent: Any) -> tuple[dict[str, Any], dict[str, list[int]]]:
    found = fill(PHOTOS, INPUTS, said, sent, 1)
    return found.values, found.photos


@pytest.mark.parametrize(
    ("said", "sent", "values", "photos"),
    [
        (outcome(), None, {}, {}),
        (outcome("amount"), {"amount": "7"}, {"amount": 7}, {}),
        (outcome(optional=("amount",)), {}, {}, {}),
        (outcome(optional=("amount",)), {"amount": ""}, {"amount": None}, {}),
        (outcome("level"), {"level": "general"}, {"level": "general"}, {}),
        (
            outcome("level"),
            {"level": "major", "criterion": "第四条"},
            {"level": "major", "criterion": "第四条"},
            {},
        ),
        (outcome("before"), {"before": ["7", "8"]}, {}, {"before": [7, 8]}),
        (outcome(optional=("before", "note")), {"before": [], "note": "好"}, {"note": "好"}, {}),
        (outcome(optional=("before",)), {"before": None}, {}, {}),
        (outcome("before"), {"before": [str(n) for n in range(1, 10)]}, {}, {"before": list(range(1, 10))}),
    ],
)
def test_what_is_taken(
    said: StepOutcome, sent: Any, values: dict[str, Any], photos: dict[str, list[int]]
) -> None:
    assert filled(said, sent) == (values, photos)


@pytest.mark.parametrize(
    ("said", "sent", "wrong"),
    [
        (outcome(), {"amount": 1}, {"amount": "没有这一项"}),
        (outcome(), [], {"values": "这里要填一组内容"}),
        (outcome("amount"), {}, {"amount": ""}),
        (outcome("amount"), {"amount": ""}, {"amount": ""}),
        (outcome("amount"), {"amount": 101}, {"amount": ""}),
        (outcome(optional=("amount",)), {"amount": "多"}, {"amount": ""}),
        (outcome("level"), {"level": "major"}, {"criterion": ""}),
        (outcome("criterion", "level"), {"level": "general"}, {"criterion": ""}),
        (outcome("before", "amount"), {}, {"before": "请上传照片", "amount": ""}),
        (outcome("before"), {"before": []}, {"before": "请上传照片"}),
        (outcome("before"), {"before": "7"}, {"before": "照片没有上传成功，请重新上传"}),
        (outcome("before"), {"before": ["x"]}, {"before": "照片没有上传成功，请重新上传"}),
        (outcome("before"), {"before": [str(n) for n in range(1, 11)]}, {"before": "最多 9 张照片"}),
    ],
)
def test_every_fault_at_its_field(said: StepOutcome, sent: Any, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as found:
        filled(said, sent)
    told = found.value.fields
    assert list(told) == list(wrong)
    assert all(told[name] and (not words or told[name] == words) for name, words in wrong.items())


def test_what_is_kept_is_plain() -> None:
    said = outcome(optional=("amount", "before"))
    assert fill(PHOTOS, INPUTS, said, {"amount": "7", "before": ["3"]}, 1).stored(INPUTS) == {
        "amount": 7,
        "before": [3],
    }
    assert fill(PHOTOS, INPUTS, said, {}, 1).stored(INPUTS) is None
