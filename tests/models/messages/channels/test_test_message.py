"""The button 测试 of a way: who is told by it, by that way alone, and in whose name (J08)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, NotFound
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.channels.records import SET_UP_WAYS, MailServer, SmsProvider
from models.messages.channels.test_message import try_way
from models.messages.records import Delivery, Message
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


@pytest.fixture
def ways(crowd: Crowd) -> dict[str, Any]:
    """One of each ledger, of the unit."""
    return {
        "wecom-apps": crowd.app,
        "mail-servers": MailServer.create(company=crowd.unit, name="邮件", host="mail.example.com", sender="a@example.com"),
        "sms-providers": SmsProvider.create(company=crowd.unit, name="短信", provider="sandbox"),
        "chat-groups": crowd.chat(crowd.unit),
    }  # fmt: skip


def setter_up(crowd: Crowd, *people: Any) -> Actor:
    """Who sets up the ways of the whole group, with the personnel files of `people`."""
    companies = tuple(each.id for each in (crowd.group, crowd.unit, crowd.other))
    files = tuple(person.id for person in people)
    return Actor(
        None, "管理员", crowd.unit.id,
        rights={SET_UP_WAYS: Scope.GROUP}, group_companies=companies, person_ids=files,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ledger", "way"),
    [("wecom-apps", "card"), ("mail-servers", "email"), ("sms-providers", "sms"), ("chat-groups", "group")],
)
def test_a_way_is_tried_by_itself_and_its_own_delivery_is_given(
    crowd: Crowd, ways: dict[str, Any], ledger: str, way: str
) -> None:
    me = crowd.person(email=True)
    row = in_transaction(try_way, setter_up(crowd, me), ledger, ways[ledger].id)
    to_group = way == "group"
    assert (row.way, row.state) == (way, "queued")
    assert (row.person_id, row.group_id) == ((None, ways[ledger].id) if to_group else (me.id, None))
    others = {each.way for each in Delivery.select()} - {way}
    assert others == (set() if to_group else {"system"})
    told = Message.get_by_id(row.message_id)
    assert told.title == f"测试：{ways[ledger].name}" and told.company_id == crowd.unit.id


def test_what_is_off_and_what_is_no_way(crowd: Crowd, ways: dict[str, Any]) -> None:
    actor = setter_up(crowd, crowd.person())
    crowd.app.enabled = False
    crowd.app.save()
    with pytest.raises(Conflict, match="没有启用"):
        in_transaction(try_way, actor, "wecom-apps", crowd.app.id)
    for ledger, row_id in (("persons", crowd.app.id), ("wecom-apps", 99_999)):
        with pytest.raises(NotFound):
            in_transaction(try_way, actor, ledger, row_id)
    assert Message.select().count() == 0


def test_a_way_of_a_unit_is_tried_on_ones_file_in_that_unit(crowd: Crowd, ways: dict[str, Any]) -> None:
    elsewhere, here = crowd.person(unit=crowd.other), crowd.person()
    told = in_transaction(
        try_way, setter_up(crowd, elsewhere, here), "sms-providers", ways["sms-providers"].id
    )
    assert told.person_id == here.id
    for people in ((), (elsewhere,)):
        with pytest.raises(Conflict, match="没有可以发给您的地址"):
            in_transaction(try_way, setter_up(crowd, *people), "sms-providers", ways["sms-providers"].id)
    in_transaction(try_way, setter_up(crowd), "chat-groups", ways["chat-groups"].id)


def test_what_serves_the_whole_group_is_tried_in_the_name_of_the_file_s_unit(crowd: Crowd) -> None:
    shared, chat = crowd.wecom(None), crowd.chat(None)
    elsewhere, here = crowd.person(unit=crowd.other, card=None), crowd.person()
    told = in_transaction(try_way, setter_up(crowd, elsewhere, here), "wecom-apps", shared.id)
    assert (told.person_id, told.company_id) == (elsewhere.id, crowd.other.id), "the first of one's files"
    actor = setter_up(crowd)
    assert (
        in_transaction(try_way, actor, "chat-groups", chat.id).company_id == actor.company_id == crowd.unit.id
    )
    with pytest.raises(Conflict, match="以哪个单位的名义"):
        in_transaction(try_way, replace(actor, company_id=None), "chat-groups", chat.id)
