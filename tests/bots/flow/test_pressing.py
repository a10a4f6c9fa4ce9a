"""Presses that are not what they should be: each a clear answer, none a fact that is not so (G02, L01)."""

from __future__ import annotations

from typing import Any

import pytest

from bots import clicks
from bots.cards import accidents as _accident_cards  # noqa: F401 - registers the composer
from bots.incoming.pressing import PressedButton, press, press_all
from models.accidents import rules
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights
from models.messages import tellers
from models.messages.channels.records import CARD, ChatMember
from models.messages.records import Notice
from models.organization.records import Binding
from tests.bots.flow.conftest import USERS, Works


@pytest.fixture
def accident(works: Works) -> Any:
    """An accident that the first two were told of, the third not."""
    person = works.people[0]
    rights = {right.name: Scope.COMPANY for right in all_rights()}
    actor = Actor(1, "王建", works.crowd.unit.id, rights, person_ids=(person.id,), door="phone")
    told = {"persons": [str(each.id) for each in works.people[:2]], "groups": [], "ways": [CARD]}
    from models.core import clock

    data = {
        "what": "触电",
        "place": "泵房",
        "happened_at": clock.now(),
        "receivers": told,
        "company": works.crowd.unit.id,
    }
    made, _ = in_transaction(rules.report, actor, data, key="k1")
    for row in Outbox.select().where(Outbox.kind == "accident.reported"):
        in_transaction(tellers.tell_of, row)
    return made


def pressed(works: Works, user: str, key: str) -> Any:
    """The press decided as the callback does it."""
    return in_transaction(press, works.app.id, user, key)


def key_of(accident: Any, verb: str = "received", version: int = 1) -> str:
    """The button's key."""
    return clicks.pack("accident", accident.id, version, verb)


def answers(works: Works) -> list[Any]:
    """What everybody has answered."""
    return [
        row.answer
        for row in Notice.select().order_by(Notice.person)
        if row.person_id in {p.id for p in works.people}
    ]


def test_a_press_is_an_answer_and_a_second_one_changes_nothing(works: Works, accident: Any) -> None:
    first = pressed(works, USERS[1], key_of(accident))
    again = pressed(works, USERS[1], key_of(accident))
    assert (first.refused, again.refused) == (False, False)
    assert Notice.get(Notice.person == works.people[1].id).answer == "received"
    assert not [button for button in again.card.buttons if button.verb]


def test_an_answer_can_be_raised(works: Works, accident: Any) -> None:
    pressed(works, USERS[1], key_of(accident))
    pressed(works, USERS[1], key_of(accident, "need_help"))
    assert Notice.get(Notice.person == works.people[1].id).answer == "need_help"


def test_who_was_never_told_answers_nothing(works: Works, accident: Any) -> None:
    refused = pressed(works, USERS[2], key_of(accident))
    assert refused.refused
    assert "触电" not in refused.card.text(), "a stranger learns nothing from a refusal"
    assert not Notice.select().where(Notice.person == works.people[2].id).exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
        lambda key: key.replace("received", "on_site"),
        lambda key: key.rsplit(":", 1)[0],
        lambda key: "",
        lambda key: "c1:accident:999999:1:received:" + "0" * 32,
    ],
)
def test_an_altered_button_is_nobodys_answer(works: Works, accident: Any, change: Any) -> None:
    refused = pressed(works, USERS[1], change(key_of(accident)))
    assert refused.refused
    assert refused.card.title
    assert not Notice.select().where(Notice.answer.is_null(False)).exists()


def test_a_leaver_and_somebody_unknown_answer_nothing(works: Works, accident: Any) -> None:
    Binding.update(state="ended").where(Binding.person == works.people[1].id).execute()
    ChatMember.update(state="left").where(ChatMember.user_id == USERS[1]).execute()
    assert pressed(works, USERS[1], key_of(accident)).refused
    assert pressed(works, "nobody", key_of(accident)).refused
    assert not Notice.select().where(Notice.answer.is_null(False)).exists()


def test_a_card_of_an_older_version_is_answered_by_what_is_now(works: Works, accident: Any) -> None:
    rights = {right.name: Scope.COMPANY for right in all_rights()}
    officer = Actor(1, "陈磊", works.crowd.unit.id, rights, person_ids=(works.people[0].id,), door="console")
    in_transaction(rules.supplement, officer, accident.id, {"what": "触电，已送医"}, 1)
    done = pressed(works, USERS[1], key_of(accident, version=1))
    assert not done.refused
    assert "已送医" in done.card.title
    assert done.card.version == 2


def test_many_at_once_are_each_decided_as_if_alone(works: Works, accident: Any) -> None:
    """Two presses of one person, a repeat, somebody never told, an altered button: one transaction, five answers."""
    asked = [
        PressedButton(USERS[0], key_of(accident)),
        PressedButton(USERS[1], key_of(accident)),
        PressedButton(USERS[1].upper(), key_of(accident, "need_help")),
        PressedButton(USERS[2], key_of(accident)),
        PressedButton(USERS[0], key_of(accident)),
        PressedButton(USERS[0], f"{key_of(accident)}0"),
        PressedButton("nobody", key_of(accident)),
    ]
    done = in_transaction(press_all, works.app.id, asked)
    assert [each.result for each in done] == [
        "answered:received", "answered:received", "answered:need_help", "not_told", "repeated:received",
        "click.altered", "unknown_member",
    ]  # fmt: skip
    assert answers(works) == ["received", "need_help"]
    assert "需要支援" in done[2].card.outcome and "收到" in done[1].card.outcome
    assert Outbox.select().where(Outbox.kind == "message.answered").count() == 3
