"""A press is decided once, whoever gets hold of it: its repetition, the relay's worker, a callback that was too slow (L01)."""

from __future__ import annotations

from typing import Any

import pytest

from bots.incoming import inbound, outcomes
from bots.wecom.incoming import receiving
from bots.wecom.incoming.receiving import Answer, CallbackRequest, KeptPress
from models.core.db.connection import in_transaction
from models.messages.records import Inbound, Notice
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired, last

WAITED = 16  # seconds: longer than a press is left to its callback


@pytest.fixture
def told(wired: Wired) -> Wired:
    """Everybody has the card of an accident."""
    wired.report()
    return wired


def brought(wired: Wired, verb: str = "收到", user: str = USERS[1]) -> CallbackRequest:
    """A press of the card, as it comes in: its bytes and how they are signed."""
    query, body = wired.sealed(wired.press_xml(wired.phone(user).cards()[-1], verb, user))
    return CallbackRequest(wired.works.app.id, query, body)


def kept(request: CallbackRequest) -> KeptPress:
    """It is written down, and not decided yet."""
    (one,) = receiving.keep_all([request])
    assert isinstance(one, KeptPress)
    return one


def reply(wired: Wired, answers: list[Answer]) -> str:
    """What the presser sees."""
    return wired.opened(answers[0].body.encode())


def outcome() -> tuple[str, str | None]:
    """What is written down of the press."""
    assert Inbound.select().where(Inbound.kind == "card_click").count() == 1
    return last().state, last().result


def test_a_repetition_under_way_at_the_same_time_leaves_the_result_of_the_first(told: Wired) -> None:
    """Both are kept before either is decided, as by two processes: the second is no other answer."""
    request = brought(told)
    first, second = kept(request), kept(request)
    assert "已回应：收到" in reply(told, receiving.decide_all([first]))
    assert "已回应：收到" in reply(told, receiving.decide_all([second]))
    assert outcome() == ("handled", "answered:received")


def test_both_in_one_batch(told: Wired) -> None:
    request = brought(told)
    answers = receiving.decide_all([kept(request), kept(request)])
    assert all("已回应：收到" in told.opened(each.body.encode()) for each in answers)
    assert outcome() == ("handled", "answered:received")


def test_the_worker_takes_up_what_its_callback_is_just_deciding(told: Wired, clock: Any) -> None:
    under_way = kept(brought(told))
    clock.forward(seconds=WAITED)
    (taken,) = in_transaction(inbound._take, 10)
    receiving.decide_all([under_way])
    inbound._guarded(taken)
    assert outcome() == ("handled", "answered:received")


def test_the_callback_comes_after_the_worker(told: Wired, clock: Any) -> None:
    under_way = kept(brought(told))
    clock.forward(seconds=WAITED)
    assert inbound.work() == 1
    assert outcome() == ("handled", "answered:received")
    assert "已回应：收到" in reply(told, receiving.decide_all([under_way]))
    assert outcome() == ("handled", "answered:received")


def test_the_worker_has_decided_it_and_not_yet_written_that_it_is_through(told: Wired, clock: Any) -> None:
    under_way = kept(brought(told))
    clock.forward(seconds=WAITED)
    (taken,) = in_transaction(inbound._take, 10)
    state, result = inbound._handle(taken)
    receiving.decide_all([under_way])
    in_transaction(inbound._mark, taken, state, result)
    assert outcome() == ("handled", "answered:received")


@pytest.mark.parametrize("chain_opened_again", [False, True])
def test_an_answer_that_came_too_late_changes_the_card_and_nothing_else(
    told: Wired, chain_opened_again: bool
) -> None:
    """Decided, but not within the platform's time. What is shown later must not give the answer anew."""
    receiving.decide_all([kept(brought(told))])
    in_transaction(outcomes.put_off, last().id)
    assert outcome() == ("handled_late", "answered:received"), "what became of it stays written down"
    if chain_opened_again:
        Notice.update(answer=None, answered_at=None).where(Notice.id == told.notice(1).id).execute()
    assert inbound.work() == 1
    assert outcome() == ("handled", "answered:received")
    assert told.notice(1).answer == (None if chain_opened_again else "received")


def test_a_refusal_that_came_too_late_stays_one(wired: Wired) -> None:
    wired.report(0, 1)
    card = wired.phone(USERS[1]).cards()[-1]
    query, body = wired.sealed(wired.press_xml(card, "收到", USERS[2]))
    receiving.decide_all([kept(CallbackRequest(wired.works.app.id, query, body))])
    in_transaction(outcomes.put_off, last().id)
    assert inbound.work() == 1
    assert outcome() == ("refused", "not_told")
    assert inbound.work() == 0


def test_a_card_that_can_not_be_drawn_later_leaves_the_result(
    told: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving.decide_all([kept(brought(told))])
    in_transaction(outcomes.put_off, last().id)

    def breaking(*_: Any, **__: Any) -> Any:
        raise RuntimeError("ours")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "press_all", breaking)
        inbound.work()
    assert outcome() == ("handled_late", "answered:received"), "it is tried again"
