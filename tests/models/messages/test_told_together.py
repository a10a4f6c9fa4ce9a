"""Which small news may be told beside others by a few statements, and which must be told by themselves (K01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.messages.records import Delivery, Message, Notice
from models.messages.tell import FIRST_PIECE
from models.messages.tell_together import fits, tell_together
from models.organization.records import Binding
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("values", "together"),
    [
        ({}, True),
        ({"persons": []}, True),
        ({"persons": list(range(1, FIRST_PIECE + 1))}, True),
        ({"persons": [*range(1, FIRST_PIECE + 1), 1]}, True),
        ({"persons": list(range(1, FIRST_PIECE + 2))}, False),
        ({"subject_version": 2}, False),
        ({"thread": "t"}, False),
        ({"chain_id": 1}, False),
        ({"groups": [1]}, False),
    ],
)
def test_what_may_be_told_beside_others(crowd: Crowd, values: dict[str, Any], together: bool) -> None:
    assert fits(crowd.telling(**{"persons": [1], **values})) is together


def test_each_of_the_news_is_a_message_to_its_own_people_once(crowd: Crowd) -> None:
    first, second, left = crowd.person(), crowd.person(account=False), crowd.person()
    foreign = crowd.person(unit=crowd.other)
    Binding.update(state="ended").where(Binding.person == left.id).execute()
    news = {
        11: crowd.telling(first, first, second, left, why={first.id: "followed"}, title="甲"),
        12: crowd.telling(first, title="乙", subject_id=8),
        13: crowd.telling(foreign, company_id=crowd.other.id, title="丙"),
        14: crowd.telling(left, title="丁"),
    }
    accounts = in_transaction(tell_together, news)
    assert accounts == sorted(crowd.actor(each).account_id or 0 for each in (first, foreign))
    found = {row.outbox_id: row for row in Message.select()}
    assert [found[number].title for number in news] == ["甲", "乙", "丙", "丁"]
    told = {
        number: [
            (row.person_id, row.why)
            for row in Notice.select().where(Notice.message == message.id).order_by(Notice.id)
        ]
        for number, message in found.items()
    }
    assert told == {
        11: [(first.id, "followed"), (second.id, "chosen")], 12: [(first.id, "chosen")], 13: [(foreign.id, "chosen")],
        14: [],
    }  # fmt: skip
    cards = Delivery.select().where(Delivery.way == "card", Delivery.person == first.id)
    assert {row.message_id for row in cards} == {found[11].id, found[12].id}
    assert in_transaction(tell_together, {}) == []
