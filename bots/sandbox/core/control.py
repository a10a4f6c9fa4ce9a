"""The sandbox's own API: what its page, and tests, ask and do. Nothing of it is WeCom's."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.web import RequestHandler

from bots.sandbox.core import views
from bots.sandbox.core.acts import CannotDo
from bots.sandbox.core.platform import Platform

Answer = dict[str, Any] | list[Any]
_LARGEST_PHOTO = 20 << 20  # bytes


class ControlHandler(RequestHandler):
    """Base of the handlers below: JSON in and out, mistakes as 400 with a sentence."""

    def initialize(self, platform: Platform) -> None:
        self.platform = platform

    def check_xsrf_cookie(self) -> None:
        """A sandbox has nobody's rights; callers are its page and tests."""

    def prepare(self) -> None:
        """Refuse what another site's page would send: a form has no JSON (and no DELETE)."""
        if self.request.method in ("GET", "DELETE"):
            return
        sort = self.request.headers.get("Content-Type", "").partition(";")[0]
        if sort not in ("application/json", "application/octet-stream", "image/jpeg", "image/png"):
            self.set_status(415)
            self.finish({"error": "要 JSON"})

    def body(self) -> dict[str, Any]:
        """The JSON of the request."""
        given = json.loads(self.request.body or b"{}")
        if not isinstance(given, dict):
            raise ValueError("要 JSON 对象")
        return given

    async def give(self, made: Callable[[], Answer | Awaitable[Answer] | None]) -> None:
        """Answer with what `made` makes."""
        try:
            answer = made()
            if isinstance(answer, Awaitable):
                answer = await answer
        except CannotDo as cannot:
            self.set_status(409)
            answer = {"error": str(cannot)}
        except (KeyError, TypeError, ValueError) as wrong:
            self.set_status(400)
            answer = {"error": f"请求不对：{wrong}"}
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        # Not awaited: whoever left before the answer was there is no error.
        self.finish(json.dumps({"ok": True} if answer is None else answer, ensure_ascii=False))


class StateHandler(ControlHandler):
    """`/sandbox/api/state`: clock, people, groups, apps, faults."""

    async def get(self) -> None:
        """All but the chats."""
        await self.give(lambda: views.state(self.platform))


class PersonHandler(ControlHandler):
    """`/sandbox/api/people/{userid}`: somebody's list of chats."""

    async def get(self, userid: str) -> None:
        """The list, newest first."""
        await self.give(lambda: views.threads(self.platform, userid))


class ThreadHandler(ControlHandler):
    """`/sandbox/api/threads/{owner}/{thread}`: one chat."""

    async def get(self, owner: str, thread: str) -> None:
        """Its entries, oldest first."""
        await self.give(
            lambda: {"entries": [each.as_json() for each in self.platform.chats.entries(owner, thread)]}
        )


class ActHandler(ControlHandler):
    """`/sandbox/api/people/{userid}/{act}`: what somebody does with the phone."""

    async def post(self, userid: str, act: str) -> None:
        """Do it; the answer says how telling the app went."""
        await self.give(lambda: self._act(userid, act))

    def _act(self, userid: str, act: str) -> Awaitable[Answer] | None:
        acts = self.platform.acts
        if act == "photo":
            base = f"{self.request.protocol}://{self.request.host}"
            thread, name = self.get_query_argument("thread"), self.get_query_argument("name", "photo.jpg")
            if len(self.request.body) > _LARGEST_PHOTO:
                raise CannotDo("照片最大 20 MB")
            return acts.photo(userid, thread, name, self.request.body, base)
        given = self.body()
        match act:
            case "say":
                return acts.say(userid, given["thread"], str(given["text"]))
            case "place":
                return acts.place(userid, given["thread"], given)
            case "press":
                return acts.press(userid, int(given["serial"]), given["key"], given.get("chosen"))
            case "pick":
                return acts.pick(userid, int(given["serial"]), given["key"])
            case "menu":
                return acts.app_menu(userid, int(given["agent"]), given["key"])
            case "event":
                return acts.event(userid, int(given["agent"]), given["name"], given.get("key", ""))
            case "read":
                member = acts.member(userid)
                self.platform.chats.mark_read(member.userid, given["owner"], given["thread"])
                self.platform.changed()
                return None
        raise KeyError(act)


class ClockHandler(ControlHandler):
    """`/sandbox/api/clock`: `{seconds}` puts it forward."""

    async def post(self) -> None:
        """Put it forward."""
        await self.give(self._forward)

    def _forward(self) -> Answer:
        self.platform.forward(float(self.body()["seconds"]))
        return {"now": self.platform.clock.now(), "ahead": self.platform.clock.ahead}


class FaultsHandler(ControlHandler):
    """`/sandbox/api/faults`: the switch-board."""

    async def get(self) -> None:
        """All that are on."""
        await self.give(lambda: {"faults": self.platform.faults.as_json()})

    async def post(self) -> None:
        """Switch one on."""
        await self.give(lambda: {"id": self.platform.faults.add(self.body()).id})

    async def delete(self) -> None:
        """Switch one off (`?id=`), or all."""
        id_ = self.get_query_argument("id", "")
        await self.give(lambda: self.platform.faults.remove(int(id_) if id_ else None))


class SettingsHandler(ControlHandler):
    """`/sandbox/api/settings/{what}`: tokens, patience, members, groups, an app's callback."""

    async def post(self, what: str) -> None:
        """Change one."""
        await self.give(lambda: views.change(self.platform, what, self.body()))


class WireHandler(ControlHandler):
    """`/sandbox/api/wire`: what went over the wire; with an id, all of one line."""

    async def get(self, id_: str = "") -> None:
        """`?path=` filters by a part of the path."""
        if id_:
            found = next((line for line in self.platform.wire.lines if line.id == int(id_)), None)
            if found is None:
                self.set_status(404)
            await self.give(lambda: found.as_json() if found else {"error": "已经不在了"})
            return
        path, whole = self.get_query_argument("path", ""), self.get_query_argument("whole", "")
        lines = [line for line in self.platform.wire.lines if path in line.path]
        await self.give(lambda: {"lines": [line.as_json() if whole else line.summary() for line in lines]})


class MediaHandler(RequestHandler):
    """`/sandbox/media/{id}`: a file, for the page (and for `PicUrl` and pictures of `uploadimg`)."""

    def initialize(self, platform: Platform) -> None:
        self.platform = platform

    def get(self, id_: str) -> None:
        """The bytes; 404 when it has run out."""
        media = self.platform.media.all.get(id_)
        if media is None or (media.until is not None and media.until <= self.platform.clock.now()):
            self.set_status(404)
            self.finish()
            return
        shown = media.mime in ("image/jpeg", "image/png", "video/mp4")
        self.set_header("Content-Type", media.mime if shown else "application/octet-stream")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=3600")
        self.finish(media.data)
