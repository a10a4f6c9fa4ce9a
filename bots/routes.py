"""The addresses of the chat door."""

from __future__ import annotations

from tornado.web import URLSpec

from bots.delivery import pictures
from bots.wecom import address_book as _address_book  # noqa: F401 - says how it is read
from bots.wecom.incoming.callback import CallbackHandler, ChatHandler
from bots.wecom.incoming.sign_on import EnterHandler, JssdkHandler, OpenHandler
from models.core.errors import NotFound, TooMany


class PictureHandler(ChatHandler):
    """`/bots/pictures/{attachment}/{last day}/{mac}`: a card's picture, for the platform that shows it."""

    load = "address_picture"

    async def get(self, picture_id: str, end: str, mac: str) -> None:
        """The picture; one that was not signed by us, or whose time is over, is not there."""
        try:
            content = await self.call(pictures.read, picture_id, end, mac, write=False)
        except NotFound:
            self.set_status(404)
            return
        except TooMany as often:
            self.set_status(429)
            self.set_header("Retry-After", str(often.retry_after))
            return
        self.set_header("Content-Type", pictures.MIME)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=86400")
        self.finish(content)


_APP = r"/bots/wecom/([0-9]{1,18})"
routes = [
    URLSpec(_APP, CallbackHandler),
    URLSpec(f"{_APP}/open", OpenHandler),
    URLSpec(f"{_APP}/enter", EnterHandler),
    URLSpec(f"{_APP}/jssdk", JssdkHandler),
    URLSpec(r"/bots/pictures/([0-9]{1,18}(?:-[0-9]{1,18})?)/([0-9]{1,6})/([0-9a-f]{32})", PictureHandler),
]
