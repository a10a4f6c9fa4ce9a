"""An ID number that somebody types confirms nothing without the right to see it: every place that could say so (X11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.ledgers import USERS
from models.administration.records import Account, Assignment, Role
from models.core.errors import Conflict, Invalid
from models.core.excel import export
from models.core.excel.imports.lookups import find_all
from models.core.fields import PersonalId, Secret
from models.core.ledger import all_ledgers
from models.core.ledger.reading.describe import search_title, sortable
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.options import options
from models.core.ledger.reading.query import ListQuery, conditions_of
from models.core.security.actor import Actor
from models.personnel.importing import check
from models.personnel.ledgers import PERSONS
from models.personnel.people import add_person
from models.training.ledgers import CERTIFICATES
from tests.models.organization.conftest import Town, number

NOBODY = number(900)
Ask = Callable[[Actor, str], object]


def _rows(actor: Actor, text: str) -> object:
    return list_rows(actor, PERSONS, ListQuery.parse(PERSONS, q=text))["items"]


def _users(actor: Actor, text: str) -> object:
    return list_rows(actor, USERS, ListQuery.parse(USERS, q=text))["items"]


def _picked(actor: Actor, text: str) -> object:
    return options(actor, CERTIFICATES, "person", text)["items"]


def _exported(actor: Actor, text: str) -> object:
    return export.start_export(actor, PERSONS, text, {}, "", [])


def _looked_up(actor: Actor, text: str) -> object:
    return str(find_all(actor, CERTIFICATES, "person", CERTIFICATES.record.person, [text])[text])


def _said(ask: Ask, actor: Actor, text: str) -> str:
    """What is answered, with the number itself left out."""
    try:
        return str(ask(actor, text)).replace(text, "…")
    except Invalid as error:
        return f"{error.code} {error.fields}".replace(text, "…")


@pytest.fixture
def plain(town: Town) -> Actor:
    """A safety officer who may not see ID numbers whole."""
    actor = town.acting("plain", "safety_officer", town.company)
    assert actor.may("persons.create") and not actor.may("persons.reveal")
    return actor


@pytest.mark.parametrize("ask", [_rows, _users, _picked, _exported, _looked_up])
def test_the_answer_is_the_same_whether_there_is_one_or_not(town: Town, plain: Actor, ask: Ask) -> None:
    town.worker(1)
    town.account("one", password=None, role="", id_number=number(1))
    looking = _with(town, plain, {"users.read": "company"})
    there, nobody = _said(ask, looking, number(1)), _said(ask, looking, NOBODY)
    assert there == nobody
    assert "查看完整身份证号" in there


@pytest.mark.parametrize("ask", [_rows, _users, _picked, _looked_up])
def test_who_may_see_numbers_whole_finds_by_them(town: Town, ask: Ask) -> None:
    town.worker(1)
    town.account("one", password=None, role="", id_number=number(1))
    assert _said(ask, town.boss, number(1)) != _said(ask, town.boss, NOBODY)


def test_it_finds_only_where_that_right_reaches(town: Town, plain: Actor) -> None:
    other_site = town.node("二号厂", "site", town.company)
    here, there = town.worker(1, site=town.site.id), town.worker(2, site=other_site.id)
    seeing = _with(town, plain, {"persons.reveal": "site", "certificates.import": "company"}, town.site.id)
    assert [row["id"] for row in _rows(seeing, number(1))] == [str(here.person.id)]  # type: ignore[attr-defined]
    assert _rows(seeing, number(2)) == []
    assert len(_rows(seeing, there.person.name)) == 1, "by name they may be seen"  # type: ignore[arg-type]
    assert _looked_up(seeing, number(1)) == str(here.person.id)
    assert _said(_looked_up, seeing, number(2)) == _said(_looked_up, seeing, NOBODY)


def _with(town: Town, actor: Actor, more: dict[str, str], node: int | None = None) -> Actor:
    """The actor as it is with a further role."""
    role = Role.create(name="更多", grants=[{"right": name, "scope": scope} for name, scope in more.items()])
    Assignment.create(account_id=actor.account_id, role=role, company_id=town.company.id, node_id=node)
    return actor_for_account(Account.get_by_id(actor.account_id), "console")


def test_entering_somebody_who_is_there_says_no_name_without_the_right(town: Town, plain: Actor) -> None:
    person = town.worker(1, name="陈秘密").person
    with pytest.raises(Conflict) as caught:
        town.worker(1, by=plain, account=False)
    told = str(caught.value.as_json())
    assert caught.value.code == "person_exists"
    assert "陈秘密" not in told and f"'{person.id}'" not in told
    with pytest.raises(Conflict, match="陈秘密"):
        town.worker(1)


def test_entering_somebody_of_another_site_says_no_name(town: Town, plain: Actor) -> None:
    """Their own right to see numbers ends at the site; the unique key of the unit must speak, and no more than that."""
    other_site = town.node("二号厂", "site", town.company)
    town.worker(1, name="陈秘密", site=other_site.id)
    officer = _with(town, plain, {"persons.reveal": "site"}, town.site.id)
    with pytest.raises(Conflict) as caught:
        add_person(officer, town.values(1, site=town.site.id))
    assert "陈秘密" not in str(caught.value.as_json())


def test_an_imports_dry_run_says_no_name_without_the_right(town: Town, plain: Actor) -> None:
    town.worker(1, name="陈秘密")
    row = {"name": "猜的", "id_number": number(1), "phone": "13800000001"}
    told = str(check.check(plain, [row])[0]["name"])
    assert "陈秘密" not in told and "另一个姓名" in told
    assert "陈秘密" in str(check.check(town.boss, [row])[0]["name"])


def test_an_import_for_part_of_a_unit_checks_nothing(town: Town) -> None:
    town.worker(1, name="陈秘密")
    account = town.account("part", password=None, role="")
    role = Role.create(name="导入", grants=[{"right": "persons.import", "scope": "site"}])
    Assignment.create(account_id=account.id, role=role, company_id=town.company.id, node_id=town.site.id)
    actor = town.phone(account)
    rows: list[dict[str, Any]] = [
        {"name": "猜的", "id_number": each, "phone": "13800000001"} for each in (number(1), NOBODY)
    ]
    faults = check.check(actor, rows)
    assert {name: str(fault) for name, fault in faults[0].items()} == {
        name: str(fault) for name, fault in faults[1].items()
    }


def test_the_search_box_names_id_numbers_to_who_may_search_them(town: Town, plain: Actor) -> None:
    assert search_title(PERSONS, plain) == "姓名、电话、工号"
    assert search_title(PERSONS, town.boss) == "姓名、电话、工号、身份证号"


@pytest.mark.parametrize("ledger", all_ledgers(), ids=lambda ledger: ledger.name)
def test_no_list_is_sorted_or_filtered_by_what_is_encrypted(ledger: Any) -> None:
    hidden = {
        name
        for name, field in ledger.record._meta.fields.items()
        if isinstance(field, (PersonalId, Secret)) or name.endswith("_hash")
    }
    filters = {item.field for item in ledger.filters} | {item.along for item in ledger.filters if item.along}
    assert not hidden & ({*sortable(ledger)} | filters | {*ledger.search})
    for name in hidden:
        with pytest.raises(Invalid):
            conditions_of(ledger, {name: "33"})
        with pytest.raises(Invalid):
            ListQuery.parse(ledger, sort=name)
