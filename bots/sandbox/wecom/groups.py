"""Groups: those that an app makes (appchat), and robots that write into one."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from bots.sandbox.core.chats import ChatMessage, Sender
from bots.sandbox.core.faults import Fate
from bots.sandbox.core.people import Agent, SandboxGroup
from bots.sandbox.wecom.contents import Checker
from bots.sandbox.wecom.errors import ApiRefused

if TYPE_CHECKING:
    from bots.sandbox.core.platform import Platform

_CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}")
GROUP = "group"


class AppChats:
    """`appchat/…`: an app makes a group and writes into it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def create(self, agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
        """A new group. Raises Refused (60011, 86001, 86004 to 86007, 86207, 86215, 86216, 45009)."""
        people = self._platform.people
        if agent.visible is not None:
            raise ApiRefused(60011, "the root department must be visible to the app")
        members = self._members(body.get("userlist"))
        owner = _among(members, body.get("owner") or members[0])
        chat_id = str(body.get("chatid") or "")
        if chat_id and not _CHAT_ID.fullmatch(chat_id):
            raise ApiRefused(86001)
        if chat_id in people.groups:
            raise ApiRefused(86215)
        if not self._platform.chat_creations.take("", self._platform.clock.now()):
            raise ApiRefused(45009)
        chat_id = chat_id or f"wrk{secrets.token_hex(14)}"
        people.groups[chat_id] = SandboxGroup(
            chat_id, _name(body.get("name") or "群聊"), members, owner=owner, agent_id=agent.agent_id
        )
        self._platform.people_changed()
        return {"errcode": 0, "errmsg": "ok", "chatid": chat_id}

    def get(self, agent: Agent, chat_id: str) -> dict[str, Any]:
        """A group of the app."""
        group = self._mine(agent, chat_id)
        info = {"chatid": group.id, "name": group.name, "owner": group.owner, "userlist": group.members}
        return {"errcode": 0, "errmsg": "ok", "chat_info": info}

    def update(self, agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
        """Another name, owner, or members."""
        group = self._mine(agent, body.get("chatid"))
        more = self._known(body.get("add_user_list") or [])
        less = {str(each).lower() for each in body.get("del_user_list") or []}
        members = [each for each in dict.fromkeys([*group.members, *more]) if each.lower() not in less]
        if not 2 <= len(members) <= 2000:
            raise ApiRefused(86006)
        owner = _among(members, body.get("owner") or group.owner)
        group.members, group.owner = members, owner
        if body.get("name"):
            group.name = _name(body["name"])
        self._platform.people_changed()
        return {"errcode": 0, "errmsg": "ok"}

    def send(self, agent: Agent, body: dict[str, Any], fate: Fate) -> tuple[dict[str, Any], list[str]]:
        """A message into a group of the app."""
        platform, now = self._platform, self._platform.clock.now()
        group = self._mine(agent, body.get("chatid"))
        checker = Checker(platform.media, "chat")
        msgtype, content = checker.content(body)
        if not platform.chat_person_times.take("", now, len(group.members)):
            raise ApiRefused(45009)
        reached = [userid for userid in group.members if platform.chat_pace.take(userid, now)]
        if len(reached) < len(group.members):
            checker.notes.append("有成员超过每分钟 200 条：静默丢弃")
        sender = Sender("agent", str(agent.agent_id), agent.name, agent.colour)
        message = ChatMessage(secrets.token_urlsafe(36), now, sender, msgtype, content, agent.agent_id)
        if reached:
            show_in_group(platform, group, message, fate)
        return {"errcode": 0, "errmsg": "ok"}, checker.notes

    def _mine(self, agent: Agent, chat_id: object) -> SandboxGroup:
        if not chat_id:
            raise ApiRefused(86201)
        group = self._platform.people.groups.get(str(chat_id))
        if group is None or group.agent_id is None:
            raise ApiRefused(86003)
        if group.agent_id != agent.agent_id:
            raise ApiRefused(86008)
        return group

    def _members(self, wanted: object) -> list[str]:
        members = self._known(wanted if isinstance(wanted, list) else [])
        if not 2 <= len(members) <= 2000:
            raise ApiRefused(86006)
        return members

    def _known(self, wanted: list[Any]) -> list[str]:
        found = [self._platform.people.find(str(each)) for each in wanted]
        if None in found:
            raise ApiRefused(86216)
        return list(dict.fromkeys(member.userid for member in found if member))


class Robots:
    """`webhook/…`: a robot writes into its group. Every call counts, also one that fails."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def send(self, key: str, body: dict[str, Any], fate: Fate) -> tuple[dict[str, Any], list[str]]:
        """A message of the robot of `key`. Raises Refused (93000, 45009 and what is wrong with it)."""
        platform, now = self._platform, self._platform.clock.now()
        group, name = self.group(key)
        if not platform.robot_pace.take(key, now, count_refused=True):
            raise ApiRefused(45009)
        checker = Checker(platform.media, "robot", robot=key, known=platform.people.knows)
        msgtype, content = checker.content(body)
        message = ChatMessage(secrets.token_urlsafe(24), now, Sender("robot", name, name), msgtype, content)
        show_in_group(platform, group, message, fate)
        return {"errcode": 0, "errmsg": "ok"}, checker.notes

    def group(self, key: str) -> tuple[SandboxGroup, str]:
        """The group of a robot and its name. Raises Refused (93000)."""
        found = self._platform.people.group_of_robot(key)
        if found is None:
            raise ApiRefused(93000)
        return found


def show_in_group(platform: Platform, group: SandboxGroup, message: ChatMessage, fate: Fate) -> None:
    """Put a message on a group's screen, as the faults let it."""
    places = [(f"g:{group.id}", GROUP, False)] * fate.copies
    platform.shuffler.put(lambda: platform.chats.show(message, places) and None, hold=fate.reorder)


def _among(members: list[str], owner: object) -> str:
    found = next((each for each in members if each.lower() == str(owner).lower()), None)
    if found is None:
        raise ApiRefused(86207)
    return found


def _name(name: object) -> str:
    text = str(name)
    if len(text) > 50:
        raise ApiRefused(86004)
    return text
