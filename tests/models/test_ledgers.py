"""Every declared ledger works as a whole: described, listed, filtered and exported for everybody in the demo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models import demo
from models.administration.accounts.accept_invitation import accept
from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.records import Account, Role
from models.administration.sign_in.sign_in import sign_in
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid
from models.core.excel.export import export
from models.core.excel.imports import importing
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.changes.editing import act, create, delete, edit, get, options
from models.core.ledger.reading.describe import describe, offered
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.demo.invented_names import mobile
from models.duty.records import ClockIn
from models.equipment.records import Equipment, EquipmentType
from models.organization.records import Binding, Company, Person
from tests.models.organization.conftest import number
from tests.support.prepared_rows import lay, lay_standards

LEDGERS = {ledger.name: ledger for ledger in all_ledgers()}
PERSONS, EQUIPMENT, BINDINGS = LEDGERS["persons"], LEDGERS["equipment"], LEDGERS["bindings"]


def _planted() -> None:
    lay_standards()
    in_transaction(demo.plant)
    in_transaction(demo.plant_hazards)
    in_transaction(demo.plant_duties)


@pytest.fixture
def plant(database: Any, clock: Any, tmp_path: Path) -> Iterator[None]:
    clock.set(2026, 11, 22, 10, 30)
    before = config()
    configure(replace(before, data_dir=tmp_path))
    lay("demo", _planted)
    yield
    configure(before)


def actor(login: str) -> Actor:
    return actor_for_account(Account.get(Account.login == login), "console")


def officer() -> Actor:
    return actor(mobile(1))


def rows(who: Actor, ledger: Ledger, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list_rows(who, ledger, ListQuery.parse(ledger, **asked))["items"]
    return found


def logins() -> Iterator[str]:
    """Of everybody on the list who has an account: the newcomer is only invited."""
    yield from (login for who, login, _, _ in demo.demo_sign_ins() if "初始密码" not in who)


def test_everybody_sees_what_their_rights_say_and_nothing_of_others(plant: Any, tmp_path: Path) -> None:
    """All ledgers for all demo accounts: page, detail, description, export; no row of another company."""
    for login in logins():
        who = actor(login)
        for ledger in LEDGERS.values():
            if not offered(ledger, who, "read"):
                with pytest.raises(Forbidden):
                    rows(who, ledger)
                continue
            described = describe(ledger, who)
            assert described["columns"], ledger.name
            found = rows(who, ledger, limit=100)
            for row in found:
                assert set(row["values"]) == {column.field for column in ledger.columns}
                assert row["label"]
            visible = (who.company_id, None)
            if who.company_id is not None and ledger.record.company_field:
                owners = {
                    record.scope_value("company")
                    for record in ledger.record.select().where(
                        ledger.record.id.in_([int(row["id"]) for row in found])
                    )
                }
                assert owners <= set(visible), (login, ledger.name)
            for row in found[:2]:
                detail = in_transaction(get, who, ledger, row["id"])
                assert set(row["values"]) <= set(detail["values"])
            if offered(ledger, who, "export"):
                names = [column.field for column in ledger.columns]
                target = tmp_path / "x.xlsx"
                written = export(
                    who, ledger, ListQuery.parse(ledger), names, target, lambda done, total: None
                )
                assert written >= len(found)


def test_numbers_as_long_as_identity_numbers_are_shown_where_they_are_usual(plant: Any) -> None:
    """Of a 设备代码 whoever imports sees what they wrote; an identity number beyond doubt is masked there, too."""
    content = book(
        ("设备名称", "设备种类", "设备代码"),
        ("甲", "叉车", "511010108201500091"), ("乙", "叉车", number(7)),
    )  # fmt: skip
    shown = [line["values"][2] for line in check(officer(), content, EQUIPMENT)["preview"]["rows"]]
    assert shown[0] == "511010108201500091"
    assert number(7) not in shown[1]


def test_every_filter_and_sort_can_be_asked_for(plant: Any) -> None:
    admin = actor("admin")
    for ledger in LEDGERS.values():
        described = describe(ledger, admin)
        fields = {field["name"]: field for field in described["fields"]}
        for item in described["filters"]:
            kind = item["kind"]
            if kind in ("date_range", "moment_range"):
                asked: Any = {"from": "2026-01-01", "to": "2030-12-31"}
            elif kind == "choice":
                asked = [choice["value"] for choice in fields[item["field"]]["choices"]]
            elif kind == "flag":
                asked = ["true"]
            elif kind == "reference":
                picked = options(admin, ledger, item["field"])["items"]
                asked = [choice["id"] for choice in picked[:3]]
            else:
                asked = ["N1"]
            rows(admin, ledger, filters={item["field"]: asked})
        for name in described["sorts"]:
            rows(admin, ledger, sort=name)
            rows(admin, ledger, sort=f"-{name}")
        if ledger.search:
            rows(admin, ledger, q="王")


def test_filters_of_derived_values_agree_with_what_is_shown(plant: Any) -> None:
    for ledger, name in ((PERSONS, "binding_state"), (LEDGERS["certificates"], "standing")):
        for choice in ledger.derived_named(name).choices:  # type: ignore[union-attr]
            found = rows(actor("admin"), ledger, filters={name: [choice.value]}, limit=200)
            assert {row["values"][name] for row in found} <= {choice.value}
    waiting = rows(officer(), PERSONS, filters={"binding_state": ["waiting"]})
    assert waiting
    assert {row["tone"] for row in waiting} == {"bad"}
    assert all("approve" in row["can"] for row in waiting)


def test_the_log_is_found_by_day_person_and_equipment(plant: Any) -> None:
    log = LEDGERS["clock-ins"]
    some = ClockIn.select().where(ClockIn.company == officer().company_id).order_by(ClockIn.id.desc()).first()
    filters = {
        "day": {"from": some.day.isoformat(), "to": some.day.isoformat()},
        "person": [str(some.person_id)],
        "equipment": [str(some.equipment_id)],
    }
    found = rows(officer(), log, filters=filters)
    assert [row["id"] for row in found] == [str(some.id)]
    assert rows(officer(), log, q=some.person_name)
    assert not describe(log, officer())["rights"]["create"]
    company = Company.get(Company.name == "海屿港储物流有限公司")
    assert rows(officer(), log, filters={"company": [str(company.id)]}) == []


def test_adding_a_forklift_prints_a_label(plant: Any) -> None:
    type_id = EquipmentType.get(EquipmentType.code == "5110").id
    made = in_transaction(
        create,
        officer(),
        EQUIPMENT,
        {"name": "11号叉车", "type": str(type_id), "state": "in_use", "operator_codes": None},
    )
    assert made["values"]["needed_codes"] == "N1"
    assert len(made["values"]["label"]) == 11
    with pytest.raises(Invalid) as caught:
        in_transaction(create, officer(), EQUIPMENT, {"name": "", "type": "999999", "operator_codes": ["ZZ"]})
    assert {"name", "type", "operator_codes"} <= set(caught.value.fields)
    chosen = in_transaction(
        edit, officer(), EQUIPMENT, made["id"], made["version"], {"operator_codes": ["N1", "N2"]}
    )
    assert chosen["values"]["needed_codes"] == "N1、N2"


def test_a_person_is_entered_reviewed_and_taken_out_by_buttons(plant: Any) -> None:
    who = officer()
    made = in_transaction(
        create, who, PERSONS,
        {"id_number": number(7), "name": "方可期", "phone": "13899990000", "role": "operator", "open_account": True},
    )  # fmt: skip
    assert made["values"]["login"] == "13899990000"
    assert made["values"]["binding_state"] == "approved"
    assert number(7) not in str(rows(who, PERSONS, q="方可期"))
    ended = in_transaction(act, who, PERSONS, "end", [made["id"]], {"reason": "离职"})
    assert ended["rows"][0]["values"]["binding_state"] == "ended"
    back = in_transaction(act, who, PERSONS, "restore", [made["id"]], {})
    assert back["rows"][0]["values"]["binding_state"] == "approved"
    told = in_transaction(act, who, PERSONS, "first_password", [made["id"]], {})
    assert "13899990000" in told["message"]
    waiting = [row["id"] for row in rows(who, PERSONS, filters={"binding_state": ["waiting"]})]
    done = in_transaction(act, who, PERSONS, "approve", waiting, {})
    assert {row["values"]["binding_state"] for row in done["rows"]} == {"approved"}
    in_transaction(delete, who, PERSONS, made["id"])
    assert rows(who, PERSONS, q="方可期") == []


def test_bindings_are_decided_by_buttons(plant: Any) -> None:
    waiting = rows(officer(), BINDINGS, filters={"state": ["waiting"]})
    assert waiting[0]["tone"] == "bad"
    refused = in_transaction(
        act, officer(), BINDINGS, "refuse", [waiting[0]["id"]], {"reason": "不是本单位的"}
    )
    assert refused["rows"][0]["values"]["reason"] == "不是本单位的"
    with pytest.raises(Invalid):
        in_transaction(act, officer(), BINDINGS, "refuse", [waiting[1]["id"]], {})
    with pytest.raises(AnbanError):
        in_transaction(act, actor(mobile(2)), BINDINGS, "approve", [waiting[1]["id"]], {})


def test_users_and_roles_are_kept_by_forms(plant: Any) -> None:
    admin = actor("admin")
    company = Company.get(Company.name == "江澜重工机械有限公司")
    supervisor = str(Role.get(Role.code == "company_administrator").id)
    made = in_transaction(
        create, admin, LEDGERS["users"],
        {"company": str(company.id), "login": "gs.admin", "name": "林公管", "roles": [supervisor]},
    )  # fmt: skip
    assert [role["label"] for role in made["values"]["roles"]] == ["公司管理员"]
    told = in_transaction(act, admin, LEDGERS["users"], "reset", [made["id"]], {})
    password = told["message"].partition("：")[2].partition("。")[0]
    assert sign_in("gs.admin", password, door="console").account.must_change_password
    grants = [
        {"right": "equipment.read", "scope": "company"},
        {"right": "clock-ins.read", "scope": "company"},
    ]
    role = in_transaction(
        create, admin, LEDGERS["roles"], {"name": "看板", "company": str(company.id), "grants": grants}
    )
    assert {grant["right"] for grant in role["values"]["grants"]} == {"equipment.read", "clock-ins.read"}
    builtin = str(Role.get(Role.code == "worker").id)
    detail = in_transaction(get, admin, LEDGERS["roles"], builtin)
    with pytest.raises(AnbanError):
        in_transaction(edit, admin, LEDGERS["roles"], builtin, detail["version"], {"name": "x"})


def book(*lines: tuple[Any, ...]) -> bytes:
    made = Workbook()
    for line in lines:
        made.active.append(line)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


HEAD = ("姓名", "身份证号", "联系电话", "是否添加账号")


def test_the_people_template_is_the_one_of_the_provinces_system(plant: Any) -> None:
    assert PERSONS.importing is not None
    assert PERSONS.importing.file_name == "使用单位导入人员.xlsx"
    sheet = load_workbook(io.BytesIO(importing.template(PERSONS, officer()))).worksheets[0]
    titles = [str(cell.value).strip("*＊ ") for cell in sheet[1] if cell.value]
    assert titles == [*HEAD, "厂站", "部门"], "ours may be left out"
    assert any("是,否" in str(rule.formula1) for rule in sheet.data_validations.dataValidation)


def check(who: Actor, content: bytes, ledger: Ledger = PERSONS) -> dict[str, Any]:
    return importing.import_check("x.xlsx", importing.check(who, ledger, content, lambda done, total: None))


def commit(who: Actor, content: bytes, ledger: Ledger = PERSONS, **options: Any) -> tuple[int, int]:
    checked = importing.check(who, ledger, content, lambda done, total: None)
    assert checked.sheet is not None
    more = {"options": options or None}
    return in_transaction(importing.commit, who, ledger, checked.sheet, lambda *_: None, **more)


def test_a_sheet_of_people_names_every_fault_and_then_goes_in_whole(plant: Any) -> None:
    who = officer()
    there = Person.get(Person.company == who.company_id, Person.name == "王大友")
    content = book(
        HEAD,
        ("甲", number(1), "13877770001", "是"),
        ("乙", number(1), "13877770002", "否"),
        ("丙", number(2), "13877770001", "是"),
        ("丁", number(3), mobile(1), "是"),
        ("戊", there.id_number, "13877770009", "否"),
        ("己", number(4), "1387777", "是"),
    )
    found = check(who, content)
    assert {(error["cell"], error["code"]) for error in found["errors"]} >= {
        ("C4", "login_twice"),
        ("C5", "login_taken"),
        ("A6", "other_name"),
        ("C7", "mobile_length"),
    }
    assert any(error["cell"] == "B3" for error in found["errors"])
    before = Person.select().count()
    good = book(
        HEAD,
        *[
            (f"新工{place}", number(place), f"1387777{place:04d}", "是" if place % 2 else "否")
            for place in range(1, 30)
        ],
        ("王大友", there.id_number, "13866660000", "否"),
    )
    found = check(who, good)
    assert (found["bad"], found["creates"], found["updates"]) == (0, 29, 1)
    assert commit(who, good) == (29, 1)
    assert Person.select().count() == before + 29
    assert Person.get_by_id(there.id).phone == "13866660000"
    signed = sign_in("13877770001", number(1)[-6:], door="phone")
    accept(actor_for_token(signed.token, "phone"), "Other#word-92")
    new = actor_for_token(signed.token, "phone")
    assert new.may("clock-ins.create")
    assert {row.origin for row in Binding.select().where(Binding.person.in_(new.person_ids))} == {"imported"}
    assert commit(who, good) == (0, 30)


def test_who_left_comes_back_by_the_sheet_if_asked(plant: Any) -> None:
    who = officer()
    gone = Person.get(Person.company == who.company_id, Person.name == "赵远行")
    assert Binding.get(Binding.person == gone.id).state == "ended"
    sheet = book(HEAD, (gone.name, gone.id_number, gone.phone, "否"))
    assert commit(who, sheet) == (0, 0)
    assert Binding.get(Binding.person == gone.id).state == "ended"
    assert commit(who, sheet, bring_back=True) == (0, 1)
    assert Binding.get(Binding.person == gone.id).state == "approved"


def test_the_group_imports_nobody_without_a_company(plant: Any) -> None:
    found = check(actor("admin"), book(HEAD, ("甲", number(1), "13877770001", "否")))
    assert found["bad"] == 1


def test_equipment_and_certificates_come_in_by_sheet(plant: Any) -> None:
    who = officer()
    machines = ("设备名称", "设备种类", "使用状态", "位置", "厂站", "使用登记证编号", "设备代码", "快开门式")
    content = book(
        machines,
        ("21号叉车", "叉车", "在用", "南门", "临江厂区", "车11浙A09901(26)", "", "否"),
        ("3号蒸压釜", "2150", "停用", "", "", "", "", "是"),
    )
    assert check(who, content, EQUIPMENT)["bad"] == 0
    assert commit(who, content, EQUIPMENT) == (2, 0)
    assert Equipment.get(Equipment.name == "21号叉车").required_codes == "N1"
    assert Equipment.get(Equipment.name == "3号蒸压釜").required_codes == "R1"
    assert [error["cell"] for error in check(who, content, EQUIPMENT)["errors"]] == ["F2"]
    wrong = check(who, book(machines, ("x", "飞碟", "在用", "", "一号码头库区", "", "", "")), EQUIPMENT)
    assert {error["cell"] for error in wrong["errors"]} == {"B2", "E2"}
    certificates = LEDGERS["certificates"]
    person = Person.get(Person.company == who.company_id, Person.name == "李小满")
    head = ("持证人", "证书编号", "作业项目代号", "有效期至")
    sheet = book(head, (person.id_number, "T88", "Q2", "2029-01-31"), ("李小满", "T88", "N1", "2029-01-31"))
    assert commit(who, sheet, certificates) == (2, 0)
    assert commit(who, sheet, certificates) == (0, 2)
    stranger = Person.get(Person.name == "林知远")
    lines = ((stranger.id_number, "T1", "N1", "2029-01-31"), ("李小满", "T1", "N7", "2029-01-31"))
    bad = check(who, book(head, *lines), certificates)
    assert {error["cell"] for error in bad["errors"]} == {"A2", "C3"}
