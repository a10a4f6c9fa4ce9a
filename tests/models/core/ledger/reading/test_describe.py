"""A ledger tells the front ends what it is, and each actor what is allowed."""

from dataclasses import replace

from models.core.ledger.reading.describe import describe, menu
from models.core.security.rights import Scope
from tests.models.core import small_ledgers


def by_name(items):
    return {item["name"]: item for item in items}


def test_fields_say_what_a_form_needs(world):
    told = describe(small_ledgers.EQUIPMENT, world.in_a)
    fields = by_name(told["fields"])
    assert fields["name"]["required"]
    assert fields["name"]["max"] == 60
    assert not fields["name"]["readonly"]
    assert fields["mode"]["readonly"]  # written by rules alone
    assert fields["model"]["readonly"]  # not in the form
    assert fields["state"]["default"] == "in_use"
    assert {"value": "stopped", "title": "停用", "tone": "warn", "by_hand": True} in fields["state"][
        "choices"
    ]
    assert fields["company"]["to"] == "companies"
    assert fields["company"]["default"] == {"id": str(world.a.id), "label": "甲公司"}
    assert fields["lng"]["min"] == -180
    assert fields["lng"]["unit"] is None
    assert fields["quick_open"]["required"] is False
    assert fields["scans"] == {
        **fields["scans"], "title": "上岗次数", "kind": "integer", "readonly": True, "required": False
    }  # fmt: skip
    assert "label_code" not in fields  # nothing that has no title
    assert "id" not in fields


def test_id_numbers_are_told_as_masked(world):
    fields = by_name(describe(small_ledgers.PERSONS, world.in_a)["fields"])
    assert fields["id_number"]["masked"] is True
    assert fields["id_number"]["create_only"] is True
    assert "id_hash" not in fields


def test_everything_that_lists_and_forms_name_is_described(world):
    for ledger in small_ledgers.LEDGERS:
        told = describe(ledger, world.in_a)
        names = set(by_name(told["fields"]))
        assert {column["field"] for column in told["columns"]} <= names
        assert {item["field"] for item in told["filters"]} <= names
        assert {name for section in told["form"] for name in section["fields"]} <= names
        assert told["sort"].lstrip("-") in told["sorts"]


def test_rights_follow_the_actor_and_what_the_ledger_offers(world):
    told = describe(small_ledgers.EQUIPMENT, world.in_a)
    assert told["rights"] == {
        "read": True,
        "create": True,
        "edit": True,
        "delete": True,
        "import": False,
        "export": True,
    }
    reader = small_ledgers.actor(world.a, rights={"equipment.read": Scope.COMPANY})
    told = describe(small_ledgers.EQUIPMENT, reader)
    assert told["rights"] == {
        "read": True,
        **dict.fromkeys(("create", "edit", "delete", "import", "export"), False),
    }
    assert told["actions"] == []
    assert describe(small_ledgers.CLOCK_INS, world.in_a)["rights"]["edit"] is False  # no rule, so nobody may


def test_actions_carry_their_questions(world):
    (action,) = describe(small_ledgers.EQUIPMENT, world.in_a)["actions"]
    assert action["where"] == "bulk"
    assert action["when"] == {"state": ["in_use", "stopped"]}
    assert [(field["name"], field["required"], field["kind"]) for field in action["fields"]] == [
        ("location", True, "text"),
        ("why", False, "longtext"),
    ]


def test_menu_shows_what_may_be_read_by_group(world):
    assert menu(replace(world.in_a, rights={})) == []
    reader = small_ledgers.actor(
        world.a, rights={"equipment.read": Scope.COMPANY, "persons.read": Scope.SITE}
    )
    assert menu(reader) == [
        {"title": "组织", "items": [{"title": "人员", "ledger": "persons"}]},
        {"title": "扫码上岗", "items": [{"title": "设备", "ledger": "equipment"}]},
    ]
