"""Anybody can report: waiting, unbound, locked out, not signed in; and nobody can do harm with it (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.access import find, list_of
from models.accidents.display.accident_json import accident_json
from models.accidents.photos import may_add
from models.accidents.records import Accident, AccidentVersion
from models.accidents.report import bursts, unverified
from models.accidents.report.unverified import UNVERIFIED
from models.accidents.rules import add_to, pass_on, report, same_place, supplement
from models.administration.accounts.actors import actor_for_account
from models.administration.records import AccountClaim
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid, NotFound, TooMany
from models.core.labels.label_codes import new_label_code
from models.core.security.actor import Actor
from models.grid.records import GridNode
from models.messages.records import Message, Notice
from models.messages.tellers import tell_of
from models.organization.records import Company, Person
from tests.models.accidents.conftest import Scene
from tests.support.clock_in_plant import NUMBERS

NOBODY = Actor(account_id=None, name="没有登录的人", door="phone")


@pytest.fixture
def waiting(scene: Scene) -> Person:
    """Somebody who waits to be let into the unit, with an account."""
    person = scene.plant.person(4, scene.unit, name="赵等审", state="waiting")
    scene.plant.account(4, scene.unit)
    return person


def tell(scene: Scene) -> None:
    for row in scene.news("accident.reported") + scene.news("accident.updated"):
        in_transaction(tell_of, row)


def told(accident: Accident) -> set[int]:
    rows = Notice.select(Notice.person).join(Message)
    return {
        person
        for (person,) in rows.where(
            Message.subject_kind == "accident", Message.subject_id == accident.id
        ).tuples()
    }


def sent(actor: Actor, facts: dict[str, Any], key: str = "k", address: str = "10.0.0.1") -> Accident:
    return in_transaction(report, actor, facts, key=key, address=address)[0]


def test_who_waits_reports_to_the_unit_they_wait_for(scene: Scene, waiting: Person) -> None:
    accident = sent(scene.actor(4), scene.facts())
    assert (accident.company_id, accident.unverified, accident.reporter_id) == (scene.unit.id, True, None)
    assert accident.caller_name == "工人4"
    tell(scene)
    assert told(accident) == {scene.officer.id, scene.second.id}, (
        "those who can judge it, and nobody else yet"
    )
    message = Message.get(Message.subject_id == accident.id)
    assert UNVERIFIED in message.title and "工人4" in (message.text or "")
    assert message.needs_answer and message.urgency == 2


def test_who_has_applied_to_a_unit_reports_to_it(scene: Scene) -> None:
    scene.plant.account(4, scene.unit)
    account = scene.plant.accounts[4]
    AccountClaim.create(
        account_id=account.id, company_id=scene.unit.id, person_id=0, origin="applied", state="waiting"
    )
    assert sent(scene.actor(4), scene.facts()).company_id == scene.unit.id


@pytest.mark.parametrize(
    "how", ["company", "name", "part", "beginning", "label", "grid label", "grid", "position"]
)
def test_who_is_of_no_unit_reports_to_the_one_they_name_or_are_at(scene: Scene, how: str) -> None:
    other = scene.plant.unit("临江化工有限公司")
    node = GridNode.create(
        company=other,
        name="罐区",
        level="3",
        path="/",
        enabled=True,
        label_code=new_label_code(),
        lng=120.5,
        lat=30.2,
    )
    GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
    equipment = scene.plant.equipment(other, location="装卸台")
    said: dict[str, Any] = {
        "company": {"company": str(other.id)},
        "name": {"unit_name": " 临江化工 有限公司"},
        "part": {"unit_name": "临江化工"},
        "beginning": {"unit_name": "临江"},
        "label": {"label": f"http://127.0.0.1:8888/e/{equipment.label_code}", "place": None},
        "grid label": {"label": f"http://127.0.0.1:8888/g/{node.label_code}", "place": None},
        "grid": {"grid": str(node.id)},
        "position": {"lng": 120.5001, "lat": 30.2001, "place": None},
    }[how]
    scene.leave(scene.worker)
    accident = sent(scene.actor(), scene.facts(**said))
    assert (accident.company_id, accident.unverified) == (other.id, True)
    assert accident.place
    assert accident.equipment_id == (equipment.id if how == "label" else None), "its own rules apply"
    shown = accident_json(scene.actor(), accident)
    assert other.name not in str({**shown, "company": {**shown["company"], "name": ""}})
    assert "罐区" not in str(shown) and "装卸台" not in str(shown), "what we know of the place is not told"


@pytest.mark.parametrize("how", ["name", "label", "grid label", "position"])
def test_who_is_of_another_unit_reports_to_the_one_they_stand_in(scene: Scene, how: str) -> None:
    """A driver of ours at their crane: their people must hear of it, not ours, and can call the driver back."""
    other = scene.plant.unit("临江化工有限公司")
    node = GridNode.create(
        company=other, name="罐区", level="3", path="/", enabled=True, label_code=new_label_code(), lng=120.5, lat=30.2
    )  # fmt: skip
    GridNode.update(path=f"/{node.id}/").where(GridNode.id == node.id).execute()
    equipment = scene.plant.equipment(other)
    said: dict[str, Any] = {
        "name": {"unit_name": "临江化工"},
        "label": {"label": f"http://127.0.0.1:8888/e/{equipment.label_code}", "place": None},
        "grid label": {"label": f"http://127.0.0.1:8888/g/{node.label_code}", "place": None},
        "position": {"lng": 120.5001, "lat": 30.2001, "place": None, "elsewhere": True},
    }[how]
    accident = sent(scene.actor(), scene.facts(**said))
    assert (accident.company_id, accident.unverified, accident.reporter_id) == (other.id, True, None)
    assert accident.caller_name == f"{scene.actor().name}（{scene.unit.name}）"
    assert accident.caller_phone
    assert find(scene.actor(), accident.id).id == accident.id, "who sent it sees that it arrived"
    assert same_place(scene.actor(), scene.facts(**said)) == []


def test_who_says_elsewhere_and_is_at_home_reports_as_one_of_its_people(scene: Scene) -> None:
    equipment = scene.plant.equipment(scene.unit)
    label = f"http://127.0.0.1:8888/e/{equipment.label_code}"
    accident = sent(scene.actor(), scene.facts(label=label, elsewhere=True))
    assert (accident.company_id, accident.unverified, accident.reporter_id) == (
        scene.unit.id, False, scene.worker.id,
    )  # fmt: skip


@pytest.mark.parametrize("said", [{"unit_name": "没有这一家"}, {"elsewhere": True}])
def test_a_unit_that_is_not_found_never_makes_it_ours(scene: Scene, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="还不知道报给哪个单位") as caught:
        sent(scene.actor(), scene.facts(**said))
    assert caught.value.cause and caught.value.details["contact"]["phone"]
    assert not Accident.select().exists()


def test_a_short_name_in_the_words_of_another_is_no_unit(scene: Scene) -> None:
    """港务 is not who is meant by 港务大厦物业公司: the report would ring the wrong people, and nobody else."""
    Company.update(name="港务").where(Company.id == scene.unit.id).execute()
    with pytest.raises(Invalid, match="还不知道报给哪个单位"):
        sent(NOBODY, scene.facts(unit_name="港务大厦物业公司"))
    assert sent(NOBODY, scene.facts(unit_name="港务")).company_id == scene.unit.id


@pytest.mark.parametrize(("said", "kept"), [("火灾", "火灾"), ("没有这一类", None)])
def test_a_strangers_quick_word_brings_its_category(scene: Scene, said: str, kept: str | None) -> None:
    """A fire's casualties are reported anew for 7 days, not 30; a word that is in no list keeps no report back."""
    scene.leave(scene.worker)
    accident = sent(scene.actor(), scene.facts(unit_name=scene.unit.name, what="着火", category=said))
    assert (accident.category, accident.unverified) == (kept, True)


def test_a_report_that_nobody_knows_where_to_send_is_refused_with_a_number(scene: Scene) -> None:
    scene.leave(scene.worker)
    for said in (
        {},
        {"unit_name": "没有这家"},
        {"company": "999999"},
        {"lng": 10.0, "lat": 10.0},
        {"label": "??"},
    ):
        with pytest.raises(Invalid) as refused:
            sent(scene.actor(), scene.facts(**said))
        assert refused.value.code == "unit_unknown"
        assert refused.value.details["contact"]["phone"] == "110" and "120" in refused.value.advice


def test_not_signed_in_with_a_name_and_a_number(scene: Scene) -> None:
    data = scene.facts(unit_name=scene.unit.name, caller_name="路人甲", caller_phone="139 0000 0000")
    accident = sent(NOBODY, data)
    assert (accident.caller_name, accident.reporter_account_id) == ("路人甲", None)
    again, created = in_transaction(report, NOBODY, data, key="k", address="10.0.0.1")
    assert (again.id, created) == (accident.id, False)
    tell(scene)
    assert "路人甲" in (Message.get(Message.subject_id == accident.id).text or "")


def test_a_stranger_sees_what_they_said_and_nothing_else(scene: Scene, waiting: Person, clock: Any) -> None:
    stranger = scene.actor(4)
    accident = sent(stranger, scene.facts(place="仓库", company=str(scene.unit.id)))
    tell(scene)
    in_transaction(supplement, scene.actor(1), accident.id, {"measures": "陈安澜已到现场", "deaths": 1}, 1)
    shown = accident_json(stranger, find(stranger, accident.id))
    assert (shown["number"], shown["place"], shown["unverified"]) == (accident.number, "仓库", True)
    assert "陈安澜" not in str(shown) and scene.unit.name not in str(shown)
    assert (shown["versions"][0]["kind"], len(shown["versions"]), shown["deaths"]) == ("first", 1, None)
    assert not any(shown["can"].values()) and shown["told"]["total"] == 0
    assert [row.id for row in list_of(stranger)[0]] == [accident.id]
    for forbidden in (
        lambda: supplement(stranger, accident.id, {"note": "x"}, 2),
        lambda: pass_on(stranger, accident.id),
        lambda: add_to(stranger, accident.id, scene.facts()),
    ):
        with pytest.raises((Forbidden, NotFound)):
            in_transaction(forbidden)
    assert may_add(stranger, accident.id).id == accident.id, "its pictures may follow its words"
    clock.forward(minutes=61)
    with pytest.raises(Forbidden):
        may_add(stranger, accident.id)
    assert same_place(stranger, scene.facts(place="仓库", company=str(scene.unit.id))) == []
    full = accident_json(scene.actor(1), accident)
    assert full["company"]["name"] == scene.unit.name and UNVERIFIED in full["caller"]


def test_receivers_are_never_a_strangers_choice(scene: Scene, waiting: Person) -> None:
    accident = sent(
        scene.actor(4), scene.facts(receivers={"persons": [str(scene.boss.id)], "ways": ["card"]})
    )
    tell(scene)
    assert scene.boss.id not in told(accident)


def test_one_press_tells_everybody_else_and_nobody_twice(scene: Scene, waiting: Person) -> None:
    from models.messages.escalation.records import Preset, PresetPerson

    preset = Preset.create(company=scene.unit, name="一律", level="any", ways=["system"])
    for person in (scene.officer, scene.boss):
        PresetPerson.create(preset=preset, person=person.id)
    accident = sent(scene.actor(4), scene.facts())
    tell(scene)
    assert scene.boss.id not in told(accident)
    shown = accident_json(scene.actor(1), accident)
    assert shown["held"] and shown["can"]["tell_all"]
    in_transaction(pass_on, scene.actor(1), accident.id)
    tell(scene)
    assert scene.boss.id in told(accident)
    of_officer = (
        Notice.select()
        .join(Message)
        .where(Notice.person == scene.officer.id, Message.subject_id == accident.id)
    )
    assert of_officer.count() == 1
    assert not accident_json(scene.actor(1), accident)["held"]


def test_where_nobody_can_judge_everybody_is_told_at_once(scene: Scene, waiting: Person) -> None:
    for person in (scene.officer, scene.second):
        Person.update(role="operator").where(Person.id == person.id).execute()
    assert not sent(scene.actor(4), scene.facts()).narrow


def test_worse_news_of_a_held_report_rings_those_who_judge_alone(scene: Scene, waiting: Person) -> None:
    accident = sent(scene.actor(4), scene.facts())
    tell(scene)
    in_transaction(supplement, scene.actor(1), accident.id, {"deaths": 30}, 1)
    tell(scene)
    assert told(accident) == {scene.officer.id, scene.second.id}


def test_a_name_that_was_only_typed_is_nobodys_name(scene: Scene, waiting: Person) -> None:
    """Who types the safety officer's name is not shown as the safety officer, wherever it says who reported."""
    told_us = scene.facts(company=str(scene.unit.id), caller_name=scene.officer.name)
    accident = sent(NOBODY, told_us)
    (first,) = AccidentVersion.select().where(AccidentVersion.accident == accident.id)
    assert first.by_name == f"{scene.officer.name}（{UNVERIFIED}）"
    in_transaction(pass_on, scene.actor(1), accident.id)
    (same,) = same_place(scene.actor(0), scene.facts())
    assert same["by"] == f"{scene.officer.name}（{UNVERIFIED}）"
    assert sent(scene.actor(4), scene.facts(caller_name=scene.officer.name), key="2").versions == 1
    named = AccidentVersion.select().where(AccidentVersion.by_name == scene.officer.name)
    assert not named.exists(), "an account makes a typed name no truer"


def test_what_a_stranger_calls_themselves_stays_one_short_line(scene: Scene) -> None:
    """Cards and texts to everybody carry it: it must not write lines of its own there, nor half an identity number."""
    lines = "张三\n已核实：安全管理员陈安澜已到现场\n请全体人员留在原地，不要撤离，等候通知"
    accident = sent(
        NOBODY, scene.facts(company=str(scene.unit.id), caller_name=lines, caller_phone="1\n" * 15)
    )
    assert accident.caller_name == " ".join(lines.split())[:30]
    assert accident.caller_phone == " ".join("1\n" * 15).split("\n")[0][:0] + ("1 " * 10).strip()
    hidden = sent(
        NOBODY, scene.facts(company=str(scene.unit.id), caller_name=f"{'我' * 18}{NUMBERS[0]}"), key="2"
    )
    assert NUMBERS[0][:10] not in (hidden.caller_name or "")


def test_one_that_waits_for_a_judgement_takes_no_witness(scene: Scene) -> None:
    accident = sent(NOBODY, scene.facts(company=str(scene.unit.id), caller_phone="13900000000"))
    with pytest.raises(NotFound):
        in_transaction(add_to, scene.actor(0), accident.id, scene.facts(what="我也看见了"))
    with pytest.raises(NotFound):
        find(scene.actor(0), accident.id)


def test_how_often(scene: Scene, waiting: Person) -> None:
    stranger = scene.actor(4)
    for n in range(unverified.BY_ACCOUNT.most):
        sent(stranger, scene.facts(what=f"第 {n} 起"), key=f"a{n}")
    with pytest.raises(TooMany) as refused:
        sent(stranger, scene.facts(), key="one too many")
    assert refused.value.details["contact"]["phone"] and "120" in refused.value.advice
    assert sent(stranger, scene.facts(), key="a0").what == "第 0 起", "a repeat is no further report"


def until_refused(scene: Scene, addresses: list[str]) -> tuple[int, str]:
    """Report from these addresses without a session until one is refused; gives how many went, and the code."""
    for made, address in enumerate(addresses):
        try:
            sent(NOBODY, scene.facts(unit_name=scene.unit.name), key=f"{address}-{made}", address=address)
        except TooMany as error:
            return made, error.code
    return len(addresses), ""


def test_how_often_without_a_session_by_address_and_by_unit(scene: Scene) -> None:
    assert until_refused(scene, ["10.0.0.1"] * 9) == (unverified.BY_ADDRESS.most, "limit_accident_addresses")
    left = unverified.BY_UNIT.most - unverified.BY_ADDRESS.most
    assert until_refused(scene, [f"10.1.0.{n}" for n in range(9)]) == (left, "limit_accident_unsigned")
    assert Accident.select().count() == unverified.BY_UNIT.most
    other = scene.plant.unit("另一家单位")
    assert sent(NOBODY, scene.facts(unit_name=other.name), key="c", address="10.2.0.1").company_id == other.id
    member = scene.report(key="member")
    assert not member.unverified and member.burst_id is None, "the unit's own people are not held up by it"


def test_who_belongs_reports_as_ever(scene: Scene) -> None:
    accident = scene.report()
    assert (accident.unverified, accident.reporter_id) == (False, scene.worker.id)
    torn = scene.report(key="k1", label="http://127.0.0.1:8888/e/E9999999")
    assert (torn.unverified, torn.company_id) == (False, scene.unit.id), (
        "a label that is nobody's changes nothing"
    )
    own = scene.report(key="k4", label=scene.plant.equipment(scene.unit).label_code)
    assert (own.unverified, own.company_id) == (False, scene.unit.id)
    other = scene.plant.unit("别家")
    with pytest.raises(Invalid) as refused:
        scene.report(key="k2", company=str(other.id))
    assert refused.value.details["contact"]["name"] in (scene.officer.name, scene.second.name)
    equipment = scene.plant.equipment(other)
    at_theirs = scene.report(key="k3", label=equipment.label_code)
    assert (at_theirs.company_id, at_theirs.unverified) == (other.id, True)


def test_every_refusal_has_a_cause_and_a_number(scene: Scene, waiting: Person) -> None:
    for who, wrong in (
        (0, {"what": ""}),
        (0, {"category": "没有这一类"}),
        (4, {"what": ""}),
        (4, {"grid": "77"}),
    ):
        with pytest.raises(AnbanError) as refused:
            scene.report(who, key="x", **wrong)
        assert refused.value.cause and refused.value.details["contact"]["phone"], (who, wrong)
    with pytest.raises(AnbanError) as refused:
        scene.report(0, key="x", what="")
    first = refused.value.details["contact"]["name"]
    assert first in (scene.officer.name, scene.second.name)
    # An officer whose report is refused is given a colleague's number, never their own.
    mine = scene.officer if first == scene.officer.name else scene.second
    Person.update(account_id=scene.plant.accounts[1].id).where(Person.id == mine.id).execute()
    with pytest.raises(AnbanError) as refused:
        scene.report(1, key="x", what="")
    assert (
        refused.value.details["contact"]["name"] == ({scene.officer.name, scene.second.name} - {first}).pop()
    )
    stranger = actor_for_account(scene.plant.accounts[4], "phone")
    Company.update(phone="13811112222").execute()
    with pytest.raises(AnbanError) as refused:
        sent(stranger, scene.facts(what="", company=str(scene.plant.unit("别家二").id)))
    assert "别家" not in str(refused.value.details)


def test_a_burst_is_still_a_members(scene: Scene) -> None:
    made = [scene.report(key=f"k{n}", what=f"{n}", place=f"{n}") for n in range(bursts.USUAL.most + 1)]
    assert [row.narrow for row in made] == [False] * len(made) and made[-1].burst_id
