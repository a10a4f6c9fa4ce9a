"""`message/send`: to whom a message goes, what is held back without a word, and what is told of it."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from bots.sandbox.core.chats import ChatMessage, ScreenEntry, Sender, app_thread
from bots.sandbox.core.faults import Fate
from bots.sandbox.core.people import Agent, Member
from bots.sandbox.wecom import cards
from bots.sandbox.wecom.contents import Checker
from bots.sandbox.wecom.errors import ApiRefused
from bots.wecom.guesses import guess

if TYPE_CHECKING:
    from bots.sandbox.core.platform import Platform

_DAY = 86_400
_LONGEST_CHECK = 4 * 3600


def agent_of(agent: Agent, named: object) -> Agent:
    """The app of the token, which must be the one that the request names."""
    if named in (None, ""):
        raise ApiRefused(41011)
    if str(named) != str(agent.agent_id):
        raise ApiRefused(301002)
    return agent


class Sendings:
    """Messages of apps to members."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        #: Task ids that were used, by app, and answers by the content they were given to: kept with the state.
        self.task_ids: set[tuple[int, str]] = set()
        self.answers: dict[str, tuple[float, dict[str, Any]]] = {}

    def send(self, agent: Agent, body: dict[str, Any], fate: Fate) -> tuple[dict[str, Any], list[str]]:
        """Send one; gives the answer and notes. Raises Refused."""
        platform, now = self._platform, self._platform.clock.now()
        agent_of(agent, body.get("agentid"))
        checker = Checker(platform.media, "app", known=platform.people.knows)
        msgtype, content = checker.content(body)
        receivers, answer = self._receivers(agent, body)
        seconds = _interval(body)
        if msgtype == "template_card" and (fate.used or not guess("duplicate_check_comes_first")):
            self._refuse_used(agent, content)
            fate.cut = fate.cut or fate.used
        repeated = self._repeated(agent, body, now) if seconds else None
        if repeated is not None:
            return repeated, [*checker.notes, "内容与不久前的一次完全相同：按重复检查不再下发"]
        message = self._message(agent, msgtype, content)
        if not platform.person_times(agent.agent_id, now, len(receivers)):
            raise ApiRefused(45009)
        if msgtype == "template_card":
            self._claim_task(agent, content)
        reached = [m for m in receivers if platform.member_pace.take((agent.agent_id, m.userid), now)]
        if len(reached) < len(receivers):
            checker.notes.append(
                f"{len(receivers) - len(reached)} 人超过每分钟 30 条或每小时 1000 条：静默丢弃"
            )
        self.deliver(message, reached, fate)
        answer |= {"errcode": 0, "errmsg": "ok", "msgid": message.id}
        if msgtype == "template_card" and cards.wants_code(content):
            answer["response_code"] = platform.codes.give(agent.agent_id, message.id)
        if seconds:
            self._remember(agent, body, now + seconds, answer)
        return answer, checker.notes

    def deliver(self, message: ChatMessage, members: list[Member], fate: Fate) -> None:
        """Put it on the screens, as the faults let it."""
        thread = app_thread(message.agent_id or 0)
        self._platform.chats.remember(message)
        places = [(f"u:{member.userid}", thread, False) for member in members] * fate.copies
        self._platform.shuffler.put(
            lambda: self._platform.chats.show(message, places) and None, hold=fate.reorder
        )

    def _message(self, agent: Agent, msgtype: str, content: dict[str, Any]) -> ChatMessage:
        return ChatMessage(
            secrets.token_urlsafe(36),
            self._platform.clock.now(),
            Sender("agent", str(agent.agent_id), agent.name, agent.colour),
            msgtype,
            content,
            agent.agent_id,
            str(content.get("task_id") or "") if msgtype == "template_card" else "",
        )

    def _claim_task(self, agent: Agent, card: dict[str, Any]) -> None:
        if cards.wants_code(card) and not agent.called_back:
            raise ApiRefused(43012)
        self._refuse_used(agent, card)
        if task_id := card.get("task_id"):
            self.task_ids.add((agent.agent_id, task_id))

    def _refuse_used(self, agent: Agent, card: dict[str, Any]) -> None:
        if (agent.agent_id, card.get("task_id")) in self.task_ids:
            raise ApiRefused(42014, "task_id has been used")

    def _receivers(self, agent: Agent, body: dict[str, Any]) -> tuple[list[Member], dict[str, Any]]:
        people = self._platform.people
        users = _names(body.get("touser"), 1000, 40032)
        parties = _names(body.get("toparty"), 100, 82002)
        tags = _names(body.get("totag"), 100, 82003)
        if not users and not parties and not tags:
            raise ApiRefused(82001)
        found: dict[str, Member] = {}
        bad: dict[str, list[str]] = {"invaliduser": [], "invalidparty": [], "invalidtag": []}
        if users == ["@all"]:
            found = {member.userid: member for member in people.seen_by(agent)}
            users = []
        for userid in users:
            member = people.find(userid)
            if member is None or not people.sees(agent, member):
                bad["invaliduser"].append(userid.lower())
            else:
                found[member.userid] = member
        for party in parties:
            if not party.isdecimal() or int(party) not in people.departments:
                bad["invalidparty"].append(party)
                continue
            within = people.in_departments([int(party)])
            found |= {member.userid: member for member in within if people.sees(agent, member)}
        for tag in tags:
            if not tag.isdecimal() or int(tag) not in people.tags:
                bad["invalidtag"].append(tag)
                continue
            for userid in people.tags[int(tag)]:
                member = people.find(userid)
                if member is not None and people.sees(agent, member):
                    found[member.userid] = member
        answer: dict[str, Any] = {name: "|".join(ids) for name, ids in bad.items() if ids}
        unlicensed = [member for member in found.values() if not member.licensed]
        if unlicensed:
            answer["unlicenseduser"] = "|".join(member.userid.lower() for member in unlicensed)
        reached = [member for member in found.values() if member.licensed]
        if not reached:
            raise ApiRefused(81013, **answer)
        return reached, answer

    def _repeated(self, agent: Agent, body: dict[str, Any], now: float) -> dict[str, Any] | None:
        until, answer = self.answers.get(_digest(agent, body), (0.0, {}))
        return answer if until > now else None

    def _remember(self, agent: Agent, body: dict[str, Any], until: float, answer: dict[str, Any]) -> None:
        if len(self.answers) % 1000 == 999:
            now = self._platform.clock.now()
            self.answers = {key: kept for key, kept in self.answers.items() if kept[0] > now}
        self.answers[_digest(agent, body)] = (until, answer)


class Recalls:
    """`message/recall` and `message/update_template_card`: what can be done to a message afterwards."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def recall(self, agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
        """Take a message back within 24 h. Raises Refused (40058)."""
        sent = self._platform.chats.of_message.get(str(body.get("msgid")))
        if sent is None or sent.message.agent_id != agent.agent_id:
            raise ApiRefused(40058, "invalid msgid")
        message = sent.message
        if message.at + _DAY <= self._platform.clock.now():
            raise ApiRefused(40058, "msgid expired, a message can be recalled within 24 hours")
        message.recalled = True
        self._platform.chats.changed(sent.entries)
        return {"errcode": 0, "errmsg": "ok"}

    def update(self, agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
        """Change a card that was sent, at the price of a response code. Raises Refused."""
        agent_of(agent, body.get("agentid"))
        button, card = body.get("button"), body.get("template_card")
        if not isinstance(button, dict) and not isinstance(card, dict):
            raise ApiRefused(40058, "button or template_card is missing")
        if isinstance(card, dict):
            cards.check(card, update=True, known=self._platform.people.knows)
        elif not button.get("replace_name"):  # type: ignore[union-attr]
            raise ApiRefused(42020, "button.replace_name")
        code = self._platform.codes.check(body.get("response_code"), agent.agent_id)
        if not isinstance(card, dict):
            self._refuse_notice(code.message_id)
        entries = [entry for entry in self._platform.chats.entries_of(code.message_id) if not entry.mine]
        chosen, unknown = self._chosen(body, entries)
        code.used = True  # what was refused above left it as it was
        for entry in chosen:
            change(entry, card=card, replace_name=(button or {}).get("replace_name", ""))
        self._platform.chats.changed(chosen)
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
        return answer | ({"invaliduser": unknown} if unknown else {})

    def _refuse_notice(self, message_id: str) -> None:
        sent = self._platform.chats.of_message.get(message_id)
        if sent and sent.message.content.get("card_type") in cards.NOTICES:
            raise ApiRefused(40058, "button is not for text_notice and news_notice")

    def _chosen(
        self, body: dict[str, Any], entries: list[ScreenEntry]
    ) -> tuple[list[ScreenEntry], list[str]]:
        if body.get("atall"):
            return entries, []
        people = self._platform.people
        userids = [str(each) for each in body.get("userids") or []]
        if len(userids) > 1000:
            raise ApiRefused(40032)
        named = {member.userid for userid in userids if (member := people.find(userid))}
        named |= {m.userid for m in people.in_departments(int(each) for each in body.get("partyids") or [])}
        for tag in body.get("tagids") or []:
            named |= set(people.tags.get(int(tag), ()))
        if not userids and not named:
            raise ApiRefused(82001)
        chosen = [entry for entry in entries if entry.owner.removeprefix("u:") in named]
        there = {entry.owner.removeprefix("u:").lower() for entry in chosen}
        return chosen, [userid.lower() for userid in userids if userid.lower() not in there]


def change(entry: ScreenEntry, *, card: dict[str, Any] | None = None, replace_name: str = "") -> None:
    """Let a card look different on one screen: another card, or its buttons greyed with a word."""
    if card is not None:
        entry.card = card
        entry.note = str(card.get("replace_text") or "")
        entry.done = bool(entry.note)
        entry.chosen = {}
        return
    entry.done, entry.note = True, replace_name


def _interval(body: dict[str, Any]) -> int:
    """For how many seconds the same content is not sent twice; 0 if it may be."""
    if not body.get("enable_duplicate_check"):
        return 0
    return min(max(int(body.get("duplicate_check_interval") or 1800), 1), _LONGEST_CHECK)


def _names(value: object, most: int, number: int) -> list[str]:
    names = [name for name in str(value or "").split("|") if name]
    if len(names) > most:
        raise ApiRefused(number)
    return list(dict.fromkeys(names))


def _digest(agent: Agent, body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{agent.agent_id} {text}".encode()).hexdigest()
