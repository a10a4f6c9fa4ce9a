"""The form in which a result is told: what of it is kept, and what is refused at which field (H03)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Malformed
from models.tasks.assigned.forms import clean_form, inputs_of, photos_of, told


def field(**said: Any) -> dict[str, Any]:
    return {"title": "压力", **said}


@pytest.mark.parametrize("given", [None, "", []])
def test_no_form(given: Any) -> None:
    assert clean_form(given) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (field(), {"title": "压力", "kind": "text", "required": False}),
        (field(kind="", required=1), {"title": "压力", "kind": "text", "required": True}),
        (field(kind="number", help="兆帕"), {"title": "压力", "kind": "number", "required": False, "help": "兆帕"}),
        (field(help=7), {"title": "压力", "kind": "text", "required": False}),
        (field(title="字" * 41, help="说" * 81), {"title": "字" * 40, "kind": "text", "required": False, "help": "说" * 80}),
        (field(kind="choice", choices=["好", " 坏 ", "好", "", 7]),
         {"title": "压力", "kind": "choice", "required": False, "choices": ["好", "坏"]}),
        (field(kind="text", choices=["好", "坏"]), {"title": "压力", "kind": "text", "required": False}),
    ],
)  # fmt: skip
def test_what_is_kept_of_a_field(said: dict[str, Any], kept: dict[str, Any]) -> None:
    assert clean_form([said]) == [{"name": "f1", **kept}]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("压力", "wrong_type"),
        ({"title": "压力"}, "wrong_type"),
        (["压力"], "wrong_type"),
        ([field(), "压力"], "wrong_type"),
        ([field()] * 21, "too_many"),
        ([field(title=" ")], "required"),
        ([field(title=7)], "required"),
        ([{}], "required"),
        ([field(kind="colour")], "no_such_choice"),
        ([field(kind="choice")], "no_choices"),
        ([field(kind="choice", choices="好坏")], "no_choices"),
        ([field(kind="choice", choices=["好", "好"])], "no_choices"),
        ([field(kind="choice", choices=[str(n) for n in range(31)])], "no_choices"),
    ],
)
def test_what_is_no_form(given: Any, code: str) -> None:
    with pytest.raises(Malformed) as found:
        clean_form(given)
    assert found.value.code == code


def test_as_many_as_there_may_be() -> None:
    assert [item["name"] for item in clean_form([field()] * 20)] == [f"f{n}" for n in range(1, 21)]
    assert len(clean_form([field(kind="choice", choices=[str(n) for n in range(30)])])[0]["choices"]) == 30


def test_photos_are_stages_of_their_own_and_answers_are_told_by_title() -> None:
    form = clean_form(
        [field(kind="photos", required=True), field(title="说明"), field(title="好", kind="flag")]
    )
    assert photos_of(form) == {"f1": "f1"}
    assert {name: made.required for name, made in inputs_of(form).items()} == {
        "f1": True,
        "f2": False,
        "f3": False,
    }
    assert told(form, {"f2": "正常"}, {"f1": ["/a", "/b"]}) == [
        {"title": "压力", "value": None, "pictures": ["/a", "/b"]},
        {"title": "说明", "value": "正常", "pictures": []},
        {"title": "好", "value": None, "pictures": []},
    ]
    assert [line["value"] for line in told(form, None, {})] == [None, None, None]
