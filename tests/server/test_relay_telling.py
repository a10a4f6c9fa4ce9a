"""The relay tells people; what can't be told is tried later, then given up, and holds up nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tornado.web import Application

from models.core.chapters import load
from models.core.errors import StorageFull, Unavailable
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.messages import tell, tellers
from models.messages.records import Delivery, Message, Notice
from models.messages.tell import Telling
from scripts.services.process import free_port
from server.relay import Relay
from server.shared_state import News
from tests.support.people_to_tell import Crowd

SECRET = "陈一 13800000001"


class Heard:
    """Stands where Redis would: keeps what was published."""

    def __init__(self) -> None:
        self.news: list[dict[str, Any]] = []

    async def publish(self, news: dict[str, Any]) -> None:
        self.news.append(news)

    def accounts(self) -> list[int]:
        return [account for item in self.news for account in item.get("accounts", ())]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def relay(app: Application, heard: Heard) -> Relay:
    return Relay(app.settings["caller"], heard)  # type: ignore[arg-type]


@pytest.fixture
def broken(crowd: Crowd) -> Iterator[set[str]]:
    """Tellers of `thing.happened`; those named in the set fail."""
    names: set[str] = set()
    load("tellers")
    before = dict(tellers._tellers)

    @tellers.teller("thing.happened")
    def telling(row: Outbox) -> Telling | None:
        if row.payload["name"] in names:
            raise RuntimeError(row.payload["secret"])
        return crowd.telling(subject_id=row.id, persons=row.payload["people"])

    yield names
    tellers._tellers.clear()
    tellers._tellers.update(before)


def say(name: str, *people: Any) -> Outbox:
    return Outbox.create(
        kind="thing.happened", payload={"name": name, "people": [p.id for p in people], "secret": SECRET}
    )


@pytest.mark.gen_test(timeout=20)
async def test_people_are_told_once_and_their_screens_hear_of_it(
    crowd: Crowd, relay: Relay, heard: Heard, broken: set[str]
) -> None:
    person, other = crowd.person(), crowd.person(account=False)
    row = say("a", person, other)
    assert await relay.once() == 1
    assert Message.get(Message.outbox_id == row.id).subject_id == row.id
    assert Notice.select().count() == 2
    assert heard.accounts() == [crowd.actor(person).account_id]
    assert Outbox.get_by_id(row.id).state == outbox.DONE
    assert await relay.once() == 0
    assert Message.select().count() == 1


@pytest.mark.gen_test(timeout=20)
async def test_a_relay_that_died_after_telling_tells_no_second_time(
    crowd: Crowd, relay: Relay, broken: set[str], clock: Any
) -> None:
    row = say("a", crowd.person())
    await relay.once()
    # As if the mark had been lost: the message's unique key still knows.
    Outbox.update(state=outbox.WAITING).where(Outbox.id == row.id).execute()
    clock.forward(minutes=2)
    assert await relay.once() == 1
    assert (Message.select().count(), Notice.select().count()) == (1, 1)


@pytest.mark.gen_test(timeout=20)
async def test_one_that_fails_holds_up_no_other_and_comes_again(
    crowd: Crowd, relay: Relay, broken: set[str], clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    broken.add("bad")
    bad, good = say("bad", crowd.person()), say("good", crowd.person())
    await relay.once()
    assert [message.outbox_id for message in Message.select()] == [good.id]
    row = Outbox.get_by_id(bad.id)
    assert row.state == outbox.WAITING
    assert row.due_at > clock.moment
    logged = capsys.readouterr().out
    assert "telling_failed" in logged and "RuntimeError" in logged
    assert SECRET not in logged, "what went wrong may carry what was to be told"
    broken.clear()
    assert await relay.once() == 0
    clock.forward(seconds=10)
    assert await relay.once() == 1
    assert Message.select().count() == 2


@pytest.mark.gen_test(timeout=20)
async def test_one_that_always_fails_is_given_up(
    crowd: Crowd, relay: Relay, broken: set[str], clock: Any
) -> None:
    broken.add("bad")
    row = say("bad", crowd.person())
    waits = []
    for _ in range(outbox.TRIES):
        assert await relay.once() == 1
        waits.append((Outbox.get_by_id(row.id).due_at - clock.moment).total_seconds())
        clock.forward(minutes=20)
    assert all(2 ** (n + 1) <= wait <= 1.5 * 2 ** (n + 1) for n, wait in enumerate(waits)), waits
    assert Outbox.get_by_id(row.id).state == outbox.DEAD
    clock.forward(hours=1)
    assert await relay.once() == 0


@pytest.mark.gen_test(timeout=20)
async def test_an_answer_reaches_board_and_screens(
    crowd: Crowd, relay: Relay, heard: Heard, broken: set[str]
) -> None:
    from models.messages.inbox.answers import answer_by_person

    person = crowd.person()
    crowd.tell(person)
    answer_by_person(person.id, "accident", 7, "received", way="card")
    await relay.once()
    assert {"ledger": "accidents", "id": 7, "ids": [7], "company_id": crowd.unit.id} in heard.news
    assert heard.accounts() == [crowd.actor(person).account_id]


@pytest.mark.gen_test(timeout=20)
async def test_many_are_told_piece_by_piece_and_who_breaks_off_is_followed(
    crowd: Crowd, relay: Relay, broken: set[str], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "FIRST_PIECE", 1)
    monkeypatch.setattr(tell, "PIECE", 2)
    people = [crowd.person() for _ in range(5)]
    row, real, calls = say("a", *people), tell.tell_piece, []

    def dies_in_the_second(part: Telling, *, outbox_id: int) -> Message:
        calls.append(len(part.persons))
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(part, outbox_id=outbox_id)

    monkeypatch.setattr("server.relay.tell_piece", dies_in_the_second)
    await relay.once()
    assert Notice.select().count() == 1, "the first piece is told"
    assert Outbox.get_by_id(row.id).state == outbox.WAITING
    clock.forward(minutes=2)
    await relay.once()
    assert calls == [1, 2, 1, 2, 2]
    assert (Message.select().count(), Notice.select().count()) == (1, 5)
    assert Delivery.select().count() == Delivery.select(Delivery.notice, Delivery.way).distinct().count()
    assert Outbox.get_by_id(row.id).state == outbox.DONE


@pytest.mark.gen_test(timeout=20)
async def test_a_database_that_goes_away_meanwhile_costs_no_try(
    crowd: Crowd, relay: Relay, broken: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, real, away = say("a", crowd.person()), tell.tell_piece, [Unavailable(), Unavailable()]

    def comes_and_goes(part: Telling, *, outbox_id: int) -> Message:
        if away:
            raise away.pop()
        return real(part, outbox_id=outbox_id)

    monkeypatch.setattr("server.relay.tell_piece", comes_and_goes)
    await relay.once()
    assert Notice.select().count() == 1
    assert Outbox.get_by_id(row.id).state == outbox.DONE


@pytest.mark.gen_test(timeout=20)
async def test_news_that_nobody_is_told_of_are_done_as_soon_as_the_disk_has_room_again(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not a minute later, when the lease is over: until then each list would hear of it once more."""
    row = Outbox.create(kind="nothing.happened")
    real, full = outbox.finish, [StorageFull(), StorageFull()]

    def fills_up(ids: list[int]) -> None:
        if full:
            raise full.pop()
        real(ids)

    monkeypatch.setattr(outbox, "finish", fills_up)
    await relay.once()
    assert Outbox.get_by_id(row.id).state == outbox.DONE
    assert not full


@pytest.mark.gen_test(timeout=20)
async def test_redis_away_holds_up_nothing(crowd: Crowd, app: Application, broken: set[str]) -> None:
    """Nobody listens on that port: the screens hear nothing, and everybody is told all the same."""
    rows = [say(name, crowd.person()) for name in "ab"]
    shared = News(f"redis://127.0.0.1:{free_port()}/0")
    await Relay(app.settings["caller"], shared).once()
    await shared.close()
    assert Notice.select().count() == 2
    assert {Outbox.get_by_id(row.id).state for row in rows} == {outbox.DONE}
