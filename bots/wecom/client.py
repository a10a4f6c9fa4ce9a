"""Calls to WeCom for one app, around wechatpy with its known defects mended (L01, reference §1.4 and §1.6)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlsplit

from wechatpy.work import WeChatClient

from bots.delivery import outgoing
from bots.wecom.protocol.errors import TOKEN_CODES, WecomError
from bots.wecom.protocol.session import LentValue
from bots.wecom.protocol.wire import OFFICIAL, File, WecomConnections, ascii_name, wire_of
from models.core import clock
from models.messages.channels import allowed_addresses

_AUTHORIZE = "https://open.weixin.qq.com"
MOST_RECEIVERS = 1000
#: Seconds in which WeCom takes the same words only once: the belt for a retry whose first answer was lost.
ONCE_WITHIN = 1800
#: Bytes that WeCom takes of a kind of media; less than 6 it never takes.
MEDIA_SIZES: Mapping[str, int] = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}


class AppLike(Protocol):
    """What of a WecomApp record (models.messages.channels.records) the client needs."""

    corp_id: Any
    agent_id: Any
    app_secret: Any
    base_url: Any


@dataclass(frozen=True)
class SendResult:
    """What WeCom said to a message. `invalid` and `unlicensed` are of the user ids as they were given."""

    msgid: str
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    unlicensed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Visitor:
    """Who signed on: a member of the corp (`user_id`), or somebody from outside (then only `open_id`)."""

    user_id: str = ""
    open_id: str = ""
    ticket: str = field(default="", repr=False)


@dataclass(frozen=True)
class Signature:
    """What a page needs for wx.config (corp) or wx.agentConfig (app)."""

    corp_id: str
    agent_id: int
    timestamp: int
    nonce: str
    signature: str


class _Platform(WeChatClient):
    """wechatpy's client with our way of calling: its paths and bodies, nothing of its sessions and retries."""

    def __init__(self, owner: Wecom) -> None:
        self._owner = owner
        super().__init__(
            owner.corp_id,
            owner._secret,
            session=owner._kept.storage,
            timeout=outgoing.TIMEOUT,
            auto_retry=False,
        )
        self._http = owner._wire.session

    @property
    def access_token(self) -> str:
        return self._owner.token()

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        # wechatpy leaves `params` and `files` as they are; a result_processor is of services that we don't use.
        parts = {name: kwargs.get(name) for name in ("params", "data", "files")}
        return self._owner.call(method, url_or_endpoint, **parts)


class Wecom:
    """One app of WeCom. Threads share it; processes share its token through `redis`.

    Every method raises WecomError, and nothing else, when WeCom doesn't do it.
    """

    def __init__(
        self,
        corp_id: str,
        agent_id: int,
        secret: str,
        base_url: str,
        redis: Any,
        *,
        wire: WecomConnections | None = None,
    ) -> None:
        self.corp_id, self.agent_id = corp_id, int(agent_id)
        self._secret = secret
        self._wire = wire or wire_of(base_url)
        self._kept = LentValue(redis, corp_id, self.agent_id, secret, self._wire.base_url)
        self._api = _Platform(self)

    @classmethod
    def of(cls, app: AppLike, redis: Any) -> Wecom:
        """The client of a WecomApp record, with the connections that are open already."""
        return cls(app.corp_id, app.agent_id, app.app_secret, app.base_url, redis)

    def __repr__(self) -> str:
        return f"Wecom({self.corp_id!r}, {self.agent_id})"

    # -- the token

    def token(self, stale: str | None = None) -> str:
        """The app's access token; with `stale` (one that was refused) another one than that."""
        return self._kept.get("token", self._fetch_token, stale)

    def _fetch_token(self) -> tuple[str, int]:
        said = self._wire.ask("get", "gettoken", params={"corpid": self.corp_id, "corpsecret": self._secret})
        return str(said["access_token"]), int(said.get("expires_in") or 7200)

    def call(self, method: str, path: str, *, params: Any = None, data: Any = None, files: Any = None) -> Any:
        """Any interface of WeCom, with the app's token and one retry where that was refused."""
        return self._with_token(
            lambda token: self._wire.ask(
                method, path, params={**(params or {}), "access_token": token}, data=data, files=files
            )
        )

    def _with_token(self, ask: Callable[[str], Any]) -> Any:
        token = self.token()
        try:
            return ask(token)
        except WecomError as error:
            if error.code not in TOKEN_CODES:
                raise
        return ask(self.token(stale=token))

    # -- messages

    def send(
        self, message: Mapping[str, Any], users: Sequence[str], *, once: int = ONCE_WITHIN
    ) -> SendResult:
        """Send `message` ({"msgtype": …}, see render) to up to 1,000 user ids.

        For `once` seconds (at most four hours; 0 for none) the platform itself drops the same request when it comes
        again. Some receivers that can't be reached are no error; that none can is one, of kind `receiver`.
        """
        _check_receivers(users)
        belt = {"enable_duplicate_check": 1, "duplicate_check_interval": once} if once else {}
        said = self._api.message.send(self.agent_id, list(users), msg={**message, **belt})
        return SendResult(
            str(said.get("msgid") or ""),
            str(said.get("response_code") or ""),
            _among(users, said.get("invaliduser")),
            _among(users, said.get("unlicenseduser")),
        )

    def update_card(
        self, response_code: str, template_card: Mapping[str, Any], users: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Replace a card that was sent, for `users` or for all; the code can be spent once, within 72 h.

        Gives those of `users` for whom it can't be done.
        """
        return self._update(response_code, users, {"template_card": dict(template_card)})

    def replace_button(
        self, response_code: str, name: str, users: Sequence[str] | None = None
    ) -> tuple[str, ...]:
        """Grey the buttons of a card and put `name` there; otherwise as `update_card`. Not for notices."""
        return self._update(response_code, users, {"button": {"replace_name": name}})

    def _update(
        self, response_code: str, users: Sequence[str] | None, what: Mapping[str, Any]
    ) -> tuple[str, ...]:
        if users is not None:
            _check_receivers(users)
        to: dict[str, Any] = {"atall": 1} if users is None else {"userids": list(users)}
        data = {**to, "agentid": self.agent_id, "response_code": response_code, **what}
        said = self._api.post("message/update_template_card", data=data)
        return _among(users or (), said.get("invaliduser"))

    def recall(self, msgid: str) -> None:
        """Take a message back, within 24 h."""
        self._api.post("message/recall", data={"msgid": msgid})

    # -- media

    def upload(self, kind: Literal["image", "voice", "video", "file"], file: File) -> str:
        """The media_id of `file`, good for three days."""
        if not 5 < len(file.content) <= MEDIA_SIZES[kind]:
            raise WecomError(45001 if file.content else 44001, "media size", "data")
        # Bytes, not an open file: a retry after a refused token would send an empty one.
        part = (ascii_name(file.name, kind), file.content, file.mime)
        return str(self._api.media.upload(kind, part)["media_id"])

    def download(self, media_id: str) -> File:
        """A file that a member sent, within three days."""
        return self._with_token(
            lambda token: self._wire.fetch("media/get", params={"access_token": token, "media_id": media_id})
        )

    # -- groups that the app made

    def create_chat(self, name: str, users: Sequence[str], *, owner: str = "", chat_id: str = "") -> str:
        """Make a group of 2 to 2,000 members; gives its chatid."""
        said = self._api.appchat.create(chat_id or None, name, owner or None, list(users))
        return str(said["chatid"])

    def update_chat(
        self,
        chat_id: str,
        *,
        name: str = "",
        owner: str = "",
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> None:
        """Change what is given."""
        self._api.appchat.update(
            chat_id, name or None, owner or None, list(add) or None, list(remove) or None
        )

    def chat(self, chat_id: str) -> dict[str, Any]:
        """The group: name, owner, userlist."""
        return dict(self._api.appchat.get(chat_id))

    def send_chat(self, chat_id: str, message: Mapping[str, Any]) -> None:
        """Send `message` to a group of the app. Template cards are not among what groups take."""
        self._api.post("appchat/send", data={"chatid": chat_id, "safe": 0, **message})

    # -- the app's menu

    def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Make `buttons` the app's menu: up to three, each with up to five below it."""
        self._api.menu.create(self.agent_id, {"button": [dict(button) for button in buttons]})

    def menu(self) -> list[dict[str, Any]]:
        """The app's menu as it is."""
        return list(self._api.menu.get(self.agent_id).get("button") or [])

    def delete_menu(self) -> None:
        """Take the menu away."""
        self._api.menu.delete(self.agent_id)

    # -- sign-on

    def authorize_url(self, redirect: str, state: str) -> str:
        """Where a page in the chat app sends its visitor to be known: back at `redirect` with `code` and `state`.

        WeCom's own is on another host than its interface; what isn't WeCom's serves both. Nobody is sent where no
        request of ours may go.
        """
        try:
            outgoing.place_of(allowed_addresses.WECOM, self._wire.base_url)
        except outgoing.AddressRefused as refused:
            raise WecomError(None, str(refused), "setup") from None
        base = _AUTHORIZE if urlsplit(self._wire.base_url).hostname == OFFICIAL else self._wire.base_url
        return (
            f"{base}/connect/oauth2/authorize?appid={quote(self.corp_id, safe='')}"
            f"&redirect_uri={quote(redirect, safe='')}&response_type=code&scope=snsapi_base"
            f"&state={quote(state, safe='')}&agentid={self.agent_id}#wechat_redirect"
        )

    def visitor(self, code: str) -> Visitor:
        """Who came back with `code`; it can be asked once, within five minutes."""
        said = self._api.get("auth/getuserinfo", params={"code": code})
        # The older form of the same interface has capitals.
        return Visitor(
            str(said.get("userid") or said.get("UserId") or ""),
            str(said.get("openid") or said.get("OpenId") or ""),
            str(said.get("user_ticket") or ""),
        )

    # -- JS-SDK

    def ticket(self, of: Literal["corp", "agent"]) -> str:
        """The ticket that pages sign with. Each app keeps its own, for as long as WeCom says."""
        fetch = self._api.jsapi.get_ticket if of == "corp" else self._api.jsapi.get_agent_ticket

        def fetched() -> tuple[str, int]:
            said = fetch()
            return str(said["ticket"]), int(said.get("expires_in") or 7200)

        return self._kept.get(f"ticket-{of}", fetched)

    def sign(self, of: Literal["corp", "agent"], url: str) -> Signature:
        """The signature of the page at `url` (what follows a # doesn't count)."""
        nonce, timestamp = secrets.token_hex(8), int(clock.now().timestamp())
        signature = self.signature(self.ticket(of), nonce, timestamp, url)
        return Signature(self.corp_id, self.agent_id, timestamp, nonce, signature)

    def signature(self, ticket: str, nonce: str, timestamp: int | str, url: str) -> str:
        """The bare signature, as WeCom's appendix has it."""
        return str(self._api.jsapi.get_jsapi_signature(nonce, ticket, timestamp, url.partition("#")[0]))

    # -- the address book

    def departments(self, below: int | None = None) -> list[dict[str, Any]]:
        """The departments that the app sees: id, name, parentid, order."""
        return list(self._api.department.list(below))

    def users(self, department: int, *, deep: bool = False) -> list[dict[str, Any]]:
        """The members of a department (and below it): userid, name, department."""
        return list(self._api.department.get_users(department, fetch_child=int(deep)))

    def members(self, department: int) -> list[dict[str, Any]]:
        """The members of a department and below it, with all that the app may see of them (an older one: `mobile`)."""
        said = self.call("get", "user/list", params={"department_id": department, "fetch_child": 1})
        return list(said.get("userlist") or [])

    def user_of_phone(self, phone: str) -> str:
        """The user id of who has this mobile number. Raises WecomError 46004 for nobody's."""
        return str(self.call("post", "user/getuserid", data={"mobile": phone})["userid"])


def _check_receivers(users: Sequence[str]) -> None:
    if isinstance(users, str) or not 0 < len(users) <= MOST_RECEIVERS:
        raise ValueError("between 1 and 1,000 user ids in a sequence")
    if any(not user or "|" in user or user == "@all" for user in users):
        raise ValueError("a user id that isn't one")


def _among(users: Sequence[str], named: Any) -> tuple[str, ...]:
    """Those of `users` that WeCom names: joined by | in one answer, a list in another, in lower case."""
    names = named.split("|") if isinstance(named, str) else list(named or ())
    lower = {str(name).lower() for name in names if name}
    return tuple(user for user in users if user.lower() in lower)
