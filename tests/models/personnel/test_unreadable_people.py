"""A row whose encrypted value no key opens breaks nothing but its own cell: every act on the person goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.administration.sign_in.sign_in import sign_in
from models.core.config import Config, configure
from models.core.db.connection import database
from models.core.errors import AnbanError
from models.core.excel import export
from models.core.fields.unreadable import TOLD
from models.core.jobs import jobs
from models.core.ledger.changes import editing
from models.core.ledger.reading import listing
from models.core.ledger.reading.query import ListQuery
from models.organization.records import Binding, Person
from models.personnel import list_actions
from models.personnel.bindings import bindings
from models.personnel.ledgers import PERSONS
from models.personnel.people import delete_person, edit_person
from tests.models.organization.conftest import Town, number
from tests.models.personnel.importing.test_importing_again import finish, imported

LOST = "s1.ffffffff." + "A" * 80


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    jobs.stop()
    configure(Config())


@pytest.fixture
def broken(town: Town) -> Person:
    person = town.worker(1).person
    town.worker(2)
    database.execute_sql(f"UPDATE person SET id_number = '{LOST}' WHERE id = {person.id}")
    return Person.get_by_id(person.id)


def kept(person: Person) -> Any:
    return database.execute_sql(f"SELECT id_number FROM person WHERE id = {person.id}").fetchone()[0]


def test_lists_and_sheets_go_on(town: Town, broken: Person) -> None:
    page = listing.list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS, sort="name"))
    assert [row["values"]["id_number"] == TOLD for row in page["items"]] == [True, False]
    shown = editing.get(town.officer, PERSONS, broken.id)
    assert shown["values"]["name"] == "工人1"
    assert finish(export.start_export(town.officer, PERSONS, "", {}, "", [])).file


def test_acts_on_the_person_go_on_and_lose_nothing(town: Town, broken: Person) -> None:
    edit_person(town.officer, broken, {"phone": "13900000009", "job_number": "7"})
    list_actions.first_passwords(town.officer, [Person.get_by_id(broken.id)], {})
    bindings.end(town.officer, Binding.get(Binding.person == broken.id))
    bindings.restore(town.officer, Binding.get(Binding.person == broken.id))
    assert kept(broken) == LOST
    assert Person.get_by_id(broken.id).id_hash == broken.id_hash, "found by the number as before"
    delete_person(town.officer, Person.get_by_id(broken.id))
    assert Person.select().count() == 1


def test_a_sheet_finds_the_person_by_the_number(town: Town, broken: Person) -> None:
    done = imported(
        town.officer, ("工人1", number(1), "13900000009", "否"), ("工人2", number(2), "13900000008", "否")
    )
    assert (done.result["created"], done.result["updated"]) == (0, 2)
    assert Person.get_by_id(broken.id).phone == "13900000009"


def test_nobody_signs_in_by_the_end_of_what_is_not_there(town: Town, broken: Person) -> None:
    for typed in ("", "000000", number(1)[-6:]):
        with pytest.raises(AnbanError):
            sign_in(broken.phone, typed, door="phone")
