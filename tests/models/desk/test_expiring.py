"""What comes to its end: how rows stand, what the filter finds, the counts, and who is told once of what (C02, D01, A11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.administration.accounts.actors import system_actor
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.ledger.expiry import EXPIRED, EXPIRING, VALID, Expiry
from models.desk.expiring import daily_round
from models.desk.expiring.daily_round import NEAR, REMIND_HOUR
from models.desk.expiring.watched import watched
from models.equipment.inspection import INSPECTION
from models.equipment.inspection import REMIND_DAYS as INSPECTION_DAYS
from models.equipment.ledgers import EQUIPMENT
from models.equipment.records import Equipment, EquipmentType
from models.messages.records import Message, Notice
from models.objectives.qualifications.ledgers import QUALIFICATIONS
from models.objectives.qualifications.ledgers import REMIND_DAYS as QUALIFICATION_DAYS
from models.objectives.qualifications.records import Qualification
from models.organization.records import Company, Person
from models.training.certificates.validity import EXPIRY as CERTIFICATE_EXPIRY
from models.training.certificates.validity import REMIND_DAYS as CERTIFICATE_DAYS
from models.training.records import Certificate
from tests.models.tasks.relay import pass_all_on
from tests.support.company_settings import set_to
from tests.support.people_to_tell import Crowd

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _(clock: Any) -> None:
    clock.set(2026, 11, 22, 8)


def certificate(person: Person, days: int, *, code: str = "N1", state: str = "valid") -> Certificate:
    made: Certificate = Certificate.create(
        company=person.company_id, person=person, number=f"T{Certificate.select().count()}", code=code, state=state,
        valid_until=clocks.today() + timedelta(days=days),
    )  # fmt: skip
    return made


def machine(company: Company, days: int | None, *, state: str = "in_use") -> Equipment:
    made: Equipment = Equipment.create(
        company=company, name=f"{Equipment.select().count() + 1}号叉车", type=EquipmentType.get(), mode="clock_in",
        label_code=f"E{Equipment.select().count():07}", state=state,
        next_inspection_on=None if days is None else clocks.today() + timedelta(days=days),
    )  # fmt: skip
    return made


def qualification(company: Company, days: int, **values: Any) -> Qualification:
    made: Qualification = Qualification.create(
        company=company,
        kind="system",
        name="体系认证",
        valid_until=clocks.today() + timedelta(days=days),
        **values,
    )
    return made


def officer(
    crowd: Crowd,
    company: Company | None = None,
    *,
    role: str = "company_administrator",
    node: int | None = None,
) -> Person:
    person = crowd.person(unit=company or crowd.unit)
    account = Account.get(Account.id == person.account_id)
    Assignment.create(account_id=account.id, role=builtin(role), company_id=person.company_id, node_id=node)
    return person


def place(company: Company, name: str) -> Company:
    """A site of a company."""
    made: Company = Company.create(name=name, kind="site", parent=company, path="/", company_root=company.id)
    made.path = f"{company.path}{made.id}/"
    made.save()
    return made


def told() -> list[tuple[str, list[str], list[int]]]:
    """What was told: title, lines, to whom."""
    pass_all_on()
    return [
        (
            message.title.removeprefix("【到期提醒】"),
            (message.text or "").split("\n"),
            [
                row.person_id
                for row in Notice.select().where(Notice.message == message.id).order_by(Notice.person)
            ],
        )
        for message in Message.select().where(Message.kind == NEAR).order_by(Message.id)
    ]


SPANS = st.integers(-400, 400)
KINDS = [
    (Certificate, CERTIFICATE_EXPIRY, CERTIFICATE_DAYS, ("valid", "revoked")),
    (Equipment, INSPECTION, INSPECTION_DAYS, ("in_use", "stopped")),
    (Qualification, QUALIFICATIONS.expires, QUALIFICATION_DAYS, ("current", "replaced")),
]


@pytest.mark.parametrize(("record", "expires", "days", "states"), KINDS)
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_filter_and_column_say_the_same_of_any_row_under_any_settings(
    crowd: Crowd, record: Any, expires: Expiry, days: Any, states: tuple[str, str], data: st.DataObject
) -> None:
    record.delete().execute()
    for company in (crowd.unit, crowd.other):
        chosen = data.draw(st.lists(st.integers(0, 365), min_size=1, max_size=3, unique=True))
        if data.draw(st.booleans()) and expires.days.of(company.id) != tuple(sorted(chosen, reverse=True)):
            set_to(days, company.id, "、".join(map(str, chosen)))
        for span in data.draw(st.lists(SPANS, max_size=6)):
            state = data.draw(st.sampled_from(states))
            if record is Certificate:
                person = Person.get_or_none(Person.company == company) or crowd.person(unit=company)
                certificate(person, span, code=data.draw(st.sampled_from(["N1", "Q2"])), state=state)
            elif record is Equipment:
                machine(company, data.draw(st.sampled_from([span, None])), state=state)
            else:
                qualification(company, span, state=state)
    rows = list(record.select())
    stood = {row.id: expires.standing(row, TODAY) for row in rows}
    for choice in expires.choices:
        found = {row.id for row in record.select().where(expires.where(record, [choice.value], TODAY))}
        assert found == {key for key, standing in stood.items() if standing == choice.value}, choice.value
    warned = {row.id for row in record.select().where(expires.warned(record, TODAY))}
    assert warned == {key for key, standing in stood.items() if standing in (EXPIRING, EXPIRED)}
    assert warned == {row.id for row in rows if expires.threshold(row, TODAY) is not None}


def test_every_ledger_with_an_end_has_column_filter_and_tone() -> None:
    assert {ledger.name for ledger in watched()} >= {"certificates", "equipment", "qualifications"}
    for ledger in watched():
        assert ledger.expires is not None
        name = ledger.expires.name
        assert name in [column.field for column in ledger.columns]
        assert (name, "choice") in [(item.field, item.kind) for item in ledger.filters]
    tones = {}
    for days in (-1, 0, 30, 31, 90, 91):
        row = Qualification(valid_until=TODAY + timedelta(days=days), state="current")
        tones[days] = QUALIFICATIONS.tone(row, {})
    assert tones == {-1: "bad", 0: "warn", 30: "warn", 31: "warn", 90: "warn", 91: "plain"}
    assert (
        EQUIPMENT.tone(Equipment(state="stopped", next_inspection_on=TODAY - timedelta(days=9)), {}) == "warn"
    )
    assert (
        EQUIPMENT.tone(Equipment(state="in_use", next_inspection_on=TODAY - timedelta(days=9)), {}) == "bad"
    )
    assert EQUIPMENT.tone(Equipment(state="in_use"), {}) == "plain"


def test_each_reminder_is_told_once_and_each_person_gets_one_message(crowd: Crowd, clock: Any) -> None:
    boss, driver, other = officer(crowd), crowd.person(name="张三"), crowd.person(name="李四")
    certificate(driver, 80)
    certificate(driver, 200)
    certificate(other, -5)
    machine(crowd.unit, 25)
    machine(crowd.unit, None)
    assert daily_round.work(50) == 2  # both companies have their round
    (whole, of_driver, of_other) = sorted(told(), key=lambda item: -len(item[1]))
    assert whole[0] == "设备检验 1 台快到期；证照 1 张已过期、1 张快到期"
    assert whole[2] == [boss.id] and len(whole[1]) == 3
    assert whole[1][0].startswith("李四 N1 T2：2026-11-17（已过期 5 天）")
    assert {tuple(of_driver[2]), tuple(of_other[2])} == {(driver.id,), (other.id,)}, "each of their own alone"
    for _ in range(3):
        clock.forward(days=1)
        daily_round.work(50)
    assert len(told()) == 3, "told once"
    clock.forward(days=15)  # the machine has seven days left
    daily_round.work(50)
    assert told()[3:] == [("设备检验 1 台快到期", ["1号叉车：2026-12-17（还有 7 天）"], [boss.id])]


def test_an_officer_of_a_site_hears_of_what_ends_there_and_of_nothing_else(crowd: Crowd) -> None:
    boss = officer(crowd)
    north, south = place(crowd.unit, "北厂"), place(crowd.unit, "南厂")
    of_north = officer(crowd, role="site_officer", node=north.id)
    of_south = officer(crowd, role="site_officer", node=south.id)
    nowhere = officer(crowd, role="site_officer")
    driver, roaming = crowd.person(name="张三", site=north), crowd.person(name="李四")
    certificate(driver, 80)
    certificate(roaming, 70)
    Equipment.update(site=north).where(Equipment.id == machine(crowd.unit, 20).id).execute()
    Equipment.update(site=south).where(Equipment.id == machine(crowd.unit, 10).id).execute()
    machine(crowd.unit, 25)
    qualification(crowd.unit, 20, keeper=driver)  # he looks after it, but it is the company's
    assert daily_round.go_round(crowd.unit.id) == 6
    heard = {person: (title, lines) for title, lines, persons in told() for person in persons}
    assert len(heard[boss.id][1]) == 6
    assert heard[of_north.id][0] == "设备检验 1 台快到期；证照 1 张快到期"
    assert [line.split("：")[0] for line in heard[of_north.id][1]] == ["1号叉车", "张三 N1 T0"]
    assert heard[of_south.id] == ("设备检验 1 台快到期", ["2号叉车：2026-12-02（还有 10 天）"])
    assert nowhere.id not in heard, "who has no site has none of them"
    assert len(heard[roaming.id][1]) == 1


def test_who_has_the_whole_company_besides_a_site_hears_of_all_once(crowd: Crowd) -> None:
    both = officer(crowd)
    Assignment.create(
        account_id=both.account_id, role=builtin("site_officer"), company_id=crowd.unit.id,
        node_id=place(crowd.unit, "北厂").id,
    )  # fmt: skip
    machine(crowd.unit, 20)
    daily_round.go_round(crowd.unit.id)
    assert [(title, persons) for title, _, persons in told()] == [("设备检验 1 台快到期", [both.id])]


def test_an_officer_of_a_site_whose_account_is_off_is_told_nothing(crowd: Crowd) -> None:
    north = place(crowd.unit, "北厂")
    gone = officer(crowd, role="site_officer", node=north.id)
    Account.update(state="disabled").where(Account.id == gone.account_id).execute()
    Equipment.update(site=north).where(Equipment.id == machine(crowd.unit, 20).id).execute()
    assert daily_round.go_round(crowd.unit.id) == 1
    assert told() == []


def test_a_renewed_one_is_another_end(crowd: Crowd, clock: Any) -> None:
    boss = officer(crowd)
    made = qualification(crowd.unit, 20, keeper=boss)
    daily_round.work(50)
    assert [title for title, _, _ in told()] == ["安全资质 1 项快到期"], (
        "who keeps it and sees to it hears once"
    )
    made.change(valid_until=TODAY + timedelta(days=85))
    clock.forward(days=1)
    daily_round.work(50)
    assert len(told()) == 2
    made.change(state="replaced")
    clock.forward(days=200)
    daily_round.work(50)
    assert len(told()) == 2


def test_what_was_renewed_before_it_was_told_is_told_nobody(crowd: Crowd) -> None:
    officer(crowd)
    made = qualification(crowd.unit, 20)
    daily_round.work(50)
    made.change(valid_until=TODAY + timedelta(days=800))
    assert told() == []


@pytest.mark.one_engine
@pytest.mark.parametrize(("days", "tone"), [((20,), "warn"), ((0,), "warn"), ((20, -1), "alarm")])
def test_a_card_is_red_once_something_is_over(crowd: Crowd, days: tuple[int, ...], tone: str) -> None:
    officer(crowd)
    for left in days:
        qualification(crowd.unit, left)
    daily_round.work(50)
    assert len(told()) == 1
    assert Message.get(Message.kind == NEAR).card["tone"] == tone


def test_the_hour_is_the_companys(crowd: Crowd, clock: Any) -> None:
    officer(crowd)
    qualification(crowd.unit, 20)
    set_to(REMIND_HOUR, crowd.unit.id, 10)
    assert daily_round.work(50) == 1
    assert told() == []
    clock.forward(hours=2)
    assert (daily_round.work(50), daily_round.work(50)) == (1, 0)
    assert len(told()) == 1


def test_two_at_once_tell_once(crowd: Crowd) -> None:
    officer(crowd)
    qualification(crowd.unit, 20)
    assert [in_transaction(daily_round.go_round, crowd.unit.id) for _ in range(2)] == [1, 0]
    assert len(told()) == 1


def test_a_sheet_of_qualifications_and_a_form(crowd: Crowd) -> None:
    from models.core.ledger.changes import editing

    values = {
        "company": crowd.unit.id,
        "kind": "standardisation",
        "name": "二级企业",
        "valid_until": "2026-12-01",
    }
    row = in_transaction(editing.create, system_actor(), QUALIFICATIONS, values)
    assert row["values"]["expiry"] == EXPIRING and row["values"]["days_left"] == 9
    assert row["tone"] == "warn"
    assert row["values"]["expiry"] != VALID
