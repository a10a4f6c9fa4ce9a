"""A small unit with the sandbox as its chat, and an accident to tell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bots import tools
from bots.card import Card
from bots.delivery import sender, updater
from bots.incoming import inbound
from models.core.db.connection import in_transaction
from models.messages.channels.records import CARD, SmsProvider, WecomApp
from models.messages.records import URGENT, Delivery, Message
from models.messages.tell import Telling, tell
from models.organization.records import Person
from models.tasks.notify.cases import STEP
from tests.support.account_ties import tie_chat
from tests.support.chat_sandbox import ChatSandbox
from tests.support.people_to_tell import Crowd

if TYPE_CHECKING:
    from tests.bots.flow.browsing import Browser
    from tests.bots.flow.wired import Wired

USERS = ("wangjian", "lifang", "zhaomin")


class Works:
    """The unit's people in the sandbox, and the works that run behind the answers."""

    def __init__(self, crowd: Crowd, sandbox: ChatSandbox) -> None:
        self.crowd, self.sandbox = crowd, sandbox
        agent = sandbox.agent
        self.app = WecomApp.create(
            company=crowd.unit, name="安班", corp_id=sandbox.seed.corp_id, agent_id=agent.agent_id,
            app_secret=agent.secret, callback_token=agent.token, callback_key=agent.aes_key, base_url=sandbox.url,
        )  # fmt: skip
        WecomApp.update(enabled=False).where(WecomApp.id == crowd.app.id).execute()
        SmsProvider.create(
            company=crowd.unit, name="短信", provider="sandbox", base_url=sandbox.url, sign_name="安班"
        )
        self.people = [self._person(user) for user in USERS]

    def _person(self, user_id: str) -> Person:
        person = self.crowd.person(card=None)
        tie_chat(person, self.app, user_id)
        return person

    def tell(self, *ways: str, urgency: int = URGENT, title: str = "停电通知", **more: Any) -> Message:
        """A piece of news to all three."""
        return in_transaction(
            tell,
            Telling(
                company_id=self.crowd.unit.id, kind="power.off", subject_kind="notice", subject_id=1, title=title,
                text="今晚检修", urgency=urgency, ways=ways or (CARD,),
                card={"kind": "notice", "subject_id": 1, "version": 1, "title": title, "lead": "今晚检修",
                      "path": "/pages/messages/index"},
                persons=[person.id for person in self.people], **more,
            ),
        )  # fmt: skip

    def work(self) -> None:
        """Everything that is due, once."""
        sender.work(500)
        updater.work(50)
        inbound.work(50)

    def states(self, way: str = CARD) -> list[str]:
        """The states of the deliveries of a way, by person."""
        rows = Delivery.select().where(Delivery.way == way).order_by(Delivery.person, Delivery.id)
        return [row.state for row in rows]

    def inboxes(self) -> list[int]:
        """How many messages of the app each has."""
        return [len(self.sandbox.person(user).inbox()) for user in USERS]


@pytest.fixture
def works(database: Any, crowd: Crowd, sandbox: ChatSandbox) -> Iterator[Works]:
    """The unit with its sandbox; Redis is a new one inside this process."""
    from bots import store

    store.connect.cache_clear()
    tools.configure("")
    yield Works(crowd, sandbox)
    store.connect.cache_clear()
    tools.configure("")


@pytest.fixture
def wired(works: Works, served: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Wired:
    """The unit with its sandbox, whose callbacks come in over HTTP."""
    from bots.sandbox.callback_delivery import callbacks
    from tests.bots.flow.wired import Wired

    # The envelope's time is the real one; here the house's clock is in the test's hands.
    moved = SimpleNamespace(time=lambda: clock().timestamp(), monotonic=time.monotonic)
    monkeypatch.setattr(callbacks, "time", moved)
    return Wired(works, served)


#: Cards that have more verbs, and why.
MORE_VERBS = {
    "accident": "the three answers to an alarm are one question (G02); a judge's and a deputy's stand beside them",
    "accident_burst": "whether it is true, beside having heard of it",
}
FACTS, VERBS, LINKS = 4, 2, 1  # what FACES lets a card say and offer


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every card that any composer makes in these tests is held against what FACES lets one say."""
    from bots import cards
    from models.core.chapters import load

    load("cards")

    def held(made: Card | None) -> Card | None:
        if made is not None:
            verbs = [each.text for each in made.buttons if each.verb]
            links = [each.text for each in made.buttons if each.path]
            assert len(made.facts) <= FACTS, f"{made.kind}: {[each.name for each in made.facts]}"
            assert len(links) <= (LINKS if verbs else VERBS) or made.kind == STEP, f"{made.kind}: {links}"
            assert len(verbs) <= VERBS or made.kind in MORE_VERBS, f"{made.kind}: {verbs}"
            if made.kind == STEP:  # what must be written is a link, and counts as the verb that it is
                assert len(made.buttons) <= VERBS + LINKS, f"{made.kind}: {[*verbs, *links]}"
        return made

    def one(compose: Any) -> Any:
        return lambda *args, **more: held(compose(*args, **more))

    def many(compose: Any) -> Any:
        def made(*args: Any, **more: Any) -> Any:
            found = compose(*args, **more)
            for card in (found or {}).values():
                held(card)
            return found

        return made

    for known, wrap in ((cards._composers, one), (cards._many, many)):
        for kind, compose in list(known.items()):
            monkeypatch.setitem(known, kind, wrap(compose))


@pytest.fixture
def browser(wired: Wired) -> Browser:
    """A phone's browser."""
    from tests.bots.flow.browsing import Browser

    return Browser(wired.url.partition("/bots/")[0])
