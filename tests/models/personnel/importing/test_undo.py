"""An import is taken back as a whole while nothing hangs on it, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.administration.records import Account, Invitation
from models.core import clock
from models.core.config import Config, configure
from models.core.errors import Conflict, NotFound
from models.core.excel.imports.undo import start_undo
from models.core.jobs import jobs
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.personnel.ledgers import PERSONS
from models.personnel.people import edit_person
from models.training.records import Certificate
from tests.models.organization.conftest import Town, number
from tests.models.personnel.importing.test_importing_again import finish, imported
from tests.models.personnel.test_people import clocked


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    jobs.stop()
    configure(Config())


def rows(*places: int) -> list[tuple[Any, ...]]:
    return [(f"工人{place}", number(place), f"1390000{place:04d}", "是") for place in places]


def undone(actor: Actor, job: jobs.Job) -> str:
    return str(finish(start_undo(actor, PERSONS, job.id)).result["message"])


def refused(actor: Actor, job: jobs.Job) -> str:
    with pytest.raises(Conflict) as caught:
        start_undo(actor, PERSONS, job.id)
    return f"{caught.value.code} {caught.value.cause}"


def test_what_was_made_goes_and_what_was_changed_is_what_it_was(town: Town) -> None:
    there, account = town.working(1)
    gone = town.worker(2, account=False).person
    bindings.end(town.officer, Binding.get(Binding.person == gone.id), "离职")
    done = imported(town.officer, *rows(1, 2, 3, 4), bring_back=True, first_password="activation_code")
    assert Account.get_by_id(account.id).login == "13900000001"
    assert Binding.get(Binding.person == gone.id).state == "approved"
    undone(town.officer, done)
    assert sorted(row.id for row in Person.select()) == sorted([there.id, gone.id])
    assert (Person.get_by_id(there.id).phone, Account.get_by_id(account.id).login) == (
        "13800000001",
        "13800000001",
    )
    assert (Binding.get(Binding.person == gone.id).state, Person.get_by_id(gone.id).phone) == (
        "ended",
        "13800000002",
    )
    assert (
        not Invitation.select().where(Invitation.state == "open", Invitation.login.startswith("139")).exists()
    )
    assert "import_expired" in refused(town.officer, done), "once"


def test_whom_another_sheet_or_a_hand_brought_back_stays(town: Town) -> None:
    back, by_hand, there = (town.worker(place, account=False).person for place in (2, 3, 1))
    bound = {one.id: Binding.get(Binding.person == one.id) for one in (back, by_hand)}
    for one in (back, by_hand):
        bindings.end(town.officer, Binding.get(Binding.person == one.id), "离职")
    imported(town.officer, *rows(2), bring_back=True, first_password="activation_code")
    bindings.restore(town.officer, Binding.get(Binding.person == by_hand.id))
    later = imported(town.officer, *rows(1, 3), bring_back=True, first_password="activation_code")
    undone(town.officer, later)
    assert {Binding.get_by_id(one.id).state for one in bound.values()} == {"approved"}
    assert Person.get_by_id(there.id).phone == "13800000001"


def hang(town: Town, person: Person) -> dict[str, Any]:
    return {
        "已经有上岗记录": lambda: clocked(town, person),
        "已经登记了证照": lambda: Certificate.create(
            company=town.company, person=person, number="T1", code="N1", valid_until="2030-01-01"
        ),
        "又被修改过": lambda: edit_person(town.officer, person, {"job_number": "7"}),
        "已经开通了账号": lambda: Person.update(account_id=town.account("13700000001").id).where(Person.id == person.id).execute(),
    }  # fmt: skip


@pytest.mark.parametrize("why", ["已经有上岗记录", "已经登记了证照", "又被修改过", "已经开通了账号"])
def test_nothing_goes_where_something_hangs_on_one_row(town: Town, why: str) -> None:
    done = imported(town.officer, *rows(3, 4), first_password="activation_code")
    hang(town, Person.get(Person.name == "工人4"))[why]()
    told = refused(town.officer, done)
    assert told.startswith("import_in_use")
    assert "工人4" in told
    assert why in told
    assert Person.select().count() == 2


def test_it_is_the_importers_own_and_for_a_time(town: Town) -> None:
    done = imported(town.officer, *rows(3), first_password="activation_code")
    with pytest.raises(NotFound):
        start_undo(town.boss, PERSONS, done.id)
    (Path(jobs.stored.folder(jobs.stored.IMPORTS)) / f"import-{done.id}-undo.json").unlink()
    assert "import_expired" in refused(town.officer, done)


def test_one_import_at_a_time_so_that_each_knows_its_own_rows(town: Town) -> None:
    """Two at once by one account could not be told apart when one of them is taken back."""
    jobs.Job.create(
        account_id=town.officer.account_id, kind="import_commit", ledger="persons", title="导入人员",
        state="running",
    )  # fmt: skip
    with pytest.raises(Conflict) as caught:
        imported(town.officer, *rows(5), first_password="activation_code")
    assert caught.value.code == "import_running"
    jobs.Job.update(state="done").where(jobs.Job.kind == "import_commit").execute()
    imported(town.officer, *rows(5), first_password="activation_code")
    jobs.Job.create(
        account_id=town.boss.account_id, kind="import_commit", ledger="persons", title="导入人员",
        state="running",
    )  # fmt: skip
    imported(town.officer, *rows(6), first_password="activation_code")
    assert Person.select().count() == 2, "somebody else's holds nobody up"


def test_an_import_that_died_with_its_process_holds_nobody_up(town: Town) -> None:
    jobs.Job.create(
        account_id=town.officer.account_id, company_id=town.officer.company_id, kind="import_commit",
        ledger="persons", title="导入人员", state="running", alive_at=clock.now() - 2 * jobs.DEAD_AFTER,
    )  # fmt: skip
    imported(town.officer, *rows(5), first_password="activation_code")
    assert Person.select().count() == 1
