"""A value that can't be read any more breaks its own cell only, and is not lost by it (X10, X11)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from peewee import Database

from models.administration.records import Role
from models.administration.roles import roles
from models.core.events.outbox import Outbox
from models.core.excel import export
from models.core.fields.unreadable import TOLD
from models.core.files import stored
from models.core.history import Change
from models.core.jobs import jobs
from models.core.ledger.changes.trail import history_json
from models.core.ledger.reading.rows import row_json
from models.core.security import crypto
from models.organization.records import Person
from tests.models.core import small_ledgers

BROKEN = {
    "no text of ours": "绝密",
    "cut off": "s1.0a0b0c0d.AAAA",
    "no base64": "s1.0a0b0c0d.***",
    "a key that is gone": "s1.ffffffff." + "A" * 80,
    "empty parts": "..",
    "a changed text": "",
}


def spoil(person: Person, how: str) -> str:
    """Write it past the program; gives what stands there now."""
    text = BROKEN[how]
    if how == "a changed text":
        kept = crypto.encrypt(person.id_number, "id-number")
        text = kept[:-6] + ("AAAAA=" if not kept.endswith("AAAAA=") else "BBBBB=")
    Person._meta.database.execute_sql(
        f"UPDATE person SET id_number = '{text}', name = name WHERE id = {person.id}"
    )
    return text


def raw(person: Person) -> str:
    cursor = Person._meta.database.execute_sql(f"SELECT id_number FROM person WHERE id = {person.id}")
    return str(cursor.fetchone()[0])


@pytest.mark.parametrize("how", BROKEN)
def test_an_id_number(world: Any, how: str) -> None:
    sound, broken = small_ledgers.person(world.a), small_ledgers.person(world.a)
    text = spoil(broken, how)
    rows = list(Person.select().order_by(Person.id))
    told = row_json(world.in_a, small_ledgers.PERSONS, rows)
    cells = {row["id"]: row["values"]["id_number"] for row in told}
    assert cells[str(broken.id)] == TOLD
    assert cells[str(sound.id)].startswith(sound.id_number[:1])
    revealed = row_json(world.in_a, small_ledgers.PERSONS, [rows[1]], detail=True, reveal=True)
    assert revealed[0]["values"]["id_number"] in (TOLD, "")
    row = Person.get_by_id(broken.id)
    hashed = row.id_hash
    row.name = "改名"
    row.save()
    row.change(phone="13900001234")
    assert (raw(broken), Person.get_by_id(broken.id).id_hash) == (text, hashed), "it stays as it was"
    assert Person.get_by_id(broken.id).name == "改名"


def test_an_export_of_it(world: Any) -> None:
    _, broken = small_ledgers.person(world.a), small_ledgers.person(world.a)
    spoil(broken, "no text of ours")
    job = export.start_export(world.in_a, small_ledgers.PERSONS, "", None, "", None)
    jobs.wait(job["id"], 30)
    done = jobs.find(world.in_a, job["id"])
    assert done["state"] == "done", done["error"]
    _, _, name = jobs.file_of(world.in_a, job["id"])
    sheet = load_workbook(BytesIO(stored.read(stored.JOBS, name))).worksheets[0]
    assert sheet.max_row >= 3


@pytest.mark.parametrize("text", ["{", "null}", "", "\\x", "[1,", "NaN"])
def test_json(database: Database, world: Any, text: str) -> None:
    person = small_ledgers.person(world.a)
    line = Change.create(
        table="person", row_id=person.id, account_name="某", door="console", action="edited", changes=[]
    )
    news = Outbox.create(kind="x", payload={"a": 1})
    for table, column, row in (("change_log", "changes", line), ("outbox", "payload", news)):
        database.execute_sql(f"UPDATE {table} SET {column} = '{text}' WHERE id = {row.id}")
    assert [item["changes"] for item in history_json(person, "")["items"]] == [[]]
    assert not Outbox.get_by_id(news.id).payload
    again = Outbox.get_by_id(news.id)
    again.save()
    kept = database.execute_sql(f"SELECT payload FROM outbox WHERE id = {news.id}").fetchone()[0]
    assert kept == database.execute_sql(f"SELECT '{text}'").fetchone()[0]


def test_what_a_role_grants(database: Database, world: Any) -> None:
    """Nothing, then: neither are its holders shut out of what others give them, nor is anything given."""
    role = Role.create(name="坏的", company=world.a, grants=[])
    for text in (
        "{",
        '[{"right": {"name": "persons.read"}, "scope": "company"}]',
        '[{"right": "persons.read", "scope": []}]',
        "7",
    ):
        database.execute_sql(f"UPDATE role SET grants = '{text}' WHERE id = {role.id}")
        assert roles.grants_of_roles([role.id]) == {role.id: {}}
