"""For which unit somebody may report or enter something, and whose places count (Q05, Q13, E07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import AnbanError, Forbidden, Invalid, Malformed
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.hazards.records import REPORT_HAZARDS
from models.organization import place_names
from models.organization.belonging import own_file, own_units, unit_for
from models.organization.own_places import check_place, company_of
from models.organization.records import Binding, Person
from tests.models.organization.conftest import Town

RIGHT = REPORT_HAZARDS


def bound(town: Town, place: int, by: Actor | None = None, state: str = "approved") -> Person:
    person = town.worker(place, by=by, account=False).person
    Binding.update(state=state).where(Binding.person == person.id).execute()
    return person


def actor(
    company: int | None, scope: Scope = Scope.SELF, people: tuple[Person, ...] = (), **more: Any
) -> Actor:
    return Actor(1, "甲", company, {RIGHT: scope}, person_ids=tuple(one.id for one in people), **more)


def unit(who: Actor, wanted: Any) -> str | tuple[int, int | None]:
    """The unit's id and one's own file there; else the code of the refusal, or the field that is wrong."""
    try:
        company, person = unit_for(who, wanted, RIGHT, doing="上报", advice="请联系")
    except Forbidden as refused:
        return refused.code
    except Invalid as refused:
        return ",".join(refused.fields)
    return company.id, None if person is None else person.id


def test_a_worker_reports_where_their_file_is_bound(town: Town) -> None:
    here, there = bound(town, 1), bound(town, 1, town.neighbour)
    own, other = town.company.id, town.other.id
    who = actor(own, people=(here, there))
    for wanted in (None, "", own, str(own)):
        assert unit(who, wanted) == (own, here.id)
    assert unit(who, str(other)) == (other, there.id), "a second unit of theirs"
    assert own_units(who) == tuple(sorted((own, other))) and own_units(actor(own)) == ()
    Binding.update(state="ended").where(Binding.person == there.id).execute()
    assert unit(who, str(other)) == "company" and own_units(who) == (own,)
    assert own_file(who, other) is None
    Binding.update(state="waiting").where(Binding.person == here.id).execute()
    for wanted in (None, "", own):
        assert unit(who, wanted) == "not_bound"
    assert unit(actor(None, people=(here,)), None) == "company"


def test_who_may_for_the_whole_unit_needs_no_file_and_reaches_no_farther(town: Town) -> None:
    own, other = town.company.id, town.other.id
    wide = actor(own, Scope.COMPANY)
    assert unit(wide, None) == (own, None) == unit(wide, str(own))
    for wanted in (str(other), str(town.group.id), str(10**9)):
        assert unit(wide, wanted) == "company"
    group = actor(town.group.id, Scope.GROUP, group_companies=(town.group.id, own, other))
    assert unit(group, str(other)) == (other, None)
    assert unit(group, None) == "not_bound", "the group itself is no unit"


def test_new_rows_are_for_a_company_that_the_right_reaches(town: Town) -> None:
    own, other = town.company.id, town.other.id
    wide = actor(own, Scope.COMPANY)
    assert company_of(wide, {}, RIGHT) == company_of(wide, {"company": own}, RIGHT) == own
    group = actor(town.group.id, Scope.GROUP, group_companies=(town.group.id, own, other))
    assert company_of(group, {"company": other}, RIGHT) == other
    for who, chosen in ((wide, other), (group, None), (actor(None, Scope.COMPANY), None)):
        with pytest.raises(Invalid) as refused:
            company_of(who, {"company": chosen}, RIGHT)
        assert set(refused.value.fields) == {"company"}


def test_a_place_is_one_of_its_kind_in_the_company(town: Town) -> None:
    far = town.node("外厂", "site", town.other)
    check_place(town.company.id, {"site": town.site.id, "department": town.department.id})
    check_place(town.company.id, {"site": None})
    check_place(town.company.id, {})
    for name, node in (
        ("site", far), ("site", town.department), ("department", town.site), ("site", town.company),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            check_place(town.company.id, {name: node.id})
        assert set(refused.value.fields) == {name}


def test_departments_of_one_name_are_told_apart_by_what_stands_above(town: Town) -> None:
    second = town.node("二号厂", "site", town.company)
    same = town.node("装配车间", "department", second)
    inner = town.node("装配车间", "department", town.node("车间群", "department", second))
    find = place_names.departments(town.officer)

    def found(text: str) -> int | str:
        try:
            return find(text)
        except (Malformed, AnbanError) as refused:
            return str(getattr(refused, "code", ""))

    assert found("装配车间") == "ambiguous" == found("二号厂/装配车间")
    assert found("一号厂/装配车间") == town.department.id
    assert found("二号厂/车间群/装配车间") == found("车间群/装配车间") == inner.id
    assert found("车间群/二号厂/装配车间") == "no_such_row", "in this order"
    assert found("江南机械/一号厂/装配车间") == town.department.id and same.id != inner.id
