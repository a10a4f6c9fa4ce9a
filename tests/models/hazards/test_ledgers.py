"""The ledgers of the chapter: what is shown, filtered, imported, exported, and what their buttons do (E01, E09)."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.excel.export import export
from models.core.excel.imports import importing
from models.core.fields import moment_text
from models.core.files import photos
from models.core.ledger import Ledger
from models.core.ledger.changes.editing import act, create, edit, get
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.grid.ledgers import GRID
from models.grid.records import GridNode
from models.hazards.ledgers import HAZARD_SOURCES, HAZARDS, MAJOR_CRITERIA
from models.hazards.records import Extension, Hazard, MajorCriterion, basis_of
from tests.models.hazards.grid_company import Land


def rows(who: Actor, ledger: Ledger = HAZARDS, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list_rows(who, ledger, ListQuery.parse(ledger, **asked))["items"]
    return found


def desk(land: Land, who: str = "管") -> Actor:
    return land.actor(who, "console")


def numbers(found: list[dict[str, Any]]) -> set[str]:
    return {row["values"]["number"] for row in found}


def test_all_of_one_company_read_and_nobody_else(land: Land) -> None:
    hazard = land.snap()
    for who in ("工", "友", "管"):
        assert numbers(rows(land.actor(who))) == {hazard.number}
    assert rows(land.actor("外")) == []
    with pytest.raises(NotFound):
        in_transaction(get, land.actor("外"), HAZARDS, hazard.id)
    land.leave("友")
    assert rows(land.actor("友")) == []


def test_a_hazard_is_written_down_with_its_photos(land: Land) -> None:
    def write(who: str, *pictures: Any) -> dict[str, Any]:
        values = {"what": "护栏松动", "grid": str(land.nodes["配电室"].id), "photos": list(pictures)}
        return in_transaction(create, desk(land, who), HAZARDS, values)

    mine, theirs = [land.photo("管"), land.photo("管", (9, 9, 9))], land.photo("工")
    made = write("管", *mine)
    found = in_transaction(get, desk(land), HAZARDS, made["id"])
    assert found["values"]["photos"] == "2 张"
    assert {item.stage for item in photos.of("hazards", [int(made["id"])])} == {photos.BEFORE}
    assert in_transaction(get, desk(land), HAZARDS, write("管")["id"])["values"]["photos"] is None
    for wrong in (
        [theirs],
        ["x"],
        [5],
        [str(n) for n in range(1, 11)],
        mine,
    ):  # another's, none, too many, taken
        with pytest.raises(Invalid) as refused:
            write("管", *wrong)
        assert "photos" in refused.value.fields
    with pytest.raises(Invalid):  # what was before is evidence: no form changes it
        in_transaction(
            edit, desk(land), HAZARDS, made["id"], found["version"], {"photos": [land.photo("管")]}
        )


def test_filters_and_tones(land: Land, clock: Any) -> None:
    new, major, late = land.snap(), land.snap(grid=str(land.nodes["泵房"].id)), land.snap()
    land.judge(major, "总", level="major")
    land.judge(late)
    land.plan(late, days=1)
    clock.forward(days=2)
    who = desk(land)
    tones = {row["values"]["number"]: row["tone"] for row in rows(who)}
    assert tones == {new.number: "warn", major.number: "bad", late.number: "bad"}
    shown = next(row for row in rows(who) if row["values"]["number"] == late.number)
    assert (shown["values"]["overdue"], shown["values"]["holders"]) == (True, "电")
    assert numbers(rows(who, filters={"overdue": ["true"]})) == {late.number}
    assert numbers(rows(who, filters={"overdue": ["false"]})) == {new.number, major.number}
    assert numbers(rows(who, filters={"state": ["reported", "planning"]})) == {new.number, major.number}
    assert numbers(rows(who, filters={"level": ["major"]})) == {major.number}
    assert numbers(rows(who, filters={"within": [str(land.nodes["一厂"].id)]})) == {new.number, late.number}
    assert numbers(rows(who, filters={"within": [str(land.nodes["公司"].id)]})) == {
        new.number,
        major.number,
        late.number,
    }
    assert numbers(rows(who, filters={"rectifier": [str(land.id("电"))]})) == {late.number}
    assert numbers(rows(who, q=new.number)) == {new.number}
    assert set(rows(who, filters={"state": ["rectifying"]})[0]["can"]) == {
        "edit",
        "extend",
        "urge",
        "withdraw",
    }


def test_what_is_over_offers_no_editing_and_takes_a_file_beside_the_others(land: Land) -> None:
    who, hazard = desk(land), land.snap()
    for state in ("closed", "rejected", "withdrawn"):
        Hazard.update(state=state).where(Hazard.id == hazard.id).execute()
        (row,) = rows(who)
        assert row["can"] == ["attach"], state
        with pytest.raises(Conflict):
            in_transaction(edit, who, HAZARDS, row["id"], row["version"], {"place": "东门"})


def test_by_hand_and_corrected_while_it_is_under_way(land: Land) -> None:
    who = desk(land)
    room = str(land.nodes["配电室"].id)
    made = in_transaction(create, who, HAZARDS, {"what": "灭火器过期", "grid": room, "origin": "inspection"})
    hazard = Hazard.get_by_id(int(made["id"]))
    assert (hazard.origin, hazard.state, hazard.reporter_id) == ("inspection", "reported", land.id("管"))
    assert land.holders(hazard) == {"班": "judge"}
    fixed = in_transaction(
        edit, who, HAZARDS, made["id"], made["version"], {"what": "2 具灭火器过期", "place": "东门"}
    )
    assert fixed["values"]["what"] == "2 具灭火器过期"
    with pytest.raises(Invalid):
        in_transaction(edit, who, HAZARDS, made["id"], fixed["version"], {"what": ""})
    land.judge(hazard)
    now_at = Hazard.get_by_id(hazard.id).version
    with pytest.raises(Invalid) as moved:
        in_transaction(edit, who, HAZARDS, made["id"], now_at, {"grid": str(land.nodes["泵房"].id)})
    assert set(moved.value.fields) == {"grid"}
    with pytest.raises(Invalid):  # nobody closes it by a form
        in_transaction(edit, who, HAZARDS, made["id"], now_at, {"state": "closed"})
    with pytest.raises(Forbidden):
        in_transaction(edit, land.actor("工"), HAZARDS, made["id"], now_at, {"what": "x"})


def test_moved_to_another_company(land: Land) -> None:
    hazard = land.snap()
    who = desk(land)
    for values in ({"company": str(land.other.id)}, {"grid": str(land.foreign().id)}):
        with pytest.raises(Invalid) as caught:
            in_transaction(edit, who, HAZARDS, hazard.id, hazard.version, values)
        assert set(caught.value.fields) == set(values)
    assert (land.now(hazard).company_id, land.now(hazard).grid_id) == (land.company.id, hazard.grid_id)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"what": ""}, {"what"}),
        ({"what": "x", "found_at": "2027-01-01T00:00:00+08:00"}, {"found_at"}),
        ({"what": "x", "lng": "120"}, {"lat"}),
        ({"what": "x", "grid": "999999"}, {"grid"}),
        ({"what": "x", "company": "999999"}, {"company"}),
    ],
)
def test_by_hand_what_can_not_be(land: Land, values: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        in_transaction(create, desk(land), HAZARDS, values)
    assert set(caught.value.fields) == fields
    assert Hazard.select().count() == 0


def test_buttons(land: Land, clock: Any) -> None:
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, days=3)
    who = desk(land)
    until = moment_text(now() + timedelta(days=9))
    in_transaction(act, who, HAZARDS, "extend", [hazard.id], {"due_at": until, "reason": "等备件"})
    assert Extension.get().asker_id == land.id("管")
    assert in_transaction(act, who, HAZARDS, "urge", [hazard.id], {})["message"] == "已提醒办理人"
    with pytest.raises(AnbanError):
        in_transaction(act, who, HAZARDS, "urge", [hazard.id], {})  # a moment ago
    in_transaction(act, who, HAZARDS, "withdraw", [hazard.id], {"reason": "重复登记"})
    assert (land.now(hazard).state, Extension.get().state) == ("withdrawn", "withdrawn")
    with pytest.raises(Conflict):
        in_transaction(act, who, HAZARDS, "withdraw", [hazard.id], {"reason": "再来"})


def book(*lines: tuple[Any, ...]) -> bytes:
    made = Workbook()
    for line in lines:
        made.active.append(line)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def check(who: Actor, ledger: Ledger, content: bytes) -> dict[str, Any]:
    return importing.import_check("x.xlsx", importing.check(who, ledger, content, lambda done, total: None))


def commit(who: Actor, ledger: Ledger, content: bytes) -> tuple[int, int]:
    checked = importing.check(who, ledger, content, lambda done, total: None)
    assert checked.sheet is not None
    saved: tuple[int, int] = in_transaction(
        importing.commit, who, ledger, checked.sheet, lambda done, total: None
    )
    return saved


HEAD = ("问题描述", "网格", "具体位置", "发现时间", "类别")


def test_hazards_come_in_by_sheet_and_go_their_way(land: Land) -> None:
    land.add("配电室", 4, "二厂")
    who = desk(land)
    content = book(
        HEAD,
        ("灭火器过期", "一厂/配电区/配电室", "东门", "2026-11-20 09:30", "2101"),
        ("护栏松动", "泵房", "", None, None),
    )
    assert check(who, HAZARDS, content)["bad"] == 0
    assert commit(who, HAZARDS, content) == (2, 0)
    first = Hazard.get(Hazard.what == "灭火器过期")
    assert (first.origin, first.grid.parent_id) == ("import", land.nodes["配电区"].id)
    assert land.holders(first) == {"班": "judge"}
    wrong = check(
        who,
        HAZARDS,
        book(
            HEAD,
            ("x", "配电室", "", None, None),
            ("y", "月球", "", None, None),
            ("长" * 201, "", "", "昨天", ""),
        ),
    )
    assert {(error["cell"], error["code"]) for error in wrong["errors"]} >= {
        ("B2", "ambiguous"),
        ("B3", "no_such_row"),
        ("A4", "too_long"),
    }


GRID_HEAD = ("上级网格（逐级）", "名称", "层级", "责任人", "厂站", "编码")


def test_a_grid_comes_in_by_sheet(land: Land) -> None:
    who = desk(land)
    content = book(
        GRID_HEAD,
        ("原水/公司", "三厂", "厂站", "站", None, None),
        ("原水/公司/三厂", "闸室", "工艺/区域", "友", None, "ZS"),
        ("原水／公司／一厂", "配电区", "工艺/区域", "友", "一厂", None),
    )
    assert check(who, GRID, content)["errors"] == []
    hazard = land.snap()
    assert commit(who, GRID, content) == (2, 1)
    gate = GridNode.get(GridNode.name == "闸室")
    assert gate.path == f"{GridNode.get(GridNode.name == '三厂').path}{gate.id}/"
    assert land.holders(hazard) == {"友": "judge"}  # with the owner goes what is open
    assert commit(who, GRID, content) == (0, 3)


def test_a_sheet_of_a_grid_that_can_not_be(land: Land) -> None:
    land.leave("友")
    content = book(
        GRID_HEAD,
        ("", "悬空", "厂站", None, None, None),
        ("原水/没有", "甲", "工艺/区域", None, None, None),
        ("原水/公司/一厂/配电区/配电室", "乙", "单元", None, None, None),
        ("原水/公司/丁/丙", "丁", "单元", None, None, None),
        ("原水/公司", "一厂", "工艺/区域", None, None, None),
        ("原水/公司", "五厂", "厂站", "友", None, None),
        ("原水/公司", "六厂", "厂站", "没有人", None, None),
        ("原水/公司", "七厂", "厂站", None, None, None),
        ("原水/公司", "七厂", "厂站", None, None, None),
    )
    found = check(desk(land), GRID, content)
    assert {error["cell"] for error in found["errors"]} >= {"A2", "A3", "A4", "A5", "C6", "D7", "D8", "B10"}
    assert found["good"] == 1
    with pytest.raises(Forbidden):
        importing.check(land.actor("工"), GRID, content, lambda done, total: None)


def test_buttons_of_the_grid(land: Land) -> None:
    hazard = land.snap()
    who = desk(land)
    done = in_transaction(
        act, who, GRID, "owner", [land.nodes["配电区"].id], {"owner": str(land.id("友")), "hand_over": True}
    )
    assert done["message"] == "已更换 1 个网格的责任人，1 个待办已移交"
    assert land.holders(hazard) == {"友": "judge"}
    moved = in_transaction(
        act, who, GRID, "move", [land.nodes["泵房"].id], {"parent": str(land.nodes["一厂"].id)}
    )
    assert moved["rows"][0]["label"] == "泵房"
    shown = {row["values"]["name"]: row["values"] for row in rows(who, GRID)}
    assert (shown["泵房"]["above"], shown["泵房"]["answers"], shown["配电室"]["open"]) == (
        "原水/公司/一厂",
        "站",
        1,
    )
    with pytest.raises(Conflict):
        in_transaction(act, who, GRID, "delete_tree", [land.nodes["一厂"].id], {})


def test_export(land: Land, tmp_path: Path) -> None:
    land.snap()
    for ledger in (HAZARDS, GRID):
        names = [column.field for column in ledger.columns]
        done = export(
            desk(land), ledger, ListQuery.parse(ledger), names, tmp_path / "x.xlsx", lambda done, total: None
        )
        assert done >= 1


def test_sources_and_criteria(land: Land) -> None:
    who = desk(land)
    room = str(land.nodes["配电室"].id)
    made = in_transaction(create, who, HAZARD_SOURCES, {"name": "低压配电", "grid": room, "risk": "yellow"})
    assert made["values"]["site"]["label"] == "一厂"
    with pytest.raises(Invalid):
        in_transaction(create, who, HAZARD_SOURCES, {"name": "x", "grid": str(land.foreign().id)})
    assert len(rows(land.actor("工"), MAJOR_CRITERIA)) == 35
    with pytest.raises(Forbidden):
        in_transaction(create, who, MAJOR_CRITERIA, {"code": "X", "industry": "通用", "title": "x"})
    assert in_transaction(
        create, land.house(), MAJOR_CRITERIA, {"code": "X", "industry": "通用", "title": "x"}
    )["id"]


def test_who_compared_a_criterion_with_the_text_is_kept_and_only_for_these_words(land: Land) -> None:
    assert MajorCriterion.select().where(MajorCriterion.confirmed == True).count() == 0  # noqa: E712
    row = MajorCriterion.get(MajorCriterion.code == "XF-01")
    assert "GB 35181-2025" in row.source
    assert basis_of(row).endswith("（待核对）")
    in_transaction(edit, land.house(), MAJOR_CRITERIA, row.id, row.version, {"confirmed": True})
    row = MajorCriterion.get_by_id(row.id)
    assert (row.confirmed, row.checked_by, basis_of(row)) == (True, land.house().name, row.source)
    in_transaction(edit, land.house(), MAJOR_CRITERIA, row.id, row.version, {"title": "另一句话"})
    row = MajorCriterion.get_by_id(row.id)
    assert (row.confirmed, row.checked_by) == (False, None)


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("水厂", {"GS-01", "GS-02"}),
        ("供水", {"GS-01", "GS-02"}),
        ("自来水", {"GS-01", "GS-02"}),
        ("码头", {"GK-01", "GK-02", "GK-03"}),
        ("危化品", {"HX-01", "HX-02", "HX-03", "HX-04"}),
        ("工地", {"JG-01", "JG-02", "JG-03", "JG-04"}),
        ("冷库", {"YA-01", "YA-02"}),
    ],
)
def test_a_criterion_is_found_by_what_people_call_their_trade(land: Land, word: str, codes: set[str]) -> None:
    assert {row["values"]["code"] for row in rows(land.actor("工"), MAJOR_CRITERIA, q=word)} == codes
