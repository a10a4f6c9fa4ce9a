"""Entering people: what they get, what they may do, and what stays apart (Q04, Q05)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.administration.passwords import ID_TAIL
from models.administration.records import Account, Assignment, Role
from models.core import history
from models.core.actor import Actor
from models.core.config import Config, configure
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.rights import Scope
from models.duty.records import ClockIn
from models.organization.bindings import end, restore
from models.organization.buttons import first_passwords
from models.organization.people import add_person, delete_person, edit_person
from models.organization.records import Binding, Person
from models.training.matching import match_from_registry
from models.training.records import Certificate
from tests.models.organization.conftest import Town, number


def roles(account: Account) -> set[tuple[str, int | None]]:
    rows = Assignment.select(Assignment, Role).join(Role, on=(Assignment.role == Role.id))
    return {(row.role.code, row.company_id) for row in rows.where(Assignment.account_id == account.id)}


def test_a_new_person_is_bound_and_signs_in_by_phone_and_id_tail(town: Town) -> None:
    added = town.worker(1)
    assert Binding.get(Binding.person == added.person.id).state == "approved"
    assert added.account is not None
    account = added.account.account
    assert (account.login, account.password_hash) == ("13800000001", ID_TAIL)
    assert account.must_change_password
    assert roles(account) == {("worker", None), ("unit_member", town.company.id)}


def test_a_member_inherits_the_unit_but_not_its_people(town: Town) -> None:
    actor = town.phone(town.worker(1).account.account)  # type: ignore[union-attr]
    assert actor.rights["equipment.edit"] == Scope.COMPANY
    assert not [name for name in actor.rights if name.startswith(("persons.", "users.", "roles."))]
    assert [name for name in actor.rights if name.startswith("bindings.")] == ["bindings.apply"]
    assert actor.rights["clock-ins.create"] == Scope.SELF


def test_the_same_human_keeps_one_account_in_two_units(town: Town) -> None:
    first = town.worker(1)
    second = town.worker(1, by=town.neighbour, phone="13911112222")
    assert second.account is not None
    assert first.account is not None
    assert second.account.account.id == first.account.account.id
    assert not second.account.created
    assert roles(first.account.account) == {
        ("worker", None),
        ("unit_member", town.company.id),
        ("unit_member", town.other.id),
    }


def test_a_login_that_is_somebody_elses_is_refused_at_the_phone(town: Town) -> None:
    town.worker(1)
    with pytest.raises(Invalid) as caught:
        town.worker(2, phone="13800000001")
    assert list(caught.value.fields) == ["phone"]


def test_who_is_on_file_already_is_told_the_way(town: Town) -> None:
    person = town.worker(1).person
    with pytest.raises(Conflict) as caught:
        town.worker(1)
    assert caught.value.code == "person_exists"
    assert "id_number" in caught.value.fields
    end(town.officer, Binding.get(Binding.person == person.id))
    with pytest.raises(Conflict, match="重新绑定"):
        town.worker(1)


def test_an_officers_role_gives_rights_and_its_end_takes_them(town: Town) -> None:
    added = town.worker(1, role="safety_officer", may_review=True)
    account = added.account.account  # type: ignore[union-attr]
    assert ("reviewing_officer", town.company.id) in roles(account)
    assert town.phone(account).may("bindings.decide")
    edit_person(town.officer, added.person, {"may_review": False})
    assert ("safety_officer", town.company.id) in roles(account)
    assert not town.phone(account).may("bindings.decide")
    edit_person(town.officer, Person.get_by_id(added.person.id), {"role": "operator"})
    assert not {code for code, _ in roles(account)} & {"safety_officer", "reviewing_officer"}


def test_review_counts_for_officers_alone(town: Town) -> None:
    assert not town.worker(1, role="operator", may_review=True).person.may_review


def test_nobody_makes_officers_greater_than_themselves(town: Town) -> None:
    plain = town.acting("plain", "safety_officer", town.company)
    with pytest.raises(Invalid) as caught:
        town.worker(1, by=plain, role="safety_officer", may_review=True)
    assert list(caught.value.fields) == ["may_review"]
    assert town.worker(2, by=plain, role="safety_officer").person.role == "safety_officer"


def test_who_leaves_the_unit_loses_what_it_gave(town: Town) -> None:
    added = town.worker(1, role="safety_officer")
    account = added.account.account  # type: ignore[union-attr]
    binding = end(town.officer, Binding.get(Binding.person == added.person.id), "调走")
    assert roles(account) == {("worker", None)}
    actor = town.phone(account)
    assert not actor.may("persons.read")
    assert actor.person_ids == ()
    restore(town.officer, binding)
    assert ("safety_officer", town.company.id) in roles(account)


def test_a_sites_officer_enters_people_of_the_site_and_opens_workers_alone(town: Town) -> None:
    from models.administration.records import Account as Accounts

    officer_account = town.account("site", password=None, role="")
    from models.administration.roles import assign

    assign(officer_account.id, "site_officer", town.company.id, town.site.id)
    officer = town.phone(Accounts.get_by_id(officer_account.id))
    assert officer.sites == (town.site.id,)
    added = town.worker(1, by=officer, site=town.site.id)
    assert roles(added.account.account) == {("worker", None)}  # type: ignore[union-attr]
    with pytest.raises((NotFound, Forbidden)):
        town.worker(2, by=officer)


def test_places_of_another_company_are_no_places(town: Town) -> None:
    elsewhere = town.node("别家的厂", "site", town.other)
    with pytest.raises(Invalid) as caught:
        town.worker(1, site=elsewhere.id)
    assert list(caught.value.fields) == ["site"]


def test_people_are_not_entered_for_other_companies(town: Town) -> None:
    with pytest.raises(Invalid) as caught:
        town.worker(1, company=town.other.id)
    assert list(caught.value.fields) == ["company"]


def test_deleting_a_mistake_and_keeping_what_clocked_in(town: Town) -> None:
    person = town.worker(1).person
    Certificate.create(company=town.company, person=person, number="T1", code="N1", valid_until="2030-01-01")
    delete_person(town.officer, person)
    assert not Person.select().exists()
    assert not Certificate.select().exists()
    kept = town.worker(2).person
    clocked(town, kept)
    with pytest.raises(Conflict) as caught:
        delete_person(town.officer, kept)
    assert caught.value.code == "has_clock_ins"
    assert "1 条上岗记录" in caught.value.cause


def clocked(town: Town, person: Person) -> None:
    ClockIn.create(
        id=1, company=town.company, person_id=person.id, person_name=person.name, equipment_id=1, equipment_name="叉车",
        code="N1", certificate_number="T1", day="2026-11-22", scanned_at="2026-11-22 00:00:00",
        received_at="2026-11-22 00:00:00", evidence={"unit": {}}, once_key="1.1.2026-11-22", request_key="x" * 64,
    )  # fmt: skip


def test_first_password_again_only_by_who_looks_after_the_account(town: Town) -> None:
    mine = town.worker(1)
    theirs = town.worker(1, by=town.neighbour)
    assert "初始密码是身份证号后 6 位" in first_passwords(town.officer, [mine.person], {})
    with pytest.raises(NotFound):
        first_passwords(town.neighbour, [theirs.person], {})


def test_certificates_come_from_the_registry(town: Town, tmp_path: Path, clock: Any) -> None:
    from models import demo
    from models.demo.registry import newcomers

    path = tmp_path / "registry.xlsx"
    demo.write_registry(path)
    configure(Config(registry_path=path))
    try:
        name, id_number, code = newcomers()[0]
        added = add_person(town.officer, town.values(1, name=name, id_number=id_number))
        assert [item.code for item in added.found] == [code]
        assert added.verdict.startswith("校验通过")
        unknown = town.worker(2)
        assert unknown.verdict.startswith("没有匹配到")
        told = match_from_registry(town.officer, [added.person, unknown.person])
        assert "校验通过 1 人" in told
        assert "工人2没有匹配到" in told
        assert Certificate.select().count() == 1
    finally:
        configure(Config())
    with pytest.raises(Conflict) as caught:
        match_from_registry(town.officer, [added.person])
    assert caught.value.code == "no_registry"


def test_the_trail_never_shows_an_id_number(town: Town) -> None:
    town.worker(1)
    told = str([(row.changes, row.account_name) for row in history.Change.select()])
    assert number(1) not in told
    assert "工人1" in told


def test_unit_accounts_may_appoint_reviewers(town: Town) -> None:
    unit: Actor = town.acting("unit", "unit", town.company)
    assert town.worker(1, by=unit, role="safety_officer", may_review=True).person.may_review
