"""What the page is shown, and what its settings change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from bots.sandbox.core.acts import CannotDo
from bots.sandbox.core.chats import SMS, app_thread
from bots.sandbox.core.faults import KINDS
from bots.sandbox.core.people import Member, SandboxGroup
from bots.sandbox.core.platform import Platform
from bots.sandbox.wecom.groups import GROUP

_PEOPLE_SHOWN = 300  # in the page's list; a search finds the others by name
_WORDS = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "file": "[文件]",
    "location": "[位置]",
}


def state(platform: Platform) -> dict[str, Any]:
    """All but the chats."""
    people = platform.people
    return {
        "now": platform.clock.now(),
        "ahead": platform.clock.ahead,
        "shared": platform.clock.shared,
        "zone": platform.clock.zone,
        "labels": [asdict(each) for each in people.labels],
        "server_time": time.time(),
        "corp": {"id": people.corp_id, "name": people.corp_name},
        "people": [_member(platform, member) for member in list(people.members.values())[:_PEOPLE_SHOWN]],
        "people_total": len(people.members),
        "groups": [_group(group) for group in people.groups.values()],
        "agents": [
            {
                "id": agent.agent_id,
                "name": agent.name,
                "colour": agent.colour,
                "menu": agent.menu,
                "called_back": agent.called_back,
            }
            for agent in people.agents.values()
        ],
        "faults": platform.faults.as_json(),
        "fault_kinds": KINDS,
        "patience": platform.callbacks.patience,
    }


def _member(platform: Platform, member: Member) -> dict[str, Any]:
    names = [
        platform.people.departments[id_].name
        for id_ in member.departments
        if id_ in platform.people.departments
    ]
    return {
        "id": member.userid,
        "name": member.name,
        "position": member.position,
        "department": "、".join(names),
        "colour": member.colour,
        "phone": member.phone,
    }


def _group(group: SandboxGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "members": group.members,
        "robots": [name for _, name in group.robots],
        "app": group.agent_id,
    }


def threads(platform: Platform, userid: str) -> dict[str, Any]:
    """Somebody's list of chats, the one with the newest entry first: apps, groups, short messages."""
    member = platform.people.find(userid)
    if member is None:
        raise CannotDo("没有这个人")
    owner = f"u:{member.userid}"
    people = platform.people
    places = [
        (owner, app_thread(agent.agent_id), agent.name, "app", agent.colour)
        for agent in people.agents.values()
        if people.sees(agent, member)
    ]
    places += [
        (f"g:{group.id}", GROUP, group.name, "group", "#64748b") for group in people.groups_of(member.userid)
    ]
    places.append((owner, SMS, "短信", "sms", "#16a34a"))
    rows = [_thread(platform, member, *place) for place in places]
    rows.sort(key=lambda row: -row["at"])
    return {"person": _member(platform, member), "threads": rows}


def _thread(
    platform: Platform, member: Member, owner: str, thread: str, title: str, kind: str, colour: str
) -> dict[str, Any]:
    kept = platform.chats.threads.get((owner, thread))
    last = kept[-1] if kept else None
    return {
        "owner": owner,
        "thread": thread,
        "title": title,
        "kind": kind,
        "colour": colour,
        "unread": platform.chats.unread(member.userid, owner, thread),
        "last": preview(last.message.msgtype, last.shown()) if last and not last.message.recalled else "",
        "at": last.message.at if last else 0,
        "serial": last.serial if last else 0,
    }


def preview(msgtype: str, content: dict[str, Any]) -> str:
    """A message in one line."""
    if msgtype == "template_card":
        return str((content.get("main_title") or {}).get("title") or content.get("sub_title_text") or "")[:60]
    if msgtype == "news":
        return str(content["articles"][0]["title"])[:60]
    text = str(content.get("title") or content.get("content") or "")
    return _WORDS.get(msgtype, text.replace("\n", " "))[:60]


def change(
    platform: Platform, what: str, given: dict[str, Any]
) -> dict[str, Any] | Awaitable[dict[str, Any]] | None:
    """What the page's and the tests' switches do: tokens, patience, members, groups, callbacks."""
    match what:
        case "revoke":
            return {"revoked": platform.tokens.revoke(given.get("agent"))}
        case "patience":
            seconds = float(given["seconds"])
            if not 0.05 <= seconds <= 60:
                raise ValueError("0.05 到 60 秒")
            platform.callbacks.patience = seconds
        case "member":
            platform.people.add(Member(**given))
            platform.people_changed()
        case "remove_member":
            platform.people.members.pop(str(given["userid"]).lower(), None)
            platform.people_changed()
        case "group":
            robots = [(str(key), str(name)) for key, name in given.pop("robots", ())]
            platform.people.groups[given["id"]] = SandboxGroup(**given, robots=robots)
            platform.people_changed()
        case "remove_group":
            platform.people.groups.pop(given["id"], None)
            platform.people_changed()
        case "callback":
            return _callback(platform, given)
        case "clear":
            platform.chats.clear()
            platform.people_changed()
        case _:
            raise KeyError(what)
    return None


async def _callback(platform: Platform, given: dict[str, Any]) -> dict[str, Any]:
    """Set an app's callback, as its administrator would: the address is tried with an echostr if `verify` says so."""
    agent = platform.people.agents[int(given["agent"])]
    agent.callback_url = str(given["url"])
    agent.token = str(given.get("token") or agent.token)
    agent.aes_key = str(given.get("aes_key") or agent.aes_key)
    agent.visible = given.get("visible", agent.visible)
    platform.people_changed()
    await asyncio.sleep(0)
    return {"problem": await platform.callbacks.verify(agent) if given.get("verify") else ""}
