"""What people do with their phones: write, send a picture or a place, press."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bots.sandbox.callback_delivery import events, passive
from bots.sandbox.core.chats import ChatMessage, ScreenEntry, Sender, app_thread
from bots.sandbox.core.people import Agent, Member
from bots.sandbox.wecom.groups import GROUP
from bots.wecom.guesses import guess

if TYPE_CHECKING:
    from bots.sandbox.core.platform import Platform


class CannotDo(ValueError):
    """What a real phone would not let one do; the text is for the page."""


class Acts:
    """The phones of all members."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def member(self, userid: str) -> Member:
        """Somebody. Raises CannotDo."""
        member = self._platform.people.find(userid)
        if member is None:
            raise CannotDo("没有这个人")
        return member

    async def say(self, userid: str, thread: str, text: str) -> dict[str, Any]:
        """Write into a thread: an app's (which is told) or a group's (which no app reads)."""
        if not text.strip():
            raise CannotDo("还没有写字")
        userid = self.member(userid).userid
        number = self._number()
        return await self._message(
            userid,
            thread,
            "text",
            {"content": text},
            lambda agent, at: events.text(
                self._platform.people.corp_id, userid, at, agent.agent_id, number, text
            ),
        )

    async def photo(self, userid: str, thread: str, name: str, data: bytes, base: str) -> dict[str, Any]:
        """Send a picture."""
        if not data:
            raise CannotDo("照片是空的")
        userid = self.member(userid).userid
        media = self._platform.media.keep("image", name or "photo.jpg", data)
        content = {"media_id": media.id, "name": media.name, "size": len(data), "mime": media.mime}
        number, url = self._number(), f"{base}/sandbox/media/{media.id}"
        return await self._message(
            userid,
            thread,
            "image",
            content,
            lambda agent, at: events.image(
                self._platform.people.corp_id, userid, at, agent.agent_id, number, url, media.id
            ),
        )

    async def place(self, userid: str, thread: str, place: Mapping[str, Any]) -> dict[str, Any]:
        """Send a place: `lng`, `lat`, `label`."""
        lng, lat = float(place["lng"]), float(place["lat"])
        if not -180 <= lng <= 180 or not -90 <= lat <= 90:
            raise CannotDo("经度在 -180 到 180 之间，纬度在 -90 到 90 之间")
        content = {"lng": lng, "lat": lat, "label": str(place.get("label") or "")[:200]}
        userid, number = self.member(userid).userid, self._number()
        return await self._message(
            userid,
            thread,
            "location",
            content,
            lambda agent, at: events.location(
                self._platform.people.corp_id, userid, at, agent.agent_id, number, content
            ),
        )

    async def press(
        self, userid: str, serial: int, key: str, chosen: Mapping[str, Sequence[str]] | None = None
    ) -> dict[str, Any]:
        """Press a button of a card, or its submit button with what was `chosen`."""
        member, entry, card = self._card(userid, serial)
        if entry.done:
            raise CannotDo("这张卡片已经处理过了")
        selected = _selection(card, key, chosen or {})
        entry.chosen = selected
        return await self._tell_card(member, entry, card, "template_card_event", key, selected)

    async def pick(self, userid: str, serial: int, key: str) -> dict[str, Any]:
        """Pick from the menu in a card's corner."""
        member, entry, card = self._card(userid, serial)
        if key not in [each["key"] for each in (card.get("action_menu") or {}).get("action_list", ())]:
            raise CannotDo("卡片的菜单里没有这一项")
        return await self._tell_card(member, entry, card, "template_card_menu_event", key, {})

    async def app_menu(self, userid: str, agent_id: int, key: str) -> dict[str, Any]:
        """Press the menu at the foot: a `click`, or `view` with its address."""
        agent = self._agent(agent_id)
        buttons = [sub for top in agent.menu for sub in top.get("sub_button") or [top]]
        button = next((each for each in buttons if key in (each.get("key"), each.get("url"))), None)
        if button is None:
            raise CannotDo("菜单里没有这一项")
        return await self.event(userid, agent_id, "view" if button["type"] == "view" else "click", key)

    async def event(self, userid: str, agent_id: int, name: str, key: str = "") -> dict[str, Any]:
        """An event without a message: `click`, `view`, `enter_agent`, `subscribe`."""
        member, agent = self.member(userid), self._agent(agent_id)
        plain = events.event(
            self._platform.people.corp_id, member.userid, self._platform.clock.now(), agent_id, name, key
        )
        return await self._tell(agent, member.userid, plain)

    async def _message(
        self, userid: str, thread: str, msgtype: str, content: dict[str, Any], plain: Any
    ) -> dict[str, Any]:
        platform, member = self._platform, self.member(userid)
        sender = Sender("person", member.userid, member.name, member.colour)
        message = ChatMessage(secrets.token_urlsafe(24), platform.clock.now(), sender, msgtype, content)
        if thread.startswith("g:"):
            if thread.removeprefix("g:") not in [g.id for g in platform.people.groups_of(member.userid)]:
                raise CannotDo("不在这个群里")
            shown = platform.chats.show(message, [(thread, GROUP, False)])
            return {"entry": shown[0].as_json(), "delivered": None}
        agent = self._agent(int(thread.removeprefix("app:")) if thread.startswith("app:") else 0)
        shown = platform.chats.show(message, [(f"u:{member.userid}", app_thread(agent.agent_id), True)])
        told = await self._tell(agent, member.userid, plain(agent, message.at))
        return {"entry": shown[0].as_json(), **told}

    async def _tell_card(
        self,
        member: Member,
        entry: ScreenEntry,
        card: dict[str, Any],
        name: str,
        key: str,
        chosen: dict[str, list[str]],
    ) -> dict[str, Any]:
        platform, message = self._platform, entry.message
        agent = self._agent(message.agent_id or 0)
        code = platform.codes.give(agent.agent_id, message.id, member.userid)
        plain = events.card_event(
            platform.people.corp_id,
            member.userid,
            platform.clock.now(),
            agent.agent_id,
            name=name,
            key=key,
            task_id=str(card.get("task_id") or message.task_id),
            card_type=card["card_type"],
            code=code,
            chosen=chosen,
        )
        told = await self._tell(agent, member.userid, plain, entry)
        if told["reply"].startswith("update_") and guess("reply_spends_code"):
            platform.codes.all[code].used = True
        return {**told, "response_code": code, "entry": entry.as_json()}

    async def _tell(
        self, agent: Agent, userid: str, plain: str, pressed: ScreenEntry | None = None
    ) -> dict[str, Any]:
        delivered = await self._platform.callbacks.tell(agent, plain)
        kind = ""
        try:
            kind = passive.apply(self._platform, agent, userid, delivered.reply, pressed)
        except ValueError as broken:
            delivered.problem = f"被动回复不合规定：{broken}"
            if delivered.line:
                delivered.line.notes.append(delivered.problem)
        return {"delivered": delivered.as_json(), "reply": kind}

    def _card(self, userid: str, serial: int) -> tuple[Member, ScreenEntry, dict[str, Any]]:
        member = self.member(userid)
        entry = self._platform.chats.find(f"u:{member.userid}", serial)
        if entry is None or entry.message.msgtype != "template_card":
            raise CannotDo("没有这张卡片")
        if entry.message.recalled:
            raise CannotDo("这条消息已经撤回")
        return member, entry, entry.shown()

    def _agent(self, agent_id: int) -> Agent:
        agent = self._platform.people.agents.get(agent_id)
        if agent is None:
            raise CannotDo("没有这个应用")
        return agent

    def _number(self) -> int:
        # As large as the platform's: an app must not keep it in 32 bits.
        return int(self._platform.clock.now() * 1000) << 20 | secrets.randbelow(1 << 20)


def _selection(card: dict[str, Any], key: str, chosen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What goes with a press: for every question of the card what is chosen in it."""
    buttons = [*card.get("button_list", ()), *([card["submit_button"]] if "submit_button" in card else ())]
    if key not in [each.get("key") for each in buttons if each.get("type", 0) == 0]:
        raise CannotDo("卡片上没有这个按钮")
    questions = [*card.get("select_list", ())]
    questions += [card[name] for name in ("button_selection", "checkbox") if card.get(name)]
    selected = {}
    for question in questions:
        name, options = question["question_key"], [each["id"] for each in question["option_list"]]
        preset = [each["id"] for each in question["option_list"] if each.get("is_checked")]
        given = list(chosen.get(name) or preset or filter(None, [question.get("selected_id")]))
        if not set(given) <= set(options):
            raise CannotDo("选项里没有这一个")
        is_vote = question is card.get("checkbox")
        if is_vote and not given:
            raise CannotDo("还没有选")
        if len(given) > 1 and not (is_vote and question.get("mode") == 1):
            raise CannotDo("只能选一个")
        # A list shows its first option from the beginning.
        selected[name] = given or ([] if is_vote else options[:1])
    return selected
