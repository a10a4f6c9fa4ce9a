"""What the lists of people and bindings say of each row, and that a filter finds exactly the rows that say so (Q04, Q06)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from models.administration.accounts.invitations import CODE, TAIL, TAIL_TRIES
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Account, AccountClaim, Invitation
from models.core.clock import now
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.organization.records import Binding, Person
from models.personnel import groupings, list_values
from models.personnel.ledgers import BINDINGS, PERSONS
from models.training.records import Certificate
from tests.models.organization.conftest import Town
from tests.support.clocks import Clock

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _(clock: Clock) -> None:
    clock.set(2026, 11, 22, 8)


def invited(town: Town, place: int, **values: Any) -> Person:
    person = town.worker(place).person
    wanted = {"state": "open", "secret": ID_TAIL, "expires_at": now() + timedelta(days=1), **values}
    Invitation.update(**wanted).where(Invitation.person_id == person.id).execute()
    return person


def claimed(person: Person, state: str = "waiting", login: str = "13900001111") -> Person:
    account = Account.get_or_none(Account.login == login) or Account.create(
        login=login, name="陈一", company=person.company_id
    )
    AccountClaim.create(
        company_id=person.company_id, person_id=person.id, account_id=account.id, origin="asked", state=state
    )
    return person


ACCOUNTS: list[tuple[str, Callable[[Town, int], Person]]] = [
    ("none", lambda town, place: town.worker(place, account=False).person),
    ("none", lambda town, place: invited(town, place, state="withdrawn")),
    ("none", lambda town, place: claimed(town.worker(place, account=False).person, "refused")),
    ("wished", lambda town, place: invited(town, place, state="wished")),
    ("wished", lambda town, place: invited(town, place, state="wished", secret=None, expires_at=None)),
    ("uncoded", lambda town, place: invited(town, place, secret=None)),
    ("uncoded", lambda town, place: invited(town, place, secret=None, expires_at=now() - SECOND)),
    ("invited", lambda town, place: invited(town, place, expires_at=now() + SECOND)),
    ("over", lambda town, place: invited(town, place, expires_at=now())),
    ("over", lambda town, place: invited(town, place, expires_at=None)),
    ("tied", lambda town, place: town.working(place)[0]),
    ("claimed", lambda town, place: claimed(town.worker(place, account=False).person)),
    ("claimed", lambda town, place: claimed(invited(town, place))),
    ("claimed", lambda town, place: claimed(town.working(place)[0])),
]


def listed(town: Town, **filters: Any) -> list[int]:
    page = list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS, filters=filters, sort="id"))
    return [int(item["id"]) for item in page["items"]]


def test_a_filter_of_account_states_finds_whom_the_column_shows_so(town: Town) -> None:
    people = [make(town, place) for place, (_, make) in enumerate(ACCOUNTS, 1)]
    shown = list_values.account_states(town.officer, people)
    assert [shown[person.id] for person in people] == [state for state, _ in ACCOUNTS]
    for choice in list_values.ACCOUNT_STATES:
        assert listed(town, account_state=[choice.value]) == [
            person.id for person in people if shown[person.id] == choice.value
        ], choice.value
    assert set(listed(town, account_state=["tied", "over"])) == {
        person.id for person in people if shown[person.id] in ("tied", "over")
    }


def test_a_filter_of_bindings_finds_those_in_one_of_the_states(town: Town) -> None:
    states = ("waiting", "approved", "refused", "ended")
    people = [town.worker(place, account=False).person for place in range(1, 5)]
    for person, state in zip(people, states, strict=True):
        Binding.update(state=state).where(Binding.person == person.id).execute()
    assert list(list_values.binding_states(town.officer, people[1:]).items()) == [
        (person.id, state) for person, state in zip(people[1:], states[1:], strict=True)
    ]
    for person, state in zip(people, states, strict=True):
        assert listed(town, binding_state=[state]) == [person.id]
    assert listed(town, binding_state=["waiting", "ended"]) == [people[0].id, people[3].id]


def test_a_login_is_shown_whole_to_the_unit_that_looks_after_it_or_knows_it_as_the_phone(town: Town) -> None:
    here, account = town.working(1)
    other, _ = town.working(1, by=town.neighbour, account=account, phone="13911112222")
    same, _ = town.working(2, by=town.neighbour, account=town.working(2)[1])
    waiting, wished = invited(town, 3), invited(town, 4, state="wished")
    people = [here, other, same, waiting, wished, town.worker(5, account=False).person]
    assert list_values.logins(town.officer, people) == {
        here.id: "13800000001", other.id: "138****0001", same.id: "13800000002", waiting.id: "13800000003",
    }  # fmt: skip


def test_a_code_is_told_from_the_end_of_the_id_number(town: Town) -> None:
    people = [
        invited(town, 1),
        invited(town, 2, secret=None),
        invited(town, 3, secret="$argon2"),
        town.working(4)[0],
    ]
    assert list_values.first_passwords(town.officer, people) == dict(
        zip([person.id for person in people], (TAIL, CODE, CODE), strict=False)
    )


def test_what_a_reviewer_should_look_at(town: Town) -> None:
    says, denies, tied = (town.worker(place, account=False).person for place in (1, 2, 3))
    claimed(says), claimed(says, "denied", "13900002222"), claimed(denies, "denied")
    claimed(tied, "denied")
    Person.update(account_id=Account.get().id).where(Person.id == tied.id).execute()
    used_up = invited(town, 4, tail_tries=TAIL_TRIES)
    calm = [
        invited(town, 5, tail_tries=TAIL_TRIES - 1),
        invited(town, 6, tail_tries=TAIL_TRIES, secret="$argon2"),
        invited(town, 7, tail_tries=TAIL_TRIES, state="wished"),
    ]
    people = [Person.get_by_id(person.id) for person in (says, denies, tied, used_up, *calm)]
    told = list_values.person_hints(town.officer, people)
    assert set(told) == {says.id, denies.id, used_up.id}
    assert told[says.id] == "139****1111（陈一） 说是本人" and "139****1111 回答“不是我”" in told[denies.id]
    assert "试错太多" in told[used_up.id]


def test_certificates_stand_by_code_with_their_standing(town: Town) -> None:
    person, other = (town.worker(place, account=False).person for place in (1, 2))
    for code, until in (("Q2", date(2026, 11, 21)), ("N1", date(2026, 11, 22)), ("N1", date(2029, 1, 1))):
        Certificate.create(
            company=town.company, person=person, code=code, number=f"T{code}{until}", valid_until=until
        )
    assert list_values.certificates(town.officer, [person, other]) == {
        person.id: "N1 有效、N1 快到期、Q2 已过期"
    }


def test_a_waiting_binding_names_the_account_that_applied(town: Town) -> None:
    people = [claimed(town.worker(1, account=False).person), town.worker(2, account=False).person]
    people += [claimed(town.worker(3, account=False).person)]
    Binding.update(state="waiting").where(Binding.person.in_([one.id for one in people[:2]])).execute()
    rows = [Binding.get(Binding.person == person.id) for person in people]
    assert list_values.binding_hints(town.officer, rows) == {rows[0].id: "申请账号 139****1111（陈一）"}
    assert list_values.binding_phones(town.officer, rows) == {row.id: f"1380000000{row.id}" for row in rows}
    page = list_rows(town.officer, BINDINGS, ListQuery.parse(BINDINGS))
    assert sorted(item["label"] for item in page["items"]) == ["工人1", "工人2", "工人3"]


@pytest.mark.parametrize("state", ["waiting", "approved", "refused", "ended"])
def test_a_list_marks_what_waits_for_a_yes(town: Town, state: str) -> None:
    calm, says = (town.worker(place, account=False).person for place in (1, 2))
    Binding.update(state=state).where(Binding.person == calm.id).execute()
    claimed(says)
    page = list_rows(town.officer, PERSONS, ListQuery.parse(PERSONS, sort="id"))
    tone = "bad" if state == "waiting" else "plain"
    assert [item["tone"] for item in page["items"]] == [tone, "bad"]
    page = list_rows(town.officer, BINDINGS, ListQuery.parse(BINDINGS))
    assert {item["label"]: item["tone"] for item in page["items"]} == {"工人1": tone, "工人2": "plain"}


def test_people_are_gathered_by_unit_and_department_without_who_has_left(town: Town) -> None:
    store = town.node("仓库", "department", town.company)
    people = [
        town.worker(1, account=False, site=town.site.id, department=town.department.id).person,
        town.worker(2, account=False, department=store.id).person,
        town.worker(3, account=False, department=store.id).person,
        town.worker(4, account=False).person,
    ]
    Binding.update(state="ended").where(Binding.person == people[2].id).execute()
    one, two, _, four = (Person.get_by_id(person.id).id for person in people)

    def gathered(*rows: Person) -> list[tuple[str, str, tuple[int, ...]]]:
        return [
            (each.kind, each.title, each.ids)
            for each in groupings.of_units("persons", [Person.get_by_id(row.id) for row in rows])
        ]

    departments = [("部门", "仓库", (two,)), ("部门", "装配车间", (one,))]
    found = gathered(*people)
    assert found[0] == ("全部", "全部", (one, two, four)) and sorted(found[1:]) == sorted(departments)
    far = town.worker(5, account=False, by=town.neighbour).person
    found = gathered(*people, far)
    assert found[:2] == [("全部", "江南机械", (one, two, four)), ("全部", "海东物流", (far.id,))]
    assert sorted(title for _, title, _ in found[2:]) == ["江南机械 · 仓库", "江南机械 · 装配车间"]
    assert groupings.of_units("bindings", people) == ()
