"""Who is in the demo's chat: everybody whom the demo's hazards concern, and a loop that three phones can play (L07, E07)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import demo
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.config import config, configure
from models.core.db.connection import in_transaction
from models.demo.office.messages import POSTS, post_of
from models.demo.sign_ins import GROUP_DESK
from models.grid.records import GridNode
from models.hazards.records import Hazard, MajorCriterion
from models.hazards.report.snapshot import snap
from models.messages.channels.records import ChatGroup, ChatMember, Contact
from models.messages.records import Delivery, Message
from models.organization.records import Company, Person
from models.tasks.engine.decide import decide
from models.tasks.people.standard_finders import superiors
from models.tasks.records import Task
from tests.models.tasks.relay import pass_all_on
from tests.support.prepared_rows import lay_standards


@pytest.fixture
def planted(database: Any, clock: Any, tmp_path: Path) -> Iterator[None]:
    before = config()
    configure(replace(before, data_dir=tmp_path))
    clock.set(2026, 11, 25, 17, 0)
    lay_standards()
    in_transaction(demo.plant)
    in_transaction(demo.plant_messages, "http://127.0.0.1:1")
    in_transaction(demo.plant_hazards)
    yield
    configure(before)


def major() -> dict[str, str]:
    """What judges a hazard to be a major one."""
    return {"level": "major", "criterion": str(MajorCriterion.get().id)}


def members() -> set[int]:
    """Who is in the chat."""
    return {row.person_id for row in ChatMember.select(ChatMember.person)}


def test_everybody_whom_the_hazards_concern_is_in_the_chat(planted: None) -> None:
    owners = {row.owner_id for row in GridNode.select() if row.owner_id is not None}
    holders = {
        row.person_id for row in Task.select().where(Task.state == "open", Task.subject_kind == "hazard")
    }
    reporters = {row.reporter_id for row in Hazard.select()}
    assert owners
    assert holders
    assert owners | holders | reporters <= members()
    named = [post_of(Person.get_by_id(each)) for each in owners if Person.get_by_id(each).name not in POSTS]
    assert named
    assert all(each.endswith("网格责任人") for each in named)
    # Nobody's superior is below them, and who stands in for a shift leader is not who is above.
    names = {row.id: row.name for row in Person.select()}
    for contact in Contact.select():
        above = superiors(contact.person_id)
        assert len(above) == len(set(above)) and contact.person_id not in above
        assert [names[each] for each in above] in ([], ["顾行远"], ["林知远"]), names[contact.person_id]
        assert contact.deputy_id not in (contact.person_id, contact.superior_id)


def test_the_first_three_phones_can_play_the_loop(planted: None) -> None:
    worker, leader, boss = list(POSTS)[:3]
    person = Person.get(Person.name == worker)
    actor = actor_for_account(Account.get(Account.id == person.account_id), "chat")
    hazard, _ = in_transaction(snap, actor, {"what": "护栏松动", "company": person.company_id}, key="k")
    assert holders(hazard) == [leader]
    by = Person.get(Person.name == leader, Person.company == person.company_id)
    account = Account.get(Account.id_hash == by.id_hash)
    account.current_company = person.company_id
    task = Task.get(Task.subject_id == hazard.id, Task.state == "open", Task.subject_kind == "hazard")
    in_transaction(decide, actor_for_account(account, "chat"), task.id, "hazard", values=major())
    assert holders(hazard) == [boss]


def test_the_groups_desk_has_a_file_and_hears_of_a_major_hazard_as_the_groups_chat_does(
    planted: None,
) -> None:
    desk = Person.get(Person.name == GROUP_DESK)
    assert desk.id in members()
    account = Account.get(Account.login == "jituan")
    assert actor_for_account(account, "chat").person_ids == (desk.id,)
    assert Company.get_by_id(desk.company_id).kind == "group"
    pass_all_on()
    chats = (
        Delivery.select(ChatGroup.name, Message.title, Message.text)
        .join(ChatGroup)
        .switch(Delivery)
        .join(Message)
    )
    ((chat, title, text),) = chats.where(Message.kind == "hazard.confirmed").tuples()
    assert (chat, title.partition("】")[0]) == ("江澜集团安全群", "【重大隐患")
    assert "江澜重工" in text
    assert "期限：" in text
    copied = Hazard.get(Hazard.level == "major")
    person = Person.get_by_id(copied.reporter_id)
    actor = actor_for_account(Account.get(Account.id == person.account_id), "chat")
    hazard, _ = in_transaction(snap, actor, {"what": "行车限位失灵", "company": person.company_id}, key="k2")
    task = Task.get(Task.subject_id == hazard.id, Task.state == "open", Task.subject_kind == "hazard")
    owner = Account.get(Account.id_hash == Person.get_by_id(task.person_id).id_hash)
    owner.current_company = person.company_id
    in_transaction(decide, actor_for_account(owner, "chat"), task.id, "hazard", values=major())
    pass_all_on()
    cards = Delivery.select().join(Message).where(Message.kind == "case.copied", Delivery.person == desk.id)
    assert {(row.way, row.state) for row in cards} == {("system", "delivered"), ("card", "queued")}


def holders(hazard: Hazard) -> list[str]:
    """Who has it to do now."""
    rows = Task.select(Task, Person).join(Person, on=(Task.person == Person.id))
    mine = rows.where(Task.subject_kind == "hazard", Task.subject_id == hazard.id, Task.state == "open")
    return [row.person.name for row in mine]
