"""How the posts of the library are made of their data (J07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.objectives.posts.standards import _certificate, _factors, _works


@pytest.mark.parametrize(
    ("said", "name", "values"),
    [
        ({"name": "主要负责人"}, "主要负责人", {"must": True}),
        ({"name": "叉车司机", "code": "N1"}, "N1", {"must": True}),
        ({"name": "叉车司机", "code": "N1", "optional": True}, "N1", {"must": False}),
        ({"name": "起重", "code": "Q2", "limit": "桥式起重机"}, "Q2", {"must": True, "limits": "桥式起重机"}),
    ],
)
def test_a_certificate_is_asked_by_its_code_or_its_name(
    said: dict[str, Any], name: str, values: dict[str, Any]
) -> None:
    line = _certificate(said)
    assert line.key == name
    assert dict(line.values) == {"type": {"label": name}, "sample": True, **values}


def test_a_factor_comes_once_with_all_that_it_comes_from() -> None:
    met = [
        {"name": "噪声", "detail": "叉车"},
        {"name": "高温"},
        {"name": "噪声"},
        {"name": "噪声", "detail": "空压机"},
    ]
    assert [(line.key, dict(line.values).get("detail")) for line in _factors({"hazard_factors": met})] == [
        ("噪声", "叉车、空压机"), ("高温", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "checklist", "names"),
    [
        ("每月", None, ["巡检"]),
        ("每月", "巡检表", ["巡检"]),
        ("每半月", "巡检表", ["巡检（上半月）", "巡检（下半月）"]),
    ],
)
def test_a_work_names_its_checklist_and_twice_a_month_is_two(
    period: str, checklist: str | None, names: list[str]
) -> None:
    work = {"title": "巡检", "period": period, "type": "会议"} | (
        {"checklist": checklist} if checklist else {}
    )
    lines = list(_works(work))
    assert len({line.key for line in lines}) == len(lines) == len(names)
    for line in lines:
        told = dict(line.values).get("text")
        assert told == ("按《巡检表》逐项检查，记下结果" if checklist else None)
