"""A roster that comes a second time: who has left stays out, phones reach the sign-in, names are one person's."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import Workbook

from models.administration.accounts.actors import actor_for_account
from models.administration.accounts.invitations import invitation_of
from models.administration.accounts.standing_changes import CHANGED
from models.administration.records import Account, Invitation
from models.core.config import Config, configure
from models.core.events.outbox import Outbox
from models.core.excel.imports import importing, undo
from models.core.jobs import jobs
from models.core.ledger.reading import listing
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.personnel.ledgers import PERSONS
from models.personnel.people import edit_person
from tests.models.organization.conftest import Town, number

TITLES = ["姓名", "身份证号", "联系电话", "是否添加账号", "厂站", "部门"]


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    jobs.stop()
    configure(Config())


def book(*rows: tuple[Any, ...], titles: list[str] = TITLES) -> bytes:
    made = Workbook()
    for row in (titles, *rows):
        made.active.append(row)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def finish(job: dict[str, Any]) -> jobs.Job:
    jobs.wait(job["id"])
    done = jobs.Job.get_by_id(int(job["id"]))
    assert done.state == "done", done.error
    assert done.total is None or done.done == done.total, "how far it was says that it is over, too"
    return done


def checked(actor: Actor, *rows: tuple[Any, ...]) -> jobs.Job:
    return finish(importing.start_check(actor, PERSONS, "人员.xlsx", book(*rows)))


def imported(actor: Actor, *rows: tuple[Any, ...], **options: Any) -> jobs.Job:
    found = checked(actor, *rows)
    assert not found.result["bad"], found.result["errors"]
    return finish(importing.start_commit(actor, PERSONS, found.id, options))


def state(person: Person) -> str:
    return str(Binding.get(Binding.person == person.id).state)


def found(town: Town, q: str) -> list[str]:
    page = listing.list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS, q=q))
    return sorted(item["label"] for item in page["items"])


def test_who_has_left_comes_back_only_where_that_is_asked(town: Town) -> None:
    person = town.worker(1, account=False).person
    bindings.end(town.officer, Binding.get(Binding.person == person.id), "离职")
    row = ("工人1", number(1), "13800000001", "否")
    dry = checked(town.officer, row).result
    assert dry["choices"] == ["bring_back"]
    assert (dry["updates"], [one["verdict"] for one in dry["preview"]["rows"]]) == (0, ["left"])
    assert [(told["row"], "已移出本单位" in told["text"]) for told in dry["remarks"]] == [(2, True)]
    done = imported(town.officer, row)
    assert (done.result["created"], done.result["updated"], state(person)) == (0, 0, "ended")
    assert "1 人已移出本单位" in done.result["left"]["message"]
    imported(town.officer, row, bring_back=True)
    assert state(person) == "approved"


def test_who_was_not_let_in_gets_no_account_by_a_sheet(town: Town) -> None:
    person = town.worker(1, account=False).person
    bindings.end(town.officer, Binding.get(Binding.person == person.id), "离职")
    imported(town.officer, ("工人1", number(1), "13899999999", "是"), first_password="activation_code")
    assert (state(person), invitation_of(person)) == ("ended", None)
    assert Person.get_by_id(person.id).phone == "13800000001"


def test_a_changed_phone_is_the_login_too_unless_it_shall_not(town: Town) -> None:
    _, account = town.working(1)
    row = ("工人1", number(1), "13900000009", "否")
    dry = checked(town.officer, row).result
    assert dry["choices"] == ["move_login"]
    assert "登录账号也会改" in dry["remarks"][0]["text"]
    imported(town.officer, row, move_login=False)
    assert Account.get_by_id(account.id).login == "13800000001"
    imported(town.officer, ("工人1", number(1), "13800000001", "否"), move_login=False)
    imported(town.officer, row)
    assert Account.get_by_id(account.id).login == "13900000009"
    assert Outbox.select().where(Outbox.kind == "person.login_moved").exists(), "the holder is told"


def logins(*accounts: Account) -> list[str]:
    return [Account.get_by_id(account.id).login for account in accounts]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_people_who_swap_their_phones_sign_in_with_their_new_ones(town: Town, order: tuple[int, ...]) -> None:
    """Two, or three in a ring, in whatever order the sheet has them."""
    accounts = [town.working(place)[1] for place in (1, 2, 3)]
    phones = [account.login for account in accounts]
    for size, wanted in ((3, [phones[1], phones[2], phones[0]]), (2, [phones[2], phones[1], phones[0]])):
        before = logins(*accounts)
        rows = [(f"工人{place + 1}", number(place + 1), wanted[place], "否") for place in order]
        said = [one["text"] for one in checked(town.officer, *rows).result["remarks"]]
        assert len([text for text in said if "登录账号也会改" in text]) == size
        imported(town.officer, *rows)
        assert logins(*accounts) == wanted != before


def test_a_swap_that_is_taken_back_gives_everybody_their_old_sign_in(town: Town) -> None:
    accounts = [town.working(place)[1] for place in (1, 2)]
    phones = logins(*accounts)
    done = imported(
        town.officer, ("工人1", number(1), phones[1], "否"), ("工人2", number(2), phones[0], "否")
    )
    assert logins(*accounts) == phones[::-1]
    finish(undo.start_undo(town.officer, PERSONS, done.id))
    assert logins(*accounts) == phones


def test_people_who_swap_their_phones_before_they_ever_signed_in(town: Town) -> None:
    people = [town.worker(place).person for place in (1, 2)]
    phones = [person.phone for person in people]
    imported(town.officer, ("工人1", number(1), phones[1], "否"), ("工人2", number(2), phones[0], "否"))
    waiting = [invitation_of(person) for person in people]
    assert [one.login for one in waiting if one is not None] == phones[::-1]


def test_people_who_swap_their_phones_one_after_the_other_in_the_form(town: Town) -> None:
    (first, one), (second, two) = town.working(1), town.working(2)
    phones = [first.phone, second.phone]
    edit_person(town.officer, first, {"phone": phones[1]})
    assert logins(one, two) == phones, "somebody else signs in with it"
    edit_person(town.officer, second, {"phone": phones[0]})
    assert logins(one, two) == phones[::-1]


def test_whose_sign_in_can_not_follow_is_said_with_the_reason(town: Town) -> None:
    """工人3 keeps the phone that 工人2 is to have, and 工人1 is to have that of 工人2: neither sign-in moves."""
    accounts = [town.working(place)[1] for place in (1, 2, 3)]
    phones = logins(*accounts)
    rows = [("工人1", number(1), phones[1], "否"), ("工人2", number(2), phones[2], "否")]
    said = [one["text"] for one in checked(town.officer, *rows).result["remarks"]]
    assert ["工人2正用这个新手机号" in said[0], "工人3正用这个新手机号" in said[1]] == [True, True]
    imported(town.officer, *rows)
    assert logins(*accounts) == phones


def test_a_phone_changed_in_the_form_reaches_the_login_and_the_invitation(town: Town) -> None:
    person, account = town.working(1)
    edit_person(town.officer, person, {"phone": "13900000009"})
    assert Account.get_by_id(account.id).login == "13900000009"
    invited = town.worker(2).person
    edit_person(town.officer, invited, {"phone": "13900000010"})
    there = invitation_of(invited)
    assert there is not None
    assert there.login == "13900000010"


@pytest.mark.parametrize(
    ("where", "state", "moves"),
    [
        ("here", "open", False),
        ("here", "wished", False),
        ("here", "withdrawn", True),
        ("there", "open", True),
    ],
)
def test_an_invitation_moves_unless_another_of_the_unit_waits_under_that_phone(
    town: Town, where: str, state: str, moves: bool
) -> None:
    invited = town.worker(1).person
    other = town.worker(2, by=town.officer if where == "here" else town.neighbour, phone="13900000009").person
    Invitation.update(state=state).where(Invitation.person_id == other.id).execute()
    edit_person(town.officer, invited, {"phone": "13900000009"})
    assert [Invitation.get(Invitation.person_id == one.id).login for one in (invited, other)] == [
        "13900000009" if moves else "13800000001",
        "13900000009",
    ]


@pytest.mark.parametrize("state", ["withdrawn", "accepted"])
def test_an_invitation_that_waits_no_more_stays_as_it_was(town: Town, state: str) -> None:
    invited = town.worker(1).person
    Invitation.update(state=state).execute()
    edit_person(town.officer, invited, {"phone": "13900000009"})
    assert Invitation.get().login == "13800000001"


def test_a_login_that_somebody_has_is_not_taken_from_them(town: Town) -> None:
    person, account = town.working(1)
    town.account("13900000009", company=town.other)
    edit_person(town.officer, person, {"phone": "13900000009"})
    assert Account.get_by_id(account.id).login == "13800000001"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("王 伟", "王伟"), ("李\u3000娜", "李娜"), ("阿卜杜·热西提", "阿卜杜•热西提"), ("古丽•娜扎", "古丽·娜扎"),
        ("\ue863小满", "䶮小满"), ("ＪＯＨＮ\u3000ＳＭＩＴＨ", "John Smith"), ("赵\u200b铁柱", "赵铁柱"), ("欧阳\n修远", "欧阳修远"),
        ("买买提．艾力", "买买提·艾力"), ("葉问", "叶问"), ("⺮青", "竹青"), ("阿卜杜热西提", "阿卜杜·热西提"),
        ("丁一\ufe00", "丁一"), ("﨑山", "﨑 山"), ("Ａｎｎａ－Lee", "anna-lee"),
    ],
)  # fmt: skip
def test_one_person_has_one_spelling(town: Town, before: str, after: str) -> None:
    imported(town.officer, (before, number(1), "13800000001", "否"))
    shown = Person.get().name
    assert found(town, after) == found(town, before) == [shown]
    done = imported(town.officer, (after, number(1), "13800000002", "否"))
    assert (done.result["created"], done.result["updated"]) == (0, 1)
    assert (Person.get().name, Person.get().phone) == (shown, "13800000002"), "shown as it was written"


@pytest.mark.parametrize(
    "q", ["１３８００００００１１", "138-0000-0011", "+86 13800000011", "+86 138 0000 0011", "00110"]
)
def test_phones_are_found_however_they_are_typed(town: Town, q: str) -> None:
    town.worker(11, account=False)
    town.worker(12, account=False)
    assert found(town, q) == (["工人11"] if q != "00110" else [])


def test_people_come_with_their_site_and_department(town: Town) -> None:
    two = town.node("二号厂", "site", town.company)
    town.node("装配车间", "department", two)
    rows = [
        ("工人1", number(1), "13800000001", "否", "一号厂", "一号厂/装配车间"),
        ("工人2", number(2), "13800000002", "否", "１号厂", None),
        ("工人3", number(3), "13800000003", "否", None, "装配车间"),
    ]
    told = checked(town.officer, *rows).result
    assert [(error["cell"], error["code"]) for error in told["errors"]] == [
        ("E3", "no_such_row"),
        ("F4", "ambiguous"),
    ]
    imported(town.officer, rows[0])
    person = Person.get()
    assert (person.site_id, person.department_id) == (town.site.id, town.department.id)
    imported(town.officer, ("工人1", number(1), "13800000001", "否", "二 号厂", None))
    assert Person.get_by_id(person.id).site_id == two.id


def test_the_administrator_of_one_company_imports_for_it(town: Town) -> None:
    from models.organization.records import Company

    admin = actor_for_account(
        town.account("chief", password=None, role="administrator", company=town.group), "console"
    )
    row = ("工人1", number(1), "13800000001", "否")
    assert checked(admin, row).result["bad"] == 1, "of two companies nobody knows which"
    Company.update(kind="plate").where(Company.id == town.other.id).execute()
    admin = actor_for_account(Account.get(Account.login == "chief"), "console")
    assert imported(admin, row).result["created"] == 1
    assert Person.get().company_id == town.company.id


def test_four_hundred_wrong_rows_are_told_on_every_engine(town: Town) -> None:
    """What is told of them is longer than a server's TEXT: it is kept whole, up to 500 cells, with how many there are."""
    rows = [(f"没有这个人的长名字{n}", f"3301021988{n}", f"1991{n}", "也许") for n in range(400)]
    told = checked(town.officer, *rows).result
    assert (told["bad"], len(told["errors"]), told["errors_total"]) == (400, 500, 1200)
    assert len(orjson.dumps(told)) > 65_535


def test_another_place_by_a_sheet_is_another_reach_at_once(town: Town) -> None:
    _, account = town.working(1)
    person = ("工人1", number(1), "13800000001", "否")

    def told() -> int:
        rows = Outbox.select().where(Outbox.kind == CHANGED).order_by(Outbox.id)
        return sum(account.id in row.payload["accounts"] for row in rows)

    before = told()
    imported(town.officer, (*person, "一号厂", ""))
    assert told() == before + 1
    imported(town.officer, (*person, "一号厂", ""))
    assert told() == before + 1, "it is the same place"
