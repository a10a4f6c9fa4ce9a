"""Equipment: what its operators need, its numbers, its foreign QR codes and its labels (Q02, Q13)."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from models.administration.accounts.actors import system_actor
from models.core.config import Config, configure
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.labels.label_codes import check_label_code
from models.core.ledger.changes.editing import create, edit
from models.duty.records import ClockIn
from models.equipment import importing, label_printing, standards
from models.equipment.label_printing import label_sheets
from models.equipment.ledgers import EQUIPMENT
from models.equipment.operator_codes.codes import create_code, delete_code, edit_code, need_of
from models.equipment.qr import scanned_text
from models.equipment.records import Equipment, EquipmentAlias, EquipmentType, OperatorCode
from models.equipment.rules import (
    attach_alias,
    create_equipment,
    delete_equipment,
    detach_alias,
    edit_equipment,
)
from models.equipment.standard_ledgers import OPERATOR_CODES
from tests.models.organization.conftest import Town

FONT = Path(__file__).parents[3] / "static" / "dist" / "fonts" / "NotoSansSC-Regular.ttf"


@pytest.fixture
def town(database: Any) -> Town:
    return Town()


def type_id(code: str) -> int:
    return int(EquipmentType.get(EquipmentType.code == code).id)


def forklift(town: Town, name: str = "1号叉车", **changes: Any) -> Equipment:
    return create_equipment(
        town.officer, {"name": name, "type": type_id("5110"), "state": "in_use", **changes}
    )


def test_tables_and_seeds_agree_on_every_type(town: Town) -> None:
    """The table is a copy of the seeds, so both must give the same codes, whatever the type."""
    for row in EquipmentType.select():
        for quick in (False, True):
            need = need_of(row.code, quick_open=quick)
            assert list(need.codes) == standards.required_codes(row.code, quick_open=quick), row.code
            assert need.mode == standards.mode_of(row.code, quick_open=quick), row.code


def test_no_choice_of_codes_lets_a_machine_off_its_scan(town: Town) -> None:
    """That takes 免扫码, with a reason and a right of its own, which who may edit equipment has not."""
    truck = forklift(town)
    with pytest.raises(Invalid) as caught:
        edit_equipment(town.officer, truck, {"operator_codes": ["T"]})
    assert "“免扫码”写明原因" in caught.value.fields["operator_codes"]
    with pytest.raises(Invalid):
        forklift(town, "2号叉车", operator_codes=["T"])
    truck = Equipment.get_by_id(truck.id)
    assert edit_equipment(town.officer, truck, {"operator_codes": ["T", "N1"]}).mode == "clock_in"
    lift = forklift(town, "1号梯", type=type_id("3110"), operator_codes=["T"])
    with pytest.raises(Invalid):
        edit_equipment(town.officer, lift, {"type": type_id("5110")})


def test_a_number_that_gets_too_long_when_it_is_spelled_out_is_told_at_the_field_and_at_the_cell(
    town: Town,
) -> None:
    with pytest.raises(Invalid) as caught:
        forklift(town, code="\u337f" * 6)
    assert caught.value.fields == {"code": "最多 20 个字，写开了有 24 个"}
    faults = importing.check(town.officer, [{"name": "2号叉车", "code": "\u337f" * 6}])
    assert list(faults) == [0] and list(faults[0]) == ["code"]
    with pytest.raises(Invalid):
        create_code(system_actor(), {"code": "\ufb03" * 7, "project": "x", "category": "x"})


def test_a_code_that_was_compared_with_the_text_is_not_any_more_whatever_of_it_is_changed(town: Town) -> None:
    admin, row = system_actor(), OperatorCode.get(OperatorCode.code == "G1")
    changes = {
        "project": "另一个名称", "category": "另一类", "mode": "none", "equipment_types": "2", "quick_open_only": True,
        "boiler_use": "power", "source": "另一份", "code": "G9",
    }  # fmt: skip
    written = {name for section in OPERATOR_CODES.form for name in section.fields}
    assert written == {*changes, "sequence", "confirmed"}
    for name, value in changes.items():
        assert edit_code(admin, OperatorCode.get_by_id(row.id), {"confirmed": True}).checked_by == admin.name
        edit_code(admin, OperatorCode.get_by_id(row.id), {"sequence": 7, name: row.__data__[name]})
        assert OperatorCode.get_by_id(row.id).confirmed, "nothing of it was changed"
        changed = edit_code(admin, OperatorCode.get_by_id(row.id), {name: value})
        assert (changed.confirmed, changed.checked_by) == (False, None), name
        edit_code(admin, OperatorCode.get_by_id(row.id), {name: row.__data__[name]})


def test_what_its_operators_need_follows_the_type(town: Town) -> None:
    made = forklift(town)
    assert (made.required_codes, made.mode) == ("N1", "clock_in")
    assert check_label_code(made.label_code) == made.label_code
    lift = edit_equipment(town.officer, made, {"type": type_id("3110")})
    assert (lift.required_codes, lift.mode) == ("T", "maintenance")
    vessel = edit_equipment(town.officer, lift, {"type": type_id("2150")})
    assert (vessel.required_codes, vessel.mode) == ("", "none")
    assert edit_equipment(town.officer, vessel, {"quick_open": True}).required_codes == "R1"
    assert edit_equipment(town.officer, vessel, {"operator_codes": ["Q2", "N1"]}).required_codes == "Q2,N1"
    assert edit_equipment(town.officer, vessel, {"operator_codes": None}).required_codes == "R1"
    with pytest.raises(Invalid) as caught:
        edit_equipment(town.officer, vessel, {"operator_codes": ["Z9"]})
    assert list(caught.value.fields) == ["operator_codes"]


def test_editing_the_table_changes_what_equipment_needs(town: Town) -> None:
    made = forklift(town)
    admin = system_actor()
    code = OperatorCode.get(OperatorCode.code == "N1")
    edit_code(admin, code, {"mode": "none"})
    assert Equipment.get_by_id(made.id).mode == "none"
    create_code(
        admin,
        {
            "code": "n8",
            "project": "新项目",
            "category": "试验",
            "mode": "clock_in",
            "equipment_types": "5110、5000",
        },
    )
    assert Equipment.get_by_id(made.id).required_codes == "N8"
    assert OperatorCode.get(OperatorCode.code == "N8").equipment_types == "511,5"
    with pytest.raises(Conflict):
        delete_code(admin, OperatorCode.get(OperatorCode.code == "N8"))
    with pytest.raises(Forbidden):
        edit_code(town.officer, OperatorCode.get_by_id(code.id), {"mode": "clock_in"})


def test_numbers_are_spelled_as_the_gate_looks_for_them(town: Town) -> None:
    made = forklift(town, use_cert_no="车 11浙a04567（24）", code="5110 10108 2020 0001")
    assert made.use_cert_no == scanned_text.parse("车11浙A04567(24)").value
    assert made.code == scanned_text.parse("51101010820200001").value
    with pytest.raises(Invalid) as caught:
        forklift(town, "2号叉车", use_cert_no="车11浙A04567(24)")
    assert list(caught.value.fields) == ["use_cert_no"]
    assert edit_equipment(town.officer, made, {"use_cert_no": "车11浙A04567(24)"}).id == made.id


def test_other_companies_equipment_does_not_exist(town: Town) -> None:
    made = forklift(town)
    for doing in (
        lambda: edit_equipment(town.neighbour, made, {"name": "x"}),
        lambda: delete_equipment(town.neighbour, made),
        lambda: attach_alias(town.neighbour, made, "https://x.example/1"),
        lambda: label_sheets(town.neighbour, [made], {}),
    ):
        with pytest.raises(NotFound):
            doing()


def test_a_foreign_qr_stands_for_one_equipment_of_the_unit(town: Town) -> None:
    first, second = forklift(town), forklift(town, "2号叉车")
    content = "https://gov.example/q?id=88 "
    alias = attach_alias(town.officer, first, content)
    assert alias.key == scanned_text.alias_key(content.strip())
    assert attach_alias(town.officer, first, "https://gov.example/q?id=88").id == alias.id
    with pytest.raises(Conflict) as caught:
        attach_alias(town.officer, second, content)
    assert caught.value.code == "alias_taken"
    assert "1号叉车" in caught.value.cause
    detach_alias(town.officer, first, content)
    assert attach_alias(town.officer, second, content).equipment_id == second.id
    with pytest.raises(Conflict):
        detach_alias(town.officer, first, content)


@pytest.mark.parametrize("content", ["", "  ", "ab", "x" * 600])
def test_what_is_no_qr_content(town: Town, content: str) -> None:
    with pytest.raises(Invalid):
        attach_alias(town.officer, forklift(town), content)


def test_our_own_label_needs_no_attaching(town: Town) -> None:
    made = forklift(town)
    with pytest.raises(Invalid, match="不用绑定"):
        attach_alias(town.officer, made, made.label_code)
    with pytest.raises(Invalid):
        attach_alias(town.officer, made, f"http://127.0.0.1:8888/e/{made.label_code}")


def test_deleting_takes_the_aliases_and_keeps_what_was_used(town: Town) -> None:
    made, kept = forklift(town), forklift(town, "2号叉车")
    attach_alias(town.officer, made, "https://gov.example/1")
    attach_alias(town.officer, kept, "https://gov.example/2")
    delete_equipment(town.officer, made)
    assert [alias.equipment_id for alias in EquipmentAlias.select()] == [kept.id]
    assert [row.id for row in Equipment.select()] == [kept.id]
    ClockIn.create(
        id=1, company=town.company, person_id=1, person_name="甲", equipment_id=kept.id, equipment_name="叉车", code="N1",
        certificate_number="T", day=date(2026, 11, 22), scanned_at="2026-11-22 00:00:00",
        received_at="2026-11-22 00:00:00", evidence={"a": 1}, once_key="k", request_key="r" * 64,
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        delete_equipment(town.officer, kept)
    assert caught.value.code == "has_clock_ins"


def test_a_label_says_what_scanning_it_is_for(town: Town) -> None:
    """扫码上岗 (as the sheet says) stands on no machine at which nobody clocks in."""
    made = [
        forklift(town),
        forklift(town, "1号梯", type=type_id("3110")),
        forklift(town, "1号罐", type=type_id("2170")),
    ]
    assert {mode["value"] for mode in Equipment.mode.describe()["choices"]} == {row.mode for row in made}
    assert [label.title for label in label_printing._labels(made)] == ["", "扫码维保", "扫码查设备、报隐患"]


@pytest.mark.one_engine
def test_labels_are_read_back_as_the_equipment(town: Town) -> None:
    made = [forklift(town, f"{n}号叉车") for n in range(1, 4)]
    configure(Config(font_path=FONT, public_url="https://anban.example/"))
    try:
        pdf = label_sheets(town.officer, made, {})
        assert pdf.content.startswith(b"%PDF")
        png = label_sheets(town.officer, made, {"format": "png"})
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
        assert sorted(code.text for code in found) == sorted(
            f"https://anban.example/e/{row.label_code}" for row in made
        )
        packed = label_sheets(town.officer, made, {"format": "png", "layout": "roll-60x40"})
        assert packed.name.endswith(".zip")
        assert len(zipfile.ZipFile(io.BytesIO(packed.content)).namelist()) == 3
        with pytest.raises(Invalid) as caught:
            label_sheets(town.officer, made, {"start": 25})
        assert list(caught.value.fields) == ["start"]
    finally:
        configure(Config())
    with pytest.raises(Conflict) as refused:
        label_sheets(town.officer, made, {})
    assert refused.value.code == "no_font"


def test_a_position_is_whole_and_on_the_map_in_whatever_form(town: Town) -> None:
    """0, 0 is what devices say that do not know where they are; half a position is none."""
    values = {"name": "1号", "type": str(type_id("5110")), "state": "in_use"}
    for given, field in (({"lng": 0, "lat": 0}, "lng"), ({"lng": 120.2}, "lat"), ({"lat": 30.2}, "lng")):
        with pytest.raises(Invalid) as caught:
            create(town.officer, EQUIPMENT, values | given)
        assert list(caught.value.fields) == [field]
    made = create(town.officer, EQUIPMENT, values | {"lng": 120.2, "lat": 30.2})
    for given in ({"lng": 0, "lat": 0}, {"lat": None}):
        with pytest.raises(Invalid):
            edit(town.officer, EQUIPMENT, made["id"], made["version"], given)
    both = {"lng": None, "lat": None}
    assert edit(town.officer, EQUIPMENT, made["id"], made["version"], both)["values"]["lng"] is None
    Equipment.update(lng=0, lat=0).execute()  # as it was once taken
    row = edit(town.officer, EQUIPMENT, made["id"], made["version"] + 1, {"location": "东门"})
    assert row["values"]["location"] == "东门"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"code": "123"}, "设备代码“123”"),
        ({"code": "51103301220260001"}, ""),
        ({"code": "511033012202600012"}, ""),
        ({"register_code": "3110350600201605333"}, "注册代码"),
        ({"use_cert_no": "车11浙C04567(24)"}, ""),
        ({"use_cert_no": "浙C04567"}, "使用登记证编号"),
        ({}, ""),
    ],
)
def test_a_number_that_looks_odd_is_kept_and_warned_of(town: Town, values: dict[str, Any], told: str) -> None:
    row = create(
        town.officer, EQUIPMENT, {"name": "1号", "type": str(type_id("5110")), "state": "in_use", **values}
    )
    assert (row["values"]["number_doubts"] or "").startswith(told)
    assert bool(row["values"]["number_doubts"]) is bool(told)
    assert {name: row["values"][name] for name in values} == values
    said = importing.remarks(town.officer, [{"name": "2号", "type": type_id("5110")} | values])
    assert [remark.text.startswith(told) for remark in said.values()] == ([True] if told else [])
