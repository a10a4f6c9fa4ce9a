"""Any row of a ledger can be followed by who may read it, and its followers hear what becomes of it, once (H04)."""

from __future__ import annotations

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.events.outbox import Outbox
from models.core.ledger import all_ledgers
from models.core.ledger.changes.editing import delete, edit
from models.core.ledger.declaration import Ledger
from models.equipment.records import Equipment, EquipmentType
from models.hazards.records import Hazard
from models.messages.records import LOW, Message
from models.tasks.notify import rows
from models.tasks.notify.subscriptions import follow, followers, unfollow
from models.tasks.views import inbox
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit

KIND = "equipment"


def ledger(name: str = KIND) -> Ledger:
    return next(one for one in all_ledgers() if one.name == name)


@pytest.fixture
def crane(unit: Unit) -> Equipment:
    """A crane, which 管 and 安 (both safety officers) may change."""
    Assignment.create(
        account_id=unit.accounts["安"].id, role=builtin("safety_officer"), company_id=unit.company.id
    )
    kind = EquipmentType.select().first() or EquipmentType.create(name="起重机")
    made: Equipment = Equipment.create(
        company=unit.company, name="1号吊车", type=kind, state="in_use", label_code="E0000001"
    )
    return made


def change(unit: Unit, who: str, row: Equipment, **values: str) -> None:
    version = Equipment.get_by_id(row.id).version
    in_transaction(edit, unit.actor(who, "console"), ledger(), row.id, version, values)


def test_a_follower_hears_once_who_changed_what(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    change(unit, "安", crane, next_inspection_on="2027-01-05", name="2号吊车")
    pass_all_on()
    Outbox.update(state=0, due_at=Outbox.created_at).where(
        Outbox.kind == "row.changed"
    ).execute()  # as after a relay that died
    pass_all_on()
    ((title, persons),) = told("row.changed")
    assert (title, persons) == ("【已修改】设备：2号吊车", ["管"])
    message = Message.get(Message.kind == "row.changed")
    assert (message.urgency, message.subject_kind, message.subject_id) == (LOW, KIND, crane.id)
    lines = message.text.split("\n")
    assert lines[0] == "操作人：安"
    assert "设备名称：有变化" in lines, "what somebody typed is not told"
    assert any(line.endswith("空 → 2027-01-05") for line in lines)


def test_ones_own_change_is_no_news(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    change(unit, "管", crane, name="3号吊车")
    pass_all_on()
    assert told("row.changed") == []


def test_a_row_that_nobody_follows_any_more_is_told_to_nobody(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    assert in_transaction(unfollow, unit.actor("管"), KIND, crane.id)
    change(unit, "安", crane, name="3号吊车")
    pass_all_on()
    assert told("row.changed") == []


def test_a_deleted_row_is_told_by_the_name_it_had(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    in_transaction(delete, unit.actor("安", "console"), ledger(), crane.id)
    pass_all_on()
    assert told("row.changed") == [("【已删除】设备：1号吊车", ["管"])]
    assert Message.get(Message.kind == "row.changed").text == "操作人：安"


def test_who_may_not_read_the_row_any_more_hears_nothing(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    Assignment.delete().where(Assignment.account_id == unit.accounts["管"].id).execute()
    change(unit, "安", crane, name="3号吊车")
    pass_all_on()
    assert told("row.changed") == []


def test_a_row_of_another_company_is_not_there(unit: Unit, crane: Equipment) -> None:
    unit.join("邻", unit.other, "safety_officer")
    for kind, row_id in ((KIND, crane.id), ("persons", unit.id("白")), ("nothing", 1), (KIND, 999999)):
        with pytest.raises(NotFound):
            in_transaction(follow, unit.actor("邻"), kind, row_id)
    assert followers(KIND, crane.id) == []


def test_of_a_person_only_the_titles_are_told(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), "persons", unit.id("白"))
    person = unit.people["白"]
    version = type(person).get_by_id(person.id).version
    in_transaction(
        edit, unit.actor("安", "console"), ledger("persons"), person.id, version, {"phone": "13800001234"}
    )
    pass_all_on()
    assert [persons for _, persons in told("row.changed")] == [["管"]]
    assert "→" not in Message.get(Message.kind == "row.changed").text
    assert "1380000" not in Message.get(Message.kind == "row.changed").text


def test_what_is_followed_stands_in_its_box(unit: Unit, crane: Equipment) -> None:
    in_transaction(follow, unit.actor("管"), KIND, crane.id)
    (item,) = in_transaction(inbox.page, unit.actor("管"), "followed")["items"]
    assert (item["title"], item["subject"]["kind"], item["case"]) == ("1号吊车", KIND, None)


def test_the_news_leads_to_where_the_phone_shows_the_row(unit: Unit, crane: Equipment) -> None:
    assert rows._path(ledger("hazards"), Hazard(id=7)) == "/pages/hazards/hazard?id=7"
    assert rows._path(ledger(), crane) == "", "of equipment it has no page"
