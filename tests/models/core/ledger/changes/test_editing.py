"""Rows are made, changed and deleted by their rules, with every fault at its field and a line in the trail."""

from copy import copy
from dataclasses import replace
from datetime import date

import pytest

from models.core.db.connection import database as house_database
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.core.ledger.changes.editing import create, delete, edit, get, history, options
from models.core.security.rights import Scope
from models.equipment.records import Equipment, EquipmentType
from models.organization.records import Company, Person
from models.training.records import Certificate
from tests.models.core import small_ledgers


def refused(call, *args, kind=Invalid):
    """What `call` says no with; the database is as before, as it is after any refusal."""
    with pytest.raises(kind) as caught, house_database.atomic():
        call(*args)
    return caught.value


def forklift_values(world, **values):
    return {"name": "2号叉车", "type": str(small_ledgers.forklift().id), **values}


def test_create_gives_the_row_and_writes_a_trail(world, clock):
    row = create(
        world.in_a,
        small_ledgers.EQUIPMENT,
        forklift_values(
            world,
            name="  2号　叉车 ",
            lng="120.123456",
            lat="30.2",
            next_inspection_on="2027年1月5日",
            quick_open="是",
        ),
    )
    assert row["label"] == "2号 叉车"
    assert row["values"]["company"] == {"id": str(world.a.id), "label": "甲公司"}  # the actor's own
    assert row["values"]["state"] == "in_use"
    assert row["values"]["quick_open"] is True
    assert row["values"]["next_inspection_on"] == "2027-01-05"
    assert row["version"] == 1
    (line,) = history(world.in_a, small_ledgers.EQUIPMENT, row["id"])["items"]
    assert (line["action"], line["door"], line["by"]) == ("created", "console", {"id": "7", "name": "测试员"})
    assert line["at"] == "2026-11-22T08:00:00+08:00"
    changes = {change["field"]: (change["title"], change["old"], change["new"]) for change in line["changes"]}
    assert changes["name"] == ("设备名称", None, "2号 叉车")
    assert changes["state"] == ("使用状态", None, "在用")
    assert changes["company"] == ("单位", None, "甲公司")
    assert "updated_at" not in changes


def test_lists_that_live_are_told(world):
    row = create(world.in_a, small_ledgers.EQUIPMENT, forklift_values(world))
    news = Outbox.get()
    assert (news.kind, news.company_id, str(news.subject_id), news.payload) == (
        "ledger.changed", world.a.id, row["id"], {"ledger": "equipment"}
    )  # fmt: skip
    someone = small_ledgers.person(world.a)
    delete(world.in_a, small_ledgers.PERSONS, someone.id)
    assert Outbox.select().where(Outbox.kind == "ledger.changed").count() == 1  # that ledger does not live


def _only_in(ledger, state):
    """The ledger with rules that change rows of one state alone."""
    made = copy(ledger)
    object.__setattr__(made, "rules", replace(ledger.rules, when={"state": (state,)}))
    return made


def test_what_the_rules_do_not_change_in_its_state_is_refused(world):
    row = create(world.in_a, small_ledgers.EQUIPMENT, forklift_values(world))
    closed, opened = (_only_in(small_ledgers.EQUIPMENT, state) for state in ("scrapped", "in_use"))
    for change in (edit, delete):
        sent = (row["version"], {"name": "改过"}) if change is edit else ()
        error = refused(change, world.in_a, closed, int(row["id"]), *sent, kind=Conflict)
        assert error.code == "wrong_state"
    assert Equipment.get_by_id(int(row["id"])).name != "改过"
    edit(world.in_a, opened, int(row["id"]), row["version"], {"name": "改过"})
    delete(world.in_a, opened, int(row["id"]))


def test_every_fault_is_said_at_its_field_at_once(world):
    sent = {
        "name": "长" * 61,
        "state": "melted",
        "lng": 181,
        "next_inspection_on": "2026-02-30",
        "quick_open": "maybe",
        "mode": "none",
        "label_code": "0000000000",
        "nothing": 1,
        "scans": 3,
    }
    error = refused(create, world.in_a, small_ledgers.EQUIPMENT, sent)
    assert set(error.fields) == {*sent, "type"}
    assert error.fields["type"] == "请选择设备种类"
    assert error.fields["nothing"] == "没有这一项"
    assert (
        error.fields["mode"]
        == error.fields["label_code"]
        == error.fields["scans"]
        == "这一项由系统填写，不能修改"
    )
    assert Equipment.select().count() == 0


@pytest.mark.parametrize("sent", [None, [], "x", 5])
def test_values_that_are_no_values(world, sent):
    assert refused(create, world.in_a, small_ledgers.EQUIPMENT, sent).fields["values"]


@pytest.mark.parametrize("wrong", [5, True, ["x"], {"a": 1}, 1.5, "\ud800"])
def test_wrong_types_are_wrong_values(world, wrong):
    """Whatever JSON can carry, in any field: a sentence or a clean value, never a crash."""
    for ledger in (small_ledgers.EQUIPMENT, small_ledgers.PERSONS, small_ledgers.CERTIFICATES):
        error = refused(create, world.in_a, ledger, dict.fromkeys(ledger.form_fields(), wrong))
        assert error.fields


def test_blank_is_missing_where_something_is_required(world):
    for blank in (None, "", "  ", "\u200b"):
        error = refused(create, world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, name=blank))
        assert error.fields == {"name": "请填写设备名称"}


def test_an_empty_optional_value_is_no_fault(world):
    empty = dict.fromkeys(
        ("code", "location", "site", "lng", "next_inspection_on", "operator_codes", "quick_open")
    )
    row = create(world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, **empty))
    assert row["values"]["quick_open"] is None, "nobody has said"
    assert row["values"]["site"] is None


def test_references_of_other_companies_are_not_there(world):
    theirs = small_ledgers.company("乙一厂", world.b, "site")
    error = refused(create, world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, site=str(theirs.id)))
    nowhere = refused(create, world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, site="99999"))
    assert error.fields == nowhere.fields == {"site": "没有这一项，请从列表中选择厂站"}
    error = refused(
        create, world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, company=str(world.b.id))
    )
    assert set(error.fields) == {"company"}
    # A site is a node of the company's tree, but no company that a row can belong to.
    error = refused(
        create, world.in_a, small_ledgers.EQUIPMENT, forklift_values(world, company=str(world.site.id))
    )
    assert set(error.fields) == {"company"}


def test_who_sees_two_companies_cannot_mix_them(world):
    sent = forklift_values(world, company=str(world.b.id), site=str(world.site.id))
    error = refused(create, world.over, small_ledgers.EQUIPMENT, sent)
    assert error.fields == {"site": "它属于另一家单位，请选择本单位的"}


def test_a_row_without_a_company_in_its_form_belongs_where_its_reference_does(world):
    someone = small_ledgers.person(world.b)
    sent = {"person": str(someone.id), "number": "1", "code": "N1", "valid_until": "2027-01-01"}
    row = create(world.over, small_ledgers.CERTIFICATES, sent)
    assert Certificate.get_by_id(row["id"]).company_id == world.b.id


def test_a_taken_key_is_said_at_the_field_that_can_be_changed(world):
    someone = small_ledgers.person(world.a)
    sent = {"name": "重复", "id_number": someone.id_number, "phone": "13800000000"}
    error = refused(create, world.in_a, small_ledgers.PERSONS, sent)
    assert set(error.fields) == {"id_number"}
    assert someone.id_number not in error.message
    assert (
        create(world.in_b, small_ledgers.PERSONS, sent)["label"] == "重复"
    )  # another company's file is no obstacle
    sent = {"person": str(someone.id), "number": "33", "code": "N1", "valid_until": "2027-01-01"}
    create(world.in_a, small_ledgers.CERTIFICATES, sent)
    error = refused(create, world.in_a, small_ledgers.CERTIFICATES, sent)
    assert error.fields == {
        "number": "同一持证人、作业项目代号下已经有这个证书编号“33”，请核对，或在原来的记录上修改"
    }


def test_rights_are_asked_before_anything_else(world):
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    mine = small_ledgers.equipment(world.a)
    assert refused(create, reader, small_ledgers.EQUIPMENT, {"nothing": 1}, kind=Forbidden).details == {
        "right": "equipment.create"
    }
    assert refused(edit, reader, small_ledgers.EQUIPMENT, mine.id, 1, {}, kind=Forbidden)
    assert refused(delete, reader, small_ledgers.EQUIPMENT, mine.id, kind=Forbidden)
    assert refused(create, world.in_a, small_ledgers.CLOCK_INS, {}, kind=NotFound)
    assert refused(create, world.in_a, small_ledgers.COMPANIES, {}, kind=NotFound)  # a right without a rule


def test_a_right_over_a_site_makes_rows_there_alone(world):
    keeper = small_ledgers.actor(world.a, scope=Scope.SITE, sites=(world.site.id,))
    assert create(keeper, small_ledgers.EQUIPMENT, forklift_values(world, site=str(world.site.id)))
    refused(create, keeper, small_ledgers.EQUIPMENT, forklift_values(world), kind=Forbidden)
    assert Equipment.select().count() == 1


def test_rows_of_other_companies_do_not_exist(world):
    theirs = small_ledgers.equipment(world.b)
    for call, args in ((get, ()), (edit, (1, {})), (delete, ()), (history, ())):
        for row_id in (theirs.id, 99999, "x", "9" * 30, "-1"):
            refused(call, world.in_a, small_ledgers.EQUIPMENT, row_id, *args, kind=NotFound)


def test_edit_changes_what_was_sent_and_nothing_else(world, clock):
    mine = small_ledgers.equipment(world.a, location="东门", model="CPD15")
    clock.forward(minutes=5)
    row = edit(world.in_a, small_ledgers.EQUIPMENT, str(mine.id), 1, {"location": "西门", "name": mine.name})
    assert row["version"] == 2
    assert row["values"]["location"] == "西门"
    assert row["values"]["model"] == "CPD15"
    (line,) = history(world.in_a, small_ledgers.EQUIPMENT, mine.id)["items"]
    assert line["action"] == "edited"
    assert line["changes"] == [{"field": "location", "title": "位置", "old": "东门", "new": "西门"}]
    assert row["values"]["updated_at"] == "2026-11-22T08:05:00+08:00"


def test_an_edit_of_an_old_version_shows_the_row_as_it_is(world):
    mine = small_ledgers.equipment(world.a)
    edit(world.in_a, small_ledgers.EQUIPMENT, mine.id, 1, {"location": "先"})
    error = refused(edit, world.in_a, small_ledgers.EQUIPMENT, mine.id, 1, {"location": "后"}, kind=Conflict)
    assert error.code == "changed_meanwhile"
    assert error.details["row"]["version"] == 2
    assert error.details["row"]["values"]["location"] == "先"
    assert Equipment.get_by_id(mine.id).location == "先"
    for version in (None, "2", True, 2.0):
        assert "version" in refused(edit, world.in_a, small_ledgers.EQUIPMENT, mine.id, version, {}).fields


def test_an_edit_that_loses_the_race_shows_the_row_too(world, monkeypatch):
    mine = small_ledgers.equipment(world.a)
    rules = small_ledgers.EQUIPMENT.rules

    def late(actor, row, values):
        Equipment.update(version=Equipment.version + 1, location="别人").where(
            Equipment.id == row.id
        ).execute()
        return rules.edit(actor, row, values)

    ledger = replace_rules(small_ledgers.EQUIPMENT, monkeypatch, edit=late)
    error = refused(edit, world.in_a, ledger, mine.id, 1, {"location": "我"}, kind=Conflict)
    assert error.details["row"]["values"]["location"] == "别人"


def replace_rules(ledger, monkeypatch, **rules):
    changed = object.__new__(type(ledger))
    changed.__dict__.update(ledger.__dict__)
    changed.__dict__["rules"] = replace(ledger.rules, **rules)
    return changed


def test_what_is_fixed_at_first_may_be_sent_back_unchanged_only(world):
    someone = small_ledgers.person(world.a)
    shown = get(world.in_a, small_ledgers.PERSONS, someone.id)["values"]
    masked = someone.id_number[0] + "*" * 16 + someone.id_number[-1]
    for same in (masked, shown["id_number"]):
        sent = {"id_number": same, "company": shown["company"], "note": f"改{same[:3]}"}
        version = Person.get_by_id(someone.id).version
        assert (
            edit(world.in_a, small_ledgers.PERSONS, someone.id, version, sent)["values"]["note"]
            == sent["note"]
        )
    other = small_ledgers.id_number(4444)
    error = refused(
        edit,
        world.over,
        small_ledgers.PERSONS,
        someone.id,
        3,
        {"id_number": other, "company": str(world.b.id)},
    )
    assert error.fields == {"id_number": "新增之后不能修改", "company": "新增之后不能修改"}
    assert Person.get_by_id(someone.id).id_number == someone.id_number


def test_saving_without_a_change_leaves_no_line(world):
    mine = small_ledgers.equipment(world.a)
    row = edit(world.in_a, small_ledgers.EQUIPMENT, mine.id, 1, {})
    assert row["version"] == 1
    assert Change.select().count() == 0
    assert Outbox.select().count() == 0


def test_the_whole_id_number_is_for_those_who_may_and_is_noted(world, clock):
    someone = small_ledgers.person(world.a)
    may = dict.fromkeys(("persons.read", "persons.edit"), Scope.COMPANY)
    plain = small_ledgers.actor(world.a, rights=may)
    assert get(plain, small_ledgers.PERSONS, someone.id)["values"]["id_number"].count("*") == 16
    assert Change.select().count() == 0
    trusted = small_ledgers.actor(world.a, rights={**may, "persons.reveal": Scope.COMPANY})
    assert get(trusted, small_ledgers.PERSONS, someone.id)["values"]["id_number"] == someone.id_number
    (line,) = history(trusted, small_ledgers.PERSONS, someone.id)["items"]
    assert line["action"] == "revealed"
    assert line["changes"] == [{"field": "id_number", "title": "身份证号", "old": None, "new": None}]
    get(trusted, small_ledgers.PERSONS, someone.id)
    assert Change.select().count() == 1  # a detail that loads itself anew says nothing new
    clock.forward(minutes=11)
    get(trusted, small_ledgers.PERSONS, someone.id)
    get(replace(trusted, account_id=9), small_ledgers.PERSONS, someone.id)
    assert Change.select().count() == 3
    # What is answered after a change is not a request to see it.
    assert (
        edit(trusted, small_ledgers.PERSONS, someone.id, 1, {"note": "x"})["values"]["id_number"].count("*")
        == 16
    )
    assert someone.id_number not in "".join(str(change.changes) for change in Change.select())


def test_delete_takes_the_row_and_keeps_the_trail(world):
    mine = small_ledgers.equipment(world.a, location="东门")
    delete(world.in_a, small_ledgers.EQUIPMENT, mine.id)
    assert Equipment.get_or_none(Equipment.id == mine.id) is None
    line = Change.get()
    assert (line.action, line.row_id) == ("deleted", mine.id)
    assert {"field": "location", "title": "位置", "old": "东门", "new": None} in line.changes


def test_what_hangs_on_a_row_is_said_in_numbers(world):
    someone = small_ledgers.person(world.a)
    for number in range(3):
        Certificate.create(
            company=world.a, person=someone, number=str(number), code="N1", valid_until=date(2027, 1, 1)
        )
    for _ in range(12):
        small_ledgers.clock_in(world.a, person_id=someone.id, equipment_id=0)
    error = refused(delete, world.in_a, small_ledgers.PERSONS, someone.id, kind=Conflict)
    assert error.code == "still_used"
    assert error.cause == "还有 3 条证照、12 条上岗日志引用它"
    assert error.title == "“王大友”还在使用，不能删除"
    used = small_ledgers.equipment(world.a)
    small_ledgers.clock_in(world.a, equipment_id=used.id)  # no foreign key stands in the way, the rule does
    assert (
        refused(delete, world.in_a, small_ledgers.EQUIPMENT, used.id, kind=Conflict).cause
        == "还有 1 条上岗日志引用它"
    )
    error = refused(delete, world.over, small_ledgers.COMPANIES, world.a.id, kind=Conflict)
    assert "1 家公司" in error.cause  # its site
    assert Company.get_by_id(world.a.id)


def test_the_trail_is_read_page_by_page(world):
    mine = small_ledgers.equipment(world.a)
    for number in range(55):
        edit(world.in_a, small_ledgers.EQUIPMENT, mine.id, number + 1, {"location": str(number)})
    first = history(world.in_a, small_ledgers.EQUIPMENT, mine.id)
    second = history(world.in_a, small_ledgers.EQUIPMENT, mine.id, first["next"])
    told = [line["changes"][0]["new"] for line in (*first["items"], *second["items"])]
    assert told == [str(number) for number in reversed(range(55))]
    assert second["next"] is None
    for cursor in ("x", "-1", "9" * 19, "1;"):
        refused(history, world.in_a, small_ledgers.EQUIPMENT, mine.id, cursor)


def test_options_are_what_the_actor_may_point_at(world):
    small_ledgers.forklift()
    EquipmentType.get_or_create(code="5120", defaults={"name": "观光车"})
    someone = small_ledgers.person(world.a, "王大友", phone="13811112222")
    small_ledgers.person(world.b, "王二")
    found = options(world.in_a, small_ledgers.CERTIFICATES, "person", "王")
    assert found == {"items": [{"id": str(someone.id), "label": "王大友", "note": "13811112222"}]}
    assert (
        options(world.in_a, small_ledgers.CERTIFICATES, "person", someone.id_number)["items"][0]["label"]
        == "王大友"
    )
    assert [item["label"] for item in options(world.in_a, small_ledgers.EQUIPMENT, "company")["items"]] == [
        "甲公司"
    ]
    assert {item["label"] for item in options(world.in_a, small_ledgers.EQUIPMENT, "site")["items"]} >= {
        "甲一厂"
    }
    assert options(world.in_a, small_ledgers.EQUIPMENT, "type", "叉")["items"]
    assert len(options(world.in_a, small_ledgers.EQUIPMENT, "type", limit="2")["items"]) == 2
    for wrong in ("name", "nothing", "label_code"):
        refused(options, world.in_a, small_ledgers.EQUIPMENT, wrong, kind=NotFound)
    for limit in (0, 101, "x", None):
        refused(options, world.in_a, small_ledgers.EQUIPMENT, "type", "", limit)


def test_options_for_a_site_right_stay_in_the_company(world):
    keeper = small_ledgers.actor(world.a, scope=Scope.SITE, sites=(world.site.id,))
    small_ledgers.company("乙一厂", world.b, "site")
    assert [item["label"] for item in options(keeper, small_ledgers.EQUIPMENT, "site")["items"]] == ["甲一厂"]


def test_a_unit_is_picked_among_units_and_a_site_among_sites(world):
    names = {field: {item["label"] for item in options(world.in_a, small_ledgers.EQUIPMENT, field)["items"]}
             for field in ("company", "site")}  # fmt: skip
    assert names == {"company": {"甲公司"}, "site": {"甲一厂"}}
