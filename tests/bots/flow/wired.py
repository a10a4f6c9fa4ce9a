"""The whole way: phones of the sandbox, callbacks over HTTP into the real application, its works, and the platform again."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bots.delivery import sender, updater
from bots.incoming import inbound
from bots.sandbox.callback_delivery import crypto, events, xml
from models.accidents import rules
from models.accidents.records import Accident
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights
from models.messages.channels.records import CARD, WecomApp
from models.messages.escalation import running
from models.messages.records import Inbound, Notice
from tests.bots.flow.conftest import USERS, Works
from tests.models.tasks.relay import pass_on
from tests.support.chat_sandbox import Entry, Phone
from tests.support.served_application import Served


@dataclass
class Heard:
    """What the application answered to a callback: its status, and the reply decrypted."""

    status: int
    reply: str


class Wired:
    """`works` with the application listening at `url`, and the sandbox's callbacks leading there."""

    def __init__(self, works: Works, served: Served) -> None:
        self.works, self.sandbox, self.crowd = works, works.sandbox, works.crowd
        self.url = f"{served.url}/bots/wecom/{works.app.id}"
        assert self.sandbox.call_back_to(self.url, verify=True) == "", (
            "the address is verified as the console does"
        )
        rights = {right.name: Scope.COMPANY for right in all_rights()}
        first = works.people[0]
        self.officer = Actor(1, "陈磊", works.crowd.unit.id, rights, person_ids=(first.id,), door="console")
        self._keys = 0

    # -- people

    def phone(self, user: str = USERS[1]) -> Phone:
        """Somebody's phone in the sandbox."""
        return self.sandbox.person(user)

    def notice(self, number: int, message: int | None = None) -> Notice:
        """The newest notice of the n-th of USERS."""
        rows = Notice.select().where(Notice.person == self.works.people[number].id)
        if message is not None:
            rows = rows.where(Notice.message == message)
        found: Notice = rows.order_by(Notice.id.desc()).get()
        return found

    # -- accidents

    def report(
        self, *numbers: int, what: str = "触电", groups: Any = (), ways: Any = (CARD,), **also: Any
    ) -> Accident:
        """A flash report to the n-th of USERS (all unless said), told and sent."""
        people = [self.works.people[number] for number in numbers or range(len(USERS))]
        told = {
            "persons": [str(each.id) for each in people],
            "groups": [str(each.id) for each in groups],
            "ways": list(ways),
        }
        self._keys += 1
        data = {
            "what": what, "place": "泵房", "happened_at": clock.now(), "receivers": told,
            "company": self.crowd.unit.id, **also,
        }  # fmt: skip
        made, _ = in_transaction(rules.report, self.officer, data, key=f"k{self._keys}")
        self.work()
        found: Accident = made
        return found

    def correct(self, accident: Accident, **changes: Any) -> None:
        """A 续报, told."""
        version = Accident.get_by_id(accident.id).versions
        in_transaction(rules.supplement, self.officer, accident.id, changes, version)
        self.work()

    def close(self, accident: Accident, text: str = "伤者已出院") -> None:
        """The end, told."""
        in_transaction(rules.close, self.officer, accident.id, text)
        self.work()

    # -- what runs behind the answers

    def relay(self) -> None:
        """What was announced is reacted to and told."""
        for row in in_transaction(outbox.take, 100):
            pass_on(row)

    def work(self, *, updates_first: bool = False) -> None:
        """Everything that is due, twice round; in either order, as in life."""
        for _ in range(2):
            self.relay()
            running.take_steps(100)
            running.reopen(100)
            for step in (updater.work, sender.work) if updates_first else (sender.work, updater.work):
                step(200)
            inbound.work(50)

    # -- the wire

    def post(self, plain: str | bytes, *, at: float | None = None, **spoilt: Any) -> Heard:
        """A callback of `plain`, sealed as the platform seals it; `spoilt` replaces parts of what is sent."""
        query, body = self.sealed(plain, at=at)
        return self.send({**query, **spoilt.get("query", {})}, spoilt.get("body", lambda sent: sent)(body))

    def sealed(self, plain: str | bytes, *, at: float | None = None) -> tuple[dict[str, str], bytes]:
        """A callback of `plain`, encrypted and signed: its query and its body."""
        agent = self.sandbox.agent
        sealed = crypto.encrypt(
            agent.aes_key, self.sandbox.seed.corp_id, plain if isinstance(plain, bytes) else plain.encode()
        )
        stamp = str(int(clock.now().timestamp() if at is None else at))
        query = {"timestamp": stamp, "nonce": "n1"}
        query["msg_signature"] = crypto.signature(agent.token, stamp, "n1", sealed)
        body = xml.write(
            [("ToUserName", self.sandbox.seed.corp_id), ("AgentID", "1"), ("Encrypt", sealed)]
        ).encode()
        return query, body

    def send(self, query: dict[str, str], body: bytes) -> Heard:
        """Bytes to the door, as anybody may send them."""
        request = urllib.request.Request(f"{self.url}?{urlencode(query)}", body, {"Content-Type": "text/xml"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                status, said = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, said = error.code, error.read()
        return Heard(status, self.opened(said))

    def opened(self, said: bytes) -> str:
        """A passive reply, decrypted; anything else as it is."""
        if not said.startswith(b"<xml>"):
            return said.decode()
        from bots.sandbox.callback_delivery.callbacks import unwrap

        return unwrap(said, self.sandbox.agent, self.sandbox.seed.corp_id).decode()

    def press_xml(
        self,
        card: Entry,
        verb: str,
        user: str = USERS[1],
        *,
        code: str = "c1",
        key: str = "",
        at: float | None = None,
    ) -> str:
        """The event of a press, for `post`."""
        content = card["content"]
        found = key or next(
            each["key"] for each in content["button_list"] if verb in (each.get("key", ""), each["text"])
        )
        return events.card_event(
            self.sandbox.seed.corp_id, user, clock.now().timestamp() if at is None else at,
            self.sandbox.agent.agent_id, name="template_card_event", key=found,
            task_id=content.get("task_id", "t"), card_type=content["card_type"], code=code,
        )  # fmt: skip

    def said_xml(self, words: str, number: int = 1, user: str = USERS[1]) -> str:
        """The event of somebody who writes, for `post`."""
        at = clock.now().timestamp()
        return events.text(self.sandbox.seed.corp_id, user, at, self.sandbox.agent.agent_id, number, words)


def rows() -> list[Inbound]:
    """What came in, oldest first."""
    return list(Inbound.select().order_by(Inbound.id))


def last() -> Inbound:
    """What came in last."""
    return rows()[-1]


def forged(wired: Wired) -> str:
    """What stands at the app of the last callback that was refused; its errors are others."""
    app = WecomApp.get_by_id(wired.works.app.id)
    assert not app.last_error
    return str(app.forged_why or "")
