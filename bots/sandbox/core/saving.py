"""The state in a file, so that a restart keeps the chat: written whole beside it, then put in its place."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import logging
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bots.sandbox.core.chats import ChatMessage, ScreenEntry, Sender
from bots.sandbox.core.faults import Faults
from bots.sandbox.core.people import Member, SandboxGroup
from bots.sandbox.core.platform import Platform
from bots.sandbox.wecom.codes import IssuedCode
from bots.sandbox.wecom.media import StoredMedia

_VERSION = 2
_EVERY = 1.0  # seconds


def snapshot(platform: Platform) -> dict[str, Any]:
    """All that is kept: chats, media, codes, groups, clock, faults. Tokens are not, as if the platform had revoked them."""
    messages: dict[str, dict[str, Any]] = {}
    entries = []
    for thread in platform.chats.threads.values():
        for entry in thread:
            message = entry.message
            messages.setdefault(message.id, {**vars(message), "sender": vars(message.sender)})
            entries.append(
                [
                    entry.serial,
                    entry.owner,
                    entry.thread,
                    entry.message.id,
                    entry.mine,
                    entry.card,
                    entry.done,
                    entry.note,
                    entry.chosen,
                ]
            )
    return {
        "version": _VERSION,
        "ahead": platform.clock.ahead,
        "messages": list(messages.values()),
        "entries": sorted(entries, key=lambda row: row[0]),
        "read": [[reader, place, serial] for (reader, place), serial in platform.chats.read.items()],
        "codes": {code: asdict(kept) for code, kept in platform.codes.all.items()},
        "task_ids": sorted(platform.sendings.task_ids),
        "answers": {key: list(kept) for key, kept in platform.sendings.answers.items()},
        "media": [_packed(media) for media in platform.media.all.values()],
        "members": [asdict(member) for member in platform.people.members.values()],
        "groups": [asdict(group) for group in platform.people.groups.values()],
        "menus": {agent.agent_id: agent.menu for agent in platform.people.agents.values() if agent.menu},
        "faults": platform.faults.as_json(),
    }


def restore(platform: Platform, kept: dict[str, Any]) -> None:
    """Put what was kept back. The seed's people stay as the seed says; those added later join them.

    Raises ValueError, KeyError, TypeError or AttributeError for what is no such state, before anything was changed.
    """
    senders = {row["id"]: Sender(**row["sender"]) for row in kept["messages"]}
    messages = {row["id"]: ChatMessage(**{**row, "sender": senders[row["id"]]}) for row in kept["messages"]}
    entries = [
        ScreenEntry(serial, owner, thread, messages[id_], mine, card, done, note, chosen)
        for serial, owner, thread, id_, mine, card, done, note, chosen in kept["entries"]
    ]
    read = {(reader, place): serial for reader, place, serial in kept["read"]}
    codes = {code: IssuedCode(**row) for code, row in kept["codes"].items()}
    task_ids = {(int(agent_id), str(task)) for agent_id, task in kept["task_ids"]}
    answers = {key: (float(until), dict(answer)) for key, (until, answer) in kept["answers"].items()}
    media = {row["id"]: _unpacked(row) for row in kept["media"]}
    members = [Member(**row) for row in kept["members"]]
    groups = [
        SandboxGroup(**{**row, "robots": [tuple(robot) for robot in row["robots"]]}) for row in kept["groups"]
    ]
    menus = {int(agent_id): list(menu) for agent_id, menu in kept["menus"].items()}
    faults = Faults(lambda: None)
    for fault in kept["faults"]:
        faults.add(fault)
    platform.clock.ahead = float(kept["ahead"])

    for entry in entries:
        platform.chats.put(entry)
    platform.chats.serials = itertools.count(max((entry.serial for entry in entries), default=0) + 1)
    platform.chats.read, platform.codes.all, platform.media.all = read, codes, media
    platform.sendings.task_ids, platform.sendings.answers = task_ids, answers
    _join(platform, members, groups, menus)
    for fault in faults.as_json():
        platform.faults.add(fault)


def _join(
    platform: Platform,
    members: list[Member],
    groups: list[SandboxGroup],
    menus: dict[int, list[dict[str, Any]]],
) -> None:
    people = platform.people
    for member in members:
        if member.userid.lower() not in people.members:
            people.add(member)
    for group in groups:
        people.groups.setdefault(group.id, group)
    for agent_id, menu in menus.items():
        if agent_id in people.agents:
            people.agents[agent_id].menu = menu


def _packed(media: StoredMedia) -> dict[str, Any]:
    row = {each.name: getattr(media, each.name) for each in fields(media)}
    return row | {"data": base64.b64encode(media.data).decode()}


def _unpacked(row: dict[str, Any]) -> StoredMedia:
    return StoredMedia(**{**row, "data": base64.b64decode(row["data"])})


def write(path: Path, kept: dict[str, Any]) -> None:
    """Write the file so that it is at any moment either the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


class Keeper:
    """Writes the state whenever it has changed, about once a second."""

    def __init__(self, platform: Platform, path: Path) -> None:
        self._platform, self._path = platform, path
        self._written = platform.changes
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Future[None] | None = None

    def read(self) -> None:
        """Read the file back, if there is one. What can't be read is put aside, and the chat begins anew."""
        if not self._path.exists():
            return
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept.get("version") == _VERSION:
                restore(self._platform, kept)
        except (ValueError, KeyError, TypeError, AttributeError):
            logging.getLogger("sandbox").warning("%s can't be read; the chat begins anew", self._path.name)
            self._path.replace(self._path.with_name(f"{self._path.name}.broken"))
        self._written = self._platform.changes

    def start(self) -> None:
        """Begin to write, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Write for the last time."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if (
            self._writing
        ):  # a thread that is at it can't be called off, and two would take the file from each other
            with contextlib.suppress(OSError):
                await self._writing
        if self._platform.changes != self._written:
            write(self._path, snapshot(self._platform))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            if self._platform.changes == self._written:
                continue
            written = self._platform.changes
            try:
                kept = snapshot(self._platform)
                self._writing = asyncio.ensure_future(asyncio.to_thread(write, self._path, kept))
                await asyncio.shield(self._writing)
                self._written = written
            except OSError as failed:
                logging.getLogger("sandbox").warning("the chat can't be kept: %s", failed.strerror)
