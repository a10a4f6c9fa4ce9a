"""Entering people: what they get, what they may do, and what stays apart (Q04, Q05)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.administration.accounts.accept_invitation import accept, join
from models.administration.accounts.actors import actor_for_token
from models.administration.accounts.invitations import invitation_of
from models.administration.records import Account, Assignment, Role
from models.administration.sign_in.sign_in import sign_in
from models.core import history
from models.core.config import Config, configure
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.history import Change
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.duty.records import ClockIn
from models.organization.records import Binding, Person
from models.personnel import list_values
from models.personnel.bindings import bindings
from models.personnel.bindings.bindings import end, restore
from models.personnel.list_actions import first_passwords
from models.personnel.people import add_person, delete_person, edit_person
from models.training.certificates.registry_matching import match_from_registry
from models.training.records import Certificate
from tests.models.administration.conftest import GOOD
from tests.models.organization.conftest import Town, number


def roles(account: Account) -> set[tuple[str, int | None]]:
    rows = Assignment.select(Assignment, Role).join(Role, on=(Assignment.role == Role.id))
    return {(row.role.code, row.company_id) for row in rows.where(Assignment.account_id == account.id)}


def test_a_new_person_is_bound_and_signs_in_by_phone_and_id_tail(town: Town) -> None:
    added = town.worker(1)
    assert Binding.get(Binding.person == added.person.id).state == "approved"
    assert added.account is not None
    assert not Account.select().where(Account.login == "13800000001").exists(), "nobody is anybody yet"
    signed = sign_in("13800000001", number(1)[-6:], door="phone")
    accept(actor_for_token(signed.token, "phone"), "Other#word-92")
    actor = actor_for_token(signed.token, "phone")
    assert actor.person_ids == (added.person.id,)
    account = Account.get_by_id(actor.account_id)
    assert account.login == "13800000001"
    assert roles(account) == {("worker", None), ("unit_member", town.company.id)}


def test_a_member_inherits_the_unit_but_not_its_people(town: Town) -> None:
    actor = town.phone(town.working(1)[1])
    assert actor.rights["equipment.edit"] == Scope.COMPANY
    assert not [name for name in actor.rights if name.startswith(("persons.", "users.", "roles."))]
    assert [name for name in actor.rights if name.startswith("bindings.")] == ["bindings.apply"]
    assert actor.rights["clock-ins.create"] == Scope.SELF


def test_the_same_human_keeps_one_account_in_two_units(town: Town) -> None:
    _, account = town.working(1)
    second = town.worker(1, by=town.neighbour, phone="13911112222").person
    assert roles(account) == {("worker", None), ("unit_member", town.company.id)}, "the second unit only asks"
    signed = sign_in("13911112222", number(1)[-6:], door="phone")
    join(actor_for_token(signed.token, "phone"), account.login, GOOD)
    actor = actor_for_token(signed.token, "phone")
    assert actor.account_id == account.id
    assert second.id in actor.person_ids
    assert roles(account) == {
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
    person, account = town.working(1, role="safety_officer", may_review=True)
    assert ("reviewing_officer", town.company.id) in roles(account)
    assert town.phone(account).may("bindings.decide")
    edit_person(town.officer, person, {"may_review": False})
    assert ("safety_officer", town.company.id) in roles(account)
    assert not town.phone(account).may("bindings.decide")
    edit_person(town.officer, Person.get_by_id(person.id), {"role": "operator"})
    assert not {code for code, _ in roles(account)} & {"safety_officer", "reviewing_officer"}


def test_may_review_for_who_is_no_officer_is_refused_aloud(town: Town) -> None:
    """Q04: 允许审核 counts for 安全管理员 only. On every way in, and never dropped in silence."""
    for values in ({"role": "operator"}, {"role": None}):
        with pytest.raises(Invalid) as caught:
            town.worker(1, may_review=True, **values)
        assert "允许审核" in caught.value.fields["may_review"]
    person = town.worker(1).person
    with pytest.raises(Invalid) as caught:
        edit_person(town.officer, person, {"may_review": True})
    assert list(caught.value.fields) == ["may_review"]
    chief = town.worker(2, role="safety_officer", may_review=True).person
    with pytest.raises(Invalid):
        edit_person(town.officer, chief, {"role": "operator", "may_review": True})
    with pytest.raises(Invalid):
        edit_person(town.officer, person, {"role": "operator", "may_review": True})


def test_who_is_an_officer_no_more_reviews_no_more_and_the_trail_says_so(town: Town) -> None:
    chief = town.worker(1, role="safety_officer", may_review=True).person
    edit_person(town.officer, chief, {"role": "operator"})
    assert not Person.get_by_id(chief.id).may_review
    lines = Change.select().where(Change.table == "person", Change.action == "edited").get().changes
    assert {line["title"] for line in lines} == {"人员类型", "允许审核"}


def test_nobody_makes_officers_greater_than_themselves(town: Town) -> None:
    plain = town.acting("plain", "safety_officer", town.company)
    with pytest.raises(Invalid) as caught:
        town.worker(1, by=plain, role="safety_officer", may_review=True)
    assert list(caught.value.fields) == ["may_review"]
    assert town.worker(2, by=plain, role="safety_officer").person.role == "safety_officer"


def test_who_leaves_the_unit_loses_what_it_gave(town: Town) -> None:
    person, account = town.working(1, role="safety_officer")
    binding = end(town.officer, Binding.get(Binding.person == person.id), "调走")
    assert roles(account) == {("worker", None)}
    actor = town.phone(account)
    assert not actor.may("persons.read")
    assert actor.person_ids == ()
    restore(town.officer, binding)
    assert ("safety_officer", town.company.id) in roles(account)


def test_a_sites_officer_enters_people_of_the_site_and_opens_workers_alone(town: Town) -> None:
    from models.administration.records import Account as Accounts

    officer_account = town.account("site", password=None, role="")
    from models.administration.roles.roles import assign

    assign(officer_account.id, "site_officer", town.company.id, town.site.id)
    officer = town.phone(Accounts.get_by_id(officer_account.id))
    assert officer.places_of("persons.create").sites == (town.site.id,)
    added = town.worker(1, by=officer, site=town.site.id)
    assert added.account is None, "who may not review only asks for it"
    bindings.approve(town.officer, Binding.get(Binding.person == added.person.id))
    invitation = invitation_of(added.person)
    assert invitation is not None
    assert (invitation.state, invitation.member) == ("open", False)
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


def test_a_first_password_again_is_a_new_invitation_or_a_code(town: Town) -> None:
    waiting = town.worker(1).person
    assert "初始密码是身份证号后 6 位" in first_passwords(town.officer, [waiting], {})
    person, account = town.working(2)
    assert "激活码" in first_passwords(town.officer, [person], {})
    assert Account.get_by_id(account.id).must_change_password
    plain = town.acting("plain", "safety_officer", town.company)
    with pytest.raises(Forbidden):
        first_passwords(plain, [waiting], {})
    with pytest.raises(NotFound):
        first_passwords(town.neighbour, [waiting], {})


def test_certificates_come_from_the_registry(town: Town, tmp_path: Path, clock: Any) -> None:
    from models import demo
    from models.demo.people.registry import newcomers

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


@pytest.mark.parametrize(("called", "then"), [("工人1", "工人一"), ("老王", "老王")])
def test_a_corrected_name_is_the_accounts_too_where_it_was_the_same(
    town: Town, called: str, then: str
) -> None:
    person, account = town.working(1)
    Account.update(name=called).where(Account.id == account.id).execute()
    edit_person(town.officer, person, {"name": "工人一"})
    assert Account.get_by_id(account.id).name == then


def test_the_trail_never_shows_an_id_number(town: Town) -> None:
    town.worker(1)
    told = str([(row.changes, row.account_name) for row in history.Change.select()])
    assert number(1) not in told
    assert "工人1" in told


def test_unit_accounts_may_appoint_reviewers(town: Town) -> None:
    unit: Actor = town.acting("unit", "unit", town.company)
    assert town.worker(1, by=unit, role="safety_officer", may_review=True).person.may_review


def test_who_has_an_account_or_was_invited_to_one(town: Town) -> None:
    persons = [town.worker(1).person, town.worker(2, account=False).person, town.working(3)[0]]
    assert list(list_values.has_account(town.officer, persons).values()) == [True, False, True]
