"""Who follows an equipment, a person or a site hears of each clock-in there, and nobody else does (Q09, H04)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.duty.gate import clock_in
from models.duty.notifications import followed
from models.duty.records import ClockIn
from models.equipment.records import Equipment
from models.messages.records import Message
from models.messages.tellers import worth_telling
from models.organization.records import Binding, Company, Person
from models.tasks.notify.subscriptions import follow, unfollow
from tests.models.tasks.relay import pass_all_on, told
from tests.support.clock_in_plant import Plant
from tests.support.statement_log import listening

NEWS = "clock_in.created"


class Watch:
    """A site with a truck, its driver, and an officer of the unit who may look at clock-ins."""

    def __init__(self, plant: Plant) -> None:
        self.plant, self.unit = plant, plant.units[0]
        self.site = Company.create(name="城东厂", kind="site", parent=self.unit, path="/")
        path = f"{self.unit.path}{self.site.id}/"
        Company.update(company_root=self.unit.id, path=path).where(Company.id == self.site.id).execute()
        self.truck = plant.equipment(self.unit, name="3号叉车", site=self.site, location="成品库")
        self.driver = Person.get(Person.name == "工人0")
        self.officer = self.member(1, "陈安澜", "safety_officer")

    def member(self, who: int, name: str, role: str, unit: Company | None = None) -> Person:
        unit = unit or self.unit
        person = self.plant.person(who, unit, name=name)
        account = self.plant.account(who, unit, role=builtin(role))
        Person.update(account_id=account.id).where(Person.id == person.id).execute()
        return Person.get_by_id(person.id)

    def actor(self, who: int = 1) -> Actor:
        return actor_for_account(Account.get_by_id(self.plant.accounts[who].id), "console")

    def scan(self, what: Equipment | None = None, who: int = 0, **values: Any) -> ClockIn:
        (outcome,) = in_transaction(clock_in, [self.plant.scan(who, what or self.truck, **values)])
        return ClockIn.get_by_id(outcome.record["id"])


@pytest.fixture
def watch(plant: Plant) -> Watch:
    return Watch(plant)


def heard() -> list[tuple[str, list[str]]]:
    pass_all_on()
    return told(NEWS)


@pytest.mark.parametrize("thing", ["truck", "driver", "site"])
def test_who_follows_the_equipment_the_person_or_the_site_hears_of_it(watch: Watch, thing: str) -> None:
    kind = {"truck": "equipment", "driver": "persons", "site": "companies"}[thing]
    in_transaction(follow, watch.actor(), kind, getattr(watch, thing).id)
    watch.scan()
    assert heard() == [("【上岗】工人0：3号叉车", ["陈安澜"])]
    text = Message.get(Message.kind == NEWS).text
    assert text == "时间：08:00\n单位：清源水务\n位置：成品库\n作业项目：N1"
    in_transaction(unfollow, watch.actor(), kind, getattr(watch, thing).id)
    watch.scan(watch.plant.equipment(watch.unit, name="4号叉车", site=watch.site))
    assert len(heard()) == 1


@pytest.mark.one_engine
@pytest.mark.parametrize("why", ["gone", "without a site"])
def test_where_the_equipment_is_gone_or_stands_nowhere_the_persons_followers_hear_of_it(
    watch: Watch, why: str
) -> None:
    for kind, row in (("persons", watch.driver), ("companies", watch.site)):
        in_transaction(follow, watch.actor(), kind, row.id)
    record = watch.scan()
    if why == "gone":
        Equipment.delete().where(Equipment.id == record.equipment_id).execute()
    else:
        Equipment.update(site=None).where(Equipment.id == record.equipment_id).execute()
    in_transaction(unfollow, watch.actor(), "companies", watch.site.id)
    assert [names for _, names in heard()] == [["陈安澜"]]


def test_who_follows_all_three_hears_of_it_once(watch: Watch) -> None:
    for kind, row in (("equipment", watch.truck), ("persons", watch.driver), ("companies", watch.site)):
        in_transaction(follow, watch.actor(), kind, row.id)
    watch.scan()
    assert heard() == [("【上岗】工人0：3号叉车", ["陈安澜"])]


def test_what_nobody_follows_costs_one_question_for_the_batch_and_no_message(watch: Watch) -> None:
    """X10: at shift change hardly anybody is followed."""
    in_transaction(follow, watch.actor(), "equipment", watch.truck.id)
    others = [watch.plant.equipment(watch.unit, name=f"{number}号吊车") for number in range(5, 25)]
    mine = watch.scan()
    for other in others:
        watch.scan(other)
    rows = in_transaction(outbox.take, 500)
    with listening() as said:
        worth = in_transaction(worth_telling, rows)
    assert [row.subject_id for row in worth] == [mine.id]
    assert len([sql for sql in said if sql.startswith("SELECT")]) == 1


def test_news_that_people_wait_for_go_before_clock_ins(watch: Watch) -> None:
    in_transaction(follow, watch.actor(), "equipment", watch.truck.id)
    record = watch.scan()
    alarm = Outbox.create(kind="accident.reported", company_id=watch.unit.id, subject_id=1)
    rows = list(Outbox.select().order_by(Outbox.id))
    assert [row.subject_id for row in worth_telling(rows)] == [alarm.subject_id, record.id]


def test_nobody_is_told_of_their_own_clock_in(watch: Watch) -> None:
    """An officer who drives, too, follows the truck and is told of others only."""
    watch.plant.certificate(watch.officer)
    in_transaction(follow, watch.actor(), "equipment", watch.truck.id)
    watch.scan(who=1)
    assert heard() == []
    watch.scan()
    assert heard() == [("【上岗】工人0：3号叉车", ["陈安澜"])]


def test_who_may_not_read_it_any_more_hears_nothing(watch: Watch) -> None:
    """A leaver's follow stays, and opens nothing."""
    in_transaction(follow, watch.actor(), "equipment", watch.truck.id)
    Binding.update(state="ended").where(Binding.person == watch.officer.id).execute()
    Account.update(state="disabled").where(Account.id == watch.plant.accounts[1].id).execute()
    watch.scan()
    assert heard() == []


def test_a_scan_of_yesterday_says_its_day_and_that_it_came_late(watch: Watch, clock: Any) -> None:
    in_transaction(follow, watch.actor(), "equipment", watch.truck.id)
    at = clock.moment
    clock.forward(hours=30)
    watch.scan(at=at)
    heard()
    assert Message.get(Message.kind == NEWS).text.startswith("时间：2026-11-22 08:00（补传）\n")


def test_a_clock_in_that_is_not_there_is_not_followed(watch: Watch) -> None:
    assert followed([1, 2, 3]) == set() == followed([])
