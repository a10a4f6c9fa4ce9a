"""The addresses of the chat door."""

from __future__ import annotations

from tornado.web import URLSpec

from bots import pictures
from bots.wecom.callback import CallbackHandler, ChatHandler
from bots.wecom.opening import EnterHandler, JssdkHandler, OpenHandler
from models.core.errors import NotFound


class PictureHandler(ChatHandler):
    """`/bots/pictures/{attachment}/{mac}`: a card's picture, for the platform that shows it."""

    async def get(self, picture_id: str, mac: str) -> None:
        """The picture; one that was not signed by us is not there."""
        try:
            content = await self.call(pictures.read, picture_id, mac, write=False)
        except NotFound:
            self.set_status(404)
            return
        self.set_header("Content-Type", pictures.MIME)
        self.set_header("Cache-Control", "private, max-age=86400")
        self.finish(content)


_APP = r"/bots/wecom/([0-9]{1,18})"
routes = [
    URLSpec(_APP, CallbackHandler),
    URLSpec(f"{_APP}/open", OpenHandler),
    URLSpec(f"{_APP}/enter", EnterHandler),
    URLSpec(f"{_APP}/jssdk", JssdkHandler),
    URLSpec(r"/bots/pictures/([0-9]{1,18})/([0-9a-f]{32})", PictureHandler),
]
